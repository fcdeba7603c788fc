"""Conditions, values, moments and needs: text in, typed tree out. Not here: what names mean, types, results."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from workflow.domain.tree import (
    At,
    Calculate,
    Call,
    Choose,
    Compare,
    Contains,
    Day,
    Everyone,
    InOrder,
    Logic,
    NeedChoose,
    Negative,
    Not,
    Ref,
    Shift,
    String,
    Word,
)
from workflow.grammars import words
from workflow.grammars.reader import Reader
from workflow.grammars.tokens import OPERATORS
from workflow.grammars.words import spellings

if TYPE_CHECKING:
    from collections.abc import Callable

    from workflow.domain.tree import Arithmetic, Comparison, Duration, Need, NeedAtom, Sign, Span, Value

MAX_PARTS = 3
NEEDS = spellings(words.NEED)


def read_condition(text: str) -> Value:
    """Read `cond`: `预算 > 5万 and not 评单.超时`. Raises GrammarError."""
    reader = ExpressionReader(text)
    tree = reader.condition()
    reader.finish()
    return tree


def read_value(text: str) -> Value:
    """Read `value`: a condition, or `甲 if 预算 > 5万 else 乙`. Raises GrammarError."""
    reader = ExpressionReader(text)
    tree = reader.value()
    reader.finish()
    return tree


def read_moment(text: str) -> Value:
    """Read `moment`, which is a value whose type (datetime, date, duration, a step) is checked with the names. Raises GrammarError."""
    tree = read_value(text)
    if isinstance(tree, Word):
        ExpressionReader(text).expected("a duration", "a date", "a name")
    return tree


def read_need(text: str) -> Need:
    """Read `need`: `1`, `all`, `60%`, `in order`, `名额`, `2 if 预算 > 5万 else 1`. Raises GrammarError."""
    reader = ExpressionReader(text)
    tree = reader.need()
    reader.finish()
    return tree


class ExpressionReader(Reader):
    """One method a rule of the grammar, in its order."""

    __slots__ = ()

    def value(self) -> Value:
        """`cond ["if" cond "else" value]`."""
        start = self.start
        then = self.condition()
        if not self.take("if"):
            return then
        condition = self.condition()
        if not self.take("else"):
            self.expected("else")
        self.deeper()
        otherwise = self.value()
        self.depth -= 1
        return Choose((start, self.last), then, condition, otherwise)

    def condition(self) -> Value:
        """`conj {"or" conj}`."""
        start = self.start
        first = self.conjunction()
        if self.kind != "or":
            return first
        operands = [first]
        while self.take("or"):
            operands.append(self.conjunction())
        return Logic((start, self.last), "or", tuple(operands))

    def conjunction(self) -> Value:
        """`neg {"and" neg}`."""
        start = self.start
        first = self.negation()
        if self.kind != "and":
            return first
        operands = [first]
        while self.take("and"):
            operands.append(self.negation())
        return Logic((start, self.last), "and", tuple(operands))

    def negation(self) -> Value:
        """`"not" neg | cmp`."""
        start = self.start
        if not self.take("not"):
            return self.comparison()
        self.deeper()
        operand = self.negation()
        self.depth -= 1
        return Not((start, self.last), operand)

    def comparison(self) -> Value:
        """`sum [OP sum | ["not"] "in" (list | ref)]`, never a chain."""
        start = self.start
        left = self.sum()
        if self.kind == "OP":
            op = cast("Comparison", OPERATORS.get(self.word, self.word))
            self.advance()
            right = self.sum()
            if self.kind == "OP":
                self.fail(
                    "比较不能连写：请写成 甲 < 乙 and 乙 < 丙",
                    "comparisons are not chained: write a < b and b < c",
                    expected=("an operator", "the end"),
                )
            return Compare((start, self.last), op, left, right)
        negated = self.kind == "not"
        if negated:
            self.advance()
            if self.kind != "in":
                self.fail(
                    "两个值之间的 not 后面必须是 in（属于）",
                    "between two values, not is followed by in",
                    expected=("in",),
                )
        if not self.take("in"):
            return left
        among = self.among()
        return Contains((start, self.last), left, among, negated)

    def among(self) -> tuple[Value, ...] | Ref:
        """`"(" sum {SEP sum} ")" | ref`."""
        if not self.take("("):
            if self.kind not in {"NAME", "SELF"}:
                self.expected("a list")
            return self.reference()
        self.deeper()
        values = [self.sum()]
        while self.take("、") or self.take(","):
            values.append(self.sum())
        self.depth -= 1
        if not self.take(")"):
            self.expected(")")
        return tuple(values)

    def sum(self) -> Value:
        """`prod {("+"|"-") prod}`."""
        start = self.start
        left = self.product()
        while self.kind in {"+", "-"}:
            left = self.calculation(start, left, self.product)
        return left

    def product(self) -> Value:
        """`sign {("*"|"/") sign}`."""
        start = self.start
        left = self.signed()
        while self.kind in {"*", "/"}:
            left = self.calculation(start, left, self.signed)
        return left

    def calculation(self, start: int, left: Value, operand: Callable[[], Value]) -> Value:
        """One operator and its right side."""
        op, op_span = cast("Arithmetic", self.kind), (self.start, self.end)
        self.advance()
        right = operand()
        return Calculate((start, self.last), op, left, right, op_span)

    def signed(self) -> Value:
        """`["-"] atom`."""
        start = self.start
        if not self.take("-"):
            return self.atom()
        operand = self.atom()
        return Negative((start, self.last), operand)

    def atom(self) -> Value:
        """`NUM | WORD | STR | time [CLOCK] | FN "(" cond {SEP cond} ")" | "(" cond ")"`."""
        kind, span = self.kind, (self.start, self.end)
        if kind == "NUM":
            return self.number()
        if kind == "WORD":
            word = self.word
            self.advance()
            return Word(span, word)
        if kind == "STR":
            words = self.word[1:-1]
            self.advance()
            return String(span, words)
        if kind == "FN":
            return self.call()
        if kind == "(":
            self.advance()
            self.deeper()
            inner = self.condition()
            self.depth -= 1
            if not self.take(")"):
                self.expected("an operator", ")")
            return inner
        time = self.time()
        if self.kind != "CLOCK":
            return time
        hour, minute = self.clock()
        return At((span[0], self.last), time, hour, minute)

    def call(self) -> Call:
        """`FN "(" cond {SEP cond} ")"`."""
        name, name_span = self.word, (self.start, self.end)
        self.advance()
        self.take("(")
        self.deeper()
        arguments = [self.condition()]
        while self.take("、") or self.take(","):
            arguments.append(self.condition())
        self.depth -= 1
        if not self.take(")"):
            self.expected("an operator", ")")
        return Call((name_span[0], self.last), name, tuple(arguments), name_span)

    def time(self) -> Day | Duration | Shift | Ref:
        """`DATE | SINCE | DUR [later | ago | before ref | after ref] | "in" DUR | [part "."] ANCHOR DUR | ref`."""
        kind, start = self.kind, self.start
        if kind == "DATE":
            span = (start, self.end)
            return Day(span, self.date())
        if kind == "SINCE":
            sign: Sign = 1 if self.word[-1] == "后" else -1
            return Shift((start, self.end), None, self.duration(), sign)
        if kind == "in":
            self.advance()
            if self.kind != "DUR":
                self.expected("a duration")
            return Shift((start, self.end), None, self.duration(), 1)
        if kind == "DUR":
            return self.after_duration(start, self.duration())
        if kind in {"NAME", "SELF", "ANCHOR"}:
            return self.reference_or_anchor()
        if kind == "EVERY":
            self.fail(
                f"“各{self.word}”只能用来指人（各站.协调员）；要取行的列，写 各.{self.word}",
                f"“各{self.word}” only names people (各站.协调员); a column of the row is 各.{self.word}",
                expected=("a value",),
                suggestion=f"各.{self.word}",
            )
        self.expected("a value")

    def after_duration(self, start: int, duration: Duration) -> Duration | Shift:
        """What may follow a duration in English."""
        if not self.is_word("later", "ago", "before", "after"):
            return duration
        word = self.word
        self.advance()
        anchor = self.reference() if word in {"before", "after"} else None
        return Shift((start, self.last), anchor, duration, 1 if word in {"later", "after"} else -1)

    def reference(self) -> Ref:
        """`part ["." part ["." part]]`."""
        found = self.reference_or_anchor()
        if not isinstance(found, Ref):
            self.fail("这里只能是一个名称", "only a name can stand here", found.span, expected=("a name",))
        return found

    def reference_or_anchor(self) -> Ref | Shift:
        """A ref, or one whose last part is an ANCHOR and has a duration behind it."""
        start = self.start
        parts: list[str] = []
        spans: list[Span] = []
        while True:
            if self.kind == "ANCHOR":
                word, span = self.word, (self.start, self.end - 1)
                self.advance()
                anchor = Ref((start, span[1]), (*parts, word[:-1]), (*spans, span))
                duration = self.duration()
                return Shift((start, self.last), anchor, duration, 1 if word[-1] == "后" else -1)
            if self.kind not in {"NAME", "SELF"}:
                self.expected("a name")
            parts.append(self.word)
            spans.append((self.start, self.end))
            self.advance()
            if self.kind != "." or len(parts) == MAX_PARTS:
                return Ref((start, self.last), tuple(parts), tuple(spans))
            self.advance()

    def need(self) -> Need:
        """`(NUM | "all" | "in" "order" | ref) ["if" cond "else" need]`."""
        start = self.start
        then = self.need_atom()
        if not self.take("if"):
            return then
        condition = self.condition()
        if not self.take("else"):
            self.expected("else")
        self.deeper()
        otherwise = self.need()
        self.depth -= 1
        return NeedChoose((start, self.last), then, condition, otherwise)

    def need_atom(self) -> NeedAtom:
        """`NUM | "all" | "in" "order" | ref`."""
        span = (self.start, self.end)
        if self.kind == "NUM":
            return self.number()
        if NEEDS.get(self.word) == "all" and self.kind == "NAME":
            self.advance()
            return Everyone(span)
        if NEEDS.get(self.word) == "in order" and self.kind == "NAME":
            self.advance()
            return InOrder(span)
        if self.take("in"):
            if not self.is_word("order"):
                self.expected("order")
            self.advance()
            return InOrder((span[0], self.last))
        if self.kind in {"NAME", "SELF"}:
            return self.reference()
        self.expected("a number", "a name")
