"""What goes out: sent, edited, taken back, answered; and what is done where Telegram does not allow it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.telegram.sending import TOAST
from tests.telegram.rig import TelegramRig, rigged
from workflow.ports import Delivery
from workflow.talk.view import Ask, Card, Choice, Notice

CARD = Card("K7M3QX", "大扫除", "待审核", choices=(Choice("t", "通过", "good"),))
QUESTION = Ask("text", "为什么退回？", choices=(Choice("c", "取消", "quiet"),))


@pytest.fixture
async def rig() -> AsyncIterator[TelegramRig]:
    async with rigged() as rig:
        yield rig


def owed(rig: TelegramRig, ref: str = "", **more: object) -> Delivery:
    return Delivery("d", rig.chat, ref=ref, **more)  # type: ignore[arg-type]


async def asked(rig: TelegramRig) -> str:
    """A question that forces a reply stands in the chat; its message."""
    ref = (await rig.adapter.show(owed(rig), QUESTION)).ref
    assert "force_reply" in (rig.server.chat(rig.chat).last.markup or {}), "else this tests nothing"
    return ref


async def test_links_are_not_previewed(rig: TelegramRig) -> None:
    await rig.adapter.show(owed(rig), Card("K7M3QX", "大扫除", link="https://guankou.example/item/K7M3QX"))
    assert "is_disabled" in str(rig.server.called("sendMessage")[0].params["link_preview_options"])


async def test_a_resend_is_marked_in_the_readers_language(rig: TelegramRig) -> None:
    await rig.adapter.show(owed(rig, attempt=2), CARD)
    await rig.adapter.show(owed(rig, attempt=3, language="en"), CARD)
    first, second = rig.server.chat(rig.chat).said
    assert first.text.startswith("〔重发 #1〕")
    assert second.text.startswith("[resent #2]")


async def test_an_edit_takes_the_buttons_away(rig: TelegramRig) -> None:
    ref = (await rig.adapter.show(owed(rig), CARD)).ref
    outcome = await rig.adapter.show(owed(rig, ref), Card("K7M3QX", "大扫除", "已通过", mark="good"))
    assert (outcome.kind, outcome.ref) == ("sent", ref)
    [message] = rig.server.chat(rig.chat).said
    assert message.edited
    assert message.buttons == []


async def test_the_same_again_is_a_noop(rig: TelegramRig) -> None:
    ref = (await rig.adapter.show(owed(rig), CARD)).ref
    assert (await rig.adapter.show(owed(rig, ref), CARD)).kind == "noop"


async def test_a_message_that_somebody_deleted_is_gone(rig: TelegramRig) -> None:
    ref = (await rig.adapter.show(owed(rig), CARD)).ref
    rig.server.chat(rig.chat).last.deleted = True
    assert (await rig.adapter.show(owed(rig, ref), Notice("已通过"))).kind == "gone"
    assert (await rig.adapter.withdraw(owed(rig, ref), "已被取代")).kind == "gone"


async def test_a_question_that_was_answered_stays_above_its_answer(rig: TelegramRig) -> None:
    ref = await asked(rig)
    outcome = await rig.adapter.show(owed(rig, ref), Notice("（已回答）"))
    assert (outcome.kind, outcome.ref) == ("noop", ref)
    [message] = rig.server.chat(rig.chat).said
    assert "为什么退回？" in message.text


async def test_a_question_that_must_change_is_taken_away_and_asked_anew(rig: TelegramRig) -> None:
    ref = await asked(rig)
    assert (await rig.adapter.show(owed(rig, ref), Ask("text", "到底为什么？"))).kind == "gone"
    assert rig.server.chat(rig.chat).said == []


async def test_a_copy_that_cannot_say_that_it_is_superseded_is_deleted(rig: TelegramRig) -> None:
    ref = await asked(rig)
    assert (await rig.adapter.withdraw(owed(rig, ref), "已被取代")).kind == "sent"
    assert rig.server.chat(rig.chat).said == []


async def test_markup_that_telegram_cannot_read_becomes_plain_text_with_the_same_buttons(rig: TelegramRig) -> None:
    rig.server.inject("sendMessage", 400, "Bad Request: can't parse entities: Unsupported start tag")
    assert (await rig.adapter.show(owed(rig), CARD)).kind == "sent"
    message = rig.server.chat(rig.chat).last
    assert "大扫除" in message.text
    assert message.entities == []
    assert [button["callback_data"] for row in message.rows for button in row] == ["t"]
    assert "parse_mode" not in rig.server.called("sendMessage")[-1].params


async def test_plain_text_is_tried_once(rig: TelegramRig) -> None:
    rig.server.inject("sendMessage", 400, "Bad Request: can't parse entities: x", times=9)
    assert (await rig.adapter.show(owed(rig), CARD)).kind == "rejected"
    assert len(rig.server.called("sendMessage")) == 2


async def test_a_long_toast_is_cut_and_an_empty_one_only_ends_the_wait(rig: TelegramRig) -> None:
    ref = int((await rig.adapter.show(owed(rig), CARD)).ref)
    for text, toast in (("长" * 5000, "长" * (TOAST - 1) + "…"), ("", ""), ("\U0001f600" * 300, None)):
        query = rig.client.pressed(None, ref, "通过")
        await rig.adapter.acknowledge(query.id, text)
        assert query.done.is_set(), rig.server.refused
        assert toast is None or (query.text or "") == toast


async def test_whatever_becomes_of_a_toast_nobody_is_told(rig: TelegramRig) -> None:
    await rig.adapter.acknowledge("1", "太晚了")
    rig.server.inject("answerCallbackQuery", 500, "Internal Server Error")
    await rig.adapter.acknowledge("1", "x")
    rig.server.lose("answerCallbackQuery")
    await rig.adapter.acknowledge("1", "x")
    await rig.server.fail_connect()
    await rig.adapter.acknowledge("1", "x")
    await rig.server.restore()


async def test_a_bot_that_is_locked_out_says_so(rig: TelegramRig) -> None:
    rig.server.token = "4242424242:AAE-another_one_from_now_on_xxxxxxxxxxxxx"
    assert (await rig.adapter.show(owed(rig), CARD)).kind == "unauthorised"
    found = await rig.adapter.health()
    assert not found.ok
    assert "Unauthorized" in found.detail


@pytest.mark.parametrize("refusing", ["block", "deactivate"])
async def test_who_does_not_want_us_is_unreachable_also_for_edits(rig: TelegramRig, refusing: str) -> None:
    ref = (await rig.adapter.show(owed(rig), CARD)).ref
    getattr(rig.client, refusing)()
    assert (await rig.adapter.show(owed(rig), CARD)).kind == "unreachable"
    assert (await rig.adapter.show(owed(rig, ref), Notice("x"))).kind in {"unreachable", "sent"}


async def test_a_group_that_threw_us_out_is_unreachable(rig: TelegramRig) -> None:
    group = rig.server.group(-4001, "红霞站", [rig.client])
    there = Delivery("d", "-4001", private=False)
    assert (await rig.adapter.show(there, CARD)).kind == "sent"
    for becomes in (group.restrict, group.kick, group.delete):
        becomes()
        assert (await rig.adapter.show(there, CARD)).kind == "unreachable"


async def test_an_invitation_names_the_bot(rig: TelegramRig) -> None:
    assert await rig.adapter.invitation("ABCDEFGH") == "https://t.me/guankou_bot?start=ABCDEFGH"
