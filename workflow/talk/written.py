"""Something was typed, or a whole form handed in: a command, an answer to the present question, or neither."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Final
from zoneinfo import ZoneInfo

from workflow.domain.command import Command, Refused
from workflow.domain.effect import Content
from workflow.domain.item import Item
from workflow.talk import commands, form, quiet, tokens, turns
from workflow.talk.about import Detail, Line, Page
from workflow.talk.cards.listing import startable
from workflow.talk.dialogue import Act, Open
from workflow.talk.dialogues import act
from workflow.talk.dialogues import form as filling
from workflow.talk.dialogues.paper import hand_in
from workflow.talk.dialogues.paper import paper as paper_of
from workflow.talk.dialogues.turn import Done, Next, Turn
from workflow.talk.incoming import Filled, Typed
from workflow.talk.plain import clean, line
from workflow.talk.pressing import start
from workflow.talk.scene import Heard, Hearing
from workflow.talk.tokens import Press

LONGEST: Final = 20_000
"""What is longer is no answer to anything; it is cut before it is looked at, and then found too long."""


def typed(incoming: Typed, hearing: Hearing) -> Heard:
    """What typing comes to. In a group, only commands are meant for us."""
    text = clean(incoming.text, LONGEST)
    top = hearing.dialogue.top
    command = commands.command_in(text, bare=top is None and hearing.private)
    if command is not None and not (top is not None and commands.leading(text)):
        return _COMMANDS[command.word](command.rest, hearing)
    if not hearing.private:
        return Heard(hearing.dialogue)
    if top is not None:
        return _answer(top, text, hearing)
    if incoming.files:
        return turns.say(hearing, "no_file_wanted")
    if not text:
        return Heard(hearing.dialogue)
    code = commands.read_code(text)
    if code and (any(one.code == code for one in hearing.items.values()) or any(one.isdigit() for one in text)):
        return _item(code, hearing)
    return turns.say(hearing, "not_understood")


def _answer(top: Open, text: str, hearing: Hearing) -> Heard:
    """The present question is answered, or led through by a word."""
    if hearing.spoilt and not hearing.sent:
        return turns.refuse(hearing.spoilt[0], hearing)
    word = commands.leading(text)
    turn: Turn
    if isinstance(top.talk, Act):
        if top.talk.item not in hearing.items:
            return turns.refuse(Refused("no_such_item"), hearing)
        turn = act.pressed(top.talk, Press(word), hearing) if word else act.typed(top.talk, text, hearing)
    elif word:
        turn = filling.pressed(top.talk, Press(word), hearing)
    else:
        turn = filling.typed(top.talk, text, hearing.sent, hearing)
    return turns.go(turn, hearing)


def filled(incoming: Filled, hearing: Hearing) -> Heard:
    """A whole form at once. What does not hold together becomes a dialogue at its summary, so that nothing is lost."""
    read = form.read_filled(incoming.token, incoming.answers, hearing)
    if isinstance(read, Refused):
        return turns.refuse(read, hearing)
    paper = paper_of(read, hearing)
    if paper is None:
        return turns.refuse(Refused("form_changed"), hearing)
    turn = hand_in(read, paper, hearing)
    if isinstance(turn, Done):
        heard = turns.done(turn, hearing.dialogue.begin(read, hearing.command, hearing.now), hearing)
        return Heard(hearing.dialogue, command=heard.command, kept=heard.kept)
    return turns.begin(turn.talk, hearing, turn.problem) if isinstance(turn, Next) else Heard(hearing.dialogue)


# ------------------------------------------------------------------------------------------------ commands


def _page(what: str) -> Callable[[str, Hearing], Heard]:
    def show(_rest: str, hearing: Hearing) -> Heard:
        if not hearing.private:
            return turns.in_private(hearing)
        return Heard(hearing.dialogue, says=(Page(what),))  # type: ignore[arg-type]

    return show


def _named(rest: str, hearing: Hearing, usage: str) -> Item | Heard:
    """The item whose code was typed behind a command, or what there is to say."""
    code = commands.read_code(rest)
    if not code:
        return turns.say(hearing, usage)
    found = next((one for one in hearing.items.values() if one.code == code), None)
    return found if found is not None else turns.refuse(Refused("no_such_item"), hearing)


def _item(rest: str, hearing: Hearing) -> Heard:
    found = _named(rest, hearing, "item_usage")
    return found if isinstance(found, Heard) else Heard(hearing.dialogue, says=(Detail(found.id),))


def _take(rest: str, hearing: Hearing) -> Heard:
    """Take a task by the item's code, whether or not one was asked; where others read along, too."""
    found = _named(rest, hearing, "take_usage")
    if isinstance(found, Heard):
        return found
    made = Command("", "", found.id, "take", hearing.person, "")
    return Heard(hearing.dialogue, command=made)


def _find(rest: str, hearing: Hearing) -> Heard:
    if not hearing.private:
        return turns.in_private(hearing)
    words = line(rest, 100)
    if not words:
        return turns.say(hearing, "find_usage")
    salt, body = hearing.random.bytes(16), words.encode()
    commitment = hashlib.sha256(b"\x02" + salt + body).hexdigest()
    content = Content(commitment, hearing.person, salt, body)
    return Heard(hearing.dialogue, says=(Page("find", query=commitment),), contents=(content,))


def _new(rest: str, hearing: Hearing) -> Heard:
    if not hearing.private:
        return turns.in_private(hearing)
    if not rest:
        return Heard(hearing.dialogue, says=(Page("flows"),))
    wanted = rest.casefold()
    flows = startable(hearing)
    exact = [flow for flow, title in flows if wanted in (flow.casefold(), title.casefold())]
    close = exact or [flow for flow, title in flows if wanted in title.casefold() or wanted in flow.casefold()]
    if len(close) == 1:
        return start(tokens.version_of(hearing.flows[close[0]].digest), hearing)
    return Heard(hearing.dialogue, says=(Line("which_flow" if close else "no_such_flow"), Page("flows")))


def _lang(rest: str, hearing: Hearing) -> Heard:
    language = commands.LANGUAGES.get(rest.casefold())
    if language is None:
        return turns.say(hearing, "lang_usage")
    return Heard(hearing.dialogue, says=(Line("language_set"),), language=language)


def _mute(rest: str, hearing: Hearing) -> Heard:
    if not hearing.private:
        return turns.in_private(hearing)
    hours = (Line("quiet_hours", {"hours": hearing.quiet}),) if hearing.quiet else ()
    if not rest:
        muted = hearing.muted is not None and hearing.muted > hearing.now
        line = Line("muted", {"at": hearing.muted}) if muted else Line("not_muted")
        return Heard(hearing.dialogue, says=(line, *hours))
    mute = quiet.read_mute(rest, hearing.now, ZoneInfo(hearing.organisation.time_zone))
    if mute is None:
        return turns.say(hearing, "mute_usage")
    if mute.until is None:
        return Heard(hearing.dialogue, says=(Line("not_muted"), *hours), mute=mute)
    if mute.until - hearing.now > quiet.LONGEST:
        return turns.say(hearing, "mute_too_long", days=quiet.LONGEST.days)
    return Heard(hearing.dialogue, says=(Line("muted", {"at": mute.until}),), mute=mute)


def _link(_rest: str, hearing: Hearing) -> Heard:
    """Only without a code: one with a code is redeemed before anybody is heard."""
    return turns.say(hearing, "link_usage") if hearing.private else turns.in_private(hearing)


def _room(_rest: str, hearing: Hearing) -> Heard:
    """Only where it is out of place: which group is which room is settled before anybody is heard."""
    return turns.say(hearing, "room_usage")


def _help(_rest: str, hearing: Hearing) -> Heard:
    return turns.say(hearing, "help")


def _cancel(_rest: str, hearing: Hearing) -> Heard:
    return turns.say(hearing, "nothing_to_cancel")


def _unknown(_rest: str, hearing: Hearing) -> Heard:
    return turns.say(hearing, "unknown_command") if hearing.private else Heard(hearing.dialogue)


_COMMANDS: Final[Mapping[str, Callable[[str, Hearing], Heard]]] = {
    "inbox": _page("inbox"), "mine": _page("mine"), "item": _item, "take": _take, "find": _find, "new": _new, "mute": _mute, "lang": _lang,
    "link": _link, "room": _room, "cancel": _cancel, "help": _help, "start": _help, "unknown": _unknown,
}  # fmt: skip
