"""Every error that the Bot API knows, as an Outcome: from the answer as it stands on the wire, through aiogram's own reading of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import SendMessage

from adapters.telegram.outcomes import outcome_of, uneditable, unreadable_markup
from tests.telegram.rig import TelegramRig, rigged
from tests.telegram.server import TOKEN
from workflow.ports import Delivery, Outcome
from workflow.talk.view import Card, Choice, Notice

CARD = Card("K7M3QX", "大扫除", "待审核", choices=(Choice("t", "通过"),))


def error_of(status: int, body: str) -> Exception:
    """What aiogram raises for this answer."""
    session = AiohttpSession()
    try:
        session.check_response(Bot(TOKEN, session=session), SendMessage(chat_id=1, text="x"), status, body)
    except Exception as error:  # noqa: BLE001 - it is what is wanted
        return error
    raise AssertionError(f"aiogram takes {status} {body} for an answer")


def refused(status: int, description: str, **parameters: Any) -> Exception:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return error_of(status, json.dumps(body | ({"parameters": parameters} if parameters else {})))


@pytest.mark.parametrize(
    ("status", "description", "kind"),
    [
        (400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message", "noop"),
        (400, "Bad Request: message to edit not found", "gone"),
        (400, "Bad Request: message can't be edited", "gone"),
        (400, "Bad Request: MESSAGE_ID_INVALID", "gone"),
        (400, "Bad Request: there is no text in the message to edit", "gone"),
        (400, "Bad Request: chat not found", "unreachable"),
        (400, "Bad Request: PEER_ID_INVALID", "unreachable"),
        (400, "Bad Request: group chat was deactivated", "unreachable"),
        (400, "Bad Request: not enough rights to send text messages to the chat", "unreachable"),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN", "unreachable"),
        (400, "Bad Request: TOPIC_CLOSED", "unreachable"),
        (400, "Bad Request: message is too long", "rejected"),
        (400, "Bad Request: message text is empty", "rejected"),
        (400, "Bad Request: BUTTON_DATA_INVALID", "rejected"),
        (400, "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 0", "rejected"),
        (401, "Unauthorized", "unauthorised"),
        (403, "Forbidden: bot was blocked by the user", "unreachable"),
        (403, "Forbidden: user is deactivated", "unreachable"),
        (403, "Forbidden: bot was kicked from the supergroup chat", "unreachable"),
        (403, "Forbidden: bot can't initiate conversation with a user", "unreachable"),
        (404, "Not Found", "unauthorised"),
        (409, "Conflict: terminated by other getUpdates request", "retry"),
        (413, "Request Entity Too Large", "rejected"),
        (418, "I'm a teapot", "rejected"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("editing", [False, True])
def test_what_is_certain(status: int, description: str, kind: str, editing: bool) -> None:
    outcome = outcome_of(refused(status, description), editing=editing)
    assert outcome.kind == kind
    assert outcome.kind == "noop" or description in outcome.detail


@pytest.mark.parametrize("editing", [False, True])
def test_too_many_requests_say_how_long(editing: bool) -> None:
    outcome = outcome_of(refused(429, "Too Many Requests: retry after 17", retry_after=17), editing=editing)
    assert (outcome.kind, outcome.after, outcome.detail) == ("retry", 17.0, "Too Many Requests: retry after 17")
    bare = outcome_of(refused(429, "Too Many Requests"), editing=editing)
    assert bare.kind == "retry"
    assert bare.after > 0


def test_a_migrated_group_says_where_to() -> None:
    error = refused(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1009)
    assert outcome_of(error, editing=False) == Outcome("moved", to="-1009", detail="became a supergroup")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, '{"ok":false,"error_code":500,"description":"Internal Server Error: sent message was immediately deleted"}'),
        (500, '{"ok":false,"error_code":500,"description":"Internal Server Error: restart"}'),
        (502, '{"ok":false,"error_code":502,"description":"Bad Gateway"}'),
        (502, "<html><head><title>502 Bad Gateway</title></head></html>"),
        (504, ""),
        (200, '{"ok":true,"result":'),
        (200, '{"ok":true,"result":{"message_id":"what"}}'),
    ],
)  # fmt: skip
def test_nobody_knows_whether_a_first_message_went_out_and_an_edit_is_done_again(status: int, body: str) -> None:
    error = error_of(status, body)
    assert outcome_of(error, editing=False).kind == "ambiguous"
    assert outcome_of(error, editing=True).kind == "retry"


def test_a_message_that_went_out_is_known_though_aiogram_cannot_read_all_of_it() -> None:
    error = error_of(200, '{"ok":true,"result":{"message_id":77,"date":"tomorrow"}}')
    assert outcome_of(error, editing=False) == Outcome("sent", ref="77")


def test_a_bug_of_ours_is_no_certainty_either() -> None:
    assert outcome_of(KeyError("?"), editing=False).kind == "ambiguous"


def test_two_refusals_have_a_remedy() -> None:
    assert unreadable_markup(refused(400, "Bad Request: can't parse entities: Can't find end tag"))
    assert not unreadable_markup(refused(400, "Bad Request: message is too long"))
    assert uneditable(refused(400, "Bad Request: message can't be edited"))
    assert not uneditable(refused(400, "Bad Request: message to edit not found"))


# ------------------------------------------------------------------------------------------------ on the wire


def owed(rig: TelegramRig, ref: str = "") -> Delivery:
    return Delivery("d", rig.chat, ref=ref)


async def test_nobody_listening_means_that_nothing_was_sent() -> None:
    async with rigged() as rig:
        ref = (await rig.adapter.show(owed(rig), CARD)).ref
        await rig.server.fail_connect()
        for one in (owed(rig), owed(rig, ref)):
            outcome = await rig.adapter.show(one, Notice("?"))
            assert (outcome.kind, outcome.after) == ("retry", 0.0), "a failure: the relay backs off by itself"
        await rig.server.restore()
        assert (await rig.adapter.show(owed(rig, ref), Notice("好了"))).kind == "sent"
    assert len(rig.server.chat(rig.chat).said) == 1


async def test_a_lost_answer_is_ambiguous_and_a_lost_edit_is_done_again() -> None:
    async with rigged() as rig:
        rig.server.lose("sendMessage")
        assert (await rig.adapter.show(owed(rig), CARD)).kind == "ambiguous"
        message = rig.server.chat(rig.chat).last
        rig.server.lose("editMessageText")
        assert (await rig.adapter.show(owed(rig, str(message.id)), Notice("好了"))).kind == "retry"
        again = await rig.adapter.show(owed(rig, str(message.id)), Notice("好了"))
        assert again.kind == "noop", "it had been done"
    assert len(rig.server.chat(rig.chat).said) == 1


@pytest.mark.parametrize(("done", "sent"), [(True, 1), (False, 0)])
async def test_a_time_out_is_ambiguous_delivered_or_not(done: bool, sent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.telegram.wire.REQUEST_SECONDS", 0.2)
    monkeypatch.setattr("adapters.telegram.wire.Wire.call.__defaults__", (0.2,))
    async with rigged() as rig:
        rig.server.slow("sendMessage", 0.6, done=done)
        assert (await rig.adapter.show(owed(rig), CARD)).kind == "ambiguous"
        assert len(rig.server.chat(rig.chat).said) == sent


async def test_a_chat_that_moved_says_where_to_and_takes_it_there() -> None:
    async with rigged() as rig:
        group = rig.server.group(-4001, "红霞站", [rig.client])
        new = group.migrate()
        outcome = await rig.adapter.show(Delivery("d", "-4001", private=False), CARD)
        assert (outcome.kind, outcome.to) == ("moved", str(new.id))
        assert (await rig.adapter.show(Delivery("d", outcome.to, private=False), CARD)).kind == "sent"


async def test_a_chat_or_message_that_is_no_number_is_refused_here() -> None:
    async with rigged() as rig:
        assert (await rig.adapter.show(Delivery("d", "王芳"), CARD)).kind == "rejected"
        assert (await rig.adapter.show(Delivery("d", rig.chat, ref="m1"), CARD)).kind == "rejected"
        assert not rig.server.called("sendMessage")
