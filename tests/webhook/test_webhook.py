"""A hook is called over real HTTP: what arrives, how it is signed, what each answer means, and what must be set."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import time
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from adapters.webhook import Hook, WebhookAdapter, WebhookSettings, adapter
from adapters.webhook.signing import headers
from tests.contract.views import CARD, VIEWS
from tests.webhook.receiver import SECRET, Call, Receiver, receiving
from workflow.ports import Delivery, Standing, Update
from workflow.talk.view import Card, Checklist, View


@asynccontextmanager
async def calling(*answers: int | None) -> AsyncIterator[tuple[WebhookAdapter, Receiver]]:
    async with receiving(*answers) as receiver:
        made = WebhookAdapter(WebhookSettings(hooks={"cut": Hook(url=receiver.url, secret=SECRET)}))
        yield made, receiver


def to(chat: str = "cut", **more: object) -> Delivery:
    return Delivery(str(uuid4()), chat, private=False, **more)  # type: ignore[arg-type]


async def test_a_call_is_signed_dated_and_named() -> None:
    async with calling() as (bot, receiver):
        delivery = to()
        outcome = await bot.show(delivery, CARD)
        [call] = receiver.calls
    assert (outcome.kind, outcome.ref) == ("sent", delivery.id)
    assert call.genuine()
    assert call.headers["webhook-id"] == call.headers["idempotency-key"] == delivery.id
    assert abs(int(call.headers["webhook-timestamp"]) - time()) < 60
    assert call.headers["content-type"] == "application/json"
    forged = Call(call.headers, call.body.replace(CARD.number.encode(), b"AAAAAA"))
    assert not forged.genuine()
    assert not Call({**call.headers, "webhook-timestamp": "1"}, call.body).genuine()
    assert not call.genuine(bytes(32))


async def test_the_card_arrives_field_by_field_and_without_its_buttons() -> None:
    async with calling() as (bot, receiver):
        await bot.show(to(attempt=2), CARD)
        said = receiver.calls[0].said
    assert (said["type"], said["hook"], said["attempt"]) == ("guankou.card", "cut", 2)
    assert said["data"]["number"] == CARD.number
    assert {"label": CARD.facts[0][0], "value": CARD.facts[0][1]} in said["data"]["facts"]
    assert [one["name"] for one in said["data"]["files"]] == [one.name for one in CARD.files]
    assert all(choice.token not in json.dumps(said) for choice in CARD.choices)


@pytest.mark.parametrize(
    ("view", "words"), VIEWS, ids=lambda one: type(one).__name__ if not isinstance(one, tuple) else ""
)
async def test_whatever_can_be_shown_can_be_told_to_a_hook(view: View, words: tuple[str, ...]) -> None:
    async with calling() as (bot, receiver):
        assert (await bot.show(to(), view)).kind == "sent"
        said = receiver.calls[0].said
    assert said["type"] == ("guankou.card" if isinstance(view, Card | Checklist) else "guankou.text")
    told = json.dumps(said, ensure_ascii=False)
    assert all(word in told for word in words if not isinstance(view, Card | Checklist))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, "sent"), (202, "sent"), (204, "sent"), (301, "rejected"), (400, "rejected"), (401, "rejected"), (404, "rejected"),
        (409, "rejected"), (410, "rejected"), (408, "retry"), (429, "retry"), (500, "ambiguous"), (502, "ambiguous"), (503, "ambiguous"),
    ],
)  # fmt: skip
async def test_what_an_answer_means(status: int, kind: str) -> None:
    async with calling(status) as (bot, _):
        outcome = await bot.show(to(), CARD)
    assert outcome.kind == kind
    assert kind == "sent" or outcome.detail == f"HTTP {status}"


async def test_a_busy_hook_sets_the_pace() -> None:
    async with calling(429) as (bot, receiver):
        receiver.headers = {"retry-after": "7"}
        assert (await bot.show(to(), CARD)).after == 7
        receiver.headers = {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}
        assert (await bot.show(to(), CARD)).after > 0


async def test_a_lost_answer_may_have_arrived_and_the_same_call_is_made_again() -> None:
    async with calling(None, 204) as (bot, receiver):
        delivery = to()
        assert (await bot.show(delivery, CARD)).kind == "ambiguous"
        assert (await bot.show(delivery, CARD)).kind == "sent"
        first, second = receiver.calls
    assert first.id == second.id


async def test_who_is_not_there_got_nothing() -> None:
    async with receiving() as receiver:
        url = receiver.url
    gone = WebhookAdapter(WebhookSettings(hooks={"cut": Hook(url=url, secret=SECRET)}))
    assert (await gone.show(to(), CARD)).kind == "retry"
    assert not (await gone.probe()).ok


async def test_a_hook_that_is_no_more_is_said_to_be_so_and_nothing_is_called_twice() -> None:
    async with calling() as (bot, receiver):
        assert (await bot.show(to("gone"), CARD)).kind == "rejected"
        assert (await bot.show(to(ref="x"), CARD)).kind == "noop"
        assert (await bot.withdraw(to(ref="x"), "…")).kind == "noop"
        assert (await bot.probe()).ok
        assert receiver.calls == [], "a probe calls nothing"
        assert isinstance(bot, Standing)
        assert bot.rooms == {"webhook:cut": "cut"}
        assert bot.read(Update("1", "cut", b"{}")) is None


@given(st.binary(min_size=24, max_size=64), st.binary(max_size=400), st.integers(0, 2**33), st.uuids())
def test_a_signature_is_the_standards(key: bytes, body: bytes, at: int, id_: object) -> None:
    assert Call(headers(key, str(id_), at, body), body).genuine(key)


def test_a_hook_has_an_address_and_a_secret() -> None:
    good = {"url": "https://app.example.org/hooks/guankou", "secret": SECRET}
    assert WebhookSettings(hooks={"cut": good}).hooks["cut"].key == bytes(range(32))
    for bad in (
        {"url": good["url"]}, {**good, "secret": "short"}, {**good, "secret": "whsec_" + base64.b64encode(bytes(8)).decode()},
        {**good, "url": "app.example.org"}, {**good, "url": "file:///etc/passwd"}, {**good, "more": "1"},
    ):  # fmt: skip
        with pytest.raises(ValidationError) as wrong:
            WebhookSettings(hooks={"cut": bad})
        assert SECRET not in str(wrong.value)
    with pytest.raises(ValidationError):
        WebhookSettings(hooks={"断流": good})


def test_it_is_read_from_the_environment_and_without_hooks_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GUANKOU_WEBHOOK_HOOKS", raising=False)
    assert adapter(tenant="t", secret=b"") is None
    monkeypatch.setenv("GUANKOU_WEBHOOK_HOOKS", json.dumps({"cut": {"url": "http://127.0.0.1:9/x", "secret": SECRET}}))
    made = adapter(tenant="t", secret=b"")
    assert made is not None
    assert list(made.hooks) == ["cut"]
    assert SECRET not in repr(made.hooks)
