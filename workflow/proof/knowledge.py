"""What conditions know as an item goes on: a step's results, what a return leaves open, what branches leave together. Not here: the moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workflow.domain.definition import Definition, Step
from workflow.grammars.words import RESULTS
from workflow.language.edges import all_places, threads
from workflow.proof.space import RESULT, TIMED_OUT, Space, Store, Variable


class Knowledge:
    """How the stores of one flow change. What is uncertain stands for every value: a store may say too little, never too much."""

    __slots__ = ("_owners", "definition", "space")

    def __init__(self, definition: Definition, space: Space) -> None:
        self.definition, self.space = definition, space
        self._owners: dict[str, list[int | None]] = {}

    def resulted(self, store: Store, step: Step, verdict: str) -> Store:
        """What is known once a step has come to a verdict."""
        return self._changed(
            store, lambda one: _left_by(one, step, verdict) if one.step == step.place else _again(one, {step.name})
        )

    def forget(self, store: Store, where: Iterable[str]) -> Store:
        """Nothing is known of the steps at these places any more."""
        forgotten = set(where)
        if not forgotten:
            return store
        names = {self.definition.places[place].name for place in forgotten}
        return self._changed(store, lambda one: one.any if one.step in forgotten else _again(one, names))

    def handed_back(self) -> Store:
        """What is known of an item that is with its submitter: the form may be another, and any step may have been there."""
        return tuple(one.any if one.step else one.begins for one in self.space.variables)

    def joined(self, before: Store, step: Step, parts: tuple[Store, ...]) -> Store | None:
        """What is known once all branches of a step are over; None where they cannot all have been so on one item."""
        if step.each is not None:  # what one row leaves says nothing of the others
            return self.forget(before, inner(step))
        found: list[int] = []
        for n, (variable, branch) in enumerate(zip(self.space.variables, self._branches(step), strict=True)):
            if branch is None:
                mask = before[n]
                for part in parts:
                    mask &= part[n]
            else:
                mask = parts[branch][n] if branch >= 0 else variable.begins
            if not mask:
                return None
            found.append(mask)
        return tuple(found)

    def _branches(self, step: Step) -> list[int | None]:
        """For each variable the branch that gives it, or in which a condition on it stands still; -1 for several, None for none."""
        known = self._owners.get(step.place)
        if known is None:
            inside = [{one.place for one in all_places(branch)} for branch in threads(step)]
            names = [{self.definition.places[place].name for place in one} for one in inside]
            known = self._owners[step.place] = [_branch(variable, inside, names) for variable in self.space.variables]
        return known

    def _changed(self, store: Store, change: Callable[[Variable], int | None]) -> Store:
        changes = [change(variable) for variable in self.space.variables]
        return tuple(mask if new is None else new for mask, new in zip(store, changes, strict=True))


def inner(step: Step) -> set[str]:
    """The places inside a step."""
    return {one.place for one in all_places(step.body)}


def _branch(variable: Variable, inside: list[set[str]], names: list[set[str]]) -> int | None:
    owner = next((n for n, held in enumerate(inside) if variable.step in held), None)
    looked = [n for n, held in enumerate(names) if {name.partition(".")[0] for name in variable.on} & held]
    return owner if owner is not None else None if not looked else looked[0] if len(looked) == 1 else -1


def _again(one: Variable, names: set[str]) -> int | None:
    """A condition of its own is open again once a step that it looks at has another result."""
    return one.begins if one.on and {name.partition(".")[0] for name in one.on} & names else None


def _left_by(one: Variable, step: Step, verdict: str) -> int:
    """A name of a step that has come to a verdict."""
    if one.name.endswith(f".{RESULT}"):
        return 1 << one.cells.index(RESULTS[verdict])
    if one.name.endswith(f".{TIMED_OUT}"):
        yes, no = (1 << one.cells.index(answer) for answer in (True, False))
        if verdict == "late":
            return yes
        return no if verdict == "skipped" or step.due is None else yes | no
    if verdict == "skipped":
        return 1
    return one.filled if verdict == "approved" else one.any
