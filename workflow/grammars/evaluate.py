"""The value of a tree over an environment: exact, pure, never guessing. Not here: what names stand for (the environment knows), types (types.py).

What cannot be computed raises ConditionError with the span of the part that failed; it never turns into a yes or a no.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Protocol

from workflow.domain.tree import (
    At,
    Calculate,
    Call,
    Choose,
    Compare,
    Contains,
    Day,
    Duration,
    Everyone,
    InOrder,
    Logic,
    NeedChoose,
    Negative,
    Node,
    Not,
    Number,
    Ref,
    Shift,
    String,
    Word,
)
from workflow.grammars.arithmetic import CannotError, calculate, compare, elapsed, negate
from workflow.grammars.errors import ConditionError, MissingError
from workflow.grammars.values import Missing, Row, exact

if TYPE_CHECKING:
    from workflow.domain.tree import Comparison, Need, Sign, Value

ENDED: Final = "结束"


class Environment(Protocol):
    """What a tree is computed over."""

    @property
    def now(self) -> datetime.datetime:
        """The moment of computing, aware."""

    @property
    def started(self) -> datetime.datetime:
        """When the item started, aware; now, while it is being submitted."""

    @property
    def zone(self) -> datetime.tzinfo:
        """The tenant's time zone: what day it is."""

    def lookup(self, parts: tuple[str, ...]) -> Any:
        """A name's value as values.py says, or MISSING. A list: its rows; a bare step without rows: when it ended.

        今天, 现在, 年, 季度 and 月 are never asked for; 各 and its columns are.
        """

    def shift(self, moment: datetime.datetime, duration: Duration, sign: Sign) -> datetime.datetime:
        """The moment moved by calendar days, months, working days and hours."""


def evaluate(tree: Value, environment: Environment) -> Any:
    """The value, as values.py says; a duration of days and longer stays a `Duration`. Raises ConditionError (MissingError among them)."""
    return _Evaluation(environment).value(tree)


def evaluate_condition(tree: Value, environment: Environment) -> bool:
    """Yes or no. Raises ConditionError, also when the value is neither."""
    return _Evaluation(environment).truth(tree)


def evaluate_moment(
    tree: Value, environment: Environment, origin: datetime.datetime, *, end_of_day: bool = False
) -> datetime.datetime:
    """A moment: a duration counts from `origin` (a step's opening), a step's name is its end, a date its first or last second.

    Raises ConditionError.
    """
    if isinstance(tree, Duration):
        return _moved(tree, environment, origin, tree, 1)
    evaluation = _Evaluation(environment)
    value = evaluation.ended(tree) if isinstance(tree, Ref) else evaluation.value(tree)
    if isinstance(value, Duration | datetime.timedelta):
        value = evaluation.shifted(tree, origin, value, 1)
    if isinstance(value, datetime.datetime):
        return value
    if isinstance(value, datetime.date):
        clock = datetime.time(23, 59, 59) if end_of_day else datetime.time()
        return datetime.datetime.combine(value, clock, environment.zone)
    raise ConditionError("这里要一个时间", "a moment is needed here", tree.span)


def evaluate_need(tree: Need, environment: Environment) -> Number | Everyone | InOrder:
    """How many are needed, its names and branches settled: a whole number from 1, a percentage, all, or in order. Raises ConditionError."""
    while isinstance(tree, NeedChoose):
        tree = tree.then if evaluate_condition(tree.condition, environment) else tree.otherwise
    if not isinstance(tree, Ref):
        return tree
    value = evaluate(tree, environment)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ConditionError(
            f"人数要是 1 以上的整数，现在是 {value}", f"must be a whole number from 1, is {value}", tree.span
        )
    return Number(tree.span, value)


class _Evaluation:
    """One computation; `bound` holds the row at hand of each list that a function is going over."""

    __slots__ = ("bound", "environment")

    def __init__(self, environment: Environment, bound: dict[tuple[str, ...], Any] | None = None) -> None:
        self.environment = environment
        self.bound = bound or {}

    def value(self, tree: Value) -> Any:
        """The tree's value, present. Raises ConditionError."""
        return _METHODS[type(tree)](self, tree)

    def truth(self, tree: Value) -> bool:
        """The tree's value, which must be yes or no."""
        value = self.value(tree)
        if isinstance(value, bool):
            return value
        raise ConditionError("这里要一个判断（是或否）", "a yes or no is needed here", tree.span)

    # Names

    def lookup(self, parts: tuple[str, ...]) -> Any:
        """A name's value or MISSING; inside a function, the list's columns are its row's."""
        for prefix, row in self.bound.items():
            if parts == prefix:
                value = row
                break
            if parts[:-1] == prefix and isinstance(row, Row) and parts[-1] in row.columns:
                value = row.columns[parts[-1]]
                break
        else:
            value = self.environment.lookup(parts)
        return exact(value) if isinstance(value, Decimal) else value

    def reference(self, tree: Ref) -> Any:
        first = tree.parts[0]
        if len(tree.parts) == 1 and first in _OF_TIME:
            return _OF_TIME[first](self.environment)
        value = self.lookup(tree.parts)
        if isinstance(value, Missing):
            raise MissingError(".".join(tree.parts), tree.span)
        return value

    def ended(self, tree: Ref) -> Any:
        """A name as a moment: of a step, its end, however it ended."""
        end = self.lookup((*tree.parts, ENDED))
        return self.reference(tree) if isinstance(end, Missing | list) else end

    # Logic

    def logic(self, tree: Logic) -> bool:
        decisive = tree.op == "or"
        return decisive if any(self.truth(each) is decisive for each in tree.operands) else not decisive

    def negation(self, tree: Not) -> bool:
        return not self.truth(tree.operand)

    def comparison(self, tree: Compare) -> bool:
        left, right = self.value(tree.left), self.value(tree.right)
        return self.compares(tree, tree.op, left, right)

    def contains(self, tree: Contains) -> bool:
        left = self.value(tree.left)
        if isinstance(tree.among, Ref):
            among = self.reference(tree.among)
            if not isinstance(among, list):
                raise ConditionError("in 后面要一个列表", "a list is needed after in", tree.among.span)
        else:
            among = [self.value(each) for each in tree.among]
        found = any(self.compares(tree, "==", left, each) for each in among)
        return found is not tree.negated

    def choice(self, tree: Choose) -> Any:
        return self.value(tree.then if self.truth(tree.condition) else tree.otherwise)

    # Arithmetic and time

    def calculation(self, tree: Calculate) -> Any:
        left, right = self.value(tree.left), self.value(tree.right)
        for base, amount in ((left, right), (right, left)) if tree.op == "+" else ((left, right),):
            if isinstance(base, datetime.date) and isinstance(amount, Duration | datetime.timedelta):
                return self.shifted(tree, base, amount, 1 if tree.op == "+" else -1)
        return self.guarded(tree, lambda: calculate(tree.op, left, right))

    def negative(self, tree: Negative) -> Any:
        value = self.value(tree.operand)
        return self.guarded(tree, lambda: negate(value))

    def shift(self, tree: Shift) -> Any:
        base = self.environment.now if tree.anchor is None else self.ended(tree.anchor)
        return self.shifted(tree, base, self.value(tree.duration), tree.sign)

    def shifted(self, tree: Node, base: Any, amount: Duration | datetime.timedelta, sign: Sign) -> Any:
        """A moment moved; a date moved by whole days stays a date."""
        if not isinstance(base, datetime.date):
            raise ConditionError("只有日期和时间可以前后推移", "only dates and moments can be moved", tree.span)
        whole = not isinstance(base, datetime.datetime)
        zone = self.environment.zone
        moment = base if isinstance(base, datetime.datetime) else datetime.datetime.combine(base, datetime.time(), zone)
        moved = _moved(tree, self.environment, moment, amount, sign)
        if not whole or isinstance(amount, datetime.timedelta) or any(unit in _HOURLY for _, unit in amount.parts):
            return moved
        return moved.astimezone(zone).date()

    def at(self, tree: At) -> datetime.datetime:
        value = self.ended(tree.time) if isinstance(tree.time, Ref) else self.value(tree.time)
        if isinstance(value, Duration | datetime.timedelta):
            value = self.shifted(tree, self.environment.now, value, 1)
        zone = self.environment.zone
        if isinstance(value, datetime.datetime):
            value = value.astimezone(zone).date()
        if not isinstance(value, datetime.date):
            raise ConditionError("钟点前面要一个日期", "a day is needed before the hour", tree.time.span)
        return datetime.datetime.combine(value, datetime.time(tree.hour, tree.minute), zone)

    def compares(self, tree: Node, op: Comparison, left: Any, right: Any) -> bool:
        try:
            return compare(op, left, right, self.environment.zone)
        except CannotError as error:
            raise ConditionError(error.zh, error.en, tree.span) from error

    def guarded(self, tree: Node, compute: Callable[[], Any]) -> Any:
        """What `compute` gives; what it cannot compute is said at the tree's span."""
        try:
            return compute()
        except CannotError as error:
            raise ConditionError(error.zh, error.en, tree.span) from error

    # Functions

    def call(self, tree: Call) -> Any:
        if tree.function == "has":
            argument = tree.arguments[0]
            if not isinstance(argument, Ref):
                raise ConditionError("has 里要一个名称", "has takes a name", tree.span)
            found = self.lookup(argument.parts)
            return not isinstance(found, Missing) and found != []
        if tree.function in _OF_DATE:
            return self.of_date(tree)
        values = list(self.rows(tree))
        if tree.function == "count":
            return sum(value is not False for value in values)
        if not values and tree.function != "sum":
            if len(tree.arguments) > 1:
                return self.value(tree.arguments[1])
            raise ConditionError(
                f"列表里一行也没有，{tree.function} 算不出来；请写明这时用什么：{tree.function}(…, 0)",
                f"{tree.function} has no row to go over; say what stands in: {tree.function}(…, 0)",
                tree.span,
            )
        if tree.function in {"sum", "mean"}:
            total = self.guarded(tree, lambda: _total(values))
            return total if tree.function == "sum" else self.guarded(tree, lambda: calculate("/", total, len(values)))
        best = values[0]
        for value in values[1:]:
            if self.compares(tree, "<" if tree.function == "min" else ">", value, best):
                best = value
        return best

    def rows(self, tree: Call) -> Iterator[Any]:
        """What a function goes over: its first argument once a row of the one list in it; without a list, the arguments themselves.

        A row that lacks the bare column asked for is left out.
        """
        argument = tree.arguments[0]
        prefix = next((found for ref in references(argument) if (found := self.list_in(ref.parts)) is not None), None)
        if prefix is None:
            lacking = next((ref for ref in references(argument) if isinstance(self.lookup(ref.parts), Missing)), None)
            if lacking is not None:
                name = ".".join(lacking.parts)
                raise ConditionError(
                    f"“{name}”还没有值，{tree.function} 算不出来",
                    f"“{name}” has no value yet for {tree.function} to go over",
                    lacking.span,
                )
            if tree.function not in {"min", "max"}:
                raise ConditionError("函数里要有一个列表", "a function goes over a list", tree.span)
            yield from (self.value(each) for each in tree.arguments)
            return
        listed = self.lookup(prefix)
        for row in (listed.so_far or ()) if isinstance(listed, Row) else listed:
            inner = _Evaluation(self.environment, {**self.bound, prefix: row})
            value = inner.lookup(argument.parts) if isinstance(argument, Ref) else inner.value(argument)
            if not isinstance(value, Missing):
                yield value

    def list_in(self, parts: tuple[str, ...]) -> tuple[str, ...] | None:
        """The part of a name that is a list, or None: `问卷` in `问卷.满意度`, but nothing in `问卷.份数`."""
        if parts[0] == "各" and ("各",) not in self.bound:
            row = self.lookup(("各",))
            if isinstance(row, Row) and row.so_far is not None:
                return ("各",)
        if not isinstance(self.lookup(parts), list | Missing):
            return None
        return next((parts[:n] for n in range(1, len(parts) + 1) if isinstance(self.lookup(parts[:n]), list)), None)

    def of_date(self, tree: Call) -> int:
        value = self.value(tree.arguments[0])
        if isinstance(value, datetime.datetime):
            value = value.astimezone(self.environment.zone)
        if not isinstance(value, datetime.date):
            raise ConditionError("这里要一个日期", "a date is needed here", tree.arguments[0].span)
        return _OF_DATE[tree.function](value)


def _moved(
    tree: Node, environment: Environment, moment: datetime.datetime, amount: Duration | datetime.timedelta, sign: Sign
) -> datetime.datetime:
    try:
        if isinstance(amount, Duration):
            return environment.shift(moment, amount, sign)
        return (moment.astimezone(datetime.UTC) + sign * amount).astimezone(environment.zone)
    except (OverflowError, ValueError) as error:
        raise ConditionError("这个时间超出了日历", "this moment lies beyond the calendar", tree.span) from error


def references(tree: object) -> Iterator[Ref]:
    """Every name in a tree, from left to right."""
    if isinstance(tree, Ref):
        yield tree
    elif isinstance(tree, Node):
        for name in tree.__struct_fields__:
            yield from references(getattr(tree, name))
    elif isinstance(tree, tuple):
        for each in tree:
            yield from references(each)


def _total(values: list[Any]) -> Any:
    """The sum; yes counts one."""
    total: Any = 0
    for number, value in enumerate(values):
        step = int(value) if isinstance(value, bool) else value
        total = step if number == 0 else calculate("+", total, step)
    return total


def _literal_duration(tree: Duration) -> Duration | datetime.timedelta:
    return elapsed(tree) or tree


def _local(environment: Environment, moment: datetime.datetime) -> datetime.date:
    return moment.astimezone(environment.zone).date()


_HOURLY: Final = {"s", "m", "h", "wh"}
_OF_DATE: Final[dict[str, Callable[[datetime.date], int]]] = {
    "year": lambda day: day.year,
    "quarter": lambda day: (day.month + 2) // 3,
    "month": lambda day: day.month,
    "day": lambda day: day.day,
}
_OF_TIME: Final[dict[str, Callable[[Environment], Any]]] = {
    "今天": lambda environment: _local(environment, environment.now),
    "现在": lambda environment: environment.now,
    "年": lambda environment: _local(environment, environment.started).year,
    "季度": lambda environment: _OF_DATE["quarter"](_local(environment, environment.started)),
    "月": lambda environment: _local(environment, environment.started).month,
}
_METHODS: Final[dict[type, Callable[[_Evaluation, Any], Any]]] = {
    Number: lambda _, tree: exact(tree.value),
    Word: lambda _, tree: tree.text,
    String: lambda _, tree: tree.text,
    Day: lambda _, tree: tree.value,
    Duration: lambda _, tree: _literal_duration(tree),
    Ref: _Evaluation.reference,
    Shift: _Evaluation.shift,
    At: _Evaluation.at,
    Call: _Evaluation.call,
    Not: _Evaluation.negation,
    Negative: _Evaluation.negative,
    Logic: _Evaluation.logic,
    Compare: _Evaluation.comparison,
    Contains: _Evaluation.contains,
    Calculate: _Evaluation.calculation,
    Choose: _Evaluation.choice,
}
