"""Conditions that nobody's answer can change: a number beyond its field's range, a result that a step never has."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from workflow.domain.tree import Compare, Logic, Not, Number, Ref, String, Value
from workflow.language.reading import Reading

_TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def always(tree: Value, reading: Reading) -> bool | None:
    """True where the condition always holds, False where it never does, None where it depends."""
    match tree:
        case Not():
            inner = always(tree.operand, reading)
            return None if inner is None else not inner
        case Logic():
            each = [always(operand, reading) for operand in tree.operands]
            decisive = tree.op == "or"
            if decisive in each:
                return decisive
            return None if None in each else not decisive
        case Compare(left=Ref(), right=Number()):
            return _in_range(tree.left, tree.op, tree.right, reading)  # type: ignore[arg-type]
        case Compare(left=Number(), right=Ref()):
            return _in_range(tree.right, _TURNED[tree.op], tree.left, reading)  # type: ignore[arg-type]
        case Compare(left=Number(), right=Number()):
            return _COMPARE[tree.op](tree.left.value, tree.right.value)  # type: ignore[union-attr]
        case Compare(op="==" | "!=", left=Ref(parts=(step, "结果")), right=String(text=result)) if (
            step in reading.results
        ):
            return None if result in reading.results[step] else tree.op == "!="
    return None


def _in_range(ref: Ref, op: str, number: Number, reading: Reading) -> bool | None:
    field = next((one for one in reading.form if (one.name,) == ref.parts), None)
    if field is None or field.type not in {"int", "number", "money"} or field.low is None or field.optional:
        return None
    value = Decimal(number.value) * (100 if field.type == "money" else 1)
    low, high = Decimal(field.low), None if field.high is None else Decimal(field.high)
    at_low = _COMPARE[op](low, value)
    if high is None:
        return at_low if op in {">", ">="} and at_low else False if op in {"<", "<="} and not at_low else None
    at_high = _COMPARE[op](high, value)
    if op in {"==", "!="}:
        outside = value < low or value > high
        return op == "!=" if outside else None
    return at_low if at_low is at_high else None
