"""How a dialogue's turn becomes what is heard: begun, gone on, done, given up. Shared by pressing.py and written.py."""

from __future__ import annotations

from msgspec.structs import replace

from workflow.domain.command import Command, Refused
from workflow.talk.about import About, Line
from workflow.talk.dialogue import Act, Dialogue, Fill, Open, Talk, question
from workflow.talk.dialogues.turn import Cancelled, Done, Next, Turn
from workflow.talk.scene import Heard, Hearing


def refuse(refused: Refused, hearing: Hearing, *bump: About) -> Heard:
    """Nothing happens, and why not."""
    line = Line(f"refused.{refused.reason}", refused.facts)
    return Heard(hearing.dialogue, says=(line,), bump=bump, acknowledgement=hearing.speaker.refusal(refused))


def say(hearing: Hearing, word: str, **facts: object) -> Heard:
    """A line, and nothing else."""
    return Heard(hearing.dialogue, says=(Line(word, facts),))


def in_private(hearing: Hearing) -> Heard:
    """Not where others read along, and how to go on."""
    said = hearing.say("line.private_only")
    return Heard(hearing.dialogue, says=(Line("private_only"),), acknowledgement=said)


def command(verb: str, item: str, args: dict[str, object], hearing: Hearing) -> Heard:
    """A command, straight from a press."""
    return Heard(hearing.dialogue, command=Command("", "", item, verb, hearing.person, "", args), pressed=True)


def begin(talk: Talk, hearing: Hearing, problem: Line | None = None) -> Heard:
    """A dialogue begins; the same one, broken off before, is taken up again instead."""
    if not hearing.private:
        return in_private(hearing)
    dialogue = hearing.dialogue
    same = next((one for one in dialogue.open if _same(one.talk, talk)), None)
    if same is not None:
        others = tuple(one for one in dialogue.open if one.id != same.id)
        old = question(same)
        dialogue = replace(dialogue, open=(*others, same)).go(same.talk, hearing.now, same.problem)
        return _ask(dialogue, (Line("taken_up"),), (old,))
    dialogue = dialogue.begin(talk, hearing.command, hearing.now)
    if problem is not None:
        dialogue = dialogue.go(talk, hearing.now, problem, same=True)
    return _ask(dialogue)


def go(turn: Turn, hearing: Hearing, *, pressed: bool = False) -> Heard:
    """The present dialogue went on."""
    dialogue = hearing.dialogue
    top = dialogue.open[-1]
    old = question(top)
    match turn:
        case Next(talk, problem, same):
            after = dialogue.go(talk, hearing.now, problem, same=same and pressed)
            return Heard(after, bump=(old,)) if same and pressed else _ask(after, bump=(old,))
        case Cancelled(word):
            after = dialogue.close(hearing.now)
            return _ask(after, (Line(word),), (old,))
        case Done():
            return done(turn, dialogue, hearing)


def done(turn: Done, dialogue: Dialogue, hearing: Hearing) -> Heard:
    """The present dialogue has come to its command; should that be refused, the dialogue is kept to go on with."""
    top = dialogue.open[-1]
    after = dialogue.close(hearing.now)
    if top.talk.task:
        after = after.tick(top.talk.item, top.talk.task, top.talk.round, {}, hearing.now)
    heard = _ask(after, bump=(question(top),))
    made = Command("", "", turn.item, turn.verb, hearing.person, "", turn.args)
    return replace(heard, command=made, kept=dialogue)


def _ask(dialogue: Dialogue, before: tuple[About, ...] = (), bump: tuple[About, ...] = ()) -> Heard:
    """What is said first, then the present question, where there is one."""
    top: Open | None = dialogue.top
    return Heard(dialogue, says=(*before, question(top)) if top is not None else before, bump=bump)


def _same(one: Talk, other: Talk) -> bool:
    if isinstance(one, Act) and isinstance(other, Act):
        return (one.verb, one.item, one.task, one.round) == (other.verb, other.item, other.task, other.round)
    if isinstance(one, Fill) and isinstance(other, Fill):
        known = ("purpose", "digest", "item", "task", "run")
        return all(getattr(one, name) == getattr(other, name) for name in known)
    return False
