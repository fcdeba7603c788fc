"""What watchers of a live step do: `clear` 报平安, `stop` 停播, `restart` 复播; and `confirm`, the system's word that a webhook arrived."""

from __future__ import annotations

from msgspec.structs import replace

from workflow.domain import event as e
from workflow.domain.command import SYSTEM, Refused
from workflow.domain.definition import Action
from workflow.domain.effect import Send
from workflow.domain.fold import stood
from workflow.domain.item import Run, Task
from workflow.domain.watching import watch_of
from workflow.grammars.errors import ConditionError
from workflow.steps.deeds.deeds import DEEDS
from workflow.steps.draft import Draft
from workflow.steps.electorate import GIVEN
from workflow.steps.kinds.live import beats, refresh, stopping, warn
from workflow.verbs.verb import Held, Verb, held, over, words


def _watcher(draft: Draft) -> Held | Refused:
    """The actor's own watch, as the pressed panel means it. A suspended item is watched on: what is on the air does not wait."""
    found = held(draft)
    if isinstance(found, Refused):
        return found
    if found.task.duty != "watch":
        return Refused("not_allowed", {"verb": draft.command.verb})
    return Held(stood(draft.item, found.run), found.task)


def _on_air(draft: Draft) -> Held | Refused:
    """`_watcher`, of what is not stopped."""
    found = _watcher(draft)
    watch = watch_of(found.run, draft.now) if isinstance(found, Held) else None
    if watch is None or watch.stopped is None:
        return found
    return Refused("off_air", {"person": watch.by, "at": watch.stopped})


def _clear(draft: Draft) -> Refused | None:
    found = _on_air(draft)
    if isinstance(found, Refused):
        return found
    run = found.run
    after = beats(draft, run.no, draft.step(run), draft.now)
    draft.record(e.Cleared(run.no, found.task.person, after))
    refresh(draft, run.no)
    return None


def _stop(draft: Draft) -> Refused | None:
    """The first press counts, and at once: the deeds are done in this very decision, and wait for nobody's answer."""
    found = _on_air(draft)
    if isinstance(found, Refused):
        return found
    run = found.run
    comment = words(draft)
    if isinstance(comment, Refused):
        return comment
    actions: tuple[Action, ...] = draft.step(run).own.get("stop", ())
    hooks = tuple(n for n, action in enumerate(actions, 1) if action.word == "webhook")
    draft.record(e.Stopped(run.no, found.task.person, hooks, stopping(draft, run, calls=bool(hooks))))
    if comment:
        draft.record(e.Said(comment))
    for n, action in enumerate(actions, 1):
        _do(draft, run, action, n)
    refresh(draft, run.no)
    return None


def _do(draft: Draft, run: Run, action: Action, n: int) -> None:
    """One deed of the stop. What cannot be done goes to a person: the stop itself, and the other deeds, hold."""
    before = len(draft.effects)
    try:
        DEEDS[action.word](draft, run.no, action, n)
    except ConditionError as error:
        administrators = draft.organisation.administrators(draft.now)
        draft.record(e.Informed("undone", administrators, run.place, f"{n} {action.word}: {error.message_en}"))
        draft.effects += [Send("undone", person=person, step=run.place) for person in administrators]
        return
    for place, effect in enumerate(draft.effects[before:], before):
        if isinstance(effect, Send) and effect.kind == "webhook":  # whether it arrived, the panel says
            draft.effects[place] = replace(effect, kind="cut")


def _restart(draft: Draft) -> Refused | None:
    found = _watcher(draft)
    if isinstance(found, Refused):
        return found
    run, person = found.run, found.task.person
    watch = watch_of(run, draft.now)
    if watch.stopped is None:
        return Refused("on_air")
    if person in watch.agreed:
        return Refused("agreed_already", {"n": wanted(draft, run) - len(watch.agreed)})
    draft.record(e.Agreed(run.no, person))
    if len(watch.agreed) + 1 >= wanted(draft, run):
        draft.record(e.Restarted(run.no, beats(draft, run.no, draft.step(run), draft.now)))
        others = [task for task in run.tasks.values() if task.state == "open" and task.person != person]
        draft.record(e.Informed("restarted", tuple(task.person for task in others), run.place))
        draft.effects += [Send("restarted", person=task.person, task=task.no, step=run.place) for task in others]
    refresh(draft, run.no)
    return None


def wanted(draft: Draft, run: Run) -> int:
    """How many different watchers must want to go on."""
    n: int = draft.step(run).own["restart"]
    return n


def watch_too(draft: Draft, run: Run, task: Task | None) -> Refused | None:
    """An administrator has somebody (`to`) watch, beside the others or in the place of `task`."""
    person = draft.command.args.get("to", "")
    if not draft.organisation.active(person):
        return Refused("unknown_person")
    if task is not None and task.state != "open":
        return Refused("task_over", {"state": task.state})
    if any(one.person == person and one.state == "open" for one in run.tasks.values()):
        return Refused("already_in_step", {"person": person})
    comment = words(draft, needed=True)
    if isinstance(comment, Refused):
        return comment
    draft.record(e.Said(comment))
    added = Task(draft.item.next_task, person, "", GIVEN, "open", duty="watch")
    draft.record(e.Seated(run.no, (added,), ((task.no, "reassigned"),) if task is not None else (), "open"))
    if task is not None:
        draft.touch(draft.run(run.no), draft.run(run.no).tasks[task.no])
    refresh(draft, run.no)
    return None


def _confirm(draft: Draft) -> Refused | None:
    """Args: `version` of the event that stopped it, `deed`, `hook`, `arrived`. Of a stop that is over it means nothing any more."""
    if draft.command.actor != SYSTEM:
        return Refused("not_allowed", {"verb": "confirm"})
    if refusal := over(draft.item):
        return refusal
    args = draft.command.args
    deed, hook, arrived = int(args["deed"]), str(args["hook"]), bool(args["arrived"])
    for run in draft.item.runs.values():
        watch = run.watch
        if watch is None or watch.stopped is None or watch.version != args["version"]:
            continue
        if deed not in (*watch.cuts, *(watch.lost if arrived else ())):  # what was given up may arrive after all
            continue
        draft.record(e.Confirmed(run.no, deed, hook, arrived))
        if not arrived:
            warn(draft, run.no, "uncut")
        refresh(draft, run.no)
        return None
    return Refused("nothing_changed")


CLEAR = Verb("clear", "报平安", _clear)
STOP = Verb("stop", "停播", _stop)
RESTART = Verb("restart", "复播", _restart)
CONFIRM = Verb("confirm", "确认", _confirm)
