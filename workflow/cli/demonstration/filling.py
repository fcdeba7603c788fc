"""Forms filled in as people do in a chat: a question, an answer, the next question, a last look. Not here: whole forms at once (player)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workflow.cli.demonstration import screen
from workflow.cli.demonstration.acts import File
from workflow.cli.demonstration.screen import Json
from workflow.cli.demonstration.visitor import Visitor
from workflow.cli.demonstration.watching import option, press, question, see
from workflow.cli.tongue import say

Upload = Callable[[File], Json]


def answered(who: Visitor, answers: Mapping[str, Any], upload: Upload, after: Json | None = None) -> Json:
    """Answer every question in the order of the form, then hand it in; the last look."""
    asked = after
    for value in answers.values():
        asked = question(who, asked)
        asked = reply(who, asked, value, upload)
    summary = see(who, say("填写核对", "the form's summary"), screen.summary)
    press(who, option(summary, "hand in"))
    return summary


def changed(who: Visitor, changes: Mapping[str, Any], upload: Upload) -> Json:
    """From the last look of a form: one field after the other is changed; the last look afterwards."""
    asked: Json | None = None
    for name, value in changes.items():
        summary = see(who, say("填写核对", "the form's summary"), screen.summary)
        press(who, option(summary, "edit"))
        asked = question(who, asked)
        press(who, option(asked, name))
        asked = question(who, asked)
        reply(who, asked, value, upload)
    what = say("改过的地方", "what was changed")
    return see(who, what, lambda found: screen.changed(screen.summary(found), tuple(changes)))


def reply(who: Visitor, asked: Json, value: Any, upload: Upload) -> Json:
    """Answer one question; the question as it stood last."""
    match value:
        case None:
            press(who, option(asked, "skip"))
        case File():
            who.say("", (upload(value),))
        case tuple():
            who.say("", tuple(upload(one) for one in value))
            asked = question(who, asked)
            press(who, option(asked, "enough"))
        case _:
            who.say(value)
    return asked
