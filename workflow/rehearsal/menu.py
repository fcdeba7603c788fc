"""What may be done now, each as a sentence of a case: tried on a copy of the stage, so that no rule stands here a second time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workflow.domain.command import Refused
from workflow.domain.finding import Finding
from workflow.language.nodes import Place, Scalar
from workflow.rehearsal.cases import Sentence, read_sentence
from workflow.rehearsal.play import tell
from workflow.rehearsal.seen import name_of
from workflow.rehearsal.stage import Stage
from workflow.rehearsal.words import SPOKEN, WrongError

MOST_PEOPLE: Final = 6
"""People of one step who stand in the menu; the others can be typed."""
_VOTES: Final = ("approve", "reject")
_ASKS: Final = frozenset({"form"})
"""What a sentence may lack that is asked for once it was chosen."""


def acts(stage: Stage, language: str) -> list[str]:
    """The sentences that would be followed now, votes first."""
    return [text for text in dict.fromkeys(_thinkable(stage, SPOKEN[language], language)) if _followed(stage, text)]


def sentence(text: str) -> Sentence | Finding:
    """A sentence as somebody typed it."""
    return read_sentence(Scalar(text, Place(1, 1, 1, len(text) + 1), 1, plain=True))


def _thinkable(stage: Stage, verbs: dict[str, str], language: str) -> Iterator[str]:
    item = stage.item
    if item is None or item.ended is not None:
        return
    submitter, to = ("提交人", "到") if language == "zh" else ("submitter", "to")
    seen: dict[str, int] = {}
    for run, task in stage.owed():
        step = stage.definition.places.get(run.place)
        if not task.part or step is None:
            continue
        seen[run.place] = seen.get(run.place, 0) + 1
        if seen[run.place] > MOST_PEOPLE:
            continue
        yield from (f"{task.person} {verbs[vote]} {step.name}" for vote in _VOTES)
        for target in step.back:
            where = submitter if target == "submitter" else name_of(stage.definition, target)
            yield f"{task.person} {verbs['return']} {step.name} {to} {where}"
    yield f"{item.submitter} {verbs['resubmit']}"
    for run in stage.runs():
        if run.state == "unstaffed":
            yield from _reassignments(
                stage, verbs, name_of(stage.definition, run.place), "给" if language == "zh" else "to"
            )
    for one in stage.house.administrators(stage.now)[:1]:
        yield f"{one} {verbs['retry']}"
        if item.pause is not None or any(run.state == "unstaffed" for run in stage.runs()):
            yield f"{one} {verbs['terminate']}"
    yield f"{item.submitter} {verbs['nudge']}"
    yield f"{item.submitter} {verbs['withdraw']}"


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
