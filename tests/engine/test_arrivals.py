"""Which outcome of which delivery becomes a command to the item that waits to hear of it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from workflow.domain.command import SYSTEM
from workflow.engine.arrivals import confirmation
from workflow.store.chats import Owed, Result
from workflow.talk.about import About, Status, Told

ITEM, DELIVERY = str(uuid4()), str(uuid4())
CUT = Told(ITEM, "cut", "直播", 0, 1, 7)


def result(word: str) -> Result:
    return Result("c", 1, ITEM, -1, 5, 1, word, "", 0.0, "", "")


def owed() -> Owed:
    return Owed(
        chat="c", external="cut", bot="webhook", person="", private=False, epoch=1, stream=ITEM, topic=-1, no=5, line=1,
        about=b"", ref="", wanted=1, sent=0, attempt=1, tries=0, urgent=True, at=datetime(2026, 11, 23, tzinfo=UTC),
        language="zh", late=False,
    )  # fmt: skip


@pytest.mark.parametrize(("word", "arrived"), [("shown", True), ("dead", False), ("unreachable", False)])
def test_what_is_settled_is_said_to_the_item(word: str, arrived: bool) -> None:
    command = confirmation("t", CUT, owed(), result(word), DELIVERY)
    assert command is not None
    assert (command.item, command.verb, command.actor) == (ITEM, "confirm", SYSTEM)
    assert command.args == {"version": 7, "deed": 1, "hook": "cut", "arrived": arrived}
    assert command == confirmation("t", CUT, owed(), result(word), DELIVERY), "once, however often it is made"


@pytest.mark.parametrize("word", ["ambiguous", "later", "paced", "moved", "again"])
def test_what_may_still_arrive_is_not(word: str) -> None:
    assert confirmation("t", CUT, owed(), result(word), DELIVERY) is None


@pytest.mark.parametrize(
    "about", [Status(ITEM), Told(ITEM, "publish", "发布", 0, 1, 7), Told(ITEM, "webhook", "发布", 0, 1, 7)]
)
def test_nobody_waits_to_hear_of_anything_else(about: About) -> None:
    assert confirmation("t", about, owed(), result("shown"), DELIVERY) is None


def test_what_was_lost_and_then_arrived_is_two_commands() -> None:
    first, second = (confirmation("t", CUT, owed(), result(word), DELIVERY) for word in ("dead", "shown"))
    assert first is not None
    assert second is not None
    assert first.id != second.id
