"""Bad input over the whole chain: far too long, reversed, full of markup, files of a wrong kind, too large, or never arriving. Polite words, nothing stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.integration.rig import FLOW
from tests.integration.sound import superuser
from tests.telegram.house import House, opened
from tests.telegram.server import Message

WITH_FILE = """
flow: walk
title: 走一遍
start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..5000, 方案: file pdf docx } }
steps:
  初审: { review: 站.审核员 }
"""
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
RTL, LRM, ZWSP = "\u202e", "\u200e", "\u200b"


@pytest.fixture
async def here(database: Any) -> AsyncIterator[House]:
    async with opened(database, flow=FLOW) as house:
        yield house


@pytest.fixture
async def form(database: Any) -> AsyncIterator[House]:
    """报 has begun the form of a flow that wants a file, and is asked for it."""
    async with opened(database, flow=WITH_FILE) as house:
        house.phones["报"].send("/new walk")
        for answer in ("一个活动", "80"):
            await house.settled()
            house.phones["报"].send(answer)
        await house.settled()
        assert "发送一个文件" in last(house, "报").text
        yield house


def last(here: House, who: str) -> Message:
    return here.phones[who].private().last


async def kept(here: House) -> tuple[int, ...]:
    """Events, files, and words that are kept."""
    async with superuser(here.url) as connection:
        tables = ("event", "file", "file_part", "content")
        return tuple([await connection.fetchval(f"select count(*) from {one}") for one in tables])  # noqa: S608


# ------------------------------------------------------------------------------------------------ words


async def test_a_reason_of_100_000_characters_is_refused_and_not_kept(here: House) -> None:
    item = await here.submit()
    await here.press("甲", "退回")
    await here.settled()
    async with superuser(here.url) as connection:
        before = await connection.fetchval("select max(octet_length(body)) from content")
        here.phones["甲"].send("长" * 100_000)
        await here.settled()
        assert "太长" in last(here, "甲").text
        assert here.phones["甲"].forced() is not None, "it is asked for again"
        assert await here.events(item) == 1
        assert await connection.fetchval("select count(*) from command where octet_length(body) > 10000") == 0
        assert await connection.fetchval("select max(octet_length(body)) from content") <= max(before or 0, 12_001)
    here.phones["甲"].send("时间请写清楚")
    await here.settled()
    assert (await here.item(item)).state == "returned"
    await here.sound()


@pytest.mark.parametrize(
    "text",
    ["字" * 100_000, "/find " + "字" * 100_000, "/item " + "K" * 100_000, "/link " + "A" * 100_000, "/" * 100_000],
)
async def test_100_000_characters_that_nobody_asked_for(here: House, text: str) -> None:
    here.phones["甲"].send(text)
    await here.settled()
    [answer] = here.said("甲")
    assert len(answer.text) < 1000, "nobody is sent their own flood back"
    here.phones["甲"].send("/help")
    await here.settled()
    assert len(here.said("甲")) == 2, "the next one flows"
    await here.sound()


async def test_a_reason_of_4_000_characters_fits_and_is_cut_where_it_does_not(here: House) -> None:
    item = await here.submit()
    await here.press("甲", "退回")
    await here.settled()
    here.phones["甲"].send("理" * 3990 + "由到此为止")
    await here.settled()
    assert (await here.item(item)).state == "returned"
    shown = here.said("报", "理理")
    assert shown, "the submitter reads it"
    assert all(len(one.text) <= 4096 for one in shown)
    refused = [
        refusal.description for method, refusal in here.server.refused if method.lower().startswith(("send", "edit"))
    ]
    harmless = ("can't be edited", "message is not modified")  # a question that was answered; one shown what it shows
    assert not [one for one in refused if not any(why in one for why in harmless)]
    await here.sound()


REASON = f"{RTL}倒着{LRM}写{ZWSP}的\u2066理由\u2069"
MARKUP = '<b>粗</b> <a href="https://evil.example">点我</a> &lt;i&gt; </blockquote><tg-spoiler>x</tg-spoiler> `code` [a](b) <pre'


@pytest.mark.parametrize("reason", [REASON, MARKUP], ids=["62 bidi", "63 markup"])
async def test_what_people_write_is_shown_as_they_wrote_it_and_does_nothing(here: House, reason: str) -> None:
    item = await here.submit(title="</b><a href='tg://user?id=1'>标题</a>")
    await here.press("甲", "退回")
    await here.settled()
    here.phones["甲"].send(reason)
    await here.settled()
    assert (await here.item(item)).state == "returned"
    plain = "".join(one for one in reason if one not in f"{RTL}{LRM}{ZWSP}\u2066\u2069")
    shown = [one for who in here.phones for one in here.said(who) if plain in one.text]
    assert shown, "literally, without the controls"
    for one in (message for who in here.phones for message in here.said(who)):
        assert not set(one.text) & {RTL, LRM, ZWSP, "\u2066", "\u2069"}
        kinds = {entity["type"] for entity in one.entities}
        assert kinds <= {"bold", "italic", "blockquote", "expandable_blockquote"}, kinds
        for entity in one.entities:
            assert "url" not in entity
            assert "user" not in entity
    assert not [refusal for method, refusal in here.server.refused if "parse" in refusal.description]
    await here.sound()


async def test_words_without_anything_to_see_are_no_reason(here: House) -> None:
    item = await here.submit()
    await here.press("甲", "退回")
    await here.settled()
    for text in (ZWSP * 5, RTL, "\u3164", "\u2800 \u2800", " \n "):
        here.phones["甲"].send(text)
        await here.settled()
        assert await here.events(item) == 1, repr(text)
    await here.sound()


async def test_64_a_newline_comes_nowhere_near_the_log(here: House) -> None:
    await here.submit()
    await here.press("甲", "退回")
    await here.settled()
    here.phones["甲"].send('理由\n{"event": "forged", "level": "critical"}\r\x1b[31m')
    here.server.raw({"message": {"message_id": '\n{"event": "forged"}'}})
    await here.settled()
    assert "forged" not in here.log.getvalue()
    await here.sound()


# ------------------------------------------------------------------------------------------------ files


WRONG = {
    "a program": ("病毒.exe", b"MZ\x90\x00" + bytes(100), "不收"),
    "a program that calls itself a document": ("方案.pdf", b"MZ\x90\x00" + bytes(100), "不收"),
    "a page that calls itself a document": ("方案.pdf", b"<html><script>alert(1)</script>", "不收"),
    "a kind that this field does not take": ("照片.jpg", b"\xff\xd8\xff\xe0" + bytes(100), "pdf"),
    "an empty one": ("空.pdf", b"", "是空的"),
    "a name full of traps": ("../../\u202efdp.exe\n", b"MZ", "不收"),
}


@pytest.mark.parametrize(("name", "body", "words"), WRONG.values(), ids=WRONG)
async def test_a_file_of_a_wrong_kind_is_refused_and_not_kept(form: House, name: str, body: bytes, words: str) -> None:
    before = await kept(form)
    form.phones["报"].send_file(name, body)
    await form.settled()
    assert words in last(form, "报").text or any(words in one.text for one in form.said("报")[-2:])
    if words != "pdf":
        assert await kept(form) == before
    form.phones["报"].send_file("方案.pdf", PDF)
    await form.settled()
    assert "提交" in last(form, "报").buttons, "the form goes on"
    await form.sound()


@pytest.mark.parametrize(
    "claimed", [None, (20 << 20) + 1, 50 << 20, 1 << 40], ids=["in silence", "just", "50 MB", "1 TB"]
)
async def test_a_file_that_is_too_large_is_refused_in_words(form: House, claimed: int | None) -> None:
    before = await kept(form)
    if claimed is None:  # Telegram does not always say how large a file is; getFile then refuses
        form.server.inject("getFile", 400, "Bad Request: file is too big")
    form.phones["报"].send_file("录像.pdf", PDF, size=claimed)
    await form.settled()
    assert "录像.pdf" in last(form, "报").text
    assert "20 MB" in last(form, "报").text
    assert await kept(form) == before
    assert form.engine.handle.figures.quarantined == 0
    await form.sound()


async def test_a_file_that_is_larger_than_it_claims_is_not_kept(form: House, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await kept(form)
    monkeypatch.setattr("adapters.telegram.bot.FILE", 600_000)
    monkeypatch.setattr("workflow.engine.files.MOST_BYTES", 600_000)
    form.phones["报"].send_file("方案.pdf", PDF + bytes(700_000), size=1000)
    await form.settled()
    assert "20 MB" in last(form, "报").text
    assert await kept(form) == before
    await form.sound()


LOST = {
    "gone": ("getFile", 400, "Bad Request: invalid file_id", None),
    "the server is ill": ("getFile", 502, "", "<html>502</html>"),
    "the download fails": ("file", 500, "Internal Server Error", None),
    "a path of its own": ("getFile", 200, "", '{"ok":true,"result":{"file_id":"x","file_unique_id":"y","file_path":"../../bot%s/logOut"}}'),
    "another machine's": ("getFile", 200, "", '{"ok":true,"result":{"file_id":"x","file_unique_id":"y","file_path":"/etc/passwd"}}'),
}  # fmt: skip


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
async def test_a_file_that_does_not_come_is_asked_for_again(
    form: House, lost: tuple[str, int, str, str | None]
) -> None:
    method, code, description, body = lost
    before = await kept(form)
    form.server.inject(method, code, description, body=body.replace("%s", form.server.token) if body else None)
    form.phones["报"].send_file("方案.pdf", PDF)
    await form.settled()
    assert "再发一次" in last(form, "报").text
    assert await kept(form) == before
    assert form.engine.handle.figures.quarantined == 0
    assert not form.server.called("logOut")
    assert not [method for method, _ in form.server.refused if method.lower() == "logout"]
    form.phones["报"].send_file("方案.pdf", PDF)
    await form.settled()
    assert "提交" in last(form, "报").buttons
    await form.sound()


async def test_what_is_no_file_is_no_file(form: House) -> None:
    before = await kept(form)
    for place in (False, True):
        if place:
            form.phones["报"].send_location(1.0, 2.0)
        else:
            form.phones["报"].send("没有文件")
        await form.settled()
        assert "发送文件" in last(form, "报").text
    form.phones["报"].send_file("x.ogg", b"OggS" + bytes(50), kind="voice")
    await form.settled()
    assert "提交" not in last(form, "报").buttons
    assert (await kept(form))[0] == before[0]
    await form.sound()


async def test_a_file_that_nobody_asked_for_is_not_even_fetched(here: House) -> None:
    before = await kept(here)
    here.phones["甲"].send_file("方案.pdf", PDF, caption="看看这个")
    here.phones["甲"].send_photo(b"\xff\xd8\xff\xe0" + bytes(100))
    await here.settled()
    assert not here.server.called("getFile")
    assert (await kept(here))[:3] == before[:3]
    await here.sound()
