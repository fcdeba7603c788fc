"""The trees of values, conditions, moments and texts, in words. Not here: who (people), forms (forms), the sentences around them (step)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from workflow.domain import tree
from workflow.language.names import EXPORTS, ITEM
from workflow.language.prose.words import WORDS, Language, length, listed, say

SIGNS: Final = {">=": "≥", "<=": "≤", "==": "=", "!=": "≠", "*": "×", "/": "÷", "-": "−"}
_BINDING: Final = {"+": 1, "-": 1, "*": 2, "/": 2}


class Pen:
    """Writes trees in one language. `brief`: comparisons by their sign (`人数 ≥ 500`), as a picture has room for."""

    __slots__ = ("brief", "language")

    def __init__(self, language: Language, *, brief: bool = False) -> None:
        self.language, self.brief = language, brief

    def say(self, key: str, **facts: Any) -> str:
        """A sentence of the table."""
        return say(self.language, key, **facts)

    def value(self, value: tree.Value) -> str:
        """A value or a condition."""
        return _WRITTEN[type(value)](self, value)

    def condition(self, value: tree.Value) -> str:
        """What must be so: a bare name is asked for its yes."""
        if isinstance(value, tree.Ref):
            if value.parts[-1] == "超时" and len(value.parts) > 1:
                return self.say("value.late", step=".".join(value.parts[:-1]))
            return self.say("value.true", value=self.reference(value))
        return self.value(value)

    def moment(self, value: tree.Value) -> str:
        """A moment: a bare duration is counted from what it belongs to."""
        return self.duration(value) if isinstance(value, tree.Duration) else self.value(value)

    def duration(self, value: tree.Duration) -> str:
        """`1 个工作日`."""
        return length(self.language, value.parts)

    def text(self, template: tree.Template) -> str:
        """A text with its slots, which stay in `<…>`."""
        return "".join(self.piece(piece) for piece in template.pieces)

    def piece(self, piece: tree.Piece | tree.Counter | tree.Slot) -> str:
        match piece:
            case tree.Piece(text=text):
                return text
            case tree.Slot(value=value):
                return f"<{self.value(value)}>"
        digits = "1".rjust(piece.width, "0")
        if piece.per is None:
            return self.say("counter.ever", digits=digits)
        return self.say("counter", digits=digits, per=self.say(f"per.{piece.per}"))

    def reference(self, ref: tree.Ref) -> str:
        """A name: an author's own as written, what every step or item has in this language."""
        first, *rest = ref.parts
        if not rest:
            return self.say(f"word.{first}") if f"word.{first}" in WORDS else first
        known = EXPORTS if first not in {"本件", "各"} else ITEM if first == "本件" else EXPORTS
        part = self.say(f"part.{rest[-1]}") if rest[-1] in known else rest[-1]
        if first in {"各", "本件"} and len(rest) == 1:
            row = "brief.row" if self.brief else "value.row"
            return self.say(row if first == "各" else "value.item", part=part)
        return self.say("value.part", owner=".".join(ref.parts[:-1]), part=part)

    # ------------------------------------------------------------------------------------------- by kind

    def compare(self, value: tree.Compare) -> str:
        left, right = self.value(value.left), self.value(value.right)
        if self.brief:
            return f"{left} {SIGNS.get(value.op, value.op)} {right}"
        timed = any(isinstance(side, tree.Shift | tree.At | tree.Day) for side in (value.left, value.right))
        return self.say(f"{'moment' if timed else 'value'}.{value.op}", left=left, right=right)

    def logic(self, value: tree.Logic) -> str:
        sides = [
            self.say("value.in_brackets", value=self.condition(one)) if isinstance(one, tree.Logic) else self.condition(one)
            for one in value.operands
        ]  # fmt: skip
        return self.say(f"{'brief' if self.brief else 'value'}.{value.op}").join(sides)

    def negation(self, value: tree.Not) -> str:
        match value.operand:
            case tree.Ref(parts=(*owner, "超时")) if owner:
                return self.say("value.in_time", step=".".join(owner))
            case tree.Ref() as name:
                return self.say("value.false", value=self.reference(name))
            case tree.Call(function="has", arguments=(argument,)):
                return self.say("value.has_not", value=self.value(argument))
        return self.say("value.not", value=self.condition(value.operand))

    def contains(self, value: tree.Contains) -> str:
        left = self.value(value.left)
        if isinstance(value.among, tree.Ref):
            key = "value.not_within" if value.negated else "value.within"
            return self.say(key, left=left, list=self.reference(value.among))
        choices = listed(self.language, [self.value(one) for one in value.among])
        return self.say("value.not_among" if value.negated else "value.among", left=left, choices=choices)

    def calculation(self, value: tree.Calculate) -> str:
        left, right = self.value(value.left), self.value(value.right)
        binding = _BINDING[value.op]
        if _loose(value.left, binding):
            left = self.say("value.in_brackets", value=left)
        if _loose(value.right, binding + (value.op in "-/")):
            right = self.say("value.in_brackets", value=right)
        return f"{left} {SIGNS.get(value.op, value.op)} {right}"

    def call(self, value: tree.Call) -> str:
        arguments = [self.value(one) for one in value.arguments]
        if value.function in {"min", "max"} and len(arguments) > 1 and not _column(value.arguments[0]):
            return self.say(f"value.{value.function}", value=listed(self.language, arguments))
        brief = self.brief and value.function == "has"
        said = self.say(f"{'brief' if brief else 'value'}.{value.function}", value=arguments[0])
        return said if len(arguments) == 1 else self.say("value.else", value=said, otherwise=arguments[1])

    def choice(self, value: tree.Choose) -> str:
        return self.say(
            "value.if", then=self.value(value.then), condition=self.condition(value.condition),
            otherwise=self.value(value.otherwise),
        )  # fmt: skip

    def shift(self, value: tree.Shift) -> str:
        duration = self.duration(value.duration)
        if value.anchor is None:
            return self.say("moment.from_now" if value.sign > 0 else "moment.ago", duration=duration)
        key = "moment.after" if value.sign > 0 else "moment.before"
        return self.say(key, anchor=self.reference(value.anchor), duration=duration)

    def at(self, value: tree.At) -> str:
        return self.say("moment.at", day=self.value(value.time), clock=f"{value.hour:02}:{value.minute:02}")


def number(value: int | Decimal) -> str:
    """A number as people write it."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _loose(value: tree.Value, binding: int) -> bool:
    return isinstance(value, tree.Choose) or (isinstance(value, tree.Calculate) and _BINDING[value.op] < binding)


def _column(value: tree.Value) -> bool:
    return isinstance(value, tree.Ref) and len(value.parts) > 1


def _number(_: Pen, value: tree.Number) -> str:
    return (
        f"{number(value.value * 100).rstrip('0').rstrip('.')}%"
        if value.percent and value.value
        else number(value.value)
    )


_WRITTEN: Final[Mapping[type, Callable[[Pen, Any], str]]] = {
    tree.Number: _number,
    tree.Word: lambda _, value: f"“{value.text}”",
    tree.String: lambda _, value: f"“{value.text}”",
    tree.Day: lambda _, value: value.value.isoformat(),
    tree.Duration: Pen.duration,
    tree.Ref: Pen.reference,
    tree.Shift: Pen.shift,
    tree.At: Pen.at,
    tree.Call: Pen.call,
    tree.Not: Pen.negation,
    tree.Negative: lambda pen, value: f"−{pen.value(value.operand)}",
    tree.Logic: Pen.logic,
    tree.Compare: Pen.compare,
    tree.Contains: Pen.contains,
    tree.Calculate: Pen.calculation,
    tree.Choose: Pen.choice,
}
