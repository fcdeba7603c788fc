"""What kind of value a tree gives, checked when a flow is loaded: names, kinds, choices, guards of what may be missing. Not here: computing.

`check` also settles what only types can: a bare word beside a choice is one of its values, so the tree that comes back holds a `String` there.
Compute the tree that comes back, not the one that was read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from workflow.domain.tree import (
    At,
    Calculate,
    Call,
    Choose,
    Compare,
    Contains,
    Day,
    Duration,
    Logic,
    Negative,
    Not,
    Number,
    Ref,
    Shift,
    String,
    Value,
    Word,
)
from workflow.grammars.errors import GrammarError
from workflow.grammars.evaluate import references
from workflow.grammars.guards import facts
from workflow.grammars.kinds import (
    BOOL,
    DATE,
    DATES,
    INT,
    MOMENT,
    NUMBER,
    NUMBERS,
    ORDERED,
    TEXT,
    Absence,
    Scope,
    Type,
    comparable,
    joined,
    length_of,
    name_of,
    outcome,
    result,
)
from workflow.grammars.naming import Naming


class Checked(msgspec.Struct, frozen=True):
    """What `check` found: the tree with its words settled, its type, and what is wrong, in order of the text."""

    tree: Any
    type: Type
    problems: tuple[GrammarError, ...]


def check(tree: Value, scope: Scope, settled: frozenset[Absence] = frozenset()) -> Checked:
    """Check one value; `settled` holds the absences that what stands around it has ruled out (`facts` of a step's `when`)."""
    checking = _Checking(scope, settled)
    found, kind = checking.value(tree)
    return Checked(found, kind, tuple(sorted(checking.problems, key=lambda problem: problem.span)))


def check_beside(tree: Value, kind: Type, scope: Scope, settled: frozenset[Absence] = frozenset()) -> Checked:
    """Check a value that is meant for something of type `kind` (a column, a field): beside a choice, a bare word is one of its values."""
    checking = _Checking(scope, settled)
    found, other = checking.beside(tree, kind)
    return Checked(found, other, tuple(sorted(checking.problems, key=lambda problem: problem.span)))


class _Checking(Naming):
    """One check. Methods give the settled tree and its type."""

    __slots__ = ()

    def value(self, tree: Value) -> tuple[Value, Type]:
        return _METHODS[type(tree)](self, tree)

    # Logic

    def logic(self, tree: Logic) -> tuple[Value, Type]:
        operands: list[Value] = []
        before = self.settled
        for operand in tree.operands:
            operands.append(self.boolean(operand))
            self.settled |= facts(operands[-1], self.scope, holds=tree.op == "and")
        self.settled = before
        return msgspec.structs.replace(tree, operands=tuple(operands)), BOOL

    def negation(self, tree: Not) -> tuple[Value, Type]:
        return msgspec.structs.replace(tree, operand=self.boolean(tree.operand)), BOOL

    def comparison(self, tree: Compare) -> tuple[Value, Type]:
        left, right, one, other = self.pair(tree.left, tree.right)
        if not comparable(tree.op, one, other):
            (zh1, en1), (zh2, en2) = name_of(one), name_of(other)
            self.problem(
                f"{zh1}不能和{zh2}用 {tree.op} 比较", f"{en1} and {en2} cannot be compared by {tree.op}", tree.span
            )
        return msgspec.structs.replace(tree, left=left, right=right), BOOL

    def pair(self, left: Value, right: Value) -> tuple[Value, Value, Type, Type]:
        """Two values side by side; the one with names is read first, so that a word may stand on either side."""
        if self.is_nothing(left) and not self.is_nothing(right):
            found_right, other = self.value(right)
            found_left, one = self.beside(left, other)
        else:
            found_left, one = self.value(left)
            found_right, other = self.beside(right, one)
        return found_left, found_right, one, other

    def contains(self, tree: Contains) -> tuple[Value, Type]:
        left, one = self.value(tree.left)
        if isinstance(tree.among, Ref):
            _, other = self.reference(tree.among)
            if not (other.many or other.kind in {"rows", "unknown"}):
                self.problem(
                    f"in 后面要一个列表，却是{name_of(other)[0]}",
                    f"a list is needed after in, this is {name_of(other)[1]}",
                    tree.among.span,
                )
            return msgspec.structs.replace(tree, left=left), BOOL
        among: list[Value] = []
        for each in tree.among:
            found, other = self.beside(each, one)
            among.append(found)
            if not comparable("==", one, other):
                (zh1, en1), (zh2, en2) = name_of(one), name_of(other)
                self.problem(f"{zh1}不会等于{zh2}", f"{en1} never equals {en2}", each.span)
        return msgspec.structs.replace(tree, left=left, among=tuple(among)), BOOL

    def choice(self, tree: Choose) -> tuple[Value, Type]:
        condition = self.boolean(tree.condition)
        then, one = self.under(facts(condition, self.scope, holds=True), tree.then)
        otherwise, other = self.under(facts(condition, self.scope, holds=False), tree.otherwise)
        kind = joined(one, other)
        if kind is None:
            kind = self.problem(
                f"if 的两边要是同一种值：{name_of(one)[0]}和{name_of(other)[0]}",
                f"both sides of if give one kind of value: {name_of(one)[1]}, {name_of(other)[1]}",
                tree.span,
            )
        return msgspec.structs.replace(tree, then=then, condition=condition, otherwise=otherwise), kind

    # Arithmetic and time

    def calculation(self, tree: Calculate) -> tuple[Value, Type]:
        left, one = self.value(tree.left)
        right, other = self.value(tree.right)
        kind = result(tree.op, one, other)
        if kind is None:
            (zh1, en1), (zh2, en2) = name_of(one), name_of(other)
            kind = self.problem(f"{zh1} {tree.op} {zh2} 没有意义", f"{en1} {tree.op} {en2} means nothing", tree.span)
        return msgspec.structs.replace(tree, left=left, right=right), kind

    def negative(self, tree: Negative) -> tuple[Value, Type]:
        operand, kind = self.value(tree.operand)
        if kind.kind not in NUMBERS | {"money", "duration", "unknown"} or kind.many or kind.length != "passing":
            self.problem(f"{name_of(kind)[0]}没有负数", f"{name_of(kind)[1]} cannot be negative", tree.span)
        return msgspec.structs.replace(tree, operand=operand), kind

    def shift(self, tree: Shift) -> tuple[Value, Type]:
        if tree.anchor is None:
            return tree, MOMENT
        _, kind = self.reference(tree.anchor)
        if kind.kind not in DATES | {"step", "rows", "unknown"} or (kind.many and kind.kind != "rows"):
            self.problem(
                f"“前、后”要跟着时间，{name_of(kind)[0]}不是",
                f"before and after need a moment, not {name_of(kind)[1]}",
                tree.anchor.span,
            )
        return tree, kind if kind.kind == "date" and length_of(tree.duration) == "days" else MOMENT

    def at(self, tree: At) -> tuple[Value, Type]:
        time, kind = self.value(tree.time)
        if kind.kind not in DATES | {"step", "rows", "duration", "unknown"}:
            self.problem(
                f"钟点前面要一个日期，却是{name_of(kind)[0]}",
                f"a day is needed before the hour, this is {name_of(kind)[1]}",
                tree.time.span,
            )
        return msgspec.structs.replace(tree, time=time), MOMENT

    # Functions

    def call(self, tree: Call) -> tuple[Value, Type]:
        most = 1 if tree.function in {"has", "count", "sum", "year", "quarter", "month", "day"} else None
        argument = tree.arguments[0]
        lists = {name for ref in references(argument) if (name := self.list_in(ref.parts)) is not None}
        if tree.function in {"mean", "min", "max"} and lists:
            most = 2
        if (most is not None and len(tree.arguments) > most) or (
            tree.function == "mean" and not lists and most is None and len(tree.arguments) > 1
        ):
            self.problem(f"{tree.function} 里的值太多", f"too many values in {tree.function}", tree.span)
        if tree.function == "has":
            return tree, self.has(argument)
        if tree.function in {"year", "quarter", "month", "day"}:
            found, kind = self.value(argument)
            if kind.kind not in DATES | {"unknown"}:
                self.problem(f"{tree.function} 里要一个日期", f"{tree.function} takes a date", argument.span)
            return msgspec.structs.replace(tree, arguments=(found,)), INT
        if not lists and tree.function in {"min", "max"} and len(tree.arguments) > 1:
            return self.between(tree)
        if len(lists) != 1:
            zh = (
                "一个列表也没有"
                if not lists
                else "有不止一个列表：" + "、".join(sorted(".".join(each) for each in lists))
            )
            en = (
                "no list stands in it"
                if not lists
                else "more than one list stands in it: " + ", ".join(sorted(".".join(each) for each in lists))
            )
            return tree, self.problem(
                f"{tree.function} 里要恰好一个列表，{zh}",
                f"{tree.function} goes over exactly one list; {en}",
                tree.span,
            )
        return self.over(tree, next(iter(lists)))

    def has(self, argument: Value) -> Type:
        if not isinstance(argument, Ref):
            return self.problem("has 里只能是一个名称", "has takes a name", argument.span)
        if self.type_of(argument.parts) is None:
            self.no_name(argument)
        return BOOL

    def between(self, tree: Call) -> tuple[Value, Type]:
        """`max(甲, 乙)`: the arguments themselves."""
        found = [self.value(each) for each in tree.arguments]
        kind: Type | None = found[0][1]
        for _, other in found[1:]:
            kind = joined(kind, other) if kind else None
        if kind is None or kind.kind not in ORDERED | {"unknown"}:
            kind = self.problem(
                f"{tree.function} 里的值比不出大小", f"the values in {tree.function} have no order", tree.span
            )
        return msgspec.structs.replace(tree, arguments=tuple(each for each, _ in found)), kind

    def over(self, tree: Call, prefix: tuple[str, ...]) -> tuple[Value, Type]:
        """A function over one list."""
        listed = self.type_of(prefix)
        assert listed is not None  # noqa: S101 (list_in found it)
        head = next(ref for ref in references(tree.arguments[0]) if ref.parts[: len(prefix)] == prefix)
        absences = self.column_absences(prefix) if self.is_bound(prefix) else self.scope.absences(prefix)
        self.present(
            Ref((head.spans[0][0], head.spans[len(prefix) - 1][1]), prefix, head.spans[: len(prefix)]), absences
        )
        row = (
            Type("row", columns=listed.columns, open=listed.open)
            if listed.kind in {"rows", "row"}
            else msgspec.structs.replace(listed, many=False)
        )
        before = self.settled
        self.rows[prefix] = row
        argument = tree.arguments[0]
        if isinstance(argument, Ref):
            self.settled = before | self.scope.absences(argument.parts)
        found, kind = self.value(argument)
        del self.rows[prefix]
        self.settled = before
        arguments: list[Value] = [found]
        allowed = {
            "count": None,
            "sum": NUMBERS | {"money", "duration", "bool"},
            "mean": NUMBERS | {"money", "duration", "bool"},
        }.get(tree.function, ORDERED)
        if (
            kind.kind != "unknown"
            and allowed is not None
            and (kind.kind not in allowed or kind.many or kind.length != "passing")
        ):
            kind = self.problem(
                f"{name_of(kind)[0]}不能用 {tree.function}",
                f"{tree.function} does not go over {name_of(kind)[1]}",
                argument.span,
            )
        given = outcome(tree.function, kind)
        for default in tree.arguments[1:2]:
            stands_in, other = self.value(default)
            arguments.append(stands_in)
            if joined(given, other) is None:
                self.problem(
                    f"代替的值要是{name_of(given)[0]}，却是{name_of(other)[0]}",
                    f"what stands in must be {name_of(given)[1]}, this is {name_of(other)[1]}",
                    default.span,
                )
        return msgspec.structs.replace(tree, arguments=(*arguments, *tree.arguments[2:])), given


_METHODS: Final[dict[type, Callable[[_Checking, Any], tuple[Value, Type]]]] = {
    Number: lambda _, tree: (tree, INT if isinstance(tree.value, int) else NUMBER),
    Word: _Checking.word,
    String: lambda _, tree: (tree, TEXT),
    Day: lambda _, tree: (tree, DATE),
    Duration: lambda _, tree: (tree, Type("duration", length=length_of(tree))),
    Ref: _Checking.reference,
    Shift: _Checking.shift,
    At: _Checking.at,
    Call: _Checking.call,
    Not: _Checking.negation,
    Negative: _Checking.negative,
    Logic: _Checking.logic,
    Compare: _Checking.comparison,
    Contains: _Checking.contains,
    Calculate: _Checking.calculation,
    Choose: _Checking.choice,
}
