"""What a verb is, and the questions that several verbs ask. Each verb is one object in a file of its own; `verbs.py` lists them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from workflow.domain.command import Refused
from workflow.domain.item import Item, Run, Task
from workflow.grammars.answer import clean_text
from workflow.grammars.typed import Unreadable
from workflow.steps.draft import Draft, Needs, WantingError
from workflow.steps.electorate import eligible, may_still
from workflow.steps.sight import sees

LONGEST_COMMENT = 4000


@dataclass(frozen=True, slots=True)
class Verb:
    """`word` and its Chinese `alias`. `apply` writes into the draft, or refuses and leaves nothing behind."""

    word: str
    alias: str
    apply: Callable[[Draft], Refused | None]


class Held(Struct, frozen=True):
    """An open task, the run it belongs to, and whose it is."""

    run: Run
    task: Task


def held(draft: Draft) -> Held | Refused:
    """The actor's open task that the command means, with every right checked as it stands now."""
    named = draft.command.args.get("task")
    found = _named(draft, int(named[0]), int(named[1])) if named else _own(draft)
    return found if isinstance(found, Refused) else rightful(draft, found)


def rightful(draft: Draft, found: Held) -> Held | Refused:
    """A task, if it is the actor's, open, and theirs by right still."""
    task = found.task
    if task.person != draft.command.actor:
        return Refused("not_yours")
    if task.state != "open":
        return _closed(task)
    if not may_still(draft, task):
        return Refused("right_lost")
    if task.part and draft.item.pause is not None:
        return Refused("suspended")
    if task.part and not eligible(draft.item, draft.organisation, task.person, task.part):
        return Refused("separation")
    return found


def _closed(task: Task) -> Refused:
    if task.state == "waiting":
        return Refused("not_your_turn")
    if task.state in ("voted", "done"):
        return Refused("voted", {"choice": task.choice if task.state == "voted" else "done", "at": task.at})
    return Refused("task_over", {"state": task.state})


def seat(draft: Draft) -> Held | Refused:
    """`held`, of a task that decides: one at a step, not a call to the submitter or to an administrator."""
    found = held(draft)
    if isinstance(found, Held) and not found.task.part:
        return Refused("not_allowed", {"verb": draft.command.verb})
    return found


def _own(draft: Draft) -> Held | Refused:
    mine = [
        Held(run, task)
        for run in draft.item.runs.values()
        for task in run.tasks.values()
        if task.person == draft.command.actor and task.state == "open"
    ]
    if not mine:
        return over(draft.item) or Refused("no_task")
    return mine[0] if len(mine) == 1 else Refused("which_task", {"places": [one.run.place for one in mine]})


def _named(draft: Draft, no: int, round_: int) -> Held | Refused:
    for run in draft.item.runs.values():
        if (task := run.tasks.get(no)) is not None:
            return Held(run, task) if run.round == round_ else Refused("old_round")
    return decided(draft.item, no)


def decided(item: Item, no: int) -> Refused:
    """A late click: what became of the step that task `no` belonged to, by whom and when."""
    spans = [
        (one.tasks[1] - one.tasks[0], path, one)
        for path, one in item.results.items()
        if one.tasks and one.tasks[0] <= no <= one.tasks[1]
    ]
    if not spans:
        return over(item) or Refused("old_round")
    _, path, result = min(spans, key=lambda one: one[0])
    by = list(result.doers) if result.result in ("approved", "rejected") else []  # lateness is nobody's decision
    return Refused("decided", {"step": path, "result": result.result, "by": by, "at": result.ended})


def over(item: Item) -> Refused | None:
    """Refusal of anything on an item that has ended."""
    return Refused("ended", {"state": item.state, "at": item.ended}) if item.ended is not None else None


def words(draft: Draft, *, needed: bool = False) -> str | Refused:
    """The command's comment, sealed; empty when there is none. Refused when it is needed, or too long."""
    text: Any = draft.command.args.get("comment", "")
    if not isinstance(text, str) or len(text) > LONGEST_COMMENT:
        return Refused("comment_too_long", {"most": LONGEST_COMMENT})
    try:
        if text and (text := clean_text(text)):
            return draft.seal(text, draft.command.actor)
    except Unreadable as error:
        return Refused("form", {"problems": [["", error.zh, error.en]]})
    return Refused("comment_needed") if needed else ""


def administrates(draft: Draft) -> Refused | None:
    """Refusal of anybody but an administrator of the organisation."""
    if draft.organisation.administers(draft.command.actor, draft.now):
        return None
    return Refused("administrators_only")


def may_see(draft: Draft) -> bool:
    """Whether the actor may see the item; who was told, or had a task once, the database is asked about."""
    item, actor = draft.item, draft.command.actor
    if sees(item, draft.organisation, draft.now, actor):
        return True
    involved = draft.world.involved.get((item.id, actor))
    if involved is None:
        raise WantingError(Needs(involved=((item.id, actor),)))
    return involved


def somebody(draft: Draft) -> str | Refused:
    """The person that `to` names, who is there and active."""
    person, organisation = str(draft.command.args.get("to", "")), draft.organisation
    if organisation.person(person) is None:
        return Refused("unknown_person")
    return person if organisation.active(person) else Refused("not_eligible", {"person": person})
