"""A button was pressed: what its token means, whether it still means anything, and what follows. One function a kind of press."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from workflow.domain import places
from workflow.domain.command import Refused
from workflow.domain.item import Item
from workflow.steps.amending import AMENDING
from workflow.steps.kinds.kinds import KINDS
from workflow.talk import tokens, turns
from workflow.talk.about import About, Detail, Handed, Page, Prompt, Question
from workflow.talk.answers import tried
from workflow.talk.cards.listing import startable
from workflow.talk.dialogue import Act, Fill
from workflow.talk.dialogues import act, checklist, form
from workflow.talk.dialogues.paper import begin as begin_form
from workflow.talk.dialogues.turn import Next
from workflow.talk.incoming import Pressed
from workflow.talk.scene import Heard, Hearing
from workflow.talk.tokens import Press
from workflow.talk.values import files_in
from workflow.verbs.answer import barred, sought
from workflow.verbs.verb import Held, administrates, held, over

_OF_PROMPTS: Final = frozenset(
    {
        "approve",
        "reject",
        "return",
        "transfer",
        "comment",
        "mark",
        "take",
        "hand_in",
        "decline",
        "assign",
        "clear",
        "stop",
        "restart",
        "answer",
    }
)
"""With a task, these stand on its prompt alone."""
_ANYWHERE: Final = frozenset({"task", "file", "turn", "start"})
"""These stand on listings and reminders, on whatever has files."""
TOO_LATE: Final = frozenset(
    {"decided", "old_round", "task_over", "voted", "ended", "right_lost", "not_yours", "separation", "taken"}
)
"""Refusals after which the prompt itself is shown anew: its buttons are gone."""


def pressed(incoming: Pressed, hearing: Hearing) -> Heard:
    """What a press comes to."""
    press = tokens.read(incoming.token, hearing.key, hearing.bot, hearing.chat)
    if isinstance(press, Refused):
        return turns.refuse(press, hearing)
    if press.verb in tokens.OF_ITEMS:
        item = hearing.items.get(press.subject)
        if item is None or item.digest not in hearing.definitions:
            return turns.refuse(Refused("no_such_item"), hearing)
        return _OF_ITEMS[press.verb](press, item, hearing)
    if press.verb == "turn":
        return _turn(press, hearing)
    if press.verb == "start":
        return start(press.subject, hearing)
    return _answer(press, hearing)


def standing(token: str, key: bytes, bot: str, chat: str) -> About | None:
    """What a message that nobody remembers must be about, by the token of a button on it; None where that does not tell."""
    press = tokens.read(token, key, bot, chat)
    if isinstance(press, Refused) or press.verb in _ANYWHERE:
        return None
    if press.verb not in tokens.OF_ITEMS:
        return Question(press.subject, press.task)
    if press.task and press.verb in _OF_PROMPTS:
        return Prompt(press.subject, press.task, 0, press.round)
    return Detail(press.subject)


def _answer(press: Press, hearing: Hearing) -> Heard:
    """A button of a question: only the present question has any."""
    top = hearing.dialogue.top
    if top is None or (top.id, top.no) != (press.subject, press.task):
        return turns.refuse(Refused("question_over"), hearing, *((hearing.shown,) if hearing.shown else ()))
    if isinstance(top.talk, Act):
        gone = _gone(top.talk, hearing)
        return gone if gone is not None else turns.go(act.pressed(top.talk, press, hearing), hearing, pressed=True)
    return turns.go(form.pressed(top.talk, press, hearing), hearing, pressed=True)


def _gone(talk: Act, hearing: Hearing) -> Heard | None:
    """The item of a dialogue cannot be found any more."""
    return None if talk.item in hearing.items else turns.refuse(Refused("no_such_item"), hearing)


def start(version: str, hearing: Hearing) -> Heard:
    """Begin the form of a flow, as it is now; a button of an older version is told so."""
    mine = {flow for flow, _ in startable(hearing)}
    for flow, definition in hearing.flows.items():
        if tokens.version_of(definition.digest) == version:
            if flow not in mine:
                return turns.refuse(Refused("may_not_start", {"flow": definition.title}), hearing)
            fill = begin_form(Fill("start", definition.digest), hearing)
            return turns.begin(fill, hearing) if fill is not None else turns.refuse(Refused("form_changed"), hearing)
    return turns.refuse(Refused("form_changed"), hearing)


def _turn(press: Press, hearing: Hearing) -> Heard:
    """Another page of the listing that the button stood on."""
    if not isinstance(hearing.shown, Page):
        return turns.refuse(Refused("list_over"), hearing)
    return Heard(hearing.dialogue, turn=Page(hearing.shown.what, press.extra, hearing.shown.query))


# ------------------------------------------------------------------------------------------------ about an item


def _open(press: Press, item: Item, hearing: Hearing, verb: str) -> Held | Heard:
    """The task a prompt is about, as long as the person may still settle it; else why not, and the prompt shown anew."""
    definition = hearing.definition(item)
    found = held(tried(definition, item, verb, {"task": [press.task, press.round]}, hearing))
    if isinstance(found, Held):
        return found
    anew = hearing.shown or Prompt(item.id, press.task, 0, press.round)
    return turns.refuse(found, hearing, *((anew,) if found.reason in TOO_LATE else ()))


def _approve(press: Press, item: Item, hearing: Hearing) -> Heard:
    found = _open(press, item, hearing, "approve")
    if isinstance(found, Heard):
        return found
    step = hearing.definition(item).places[found.run.place]
    marks = hearing.dialogue.ticked(item.id, press.task, press.round)
    if refusal := KINDS[step.kind].hear(step, "approve", marks):
        return turns.refuse(refusal, hearing)
    if step.form:
        fill = Fill("answers", item.digest, item.id, press.task, press.round, marks=marks)
        begun = begin_form(fill, hearing)
        return turns.begin(begun, hearing) if begun is not None else turns.refuse(Refused("old_round"), hearing)
    args: dict[str, object] = {"task": [press.task, press.round], **({"marks": marks} if marks else {})}
    heard = turns.command("approve", item.id, args, hearing)
    if not marks:
        return heard
    forgotten = hearing.dialogue.tick(item.id, press.task, press.round, {}, hearing.now)
    return Heard(forgotten, command=heard.command, pressed=True, kept=hearing.dialogue)


def _take(press: Press, item: Item, hearing: Hearing) -> Heard:
    """Whoever is too late is told by the decision who was first."""
    return turns.command("take", item.id, {"task": [press.task, press.round]}, hearing)


def _hand_in(press: Press, item: Item, hearing: Hearing) -> Heard:
    found = _open(press, item, hearing, "done")
    if isinstance(found, Heard):
        return found
    step = hearing.definition(item).places[found.run.place]
    if not step.form:
        return turns.command("done", item.id, {"task": [press.task, press.round]}, hearing)
    begun = begin_form(Fill("work", item.digest, item.id, press.task, press.round), hearing)
    return turns.begin(begun, hearing) if begun is not None else turns.refuse(Refused("old_round"), hearing)


def _of_task(press: Press, item: Item, hearing: Hearing) -> Heard:
    """reject, return, transfer, decline, assign: the task must still be open; what they lack is asked for."""
    found = _open(press, item, hearing, press.verb)
    if isinstance(found, Heard):
        return found
    marks = hearing.dialogue.ticked(item.id, press.task, press.round) if press.verb == "reject" else {}
    place = found.run.place
    return _act(Act(press.verb, item.id, press.task, press.round, place, marks=marks), hearing)  # type: ignore[arg-type]


def _watch(press: Press, item: Item, hearing: Hearing) -> Heard:
    """clear, stop, restart: at the first press, and nothing is asked."""
    found = _open(press, item, hearing, press.verb)
    if isinstance(found, Heard):
        return found
    return turns.command(press.verb, item.id, {"task": [press.task, press.round]}, hearing)


def _of_administrator(press: Press, item: Item, hearing: Hearing) -> Heard:
    """reassign, terminate, retry: an administrator's, with a reason."""
    draft = tried(hearing.definition(item), item, press.verb, {}, hearing)
    if refusal := administrates(draft) or over(item):
        return turns.refuse(refusal, hearing, *((hearing.shown,) if hearing.shown else ()))
    place = ""
    if press.verb == "reassign" and not press.task:
        run = item.runs.get(press.extra)
        if run is None or run.place in places.RESERVED:
            return turns.refuse(Refused("nothing_to_reassign"), hearing)
        place = run.place
    return _act(Act(press.verb, item.id, press.task, press.round, place), hearing)  # type: ignore[arg-type]


def _withdraw(press: Press, item: Item, hearing: Hearing) -> Heard:
    if refusal := over(item):
        return turns.refuse(refusal, hearing, *((hearing.shown,) if hearing.shown else ()))
    if "confirm" in hearing.capabilities:
        return turns.command("withdraw", item.id, {}, hearing)
    return _act(Act("withdraw", item.id), hearing)


def _comment(press: Press, item: Item, hearing: Hearing) -> Heard:
    del press
    return _act(Act("comment", item.id), hearing)


def _nudge(press: Press, item: Item, hearing: Hearing) -> Heard:
    del press
    return turns.command("nudge", item.id, {}, hearing)


def _resubmit(press: Press, item: Item, hearing: Hearing) -> Heard:
    if item.place != places.RETURNED or item.submitter != hearing.person:
        refusal = over(item) or Refused("not_returned" if item.submitter == hearing.person else "submitter_only")
        return turns.refuse(refusal, hearing, *((hearing.shown,) if hearing.shown else ()))
    fill = begin_form(Fill("amend", item.digest, item.id, press.task, press.round), hearing)
    return turns.begin(fill, hearing) if fill is not None else turns.refuse(Refused("form_changed"), hearing)


def _answer_form(press: Press, item: Item, hearing: Hearing) -> Heard:
    """answer, record: the form of a `collect`; without a form, one's own answer is the press."""
    args = {"task": [press.task, press.round]} if press.task else {"run": [press.extra, press.round]}
    draft = tried(hearing.definition(item), item, "answer", args, hearing)
    run = sought(draft)
    recorded = press.verb == "record"
    refusal = run if isinstance(run, Refused) else None if recorded else barred(draft, run)
    if recorded and not hearing.organisation.coordinates(hearing.person, item.unit, hearing.now):
        refusal = Refused("coordinators_only")
    if refusal is not None or isinstance(run, Refused):
        refusal = refusal or Refused("answers_over")
        return turns.refuse(refusal, hearing, *((hearing.shown,) if hearing.shown else ()))
    step = hearing.definition(item).places[run.place]
    if not recorded and not step.form and run.state != AMENDING:
        return turns.command("answer", item.id, dict(args), hearing)
    fill = Fill("record" if recorded else "answer", item.digest, item.id, press.task, run.round, run.no)
    begun = begin_form(fill, hearing)
    return turns.begin(begun, hearing) if begun is not None else turns.refuse(Refused("answers_over"), hearing)


def _act(talk: Act, hearing: Hearing) -> Heard:
    turn = act.begin(talk, hearing)
    if isinstance(turn, Next):
        return turns.begin(turn.talk, hearing)
    return turns.command(talk.verb, talk.item, getattr(turn, "args", {}), hearing)


def _mark(press: Press, item: Item, hearing: Hearing) -> Heard:
    found = _open(press, item, hearing, "approve")
    if isinstance(found, Heard):
        return found
    lines = hearing.definition(item).places[found.run.place].own.get("items", ())
    before = hearing.dialogue.ticked(item.id, press.task, press.round)
    marks = checklist.ticked(before, lines, press.extra)
    if marks is None:
        return turns.refuse(Refused("unknown_line", {"lines": [str(press.extra + 1)]}), hearing)
    after = hearing.dialogue.tick(item.id, press.task, press.round, marks, hearing.now)
    return Heard(after, bump=(hearing.shown or Prompt(item.id, press.task, found.run.no, press.round),), pressed=True)


def _task(press: Press, item: Item, hearing: Hearing) -> Heard:
    """Show the prompt of a task, from a listing or a reminder."""
    for run in item.runs.values():
        if press.task in run.tasks and run.round == press.round:
            return Heard(hearing.dialogue, says=(Prompt(item.id, press.task, run.no, press.round),), pressed=True)
    return Heard(hearing.dialogue, says=(Detail(item.id),), pressed=True)


def _detail(press: Press, item: Item, hearing: Hearing) -> Heard:
    """The item in full; from its own card, in place."""
    about = Detail(item.id, timeline=press.verb == "timeline")
    if isinstance(hearing.shown, Detail) and hearing.shown.item == item.id:
        return Heard(hearing.dialogue, turn=about, pressed=True)
    return Heard(hearing.dialogue, says=(about,), pressed=True)


def _file(press: Press, item: Item, hearing: Hearing) -> Heard:
    """A file of the item, as a message of its own."""
    if not hearing.private:
        return turns.in_private(hearing)
    given = [dict(one.answers) for one in item.results.values()]
    given += [dict(row.values) for one in item.results.values() for row in one.rows]
    held = files_in([*item.form.values(), *(value for one in given for value in one.values())])
    file = next((one for one in held if tokens.of_file(item.id, one) == press), None)
    if file is None:
        return turns.refuse(Refused("no_such_file"), hearing)
    return Heard(hearing.dialogue, says=(Handed(item.id, file),), pressed=True)


_OF_ITEMS: Final[Mapping[str, Callable[[Press, Item, Hearing], Heard]]] = {
    "approve": _approve, "reject": _of_task, "return": _of_task, "transfer": _of_task, "comment": _comment,
    "reassign": _of_administrator, "terminate": _of_administrator, "retry": _of_administrator, "withdraw": _withdraw,
    "nudge": _nudge, "resubmit": _resubmit, "mark": _mark, "task": _task, "detail": _detail, "timeline": _detail,
    "file": _file, "take": _take, "hand_in": _hand_in, "decline": _of_task, "assign": _of_task, "clear": _watch, "stop": _watch, "restart": _watch, "answer": _answer_form, "record": _answer_form,
}  # fmt: skip
