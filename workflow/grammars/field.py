"""What a field of a form may hold: `text 2..40`, `datetime >= 3工作日后`, `one 排名 where 各.入选`. Not here: reading an answer to it (answer.py).

A scalar is read by `read_field`; what YAML writes as a list or a mapping (`[甲, 乙]`, `{many: …}`, `{rows: …}`) is put together by the language from
`choice` and `rows`, so that this file knows no YAML.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, cast

import msgspec

from workflow.domain.tree import Field
from workflow.grammars import words
from workflow.grammars.actor import ActorReader
from workflow.grammars.errors import GrammarError
from workflow.grammars.expression import ExpressionReader
from workflow.grammars.tokens import OPERATORS, is_name, is_slip, nearest
from workflow.grammars.words import spellings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workflow.domain.tree import Comparison, FieldType, Number

_TYPES: Final = spellings(words.TYPES)
_COUNTED: Final = {"text", "int", "photo"}
MAX_STARS: Final = 10
MAX_TEXT: Final = 20_000
MAX_PHOTOS: Final = 20
MAX_CHOICES: Final = 200
MAX_CHOICE: Final = 100


def read_key(text: str) -> tuple[str, bool]:
    """A field's key, `预算?`: its name, and whether it may be left out. Raises GrammarError."""
    name, mark, rest = text.partition("?") if "?" in text else text.partition("？")
    if mark == "？" and not rest:
        raise GrammarError("问号要用半角 ?", "the question mark must be the ASCII ?", (len(name), len(text)), (), "?")
    if rest or not is_name(name):
        check_name(text)
    return name, bool(mark)


def check_name(text: str) -> str:
    """The text, if a flow may call something so. Raises GrammarError saying why not."""
    if is_name(text):
        return text
    span = (0, len(text))
    reader = ExpressionReader(text)
    if reader.kind == "END":
        raise GrammarError("这里应当有一个名称", "a name is expected here", span, ("a name",))
    whole = (reader.start, reader.end) == span
    if whole and reader.kind == "WORD":
        raise GrammarError(
            f"名称不能以数字开头：{text}", f"a name does not begin with a digit: {text}", span, ("a name",)
        )
    if whole and reader.kind == "EVERY":
        raise GrammarError(f"名称不能以“各”开头：{text}", f"a name does not begin with 各: {text}", span, ("a name",))
    if whole and reader.kind in {"SELF", "and", "or", "not", "in", "if", "else", "except"}:
        raise GrammarError(
            f"“{text}”是保留字，请换一个名称", f"“{text}” is a reserved word, choose another name", span, ("a name",)
        )
    raise GrammarError(
        f"“{text}”不能做名称；名称是一个词，由汉字、字母、数字组成，不含空格和标点",
        f"“{text}” cannot be a name; a name is one word of letters and digits, without blanks and punctuation",
        span,
        ("a name",),
    )


def read_field(text: str, name: str = "", *, optional: bool = False) -> Field:
    """Read `field` for the field `name`. Raises GrammarError."""
    reader = FieldReader(text)
    field = reader.field(name)
    reader.finish()
    return msgspec.structs.replace(field, optional=optional) if optional else field


def choice(values: Iterable[str], name: str = "", *, optional: bool = False, many: bool = False) -> Field:
    """`[甲, 乙]` and `{many: [甲, 乙]}`: one of written values, or several of them. Raises GrammarError, its span that of the wrong value."""
    seen: list[str] = []
    for value in values:
        if not value or len(value) > MAX_CHOICE:
            raise GrammarError(
                f"选项要有 1 到 {MAX_CHOICE} 个字",
                f"a choice has 1 to {MAX_CHOICE} characters",
                (0, len(value)),
                ("a name",),
            )
        if value in seen:
            raise GrammarError(f"选项“{value}”写了两次", f"the choice “{value}” stands here twice", (0, len(value)))
        seen.append(value)
    if not 1 <= len(seen) <= MAX_CHOICES:
        raise GrammarError(f"选项要有 1 到 {MAX_CHOICES} 个", f"there must be 1 to {MAX_CHOICES} choices", (0, 0))
    return Field((0, 0), name, "choice", optional, choices=tuple(seen), many=many)


def rows(columns: Iterable[Field], name: str = "", *, optional: bool = False) -> Field:
    """`{rows: {姓名: text 2..20}}`: a list with typed columns. Raises GrammarError when there are none, or rows inside rows."""
    held = tuple(columns)
    if not held:
        raise GrammarError("rows 至少要有一列", "rows need one column at least", (0, 0))
    inner = next((column for column in held if column.type == "rows"), None)
    if inner:
        raise GrammarError(f"列“{inner.name}”不能再是 rows", f"the column “{inner.name}” cannot be rows again", (0, 0))
    return Field((0, 0), name, "rows", optional, columns=held)


class FieldReader(ExpressionReader, ActorReader):
    """The rule `field`; what follows the type is read by the rules of expressions and actors."""

    __slots__ = ()

    def field(self, name: str) -> Field:
        """`type [range | N | OP sum | {NAME} | actor | NAME ["where" cond]]`."""
        written, start = self.text[self.start : self.end], self.start
        kind = _TYPES.get(written)
        if kind is None:
            self.refuse_type(written)
        self.advance()
        fields: dict[str, object] = {}
        if kind in {"text", "int", "number", "money", "photo"}:
            fields = self.range(kind)
        elif kind == "stars":
            fields = {"high": self.stars()}
        elif kind in {"date", "datetime", "duration"} and self.kind == "OP":
            op = cast("Comparison", OPERATORS.get(self.word, self.word))
            self.advance()
            fields = {"compare": op, "bound": self.sum()}
        elif kind == "file":
            fields = {"files": self.extensions()}
        elif kind == "person" and self.kind != "END":
            fields = {"who": self.actor()}
        elif kind == "unit" and self.kind != "END":
            fields = {"tier": self.name("a name")}
        elif kind in {"one", "many"}:
            fields = {"source": self.name("a list's name"), "many": kind == "many", "where": self.where()}
            kind = "choice"
        return Field((start, self.last), name, cast("FieldType", kind), **fields)  # type: ignore[arg-type]

    def refuse_type(self, written: str) -> None:
        """Say what a field's type may be."""
        if self.kind == "END":
            self.expected("a field's type")
        near = nearest(written.lower(), list(_TYPES))
        meant = near or {
            "string": "text",
            "integer": "int",
            "float": "number",
            "boolean": "bool",
            "文本": "text",
        }.get(written.lower())
        asked_zh, asked_en = (f"；是不是 {meant}？", f"; did you mean {meant}?") if meant else ("", "")
        self.fail(
            f"没有“{written}”这种字段{asked_zh}",
            f"there is no field type “{written}”{asked_en}",
            expected=("a field's type",),
            suggestion=meant,
            sure=near is None or is_slip(written.lower(), near),
        )

    def name(self, term: str) -> str:
        """One NAME."""
        if self.kind != "NAME":
            self.expected(term)
        word = self.word
        self.advance()
        return word

    def where(self) -> object:
        """`["where" cond]`."""
        if not self.is_word("where", words.OPERATORS["where"]):
            return None
        self.advance()
        return self.condition()

    def extensions(self) -> tuple[str, ...]:
        """`{NAME}`."""
        found: list[str] = []
        while self.kind == "NAME":
            found.append(self.word.lower())
            self.advance()
        if self.kind in {",", "、"}:
            self.fail(
                "扩展名之间用空格：file pdf docx",
                "extensions are parted by blanks: file pdf docx",
                expected=("an extension",),
                suggestion=" ",
            )
        return tuple(found)

    def stars(self) -> int:
        """How many stars there are."""
        if self.kind != "NUM":
            self.expected("a whole number")
        number = self.whole(self.number())
        if not 2 <= number <= MAX_STARS:
            self.fail(f"星级从 2 到 {MAX_STARS}", f"there are 2 to {MAX_STARS} stars", (self.last - 1, self.last))
        return number

    def range(self, kind: str) -> dict[str, object]:
        """`[NUM ".." [NUM]]`, in the type's own unit."""
        if self.kind == "END":
            return {}
        start = self.start
        low = self.bound(kind, self.number())
        if not self.take(".."):
            self.expected("..")
        high = self.bound(kind, self.number()) if self.kind == "NUM" else None
        if high is not None and high < low:
            self.fail("下限大于上限", "the lower bound is above the upper", (start, self.last))
        most = {"text": MAX_TEXT, "photo": MAX_PHOTOS}.get(kind)
        if most is not None and (high or low) > most:
            self.fail(f"最多 {most}", f"at most {most}", (start, self.last))
        return {"low": low, "high": high}

    def bound(self, kind: str, number: Number) -> int | Decimal:
        """One end of a range: whole where the type counts, in fen for money."""
        if kind == "money":
            fen = number.value * 100
            if fen != int(fen):
                self.fail("金额最小到分（两位小数）", "money has two decimals", number.span)
            return int(fen)
        return self.whole(number) if kind in _COUNTED else number.value

    def whole(self, number: Number) -> int:
        """The value, which must be whole."""
        if not isinstance(number.value, int):
            self.fail("这里要一个整数", "a whole number is needed here", number.span, expected=("a whole number",))
        return number.value

    def finish(self) -> None:
        """Nothing may follow."""
        if self.kind != "END":
            self.expected("the end")
