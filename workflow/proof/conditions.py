"""Conditions over a store of cells: which stores are left where one holds, and where it does not. Not here: names and their cells (space.py).

A condition about one name and written values is a mask of that name's cells. What is about several names, a function or the hour is
free: it may hold or not; what stands still between two looks (fields, steps) is remembered, so that it cannot hold and not hold on one path.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from workflow.domain.tree import Call, Choose, Compare, Contains, Logic, Node, Not, Ref, Value
from workflow.grammars.evaluate import references
from workflow.proof.space import FLEETING, MISSING, Space, Store, Variable, literal, number_of

MOST_CASES: Final = 64
"""Of a condition with more cases than this, only that it may hold or not is known."""
_OPS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
_TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Among:
    """One variable is in one of these cells; where it is missing, neither this nor its opposite (a person is asked) unless `known`."""

    variable: int
    mask: int
    known: bool = False


@dataclass(frozen=True, slots=True)
class Always:
    """Holds, or not, whatever the values."""

    holds: bool


@dataclass(frozen=True, slots=True)
class Free:
    """Nobody can tell, and it may be otherwise at the next look."""


@dataclass(frozen=True, slots=True)
class Several:
    """`and` or `or` of others."""

    op: Literal["and", "or"]
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    """`not`."""

    part: Condition


Condition: TypeAlias = Among | Always | Free | Several | Opposite


class Conditions:
    """The conditions of a flow, each read once."""

    __slots__ = ("_read", "space", "stable")

    def __init__(self, space: Space, stable: frozenset[str]) -> None:
        """`stable`: the names whose values stand still from one look to the next (fields, steps)."""
        self.space, self.stable = space, stable
        self._read: dict[int, Condition] = {}

    def of(self, tree: Value) -> Condition:
        """The condition of a tree."""
        found = self._read.get(id(tree))
        if found is None:
            found = self._read[id(tree)] = self._of(tree)
        return found

    def _of(self, tree: Any) -> Condition:
        match tree:
            case Not():
                return Opposite(self._of(tree.operand))
            case Logic():
                return Several(tree.op, tuple(self._of(one) for one in tree.operands))
            case Choose():
                asked = self._of(tree.condition)
                then, otherwise = self._of(tree.then), self._of(tree.otherwise)
                return Several("or", (Several("and", (asked, then)), Several("and", (Opposite(asked), otherwise))))
            case Call(function="has", arguments=(Ref() as ref,)) if (at := self._at(ref)) is not None:
                return Among(at, self.space.variables[at].any & ~1, known=True)
            case Ref() if (at := self._at(tree)) is not None and self._is_bool(at):
                return self._mask(at, lambda cell: cell is True)
            case Compare(left=Ref() as ref, right=other) if (value := literal(other)) is not None:
                return self._compared(tree, ref, tree.op, value)
            case Compare(left=other, right=Ref() as ref) if (value := literal(other)) is not None:
                return self._compared(tree, ref, _TURNED[tree.op], value)
            case Compare() if (one := literal(tree.left)) is not None and (two := literal(tree.right)) is not None:
                return Always(_OPS[tree.op](one, two)) if type(one) is type(two) else Free()
            case Contains(left=Ref() as ref, among=tuple() as among) if (at := self._at(ref)) is not None:
                values = [number_of(literal(one)) for one in among]
                if None not in values:
                    found = self._mask(at, lambda cell: cell in values)
                    return Opposite(found) if tree.negated else found
        return self._free(tree)

    def _compared(self, tree: Value, ref: Ref, op: str, value: Any) -> Condition:
        at, wanted = self._at(ref), number_of(value)
        if at is None or any(
            cell is not MISSING and type(cell) is not type(wanted) for cell in self.space.variables[at].cells
        ):
            return self._free(tree)
        return self._mask(at, lambda cell: _OPS[op](cell, wanted))

    def _mask(self, at: int, holds: Callable[[Any], bool]) -> Condition:
        cells = self.space.variables[at].cells
        return Among(at, sum(1 << bit for bit, cell in enumerate(cells) if cell is not MISSING and holds(cell)))

    def _at(self, ref: Ref) -> int | None:
        return self.space.at.get(".".join(ref.parts))

    def _is_bool(self, at: int) -> bool:
        return any(cell is False for cell in self.space.variables[at].cells)

    def _free(self, tree: Value) -> Condition:
        names = frozenset(".".join(ref.parts) for ref in references(tree))
        if (
            not names
            or names & FLEETING
            or not {name.partition(".")[0] for name in names} <= self.stable
            or _looks_at_now(tree)
        ):
            return Free()
        at = self.space.add(Variable(repr(_bare(tree)), (MISSING, True, False), ("", "", ""), 0b110, on=names))
        return Among(at, 0b010)


def _looks_at_now(tree: Any) -> bool:
    """Whether `3日后` or the like stands in it."""
    if isinstance(tree, Node):
        if "anchor" in tree.__struct_fields__ and tree.anchor is None:  # type: ignore[attr-defined]
            return True
        return any(_looks_at_now(getattr(tree, name)) for name in tree.__struct_fields__)
    return isinstance(tree, tuple) and any(_looks_at_now(one) for one in tree)


def _bare(tree: Any) -> Any:
    """A tree without where it stands."""
    if isinstance(tree, Node):
        fields = [name for name in tree.__struct_fields__ if not name.endswith("span") and name != "spans"]
        return (type(tree).__name__, *(_bare(getattr(tree, name)) for name in fields))
    return tuple(_bare(one) for one in tree) if isinstance(tree, tuple) else tree


def left(condition: Condition, store: Store, space: Space, *, holds: bool) -> list[Store]:
    """The stores that are left of one where the condition holds (or does not): none, where that cannot be.

    Together they stand for every value that fits, and perhaps for more; never for less.
    """
    found = _left(condition, [store], space, holds=holds)
    return found if len(found) <= MOST_CASES else [store]


def _left(condition: Condition, stores: list[Store], space: Space, *, holds: bool) -> list[Store]:
    match condition:
        case Always():
            return stores if condition.holds is holds else []
        case Free():
            return stores
        case Opposite():
            return _left(condition.part, stores, space, holds=not holds)
        case Among():
            mask = condition.mask if holds else space.variables[condition.variable].any & ~condition.mask
            if not condition.known:
                mask &= ~1
            return [_with(one, condition.variable, mask) for one in stores if one[condition.variable] & mask]
        case Several():
            return _several(condition, stores, space, holds=holds)


def _several(condition: Several, stores: list[Store], space: Space, *, holds: bool) -> list[Store]:
    every = holds is (condition.op == "and")
    found: list[Store] = []
    for part in condition.parts:
        if len(stores) + len(found) > MOST_CASES:
            return [*found, *stores]
        if not every:
            found += _left(part, stores, space, holds=holds)
        stores = _left(part, stores, space, holds=holds if every else not holds)
    return stores if every else list(dict.fromkeys(found))


def _with(store: Store, at: int, mask: int) -> Store:
    both = store[at] & mask
    return store if both == store[at] else (*store[:at], both, *store[at + 1 :])
