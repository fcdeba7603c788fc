"""What may be done now, each as a sentence of a case: tried on a copy of the stage, so that no rule stands here a second time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workflow.domain.command import SYSTEM, Refused
from workflow.domain.definition import Step
from workflow.domain.finding import Finding
from workflow.domain.item import Item, Run, Task
from workflow.language.text.nodes import Place, Scalar
from workflow.rehearsal.case import Sentence
from workflow.rehearsal.cases import read_sentence
from workflow.rehearsal.children import under_way
from workflow.rehearsal.play import tell
from workflow.rehearsal.seen import name_of
from workflow.rehearsal.stage import Stage
from workflow.rehearsal.words import SPOKEN, WrongError
from workflow.steps.amending import AMENDING, is_giver
from workflow.steps.kinds.run import counts
from workflow.verbs.work import assignable

MOST_PEOPLE: Final = 6
"""People of one step who stand in the menu; the others can be typed."""
_VOTES: Final = ("approve", "reject")
_ASKS: Final = frozenset({"form"})
"""What a sentence may lack that is asked for once it was chosen."""


def acts(stage: Stage, language: str) -> list[str]:
    """The sentences that would be followed now, votes first."""
    said = [text for text in dict.fromkeys(_thinkable(stage, SPOKEN[language], language)) if _followed(stage, text)]
    return said + [f"{'子件' if language == 'zh' else 'child'} {name}" for name in _running(stage)]


def _running(stage: Stage) -> list[str]:
    """The steps that wait for items they run."""
    waiting = dict.fromkeys(run.place for run in stage.runs() if counts(run))
    return [name_of(stage.definition, place) for place in waiting if under_way(stage, place)]


def sentence(text: str) -> Sentence | Finding:
    """A sentence as somebody typed it."""
    return read_sentence(Scalar(text, Place(1, 1, 1, len(text) + 1), 1, plain=True))


def _thinkable(stage: Stage, verbs: dict[str, str], language: str) -> Iterator[str]:
    item = stage.item
    if item is None or item.ended is not None:
        return
    seen: dict[str, int] = {}
    for run, task in stage.owed():
        step = stage.definition.places.get(run.place)
        if step is None or (not task.part and not task.duty):
            continue
        seen[run.place] = seen.get(run.place, 0) + 1
        if seen[run.place] > MOST_PEOPLE:
            continue
        yield from _of_task(stage, verbs, language, run, task, step)
    for run in stage.runs():
        if run.state == "gathering":
            name = name_of(stage.definition, run.place)
            yield from (f"{person.key} {verbs['answer']} {name}" for person in stage.house.people[:MOST_PEOPLE])
    yield from _of_submitter(item, verbs, "resubmit")
    for run in stage.runs():
        if run.state == "unstaffed":
            yield from _reassignments(
                stage, verbs, name_of(stage.definition, run.place), "给" if language == "zh" else "to"
            )
    for one in stage.house.administrators(stage.now)[:1]:
        yield f"{one} {verbs['retry']}"
        if item.pause is not None or any(run.state == "unstaffed" for run in stage.runs()):
            yield f"{one} {verbs['terminate']}"
    yield from _of_submitter(item, verbs, "nudge", "withdraw")


def _of_submitter(item: Item, verbs: dict[str, str], *words: str) -> Iterator[str]:
    """What whoever handed it in may do; of what began by itself, nobody."""
    if item.submitter != SYSTEM:
        yield from (f"{item.submitter} {verbs[word]}" for word in words)


def _of_task(
    stage: Stage, verbs: dict[str, str], language: str, run: Run, task: Task, step: Step
) -> Iterator[str]:  # fmt: skip
    """What the holder of a task may do with it."""
    submitter, to = ("提交人", "到") if language == "zh" else ("submitter", "to")
    if step.kind == "collect" or run.state == AMENDING:
        yield f"{task.person} {verbs['answer']} {step.name}"
    elif step.kind == "task" or task.duty == "watch":
        yield from _work(stage, verbs, run, task, step, "给" if language == "zh" else "to")
    else:
        yield from (f"{task.person} {verbs[vote]} {step.name}" for vote in _VOTES)
        for target in step.back:
            where = submitter if target == "submitter" else name_of(stage.definition, target)
            where = ("各.提交人" if language == "zh" else "row.submitter") if is_giver(target) else where
            yield f"{task.person} {verbs['return']} {step.name} {to} {where}"


def _work(
    stage: Stage, verbs: dict[str, str], run: Run, task: Task, step: Step, to: str
) -> Iterator[str]:  # fmt: skip
    """What somebody may do with their task; to whom a coordinator may give it."""
    if task.duty == "watch":
        yield from (f"{task.person} {verbs[verb]} {step.name}" for verb in ("clear", "stop", "restart"))
        return
    if task.duty != "assign":
        yield from (f"{task.person} {verbs[verb]} {step.name}" for verb in ("take", "done", "decline"))
        return
    draft = stage.draft(task.person)
    for one in assignable(draft, run)[:MOST_PEOPLE]:
        yield f"{task.person} {verbs['assign']} {step.name} {to} {one.person}"


def _reassignments(stage: Stage, verbs: dict[str, str], step: str, to: str) -> Iterator[str]:
    for one in stage.house.administrators(stage.now)[:1]:
        yield from (
            f"{one} {verbs['reassign']} {step} {to} {person.key}" for person in stage.house.people if person.key != one
        )


def _followed(stage: Stage, text: str) -> bool:
    line = sentence(text)
    if isinstance(line, Finding):
        return False
    try:
        found = tell(stage.kept(), line)
    except WrongError:
        return False
    return not isinstance(found, Refused) or found.reason in _ASKS
