"""Text with slots: `DX-<年>-<0001 每年>`. Not here: what stands in the slots when it is rendered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from workflow.domain.tree import Choose, Counter, Piece, Slot, Template
from workflow.grammars.errors import GrammarError
from workflow.grammars.expression import ExpressionReader
from workflow.grammars.periods import each_period
from workflow.grammars.reader import MAX_LENGTH
from workflow.grammars.tokens import COUNT

if TYPE_CHECKING:
    from workflow.domain.tree import Value

MAX_TEXT: Final = 4000
MAX_WIDTH: Final = 12
_PLAIN: Final = re.compile("(?:[^<]++|<<)++")


def read_text(text: str) -> Template:
    """Read a text; `<<` is one `<`, and a bare `>` closes a slot. Raises GrammarError."""
    if len(text) > MAX_TEXT:
        raise GrammarError(
            f"太长了：{len(text)} 个字，最多 {MAX_TEXT} 个",
            f"too long: {len(text)} characters, at most {MAX_TEXT}",
            (MAX_TEXT, len(text)),
        )
    pieces: list[Piece | Counter | Slot] = []
    at = 0
    while at < len(text):
        plain = _PLAIN.match(text, at)
        piece = Piece(plain.span(), plain[0].replace("<<", "<")) if plain else SlotReader(text, at).slot_or_counter()
        pieces.append(piece)
        at = piece.span[1]
    return Template((0, len(text)), tuple(pieces))


class SlotReader(ExpressionReader):
    """Reads one slot that opens at `opening`; what follows its `>` is not looked at."""

    __slots__ = ("opening",)

    def __init__(self, text: str, opening: int) -> None:
        self.text = text
        self.opening = opening
        self.depth = 0
        self.start, self.end = opening, opening + 1

    def slot_or_counter(self) -> Slot | Counter:
        """`"<" (COUNT [EACHPER] | slot) ">"`."""
        counted = COUNT.match(self.text, self.end)
        if counted:
            self.end = counted.end()
            self.advance()
            if len(counted[1]) > MAX_WIDTH:
                self.fail(f"编号最多 {MAX_WIDTH} 位", f"a number has at most {MAX_WIDTH} digits", counted.span(1))
            per = each_period(self)
            return Counter((self.opening, self.close("a period")), len(counted[1]), per)
        self.advance()
        value = self.slot()
        return Slot((self.opening, self.close("an operator")), value)

    def slot(self) -> Value:
        """`sum ["if" cond "else" slot]`: no comparison, since a bare `>` closes."""
        start = self.start
        then = self.sum()
        if not self.take("if"):
            return then
        condition = self.condition()
        if not self.take("else"):
            self.expected("else")
        self.deeper()
        otherwise = self.slot()
        self.depth -= 1
        return Choose((start, self.last), then, condition, otherwise)

    def close(self, *terms: str) -> int:
        """The place behind the closing `>`, which may be the beginning of a token (`>=`)."""
        if self.kind != "OP" or self.word[0] != ">":
            self.expected(*terms, ">")
        if self.start - self.opening > MAX_LENGTH:
            self.fail(
                f"太长了：一处 < > 最多 {MAX_LENGTH} 个字",
                f"too long: at most {MAX_LENGTH} characters in one < >",
                (self.opening, self.start),
            )
        return self.start + 1
