"""`answer` 填写: what somebody fills in at a `collect`, or a coordinator for them by phone or at their door; and the system's `tally` 计数.

An answer of somebody who was asked is the item's own event. One to an open `collect` is an event of a stream of its own (`give`): the
item is not written, and only must not change meanwhile.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Final

from msgspec import Struct

from workflow.domain import event as e
from workflow.domain import ids, places
from workflow.domain.command import SYSTEM, Command, Refused
from workflow.domain.effect import Order
from workflow.domain.fold import step_path
from workflow.domain.item import Line, Need, Run, Task
from workflow.grammars.answer import clean_text
from workflow.grammars.typed import Unreadable
from workflow.steps.amending import AMENDING
from workflow.steps.answers import read_form
from workflow.steps.course import settle
from workflow.steps.draft import OWED, Draft
from workflow.steps.electorate import GIVEN, may_still, sized
from workflow.steps.kinds.collect import NEAR, counted, may_answer
from workflow.steps.kinds.kinds import KINDS
from workflow.steps.votes import call_next, unseat
from workflow.verbs.back import revise
from workflow.verbs.verb import Verb, decided, over, somebody, words

CHANNELS: Final = ("phone", "visit")
"""How a coordinator heard what they write down for somebody."""
LONGEST_RESPONDENT: Final = 60
_TAKING: Final = ("open", "unstaffed", "gathering", AMENDING)


class Given(Struct, frozen=True):
    """An answer to an open `collect`: the deed of its stream (its version is for who writes it to say), and the row that it makes.

    `near`: there may be enough now, so that somebody is to count (`tally`).
    """

    deed: e.Deed
    run: int
    path: str
    round: int
    line: Line
    near: bool = False


def sought(draft: Draft) -> Run | Refused:
    """The `collect` that the command means: by the actor's task, by its run and round, by its place; else the only one there is."""
    item, args = draft.item, draft.command.args
    if refusal := over(item):
        return refusal
    if item.pause is not None:
        return Refused("suspended")
    found = [run for run in item.runs.values() if run.state in _TAKING and _collects(draft, run)]
    if named := args.get("task"):
        no, round_ = int(named[0]), int(named[1])
        held = next((run for run in item.runs.values() if no in run.tasks), None)
        if held is None:
            return decided(item, no)
        return held if held in found and held.round == round_ else Refused("old_round")
    if named := args.get("run"):
        held = item.runs.get(int(named[0]))
        if held is None or held not in found or held.round != int(named[1]):
            return Refused("answers_over")
        return held
    if place := args.get("place"):
        found = [run for run in found if places.inside(run.place, place)]
    mine = [run for run in found if any(one.person == draft.command.actor for one in run.tasks.values())]
    owing = [run for run in mine if any(_owes(one, draft.command.actor) for one in run.tasks.values())]
    for some in (owing, mine, found):
        if len(some) == 1 or (some and place):
            return some[0]
        if some:
            return Refused("which_task", {"places": [run.place for run in some]})
    return Refused("answers_over")


def gathers(draft: Draft) -> Run | None:
    """The open `collect` that the command answers; None where it is none, or is no answer."""
    found = sought(draft) if draft.command.verb == "answer" else None
    return found if isinstance(found, Run) and found.state == "gathering" else None


def barred(draft: Draft, run: Run) -> Refused | None:
    """Why the actor may not answer there for themselves; None where they may."""
    if run.state == "gathering":
        return None if may_answer(draft, run, draft.step(run), draft.command.actor) else Refused("not_asked")
    task = next((one for one in run.tasks.values() if one.person == draft.command.actor and one.duty == "do"), None)
    return Refused("not_asked") if task is None else _unable(draft, task)


# ------------------------------------------------------------------------------------------- who was asked by name


def _answer(draft: Draft) -> Refused | None:
    run = sought(draft)
    if isinstance(run, Refused):
        return run
    if run.state == AMENDING:
        return revise(draft, run)
    if run.state == "gathering":
        raise ValueError("an answer to an open collect is no event of its item")
    spoken = _spoken_for(draft)
    if isinstance(spoken, Refused):
        return spoken
    channel, respondent = spoken
    person = _asked_as(draft, run, respondent) if channel else draft.command.actor
    task = next((one for one in run.tasks.values() if one.person == person and one.duty == "do"), None)
    if task is None:
        return Refused("not_asked")
    if refusal := _unable(draft, task):
        return refusal
    step = draft.step(run)
    answers = read_form(draft, step.form, step.must, draft.command.args.get("answers") or {}, run=run.no)
    if isinstance(answers, Refused):
        return answers
    take(draft, task, e.Answered(run.no, task.no, person, tuple(answers.items()), channel))
    return None


def take(draft: Draft, task: Task, fact: e.Answered) -> None:
    """Write the answer of somebody who was asked down, and see what it comes to."""
    draft.record(fact)
    run = draft.run(fact.run)
    if task.state == "open":
        draft.touch(run, run.tasks[task.no])
    unseat(draft, fact.person)
    if verdict := KINDS[draft.step(run).kind].verdict(draft, run):
        settle(draft, run.no, verdict)
    else:
        call_next(draft, run.no)


def ask_also(draft: Draft, run: Run, task: Task | None) -> Refused | None:
    """An administrator names somebody (`to`) to be asked, in the place of `task` or beside the others."""
    person = somebody(draft)
    if isinstance(person, Refused):
        return person
    asked = [one for one in run.tasks.values() if one.duty == "do" and one.state in (*OWED, "done")]
    if any(one.person == person for one in asked):
        return Refused("already_in_step", {"person": person})
    comment = words(draft, needed=True)
    if isinstance(comment, Refused):
        return comment
    draft.record(e.Said(comment))
    replaced = task is not None and task in asked and task.state in OWED
    ended = [(task.no, "reassigned")] if task is not None and replaced else []
    added = Task(draft.item.next_task, person, "", GIVEN, "open", duty="do")
    many = len(asked) + (not replaced)
    need = sized(run.need or Need(0), many)
    staffed = bool(run.moments) or need.ayes <= many  # what is due ends then, however few there are
    helpers = [one.no for one in run.tasks.values() if not one.duty and one.state == "open"] if staffed else []
    over_ = (*ended, *((no, "cancelled") for no in helpers))
    draft.record(e.Seated(run.no, (added,), over_, "open" if staffed else "unstaffed", need))
    for no in (added.no, *(no for no, _ in ended), *helpers):
        draft.touch(draft.run(run.no), draft.run(run.no).tasks[no])
    return None


def _unable(draft: Draft, task: Task) -> Refused | None:
    named = draft.command.args.get("task")
    if named and int(named[0]) != task.no:
        return Refused("not_yours")
    if task.state == "waiting":
        return Refused("not_your_turn")
    if task.state not in ("open", "done"):  # one that was given may be given again
        return Refused("task_over", {"state": task.state})
    return None if may_still(draft, task) else Refused("right_lost")


def _asked_as(draft: Draft, run: Run, respondent: str) -> str:
    """Who of those that were asked is meant: by id, by what the organisation's file calls them, or by name."""
    for task in run.tasks.values():
        person = draft.organisation.person(task.person)
        if person is not None and respondent in (person.id, person.key, person.name):
            return person.id
    return ""


# ------------------------------------------------------------------------------------------- an open one


def give(draft: Draft, run: Run) -> Given | Refused:
    """The answer to an open `collect`, as the event of its own stream. Raises WantingError."""
    command, step, path = draft.command, draft.step(run), step_path(run)
    spoken = _spoken_for(draft)
    if isinstance(spoken, Refused):
        return spoken
    channel, respondent = spoken
    if not channel and not may_answer(draft, run, step, command.actor):
        return Refused("not_asked")
    near = run.need is not None and 0 < run.need.ayes <= counted(draft, run)[0] + NEAR
    answers = read_form(draft, step.form, step.must, command.args.get("answers") or {}, run=run.no)
    if isinstance(answers, Refused):
        return answers
    person = "" if channel else command.actor
    stream = stream_of(draft, run, person, respondent)
    values = tuple(answers.items())
    origin = f"{path}/{stream}"
    facts: tuple[tuple[str, Any], ...] = (
        ("item", draft.item.id), ("path", path), ("round", run.round), ("person", person), ("origin", origin), ("values", values),
    )  # fmt: skip
    if channel:
        facts = (*facts, ("channel", channel), ("respondent", draft.seal(respondent, command.actor)))
    deed = e.Deed(stream, 0, draft.now, command.id, command.verb, command.actor, command.network, facts)
    return Given(deed, run.no, path, run.round, Line(origin, person, draft.now, values), near)


def stream_of(draft: Draft, run: Run, person: str, respondent: str = "") -> str:
    """Where somebody's answer stands, the same however often they give it. Who was spoken with is known by no name there."""
    path = step_path(run)
    whose = person
    if not whose:
        plain = "".join(unicodedata.normalize("NFKC", respondent).casefold().split()).replace("-", "")
        whose = draft.world.secret(f"respondent\n{draft.item.id}\n{path}\n{plain}").hex()
    return ids.answer(draft.item.id, path, run.round, whose)


def foreseen(draft: Draft) -> str:
    """The stream that a command will write, as far as that can be told before it is decided; empty where it writes none."""
    run = gathers(draft)
    if run is None:
        return ""
    spoken = _spoken_for(draft)
    if isinstance(spoken, Refused):
        return ""
    return stream_of(draft, run, "" if spoken[0] else draft.command.actor, spoken[1])


def _spoken_for(draft: Draft) -> tuple[str, str] | Refused:
    """How, and for whom, a coordinator of the unit writes an answer down; empty words for who answers for themselves."""
    args, item = draft.command.args, draft.item
    channel, respondent = args.get("channel", ""), args.get("respondent", "")
    if not channel and not respondent:
        return "", ""
    if channel not in CHANNELS:
        return Refused("which_channel", {"channels": list(CHANNELS)})
    if not draft.organisation.coordinates(draft.command.actor, item.unit, draft.now):
        return Refused("coordinators_only")
    try:
        respondent = clean_text(respondent) if isinstance(respondent, str) else ""
    except Unreadable as error:
        return Refused("form", {"problems": [["", error.zh, error.en]]})
    if not respondent or len(respondent) > LONGEST_RESPONDENT:
        return Refused("respondent_needed", {"most": LONGEST_RESPONDENT})
    return channel, respondent


def _collects(draft: Draft, run: Run) -> bool:
    step = draft.definition.places.get(run.place)
    return run.state == AMENDING or (step is not None and step.kind == "collect")


def _owes(task: Task, person: str) -> bool:
    return task.person == person and task.state == "open"


# ------------------------------------------------------------------------------------------- enough


def _tally(draft: Draft) -> Refused | None:
    """Whether there are enough answers now; then the step is over."""
    if draft.command.actor != SYSTEM:
        return Refused("not_allowed", {"verb": "tally"})
    run = sought(draft)
    if isinstance(run, Refused):
        return run
    need = run.need
    if run.state != "gathering" or need is None or not 0 < need.ayes <= counted(draft, run)[0]:
        return Refused("too_early")
    settle(draft, run.no, "approved")
    return None


def recount(draft: Draft) -> None:
    """Let the system count again: what asked for it may have been refused while the item was suspended."""
    for run in draft.item.runs.values():
        if run.state == "gathering" and run.need is not None and run.need.ayes > 0:
            order = ids.order(draft.item.id, draft.command.id, f"tally {run.no}")
            args = {"run": [run.no, run.round]}
            tally = Command(order, draft.command.tenant, draft.item.id, "tally", SYSTEM, SYSTEM, args)
            draft.effects.append(Order(tally))


ANSWER = Verb("answer", "填写", _answer)
TALLY = Verb("tally", "计数", _tally)
