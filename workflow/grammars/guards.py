"""What a condition rules out: after `has(预算) and`, 预算 is there. Not here: asking whether that is needed (types.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workflow.domain.tree import Call, Compare, Logic, Not, Ref, String

if TYPE_CHECKING:
    from workflow.domain.tree import Value
    from workflow.grammars.kinds import Absence, Scope

_LATE: Final = {"超时", "timed_out"}
_RESULT: Final = {"结果", "result"}


def facts(tree: Value, scope: Scope, *, holds: bool) -> frozenset[Absence]:
    """The absences that are ruled out where the condition holds (or does not)."""
    match tree:
        case Not():
            return facts(tree.operand, scope, holds=not holds)
        case Logic():
            each = [facts(operand, scope, holds=holds) for operand in tree.operands]
            return frozenset().union(*each) if holds is (tree.op == "and") else each[0].intersection(*each[1:])
        case Call(function="has", arguments=(Ref() as name,)) if holds:
            return scope.absences(name.parts) | _of_step(name, scope)
        case Ref(parts=(*step, last)) if last in _LATE and step and not holds:
            return frozenset({(".".join(step), "late")})
        case Compare(op="==" | "!=", left=Ref(parts=(*step, last)), right=String(text=result)) if (
            last in _RESULT and step
        ):
            step_name = ".".join(step)
            late: Absence = (step_name, "late")
            skipped: Absence = (step_name, "skipped")
            if holds is (tree.op == "=="):
                passed: Absence = (step_name, "other")
                known = {"通过": frozenset({late, skipped, passed}), "驳回": frozenset({late, skipped})}
                return known.get(result, frozenset())
            return {"逾期": frozenset({late}), "跳过": frozenset({skipped})}.get(result, frozenset())
    return frozenset()


def _of_step(name: Ref, scope: Scope) -> frozenset[Absence]:
    """`has(STEP)`: it passed, so whatever stands behind its dot is there."""
    kind = scope.type_of(name.parts)
    if kind is None or kind.kind not in {"step", "rows"}:
        return frozenset()
    step = ".".join(name.parts)
    return frozenset({(step, "late"), (step, "skipped"), (step, "other")})
