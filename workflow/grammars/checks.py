"""What each grammar's tree must be, said in terms of types: a condition is a yes or no, a moment a moment. Not here: the rules of types (types.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from workflow.domain.tree import Counter, NeedChoose, Number, Piece, Ref, Slot
from workflow.grammars.errors import GrammarError
from workflow.grammars.guards import facts
from workflow.grammars.kinds import INT, TEXT, Type, comparable, name_of
from workflow.grammars.types import Checked, check

if TYPE_CHECKING:
    from workflow.domain.tree import Field, Need, Span, Template, Value
    from workflow.grammars.kinds import Absence, Scope

_MOMENTS: Final = {"date", "datetime", "duration", "step", "rows", "unknown"}
_UNSPEAKABLE: Final = {"rows", "row", "file", "photo", "checkin", "step"}
NOTHING: Final[frozenset[Absence]] = frozenset()


def check_condition(tree: Value, scope: Scope, settled: frozenset[Absence] = NOTHING) -> Checked:
    """A condition gives yes or no."""
    checked = check(tree, scope, settled)
    if checked.type.kind in {"bool", "unknown"} and not checked.type.many:
        return checked
    zh, en = name_of(checked.type)
    return _with(checked, f"这里要一个判断，却是{zh}", f"a condition is needed here, this is {en}", tree.span)


def check_moment(tree: Value, scope: Scope, settled: frozenset[Absence] = NOTHING) -> Checked:
    """A moment is a date, a time, a duration, or a step (its end)."""
    checked = check(tree, scope, settled)
    if checked.type.kind in _MOMENTS and (not checked.type.many or checked.type.kind == "rows"):
        return checked
    zh, en = name_of(checked.type)
    return _with(
        checked, f"这里要一个时间或时长，却是{zh}", f"a moment or a duration is needed here, this is {en}", tree.span
    )


def check_need(tree: Need, scope: Scope, settled: frozenset[Absence] = NOTHING) -> Checked:
    """How many: a whole number from 1, a percentage to 100, all, in order, or the name of a whole number."""
    if isinstance(tree, NeedChoose):
        condition = check_condition(tree.condition, scope, settled)
        then = check_need(tree.then, scope, settled | facts(condition.tree, scope, holds=True))
        otherwise = check_need(tree.otherwise, scope, settled | facts(condition.tree, scope, holds=False))
        found = msgspec.structs.replace(tree, then=then.tree, condition=condition.tree, otherwise=otherwise.tree)
        return Checked(found, INT, (*then.problems, *condition.problems, *otherwise.problems))
    checked = Checked(tree, INT, ())
    if isinstance(tree, Number):
        if tree.percent and not 0 < tree.value <= 1:
            return _with(
                checked, "百分比要在 0% 以上、100% 以内", "a percentage is above 0% and at most 100%", tree.span
            )
        if not tree.percent and (not isinstance(tree.value, int) or tree.value < 1):
            return _with(checked, "人数要是 1 以上的整数", "must be a whole number from 1", tree.span)
    if isinstance(tree, Ref):
        checked = check(tree, scope, settled)
        if checked.type.kind not in {"int", "stars", "unknown"} or checked.type.many:
            zh, en = name_of(checked.type)
            return _with(
                checked, f"这里要一个整数，却是{zh}", f"a whole number is needed here, this is {en}", tree.span
            )
    return checked


def check_text(tree: Template, scope: Scope, settled: frozenset[Absence] = NOTHING, *, counts: bool = False) -> Checked:
    """A text whose slots hold what can be said in words; `<0001>` only where `counts` (in `number`)."""
    pieces: list[Piece | Counter | Slot] = []
    problems: list[GrammarError] = []
    for piece in tree.pieces:
        match piece:
            case Slot():
                checked = check(piece.value, scope, settled)
                problems += checked.problems
                pieces.append(msgspec.structs.replace(piece, value=checked.tree))
                if checked.type.kind in _UNSPEAKABLE:
                    zh, en = name_of(checked.type)
                    problems.append(
                        GrammarError(f"{zh}不能写进一段文字", f"{en} cannot be put into a text", piece.span)
                    )
            case Counter() if not counts:
                pieces.append(piece)
                zh = "编号只能在 number（编号）里产生；这里写它的名称"
                problems.append(GrammarError(zh, "numbers are given by number only; write its name here", piece.span))
            case _:
                pieces.append(piece)
    return Checked(msgspec.structs.replace(tree, pieces=tuple(pieces)), TEXT, tuple(problems))


def check_field(field: Field, scope: Scope, rows: Scope | None = None) -> Checked:
    """A field's bound and `where`; `scope` are the names of its form, `rows` those that a `where` sees (各 is the row)."""
    problems: list[GrammarError] = []
    if field.bound is not None and field.compare is not None:
        bound = check(field.bound, scope)
        problems += bound.problems
        if not comparable(field.compare, type_of(field), bound.type):
            (zh1, en1), (zh2, en2) = name_of(type_of(field)), name_of(bound.type)
            problems.append(
                GrammarError(f"{zh1}不能和{zh2}比较", f"{en1} is not compared with {en2}", field.bound.span)
            )
        field = msgspec.structs.replace(field, bound=bound.tree)
    if field.where is not None:
        where = check_condition(field.where, rows or scope)
        problems += where.problems
        field = msgspec.structs.replace(field, where=where.tree)
    columns = [check_field(column, scope, rows) for column in field.columns]
    problems += [problem for column in columns for problem in column.problems]
    field = msgspec.structs.replace(field, columns=tuple(column.tree for column in columns))
    return Checked(field, type_of(field), tuple(problems))


def type_of(field: Field) -> Type:
    """The type of what is answered to a field."""
    if field.type == "rows":
        return Type("rows", columns={column.name: type_of(column) for column in field.columns})
    listed = field.source is not None
    return Type(field.type, choices=field.choices, open=listed, many=field.many)


def _with(checked: Checked, zh: str, en: str, span: Span) -> Checked:
    return msgspec.structs.replace(checked, problems=(*checked.problems, GrammarError(zh, en, span)))
