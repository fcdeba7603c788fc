"""`add` 加入: a row for a list of the organisation, of the types of its columns. Not here: checking the flow's text (language.deeds.adding)."""

from __future__ import annotations

from typing import Any

from workflow.domain import event as e
from workflow.domain import tree
from workflow.domain.definition import Action
from workflow.domain.effect import Add
from workflow.grammars.errors import ConditionError
from workflow.grammars.evaluate import evaluate
from workflow.grammars.values import MISSING, lower
from workflow.steps.draft import Draft, Needs, WantingError
from workflow.steps.environment import Scene


def add(draft: Draft, no: int, action: Action) -> None:
    """Add the row, in place of the one of that name. The list has the words themselves; the log only what stands for them."""
    name = action.own["list"]
    named = draft.organisation.list_named(name)
    if named is None:
        raise ConditionError(f"没有“{name}”这个名录", f"there is no list “{name}”", (0, 0))
    trees = dict(action.names)
    columns = {one.name: one for one in named.columns}
    scene = Scene(draft, no)
    found = {one: _value(columns.get(one), value, scene) for one, value in trees.items()}
    words = _words(draft, [value["sealed"] for value in found.values() if _sealed(value)])
    row: list[Any] = []
    kept: list[tuple[str, Any]] = []
    for column in named.columns:
        if column.name not in found:
            if not column.optional:
                zh, en = f"名录“{name}”的“{column.name}”要填", f"the list “{name}” must have its “{column.name}”"
                raise ConditionError(zh, en, (0, 0))
            row.append(None)
            continue
        value = found[column.name]
        plain = words[value["sealed"]] if _sealed(value) else _kept(column, value, trees[column.name])
        _fitting(column, plain, trees[column.name])
        row.append(plain)
        kept.append((column.name, value if _sealed(value) else plain))
    draft.record(e.Added(name, tuple(kept)))
    draft.effects.append(Add(name, tuple(row)))


def _value(column: tree.Field | None, value: tree.Value, scene: Scene) -> Any:
    """What a column gets; a bare word that is no name may be one of the column's choices (the flow was read without its lists)."""
    if column is not None and isinstance(value, tree.Ref) and value.parts[0] in column.choices:
        found = scene.lookup(value.parts)
        return value.parts[0] if found is MISSING else found
    return evaluate(value, scene)


def _kept(column: tree.Field, value: Any, written: tree.Value) -> Any:
    try:
        return lower(value, column.type)
    except TypeError as error:
        raise _refused(column, written) from error


def _fitting(column: tree.Field, plain: Any, written: tree.Value) -> None:
    """What the column's own bounds say. Raises ConditionError."""
    each = plain if isinstance(plain, list) else [plain]
    if column.type == "choice" and column.source is None and not set(each) <= set(column.choices):
        raise _refused(column, written)
    size = len(plain) if isinstance(plain, str) else plain
    bounds = column.low, column.high
    if isinstance(size, int) and not isinstance(size, bool) and column.type in ("text", "int", "money", "stars"):
        low, high = bounds
        if (low is not None and size < low) or (high is not None and size > high):
            raise _refused(column, written)


def _refused(column: tree.Field, written: tree.Value) -> ConditionError:
    zh = f"“{column.name}”这一列容不下这个值"
    return ConditionError(zh, f"the column “{column.name}” does not take this value", written.span)


def _sealed(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"sealed"}


def _words(draft: Draft, commitments: list[str]) -> dict[str, str]:
    """The words that commitments stand for: those of this decision, and those that were kept. Raises ConditionError when they were erased."""
    known: dict[str, str | None] = {one.commitment: one.body.decode() for one in draft.contents}
    known |= {one: draft.world.words[one] for one in commitments if one in draft.world.words}
    if wanting := tuple(one for one in commitments if one not in known):
        raise WantingError(Needs(words=wanting))
    if any(known[one] is None for one in commitments):
        raise ConditionError(
            "原文已经删除，不能再写进名录", "the words were erased: they cannot be put into a list", (0, 0)
        )
    return {one: known[one] or "" for one in commitments}
