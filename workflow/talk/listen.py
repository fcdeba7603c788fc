"""What came from a chat becomes what to say, what the dialogue is now, and at most one command. Not here: deciding it (decide.py)."""

from __future__ import annotations

from dataclasses import replace as with_
from datetime import datetime

from msgspec.structs import replace

from workflow.domain.command import Answer, Refused
from workflow.talk import pressing, written
from workflow.talk.about import Line
from workflow.talk.dialogue import Act, Dialogue, question
from workflow.talk.dialogues import act
from workflow.talk.dialogues.paper import reopened
from workflow.talk.incoming import Filled, Incoming, Moved, Pressed, Typed
from workflow.talk.scene import Heard, Hearing
from workflow.talk.text import numbered
from workflow.talk.view import Ask, View

SAID_ALWAYS = frozenset(
    {"nudge", "comment", "transfer", "reassign", "retry", "resubmit", "answer", "decline", "assign", "join"}
)
"""What changes no message that the actor just touched, so a line says that it was done."""


def hear(incoming: Incoming, hearing: Hearing) -> Heard:
    """What one update comes to. Never raises for anything that people do."""
    if isinstance(incoming, Moved):
        return Heard(hearing.dialogue)
    lapsed = lapse(hearing.dialogue, hearing.now)
    if lapsed is not None:
        hearing = with_(hearing, dialogue=lapsed.dialogue)
    heard = _heard(incoming, hearing)
    if lapsed is None:
        return heard
    says = tuple(one for one in heard.says if not (isinstance(one, Line) and one.word in _SAID_BY_LAPSE))
    return replace(heard, says=(*lapsed.says, *says), bump=(*lapsed.bump, *heard.bump))


def _heard(incoming: Pressed | Typed | Filled, hearing: Hearing) -> Heard:
    match incoming:
        case Pressed():
            return pressing.pressed(incoming, hearing)
        case Typed():
            return written.typed(incoming, hearing)
        case Filled():
            return written.filled(incoming, hearing)


_SAID_BY_LAPSE = frozenset({"not_understood", "refused.question_over", "nothing_to_cancel", "no_file_wanted"})


def lapse(dialogue: Dialogue, now: datetime) -> Heard | None:
    """Dialogues whose time is over, said once; None when there are none."""
    left, lapsed = dialogue.lapse(now)
    if not lapsed:
        return None
    return Heard(left, says=(Line("dialogue_expired"),), bump=tuple(question(one) for one in lapsed))


def after(outcome: Answer | Refused, heard: Heard, hearing: Hearing) -> Heard:
    """What came of the command is told to who gave it. A refused form is asked again, with what was wrong; nothing is lost."""
    if heard.command is None:
        return heard
    if isinstance(outcome, Refused):
        return _refused(outcome, heard, hearing)
    verb = (
        outcome.verb if outcome.verb == "join" else heard.command.verb
    )  # what was handed in may be the same as an open item
    facts = {"code": outcome.code}
    said = hearing.speaker.sentence(f"line.done_{verb}", facts)
    line = (Line(f"done_{verb}", facts),) if verb in SAID_ALWAYS or (not heard.pressed and verb != "submit") else ()
    return replace(heard, says=(*line, *heard.says), acknowledgement=said, kept=None)


def _refused(refused: Refused, heard: Heard, hearing: Hearing) -> Heard:
    said = hearing.speaker.refusal(refused)
    again = _again(refused, heard, hearing)
    if again is not None:
        top = again.open[-1]
        return replace(heard, dialogue=again, says=(question(top),), acknowledgement=said, kept=None)
    # Ticks stay for the next try; what was typed into a dialogue that cannot be helped does not.
    ticks = heard.kept.ticks if heard.kept is not None else heard.dialogue.ticks
    dialogue = replace(heard.dialogue, ticks=ticks)
    line = Line(f"refused.{refused.reason}", refused.facts)
    return replace(heard, dialogue=dialogue, says=(line, *heard.says), acknowledgement=said, kept=None)


def _again(refused: Refused, heard: Heard, hearing: Hearing) -> Dialogue | None:
    """The dialogue that the command came from, asked again; None where that would not help."""
    kept = heard.kept
    if kept is None or kept.top is None:
        return None
    talk = kept.top.talk
    problem = Line(f"refused.{refused.reason}", refused.facts)
    if isinstance(talk, Act):
        helped = act.reopened(talk, refused.reason)
        return kept.go(helped, hearing.now, problem) if helped is not None else None
    found = reopened(talk, hearing, refused) if refused.reason in ("form", "which_unit") else None
    return kept.go(found, hearing.now, problem) if found is not None else None


def pressed_by_number(typed: Typed, view: View) -> Pressed | None:
    """The press that a typed number (or a choice's whole label) stands for, of what the chat shows; None when it is none."""
    choices, text = numbered(view), typed.text.strip()
    if text.isascii() and text.isdecimal() and len(text) <= 3:
        place = int(text) - 1
        found = choices[place] if 0 <= place < len(choices) else None
    else:
        found = next((one for one in choices if one.label == text), None)
    if found is None:
        return None
    return Pressed(typed.chat, typed.account, found.token, message=typed.reply_to, private=typed.private)


def takes_numbers(view: View) -> bool:
    """Whether a typed number is about this message, and about none before it: it has choices, or is a question."""
    return isinstance(view, Ask) or bool(numbered(view))
