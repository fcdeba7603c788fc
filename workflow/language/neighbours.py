"""What flows show to those that run them: their forms, what they set, which flows they run in turn. Not here: reading a `run` (running.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from workflow.domain.definition import Action, Definition, Step
from workflow.domain.tree import Field
from workflow.grammars.kinds import TEXT, Type
from workflow.language.edges import all_places


@dataclass(frozen=True, slots=True)
class Face:
    """A flow from outside. `names`: what its steps number and set, outside of every `each`; `runs`: the flows it runs."""

    flow: str
    fields: tuple[Field, ...]
    names: Mapping[str, Type] = field(default_factory=dict)
    runs: frozenset[str] = frozenset()


Neighbours = Mapping[str, Face]
"""The flows that are at hand, by their ids."""


def face(definition: Definition, known: Mapping[str, Type]) -> Face:
    """What others see of a flow. `known`: the types of its names, as far as they were found."""
    names = {
        name: TEXT if action.word == "number" else known.get(name, Type("unknown"))
        for step in _outside(definition.steps)
        for action in deeds_of(step)
        if action.word in {"number", "set"}
        for name, _ in action.names
    }
    return Face(definition.flow, definition.start.form, names, frozenset(runs_of(definition)))


def runs_of(definition: Definition) -> Iterator[str]:
    """Every flow that one of its steps, or a deed of one, or of a rule, sets going."""
    for step in all_places(definition.steps):
        if step.kind == "run":
            yield step.own["flow"]
        yield from (action.own["flow"] for action in deeds_of(step) if action.word == "run")
    for rule in definition.watch:
        yield from (action.own["flow"] for action in rule.actions if action.word == "run")


def deeds_of(step: Step) -> Iterator[Action]:
    """The deeds of a `do`, of a stop, of a ladder."""
    for key in ("actions", "stop"):
        yield from step.own.get(key) or ()
    if isinstance(step.late, tuple):
        for rung in step.late:
            yield from rung.actions


def cycle(flow: str, runs: Iterable[str], neighbours: Neighbours) -> tuple[str, ...]:
    """The shortest way on which a flow that runs these comes to run itself, both ends in it; empty where there is none."""
    ways: dict[str, tuple[str, ...]] = {one: (flow, one) for one in runs}
    waiting = list(ways)
    while waiting:
        one = waiting.pop(0)
        if one == flow:
            return ways[one]
        known = neighbours.get(one)
        for following in sorted(known.runs) if known is not None else ():
            if following not in ways:
                ways[following] = (*ways[one], following)
                waiting.append(following)
    return ()


def _outside(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        if step.kind != "each":
            yield from _outside(step.body)
