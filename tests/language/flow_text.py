"""The text of a flow and where its parts stand, so that one thing in it can be changed. Not here: which things (mutations.py)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from workflow.language.keys import START_TABLE, STEP_TABLE, TOP_TABLE, WRITTEN_KINDS
from workflow.language.text import nodes
from workflow.language.text.nodes import Node, Place, Scalar
from workflow.language.text.reader import read


@dataclass(frozen=True)
class Mutation:
    """The text with one mistake, and the line that it stands in."""

    code: str
    text: str
    line: int


@dataclass
class Step:
    """One step as written: its name, its mapping, its values by key."""

    name: Scalar
    value: nodes.Mapping
    keys: dict[str, Node]
    body: list[Step] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return next((key for key in self.keys if key in WRITTEN_KINDS), "")

    @property
    def in_braces(self) -> bool:
        return self.value.place.line == self.name.place.line


class Flow:
    """A flow's text, and where its parts stand."""

    def __init__(self, text: str) -> None:
        self.text, self.lines = text, text.split("\n")
        root = read(text).root
        assert isinstance(root, nodes.Mapping)
        self.top = {TOP_TABLE.known.get(key.text, key.text): (key, value) for key, value in root.entries}
        self.steps = list(_steps(self.top["steps"][1]))

    def every(self) -> Iterator[Step]:
        """Every step, at any depth."""
        waiting = list(self.steps)
        while waiting:
            step = waiting.pop(0)
            yield step
            waiting += step.body

    @property
    def is_handed_in(self) -> bool:
        """Whether somebody starts it, to whom it may be returned."""
        start = self.top["start"][1]
        return isinstance(start, nodes.Mapping) and any(
            START_TABLE.known.get(key.text) == "by" for key, _ in start.entries
        )

    def asking(self) -> Iterator[Step]:
        """The steps at which somebody decides."""
        return (step for step in self.every() if step.kind in ("review", "check"))

    # ------------------------------------------------------------------------------------------- one mistake

    def put(self, code: str, place: Place, new: str) -> Mutation:
        """Something else in a place of one line."""
        line = self.lines[place.line - 1]
        end = place.end_column - 1 if place.end_line == place.line else len(line)
        changed = line[: place.column - 1] + new + line[end:]
        return Mutation(
            code, "\n".join([*self.lines[: place.line - 1], changed, *self.lines[place.line :]]), place.line
        )

    def under(self, code: str, line: int, *new: str, at: int = 0) -> Mutation:
        """Lines more, below line `line`; the mistake stands in the one numbered `at` of them."""
        return Mutation(code, "\n".join([*self.lines[:line], *new, *self.lines[line:]]), line + 1 + at)

    def key(self, code: str, step: Step, entry: str) -> Mutation:
        """A key more at a step."""
        place = step.value.place
        if step.in_braces:
            return self.put(code, Place(place.line, place.column + 1, place.line, place.column + 1), f" {entry},")
        first = step.value.entries[0][0].place
        return self.under(code, first.line - 1, " " * (first.column - 1) + entry)

    def value(self, code: str, step: Step, key: str, new: str) -> Mutation | None:
        """Another value of a step's key; the key itself where the step has none."""
        found = step.keys.get(key)
        if found is None:
            return self.key(code, step, f"{key}: {new}")
        return self.put(code, found.place, new) if found.place.line == found.place.end_line else None

    def title(self, code: str, new: str) -> Mutation:
        """Another title."""
        value = self.top["title"][1]
        return self.put(code, value.place, new)

    def start(self, code: str, entry: str) -> Mutation:
        """A key more at the start."""
        value = self.top["start"][1]
        assert isinstance(value, nodes.Mapping)
        if value.place.line == self.top["start"][0].place.line:
            return self.put(
                code,
                Place(value.place.line, value.place.column + 1, value.place.line, value.place.column + 1),
                f" {entry},",
            )
        first = value.entries[0][0].place
        return self.under(code, first.line - 1, " " * (first.column - 1) + entry)

    def step(self, code: str, *lines: str, at: int = 0) -> Mutation:
        """Steps more, before all others."""
        return self.under(code, self.top["steps"][0].place.line, *(f"  {line}" for line in lines), at=at)


def _steps(node: Node) -> Iterator[Step]:
    for name, value in node.entries if isinstance(node, nodes.Mapping) else ():
        if isinstance(value, nodes.Mapping):
            keys = {STEP_TABLE.known.get(key.text, key.text): under for key, under in value.entries}
            inner = next((keys[word] for word in ("all", "steps") if word in keys), None)
            yield Step(name, value, keys, list(_steps(inner)) if inner is not None else [])
