"""What a `collect` came to, as facts of a card: how many answered, and, where people were asked by name, each answer that is no secret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workflow.domain.definition import Step
from workflow.domain.item import Item, Line, Result
from workflow.steps.draft import Needs, WantingError
from workflow.steps.secrecy import hidden
from workflow.talk.plain import cut, line
from workflow.talk.scene import Scene
from workflow.talk.values import Ink

MOST_ROWS: Final = 20
LONGEST: Final = 300


def facts(path: str, result: Result, item: Item, step: Step, pen: Ink, scene: Scene) -> Iterator[tuple[str, str]]:
    """How many, then who said what; of what is secret, the reader's own alone. Raises WantingError."""
    if result.result == "skipped":
        return
    if result.apart:
        key = (item.id, path, result.round)
        if key not in scene.counts:
            raise WantingError(Needs(counts=(key,)))
        yield scene.say("label.answers"), str(scene.counts[key])
        return
    yield scene.say("label.answers"), str(len(result.rows))
    secret = hidden(scene.definition(item), item, path)
    rows = [row for row in result.rows if not secret or row.person == scene.person]
    for row in rows[:MOST_ROWS]:
        if said := _said(row, step, pen):
            yield scene.speaker.person(row.person), said
    if len(rows) > MOST_ROWS:
        yield scene.say("label.answers"), scene.say("answers.more", n=len(rows) - MOST_ROWS)
    if secret:
        yield scene.speaker.step(path), scene.say("answers.hidden", step=scene.speaker.step(step.secret))


def _said(row: Line, step: Step, pen: Ink) -> str:
    values = dict(row.values)
    said = [f"{field.name} {text}" for field in step.form if (text := pen.value(field, values.get(field.name)))]
    return cut(" · ".join(line(one, 200) for one in said), LONGEST)
