"""Looking at somebody's chat until something is there, and pressing what is found. Unmet when it does not come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

from workflow.cli.demonstration import screen
from workflow.cli.demonstration.screen import Button, Json
from workflow.cli.demonstration.visitor import Visitor, Window
from workflow.cli.tongue import say

T = TypeVar("T")

PATIENCE: Final = 15.0
"""Seconds that anything may take until it is seen."""
LOOK: Final = 0.25
"""Seconds after which one looks again, even when nothing was pushed."""


class Unmet(Exception):
    """Something did not come as the script says."""


def until(who: Visitor, what: str, look: Callable[[], T | None]) -> T:
    """Look until it is there, again whenever something is pushed to the window."""
    give_up = time.monotonic() + PATIENCE
    while (found := look()) is None:
        if time.monotonic() > give_up:
            zh, en = f"等了 {PATIENCE:.0f} 秒没有等到", f"waited {PATIENCE:.0f} s in vain"
            raise Unmet(f"{who.name} {say(zh, en)}: {what}")
        window_of(who).wait(LOOK)
    return found


def see(who: Visitor, what: str, look: Callable[[list[Json]], T | None]) -> T:
    """Look at the chat until it is there."""
    return until(who, what, lambda: look(who.transcript()))


def press(who: Visitor, button: Button) -> str:
    """Press a button; its toast where it came at once."""
    return who.press(button.token, button.message)


def toast(who: Visitor, button: Button) -> str:
    """Press a button, and read what that is answered with, at once or a little later."""
    window = window_of(who)
    before = len(window.toasts)

    def late() -> str | None:
        return window.toasts[-1] if len(window.toasts) > before else None

    return press(who, button) or until(who, say("按钮的回答", "an answer to the button"), late)


def gone(who: Visitor, button: Button) -> Json:
    """The message that the button stood on, edited in place: it is there, and the button is not."""

    def look(found: list[Json]) -> Json | None:
        message = next((one for one in found if one["id"] == button.message), None)
        return message if message is not None and screen.button(message, button.label) is None else None

    return see(who, say(f"“{button.label}”从原消息上消失", f"“{button.label}” gone from its message"), look)


def question(who: Visitor, after: Json | None = None) -> Json:
    """The question that is asked now, another one than `after`."""

    def look(found: list[Json]) -> Json | None:
        message = screen.question(found)
        return message if message is not None and (after is None or message["view"] != after["view"]) else None

    return see(who, say("下一个问题", "the next question"), look)


def option(message: Json, word: str) -> Button:
    """A button of a message; Unmet when it has none of that word."""
    if (found := screen.button(message, word)) is None:
        there = "、".join(one.label for one in screen.buttons(message))
        raise Unmet(say(f"没有“{word}”，只有：{there}", f"no “{word}”, only: {there}"))
    return found


def ticked(who: Visitor, message: str, fails: tuple[str, ...]) -> None:
    """Mark every line of a checklist, in place; nothing to do on a card without one."""

    def lines(found: list[Json]) -> list[tuple[str, str, dict[str, Button]]]:
        return [line for one in found if one["id"] == message for line in screen.marks(one)]

    for label, mark, buttons in lines(who.transcript()):
        wanted = "fail" if label in fails else "pass"
        if mark != wanted:
            press(who, buttons[wanted])

    def done(found: list[Json]) -> bool | None:
        return all(mark == ("fail" if label in fails else "pass") for label, mark, _ in lines(found)) or None

    see(who, say("核对项都打了勾", "every line ticked"), done)


def window_of(visitor: Visitor) -> Window:
    """The window that somebody has open."""
    assert visitor.window is not None, "everybody opened one when they came in"  # noqa: S101
    return visitor.window
