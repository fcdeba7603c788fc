"""Questions, files and identity: what people may ask, see, bring and be, and nothing more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from tests.integration.rig import FLOW, House, card, house, labels, refused
from workflow.domain.command import Answer, Refused
from workflow.ports import Blob, Pressed, Typed
from workflow.store import listings
from workflow.talk.view import Attachment, Listing

PAPER = """
flow: paper
title: 交材料
start: { by: 站.协调员, form: { 标题: text 2..40, 方案: file pdf docx, 照片: photo 0..3 } }
steps:
  初审: { review: 站.审核员 }
"""
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 2000


@pytest.fixture
async def here(database: Any) -> AsyncIterator[House]:
    async with house(database.app_url, flows=(FLOW, PAPER.replace("照片: photo 0..3", "说明?: text 0..200"))) as opened:
        yield opened


async def chunks(data: bytes, size: int = 100_000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def upload(here: House, who: str = "报", name: str = "方案.pdf", data: bytes = PDF) -> Attachment | Refused:
    return await here.engine.files.upload(here.tenant, here.people[who], name, chunks(data))


async def fetched(here: House, who: str, file: str) -> bytes | Refused:
    found = await here.engine.files.download(here.tenant, here.people[who], file)
    return found if isinstance(found, Refused) else b"".join([part async for part in found[1]])


# ------------------------------------------------------------------------------------------------ files


async def test_a_file_comes_back_as_it_was(here: House) -> None:
    kept = await upload(here)
    assert isinstance(kept, Attachment)
    assert (kept.name, kept.media_type, kept.bytes) == ("方案.pdf", "application/pdf", len(PDF))
    assert await fetched(here, "报", kept.file) == PDF


async def test_a_draft_is_its_uploaders_alone_and_a_files_item_opens_it_to_who_sees_the_item(here: House) -> None:
    kept = await upload(here)
    assert isinstance(kept, Attachment)
    for who in ("甲", "管", "外"):
        refused(await fetched(here, who, kept.file), "no_such_file")  # type: ignore[arg-type]
    item = await here.do("submit", "报", flow="paper", form={"标题": "活动方案", "方案": kept.file})
    assert isinstance(item, Answer), item
    for who in ("甲", "管"):
        assert await fetched(here, who, kept.file) == PDF
    refused(await fetched(here, "外", kept.file), "no_such_file")  # type: ignore[arg-type]
    await here.settled()
    assert kept in card(here.chat("甲")[0].view).files
    await here.audit()


async def test_somebody_elses_file_cannot_be_handed_in(here: House) -> None:
    kept = await upload(here, "甲")
    assert isinstance(kept, Attachment)
    refused(await here.do("submit", "报", flow="paper", form={"标题": "活动方案", "方案": kept.file}), "form")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("方案.pdf", b"MZ\x90\0" + PDF, "file_kind"),
        ("方案.exe", PDF, "file_kind"),
        ("方案.pdf", b"", "file_empty"),
        ("方案.pdf", PDF + bytes(20 * 1024 * 1024), "file_too_large"),
    ],
)
async def test_what_is_refused_leaves_nothing_behind(
    here: House, database: Any, name: str, data: bytes, reason: str
) -> None:
    refused(await upload(here, name=name, data=data), reason)  # type: ignore[arg-type]
    connection = await asyncpg.connect(database.superuser_url)
    assert await connection.fetchval("select count(*) from file") == 0
    assert await connection.fetchval("select count(*) from file_part") == 0
    await connection.close()


async def test_an_upload_that_breaks_off_leaves_nothing_behind(here: House, database: Any) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield PDF
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await here.engine.files.upload(here.tenant, here.people["报"], "方案.pdf", breaking())
    connection = await asyncpg.connect(database.superuser_url)
    assert await connection.fetchval("select count(*) from file_part") == 0
    await connection.close()


async def test_a_name_is_only_a_name(here: House) -> None:
    kept = await upload(here, name="../../etc\\方案\u202e.pdf")
    assert isinstance(kept, Attachment)
    assert "/" not in kept.name
    assert "\u202e" not in kept.name


async def test_a_form_filled_in_chat_takes_the_file_that_was_sent(here: House) -> None:
    person = here.people["报"]
    await here.type("报", "/new")
    await here.settled()
    listing = here.chat("报")[-1].view
    assert isinstance(listing, Listing)
    row = next(row for row in listing.rows if "交材料" in row.label)
    await here.say("报", Pressed(person, person, row.token))
    await here.type("报", "活动方案")
    await here.say("报", Typed(person, person, "", files=(Blob("1", "方案.pdf"),)))
    await here.settled()
    await here.press("报", "跳过")
    await here.settled()
    await here.press("报", "提交")
    await here.settled()
    assert [file.name for file in card(here.chat("甲")[0].view).files] == ["方案.pdf"]
    await here.audit()


# ------------------------------------------------------------------------------------------------ what is seen


async def test_an_item_is_seen_by_those_whom_it_concerns(here: House) -> None:
    item = await here.submit()
    for who in ("报", "甲", "管"):
        found = await here.engine.read.item(here.tenant, here.people[who], item.code)
        assert card(found).number == item.code  # type: ignore[arg-type]
    for who in ("外", "乙"):
        refused(await here.engine.read.item(here.tenant, here.people[who], item.code), "no_such_item")  # type: ignore[arg-type]
    assert await here.engine.read.timeline(here.tenant, here.people["外"], item.code) == []
    await here.do("approve", "甲", item.item)
    await here.do("return", "乙", item.item, comment="写清楚时间")
    told = await here.engine.read.find(here.tenant, here.people["丙"], item.code)
    assert not isinstance(told, Refused), "who had a task in it sees it for ever"


async def test_an_items_picture_is_marked_where_it_is_for_those_who_may_see_it(here: House) -> None:
    item = await here.submit()
    picture = await here.engine.read.picture(here.tenant, here.people["报"], item.code, "zh")
    assert picture.startswith("<svg ")
    assert picture.count('data-mark="now"') == 1
    assert "<style" not in picture
    assert "Begin" in await here.engine.read.picture(here.tenant, here.people["甲"], item.code, "en")
    assert await here.engine.read.picture(here.tenant, here.people["外"], item.code, "zh") == ""


async def test_the_timeline_tells_everything_in_order_in_the_tenants_zone(here: House) -> None:
    item = await here.submit()
    await here.do("approve", "甲", item.item, comment="同意")
    lines = await here.engine.read.timeline(here.tenant, here.people["报"], item.code)
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    assert all(line.at.tzinfo == ZoneInfo("Asia/Shanghai") for line in lines)
    assert any("张甲" in line.actor and "同意" in line.text for line in lines)


async def test_lists(here: House) -> None:
    items = [await here.submit(f"第{n}次大扫除") for n in range(3)]
    assert await here.engine.read.waiting(here.tenant, here.people["甲"]) == 3
    inbox = await here.engine.read.inbox(here.tenant, here.people["甲"])
    mine = await here.engine.read.mine(here.tenant, here.people["报"])
    assert isinstance(inbox, Listing)
    assert isinstance(mine, Listing)
    assert [item.code in row.label for item, row in zip(items, inbox.rows, strict=True)] == [True] * 3
    assert len(mine.rows) == 3


async def test_what_is_searched_for_is_found_by_those_who_may_see_it(here: House) -> None:
    await here.submit("爱国卫生月周末卫生大扫除")
    await here.submit("别的活动")
    for who in ("甲", "外"):
        await here.type(who, "/find 卫生")
    await here.settled()
    [found] = [one.view for one in here.chat("甲") if isinstance(one.view, Listing)]
    [nothing] = [one.view for one in here.chat("外") if isinstance(one.view, Listing)]
    assert ["大扫除" in row.label for row in found.rows] == [True]
    assert nothing.rows == ()


async def test_the_transcript_is_the_chat(here: House) -> None:
    person = here.people["报"]
    item = await here.submit()
    await here.settled()
    rows = await here.engine.read.transcript(here.tenant, person)
    assert rows == [], "the web is not served here: nothing was claimed for it"
    messages = await here.engine.read.flows(here.tenant, person, "en")
    assert dict(messages)["walk"] == "走一遍"
    assert item.code


async def test_forms(here: House) -> None:
    person = here.people["报"]
    form = await here.engine.read.form(here.tenant, person, "walk", "zh")
    assert not isinstance(form, Refused)
    assert [one.name for one in form.questions] == ["标题", "人数"]
    problems = await here.engine.read.check(here.tenant, person, form.token, {"标题": "好", "人数": "六千"})
    assert {one.name for one in problems} == {"标题", "人数"}
    assert await here.engine.read.check(here.tenant, person, form.token, {"标题": "好的", "人数": "60"}) == []
    refused(await here.engine.read.form(here.tenant, here.people["外"], "walk", "zh"), "may_not_start")  # type: ignore[arg-type]
    refused(await here.engine.read.form(here.tenant, person, "nothing", "zh"), "no_such_flow")  # type: ignore[arg-type]
    assert here.engine.read.refusal(Refused("code_unknown"), "zh") != here.engine.read.refusal(
        Refused("code_unknown"), "en"
    )


async def test_people_and_their_posts(here: House) -> None:
    rows = {row.name: row for row in await here.engine.read.people(here.tenant)}
    assert rows["张甲"].posts == (("东站", "站", "审核员"),)
    assert [row.administrator for row in (rows["郭管"], rows["张甲"])] == [True, False]
    assert await here.engine.read.person(here.tenant, "00000000-0000-4000-8000-000000000000") is None


async def test_the_log_verifies_until_one_byte_is_changed(here: House, database: Any) -> None:
    item = await here.submit()
    await here.audit()
    connection = await asyncpg.connect(database.superuser_url)
    await connection.execute(
        "update event set body = overlay(body placing 'x' from 40) where stream_id = $1", item.item
    )
    await connection.close()
    status = await here.engine.read.audit(here.tenant)
    assert not status.verified
    assert item.item in status.first_bad
    tail = await here.engine.read.audit_tail(here.tenant, 5)
    assert len(tail) == 5


# ------------------------------------------------------------------------------------------------ who is who


async def test_a_code_links_once(here: House) -> None:
    code = await here.engine.identity.link(here.tenant, here.people["外"])
    assert isinstance(code, str)
    taken = await asyncio.gather(
        *(here.engine.identity.redeem(here.tenant, code, "memory", f"account {n}") for n in range(8))
    )
    assert sum(one == here.people["外"] for one in taken) == 1
    assert all(isinstance(one, Refused) and one.reason == "code_unknown" for one in taken if one != here.people["外"])
    refused(await here.engine.identity.redeem(here.tenant, "GUESSED", "memory", "x"), "code_unknown")  # type: ignore[arg-type]
    refused(await here.engine.identity.link(here.tenant, "00000000-0000-4000-8000-000000000000"), "unknown_person")  # type: ignore[arg-type]
    await here.audit()


async def test_a_code_is_late_after_ten_minutes_and_kept_only_as_a_hash(here: House, database: Any) -> None:
    code = await here.engine.identity.link(here.tenant, here.people["外"])
    assert isinstance(code, str)
    assert len(code) >= 26, "128 bits"
    connection = await asyncpg.connect(database.superuser_url)
    kept = await connection.fetch("select code_hash::text from link_code")
    await connection.execute("update link_code set expires_at = clock_timestamp()")
    await connection.close()
    assert not any(code in row["code_hash"] for row in kept)
    refused(await here.engine.identity.redeem(here.tenant, code, "memory", "x"), "code_unknown")  # type: ignore[arg-type]


async def test_a_revoked_account_is_a_strangers_at_once(here: House) -> None:
    person = here.people["甲"]
    assert await here.engine.identity.account(here.tenant, "memory", person) == person
    assert await here.engine.identity.revoke(here.tenant, "memory", person)
    assert await here.engine.identity.account(here.tenant, "memory", person) is None
    await here.type("甲", "/inbox")
    await here.settled()
    [told] = here.chat("甲")
    assert "/link" in str(told.view), "as any stranger is told"
    assert here.engine.handle.figures.unknown_senders == 1
    assert not await here.engine.identity.revoke(here.tenant, "memory", person)


async def test_a_revoked_account_is_told_nothing_more_until_it_is_linked_again(here: House) -> None:
    person = here.people["甲"]
    await here.engine.identity.revoke(here.tenant, "memory", person)
    await here.submit()
    await here.type("甲", "anybody there?")
    await here.settled()
    assert [labels(one.view) for one in here.chat("甲")] == [[]], "how an account is linked, and nothing else"
    code = await here.engine.identity.link(here.tenant, person)
    assert isinstance(code, str)
    await here.engine.identity.redeem(here.tenant, code, "memory", person)
    await here.until(lambda: any("通过" in labels(one.view) for one in here.chat("甲")))


async def test_a_language_is_spoken_from_now_on(here: House) -> None:
    await here.submit()
    await here.engine.identity.speak(here.tenant, here.people["甲"], "en")
    await here.type("甲", "/inbox")
    await here.settled()
    assert "submitted by" in str(here.chat("甲")[-1].view).lower() or "waiting" in str(here.chat("甲")[-1].view).lower()
    await here.engine.identity.speak(here.tenant, here.people["甲"], "xx")
    row = await here.engine.read.person(here.tenant, here.people["甲"])
    assert row is not None
    assert row.language == "en"


async def test_every_answer_is_about_one_tenant_alone(here: House) -> None:
    item = await here.submit()
    other = "00000000-0000-4000-8000-000000000001"
    with pytest.raises(LookupError):
        await here.engine.read.item(other, here.people["报"], item.code)
    assert await listings.events(here.engine.database, other, item.item) == []
