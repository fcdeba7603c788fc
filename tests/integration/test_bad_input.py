"""Whatever is handed to the engine, by a program or in a chat: a polite refusal, and nothing written but that it was refused."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.rig import ORGANISATION, House, Said, choices, house, labels
from tests.integration.sound import assert_sound, counts, refused, superuser
from workflow.domain.command import Answer, Command, Refused
from workflow.engine.files import MOST_BYTES, PART
from workflow.engine.shape import LARGEST
from workflow.ports import Filled, Pressed
from workflow.store import chats
from workflow.talk.tokens import Press, write
from workflow.talk.view import Attachment, Listing, Notice

FLOW = """
flow: walk
title: 走一遍
start:
  by: 站.协调员
  form:
    标题: text 2..40
    人数: int 1..5000
    里程?: int
    经费?: money
    比例?: number
    何时?: date
    联系人?: person
    附件?: file pdf
    嘉宾: { rows: { 姓名: text 2..20, 证件?: file } }
steps:
  初审: { check: 站.审核员, items: [人数与场地相符, 有预案] }
  复审: { review: 所.审核员, need: all, back: [提交人, 初审] }
"""
FORM: dict[str, Any] = {"标题": "清明祭扫", "人数": 80, "嘉宾": [{"姓名": "王小二"}]}
LONG = "字" * 100_000
KEPT = ("item", "task", "party", "counter", "item_file", "file", "file_part", "person", "dialogue")
"""What no refusal of a program may add to or take from. Refusals themselves stand in `command` and in people's streams."""


@pytest.fixture
async def here(database: Any) -> AsyncIterator[House]:
    async with house(database.app_url, flows=(FLOW,)) as opened:
        yield opened


@pytest.fixture
async def root(database: Any) -> AsyncIterator[Any]:
    async with superuser(database.superuser_url) as connection:
        yield connection


@asynccontextmanager
async def nothing_kept(here: House, root: Any, tables: tuple[str, ...] = KEPT) -> AsyncIterator[None]:
    """Whatever happens inside leaves no row of these, and no item any different."""
    states = "select item_id, version, head, state from item order by item_id"
    await here.settled()
    before = await counts(root, tables), await root.fetch(states)
    yield
    await here.settled()
    assert (await counts(root, tables), await root.fetch(states)) == before
    assert here.engine.handle.figures.quarantined == 0, "a refusal is polite: nobody is called for it"


async def begin(here: House, **form: Any) -> Answer:
    outcome = await here.do("submit", "报", flow="walk", form={**FORM, **form})
    assert isinstance(outcome, Answer), outcome
    return outcome


# ------------------------------------------------------------------------------------------------ programs


SPOILT_FILES: tuple[Any, ...] = ("a\x00b", str(uuid4()), 3, [[]])
SPOILT: dict[str, tuple[Any, ...]] = {
    "标题": ("", "一", LONG, "一\x00二", "一\u202e二", "\ud800二", 5, ["一二"], {"一": "二"}, True, None),
    "人数": (0, 5001, -1, 2**63, float("nan"), "NaN", "Infinity", "1e999", "很多", "1" * 5000, 1.5, True, [1], {}),
    "里程": (2**63, -(2**63), 2**53, "9" * 400, "٣x"),
    "经费": ("0.001", -1, "1e400", "¥", 10**30),
    "比例": ("Infinity", "0x10", {"a": 1}, [[]]),
    "何时": ("2026-02-30", "0000-00-00", 20260101, "昨天的明天", LONG),
    "联系人": ("没有此人", str(uuid4()), 7, ["甲"]),
    "附件": ("../../etc/passwd", "x" * 36, str(uuid4()), "a\x00b", 1, {"id": "x"}, [str(uuid4())] * 300),
    "嘉宾": ("一", [1], [[]], [{}], [{"姓名": "一"}], [{**FORM["嘉宾"][0], "没有": 1}], FORM["嘉宾"] * 201,
             *([{"姓名": "王小二", "证件": one}] for one in SPOILT_FILES)),
    "没有这一项": (1,), "a\x00b": ("c",),
}  # fmt: skip


async def test_a_form_that_does_not_hold_makes_no_item(here: House, root: Any) -> None:
    async with nothing_kept(here, root):
        for field, values in SPOILT.items():
            for value in values:
                outcome = await here.do("submit", "报", flow="walk", form={**FORM, field: value})
                assert isinstance(outcome, Refused), (field, value)
                assert outcome.reason in ("form", "malformed"), (field, value, outcome)
    assert isinstance(await begin(here), Answer), "the same, filled in well, is taken"


async def test_commands_without_sense_are_refused(here: House, root: Any) -> None:
    item = (await begin(here)).item
    names = ("no id", "x" * 36)
    spoilt_marks: list[Any] = [[], "x", {"有预案": 5}, {"有预案": [1]}]
    free: tuple[Any, ...] = ("a\x00b", 7, None, [], {"a": 1}, LONG)
    wrong: list[Any] = [[], {}, "x", [1], [1, 2, 3], ["1", "1"], [2**40, 1], [-1, 1], [1, 2**63], [1.5, 1], 7]
    async with nothing_kept(here, root):
        for verb in ("approve", "reject", "return", "transfer"):
            for task in wrong:
                refused(await here.do(verb, "甲", item, task=task, comment="一"), "malformed")
            refused(await here.do(verb, "甲", item, task=[9, 9], comment="一", to="x"), "old_round")
        for marks in spoilt_marks:
            refused(await here.do("approve", "甲", item, marks=marks), "malformed")
        refused(await here.do("approve", "甲", item, marks={"有预案": "perhaps"}), "unknown_line")
        refused(await here.do("approve", "甲", item, marks={"没有这条": "pass"}), "unknown_line")
        refused(await here.do("return", "甲", item, to="没有这一步", comment="一"), "no_such_target")
        refused(await here.do("transfer", "甲", item, to=str(uuid4())), "unknown_person")
        refused(await here.do("dance", "甲", item), "unknown_verb")
        refused(await here.do("wake", "甲", item), "not_allowed")
        refused(await here.do("restaff", "甲", item), "not_allowed")
        refused(await here.do("submit", "报", item, flow="walk", form=FORM), "already_there")
        given = {"id": str(uuid4()), "tenant": here.tenant, "item": item, "verb": "approve", "actor": here.people["甲"]}
        for some in (*names, *free):
            for part in ("item", "id", "tenant", *(("verb", "actor") if some in free else ())):
                if part != "id" or some:  # without an id it gets one
                    outcome = await here.engine.perform(Command(**{**given, part: some}, network="api"))
                    refused(outcome, "malformed")
            if some in free and some is not None:
                refused(await here.do("submit", "报", flow=some, form=FORM), "malformed")
        refused(await here.do("submit", "报", flow="no id", form=FORM), "no_such_flow")
        refused(await here.do("submit", "报", flow="walk", unit="x" * 36, form=FORM), "which_unit")
        refused(await here.do("submit", "报", flow="walk", form=[]), "malformed")
        refused(await here.do("submit", "报", flow="walk", form=object()), "malformed")
    await assert_sound(here.engine, root, here.tenant)


async def test_an_id_in_capitals_does_not_stop_the_door(here: House, root: Any) -> None:
    """It once did: the row came back under another name, and whoever asked afterwards waited for ever."""
    capital = str(uuid4()).upper()
    refused(await asyncio.wait_for(here.do("submit", "报", id=capital, flow="walk", form=FORM), 5), "malformed")
    assert isinstance(await asyncio.wait_for(here.do("submit", "报", flow="walk", form=FORM), 5), Answer)


async def test_unknown_people_and_items_are_refused(here: House, root: Any) -> None:
    item = (await begin(here)).item
    stranger, nobody = str(uuid4()), str(uuid4())
    async with nothing_kept(here, root):
        refused(await here.do("submit", stranger, flow="walk", form=FORM), "may_not_start")
        refused(await here.do("submit", "外", flow="walk", form=FORM), "may_not_start")
        refused(await here.do("approve", stranger, item), "no_task")
        refused(await here.do("comment", stranger, item, comment="我来说一句"), "not_yours_to_see")
        refused(await here.do("withdraw", "甲", item), "submitter_only")
        refused(await here.do("terminate", "甲", item, comment="不要了"), "administrators_only")
        refused(await here.do("reassign", "甲", item, to=here.people["乙"], comment="给你"), "administrators_only")
        refused(await here.do("transfer", "甲", item, to=here.people["报"]), "not_eligible")
        for verb in (
            "approve",
            "reject",
            "return",
            "resubmit",
            "withdraw",
            "comment",
            "nudge",
            "transfer",
            "terminate",
            "retry",
            "reassign",
        ):
            refused(await here.do(verb, "甲", nobody, comment="一", to=here.people["乙"]), "no_such_item")
        refused(await here.engine.read.item(here.tenant, stranger, item), "no_such_item")
        assert await here.engine.read.person(here.tenant, stranger) is None
        for code in ("x" * 36, "A\x00B", "\ud800", "';--", LONG, "没有"):
            refused(await here.engine.read.find(here.tenant, here.people["甲"], code), "no_such_item")
            refused(await here.engine.files.download(here.tenant, here.people["甲"], code), "no_such_file")
            assert await here.engine.read.timeline(here.tenant, here.people["甲"], code) == []


async def test_words_that_are_too_long_or_unclean_are_refused(here: House, root: Any) -> None:
    item = (await begin(here)).item
    said = ("一\x00二", "一\u202e二\u2066", LONG, "\x1b[31m", "字" * 4001)
    async with nothing_kept(here, root):
        for verb, who in (
            ("comment", "报"),
            ("reject", "甲"),
            ("return", "甲"),
            ("withdraw", "报"),
            ("terminate", "管"),
        ):
            for text in said:
                refused(
                    await here.do(verb, who, item, comment=text), "comment_too_long" if len(text) > 4000 else "form"
                )
            refused(await here.do(verb, who, item, comment="\ud800"), "malformed")
            refused(await here.do(verb, who, item, comment=["不", "是"]), "malformed")
        for verb, who in (("reject", "甲"), ("return", "甲"), ("terminate", "管"), ("comment", "报")):
            refused(await here.do(verb, who, item, comment=" \n\u3000"), "comment_needed")
        huge = await here.do("comment", "报", item, comment="字" * (LARGEST // 3))
        refused(huge, "too_large")
    assert isinstance(await here.do("comment", "报", item, comment="字" * 4000), Answer)


async def test_two_submissions_with_one_id_are_one_item(here: House, root: Any) -> None:
    one = str(uuid4())
    made = await asyncio.gather(*(here.do("submit", "报", id=one, flow="walk", form=FORM) for _ in range(5)))
    changed = await here.do("submit", "报", id=one, flow="walk", form={**FORM, "标题": "换了一个标题"})
    assert [changed] * 5 == made
    assert (await counts(root))["item"] == 1
    again = await here.do("approve", "甲", made[0].item, id=one)  # type: ignore[union-attr]
    assert again == made[0], "an id is one command's, whatever else comes under it"
    await assert_sound(here.engine, root, here.tenant)


# ------------------------------------------------------------------------------------------------ tenants


@pytest.fixture
async def there(database: Any, here: House) -> AsyncIterator[House]:
    """Another tenant in the same database, with people and a flow of the same names."""
    async with house(
        database.app_url, organisation=ORGANISATION.replace("tenant: test", "tenant: other"), flows=(FLOW,)
    ) as opened:
        yield opened


async def test_another_tenants_ids_are_nobodys(here: House, there: House, root: Any) -> None:
    mine, theirs = (await begin(here)).item, (await begin(there)).item
    [uploaded] = [await there.engine.files.upload(there.tenant, there.people["报"], "证.pdf", pdf())]
    assert isinstance(uploaded, Attachment)
    async with nothing_kept(here, root):
        refused(await here.do("approve", "甲", theirs), "no_such_item")
        refused(await here.do("approve", there.people["甲"], mine), "no_task")
        refused(await here.do("transfer", "甲", mine, to=there.people["乙"]), "unknown_person")
        refused(await here.do("submit", there.people["报"], flow="walk", form=FORM), "may_not_start")
        refused(await here.do("submit", "报", flow="walk", form={**FORM, "附件": uploaded.file}), "form")
        for person in (here.people["甲"], there.people["甲"]):
            refused(await here.engine.read.find(here.tenant, person, theirs), "no_such_item")
            refused(await here.engine.files.download(here.tenant, person, uploaded.file), "no_such_file")
        refused(await here.engine.files.upload(here.tenant, there.people["报"], "证.pdf", pdf()), "unknown_person")
        refused(await here.engine.identity.link(here.tenant, there.people["甲"]), "unknown_person")
        assert await here.engine.identity.account(here.tenant, "memory", there.people["甲"]) is None
        assert await here.engine.read.transcript(here.tenant, there.people["甲"]) == []
    code = await there.engine.identity.link(there.tenant, there.people["甲"])
    assert isinstance(code, str)
    refused(await here.engine.identity.redeem(here.tenant, code, "memory", "x"), "code_unknown")


async def test_one_id_in_two_tenants_is_two_commands(here: House, there: House) -> None:
    """A process that serves both must not answer one with the other's outcome."""
    for _ in range(10):
        one = str(uuid4())
        both = [
            here.engine.perform(
                Command(one, which.tenant, "", "submit", which.people["报"], "api", {"flow": "walk", "form": FORM})
            )
            for which in (here, there)
        ]
        mine, theirs = await asyncio.gather(*both)
        assert isinstance(mine, Answer)
        assert isinstance(theirs, Answer)
        for which, answer in ((here, mine), (there, theirs)):
            found = await which.engine.read.find(which.tenant, which.people["报"], answer.code)
            assert getattr(found, "tenant", None) == which.tenant


# ------------------------------------------------------------------------------------------------ chats


async def test_forged_and_foreign_tokens_do_nothing(here: House, there: House, root: Any) -> None:
    item = (await begin(here)).item
    await begin(there)
    await here.settled()
    await there.settled()
    [prompt] = here.chat("甲")
    token = next(choice.token for choice in choices(prompt.view) if choice.label == "退回")
    [foreign] = (choice.token for choice in choices(there.chat("甲")[0].view) if choice.label == "退回")
    raw = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    forged = [
        base64.urlsafe_b64encode(bytes(raw[:n]) + bytes([raw[n] ^ 1]) + bytes(raw[n + 1 :])).decode().rstrip("=")
        for n in range(len(raw))
    ]
    forged += [
        "",
        "x",
        token[:-1],
        token + "A",
        token.swapcase(),
        "A" * len(token),
        "字" * 20,
        "\x00",
        LONG,
        "=" * 52,
        foreign,
    ]
    forged.append(write(Press("approve", item, 1, 1), b"another key", "memory", here.people["甲"]))
    forged.append(write(Press("approve", item, 1, 1), here.engine.scenes.key, "web", here.people["甲"]))
    async with nothing_kept(here, root):
        before = len(here.network.toasts)
        for one in forged:
            await here.say("甲", Pressed(here.people["甲"], here.people["甲"], one, message=prompt.ref, handle="h"))
        await here.say("乙", Pressed(here.people["乙"], here.people["乙"], token, message=prompt.ref, handle="h"))
        await here.say("甲", Filled(here.people["甲"], here.people["甲"], token, {"标题": "x"}))
        await here.settled()
        assert len(set(here.network.toasts[before:])) == 1, "one sentence for all of them"
        assert len(here.network.toasts) == before + len(forged) + 1
    await assert_sound(here.engine, root, here.tenant)


async def test_a_button_of_an_earlier_round_does_nothing(here: House, root: Any) -> None:
    item = (await begin(here)).item
    await here.settled()
    [old] = here.chat("甲")
    before = Said(old.ref, old.chat, [old.view])
    await here.do("return", "甲", item, comment="请改")
    await here.do("resubmit", "报", item, form={"人数": 90})
    await here.settled()
    assert any("退回" in labels(one.view) for one in here.chat("甲")), "the new round has its own prompt"
    async with nothing_kept(here, root):
        for label in ("通过", "退回", "驳回", "转交"):
            if label in labels(before.view):
                await here.press("甲", label, said=before)
        await here.settled()
        told = here.network.toasts[-1]
    assert "上一轮" in told or "已" in told, told


async def test_whatever_is_typed_is_answered_and_can_be_read_back(here: House, root: Any) -> None:
    """A NUL once stayed in the transcript's words, which then could never be read again."""
    await begin(here)
    person = here.people["甲"]
    typed = (
        "一\x00二",
        "/find \x00",
        "/item \x00",
        "/find 一\u202e二",
        LONG,
        "/item " + "x" * 36,
        "/new 一\x00",
        "\x1b[2J",
        "/help",
    )
    async with nothing_kept(here, root, ("item", "task", "party", "file", "counter")):
        for text in typed:
            await here.type("甲", text)
            await here.settled()
            assert isinstance(here.chat("甲")[-1].view, Notice | Listing), text
    chat = await chats.find(here.engine.database, here.tenant, "memory", person)
    assert chat is not None
    lines = await chats.transcript(here.engine.database, here.tenant, chat)
    mine = [line.words for line in lines if line.mine]
    assert len(mine) == len(typed)
    assert not any(set(words or "") & {"\x00", "\u202e", "\x1b"} for words in mine)
    assert max(len(words or "") for words in mine) <= 20_000


# ------------------------------------------------------------------------------------------------ files


async def pdf(size: int = 200) -> AsyncIterator[bytes]:
    yield b"%PDF-1.7\n" + b"x" * (min(size, PART) - 9)
    for _ in range(-(-size // PART) - 1):
        yield b"x" * PART


async def of(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def test_files_of_a_wrong_kind_or_size_leave_nothing(here: House, root: Any) -> None:
    upload, who = here.engine.files.upload, here.people["报"]
    exe = b"MZ\x90\x00" + bytes(200)
    async with nothing_kept(here, root, (*KEPT, "content")):
        refused(await upload(here.tenant, who, "大.pdf", pdf(MOST_BYTES + PART)), "file_too_large")
        refused(await upload(here.tenant, who, "空.pdf", of()), "file_empty")
        refused(await upload(here.tenant, who, "空.pdf", of(b"", b"")), "file_empty")
        for name in (
            "病毒.exe",
            "病毒.pdf",
            "病毒.png",
            "病毒.txt",
            "无名",
            ".pdf",
            "a.pdf.exe",
            "fdp\u202e.exe",
            "a.svg",
            "a.html",
        ):
            refused(await upload(here.tenant, who, name, of(exe)), "file_kind")
        refused(await upload(here.tenant, who, "页.txt", of(b"<!DOCTYPE html><script>")), "file_kind")
        refused(await upload(here.tenant, who, "页.pdf", of(b"<html>%PDF-1.7")), "file_kind")
        refused(await upload(here.tenant, str(uuid4()), "好.pdf", pdf()), "unknown_person")

        async def cut() -> AsyncIterator[bytes]:
            yield b"%PDF-1.7\n" + b"x" * PART
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            await upload(here.tenant, who, "断.pdf", cut())
    largest = await upload(here.tenant, who, "../..\\大\x00.pdf", pdf(MOST_BYTES))
    assert isinstance(largest, Attachment)
    assert (largest.name, largest.bytes) == ("大.pdf", MOST_BYTES)


async def test_somebody_elses_file_is_not_handed_in(here: House, root: Any) -> None:
    theirs = await here.engine.files.upload(here.tenant, here.people["甲"], "证.pdf", pdf())
    assert isinstance(theirs, Attachment)
    async with nothing_kept(here, root):
        refused(await here.do("submit", "报", flow="walk", form={**FORM, "附件": theirs.file}), "form")
        refused(
            await here.do(
                "submit", "报", flow="walk", form={**FORM, "嘉宾": [{"姓名": "王小二", "证件": theirs.file}]}
            ),
            "form",
        )
        refused(await here.engine.files.download(here.tenant, here.people["乙"], theirs.file), "no_such_file")
    mine = await here.engine.files.upload(here.tenant, here.people["报"], "证.pdf", pdf())
    assert isinstance(mine, Attachment)
    item = await begin(here, 附件=mine.file)
    assert not isinstance(await here.engine.files.download(here.tenant, here.people["甲"], mine.file), Refused)
    refused(await here.engine.files.download(here.tenant, here.people["外"], mine.file), "no_such_file")
    assert item.state == "running"
