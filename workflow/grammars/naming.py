"""What names and bare words come to while a value is checked: their types, whether they may be missing, what was meant. Not here: operators and functions (types.py)."""

from __future__ import annotations

from typing import Final

import msgspec

from workflow.domain.tree import Number, Ref, Span, String, Value, Word
from workflow.grammars.errors import GrammarError
from workflow.grammars.kinds import DATE, INT, MOMENT, UNKNOWN, Absence, Scope, Type, name_of
from workflow.grammars.tokens import FUNCTIONS, SELVES, is_doubtful, is_slip, meant_word, nearest

_OF_TIME: Final = {"今天": DATE, "现在": MOMENT, "年": INT, "季度": INT, "月": INT}
RESERVED: Final = frozenset(SELVES.values())
"""`各`, `提交人` …: never a word of something else, even where nothing is known of what they stand for."""


class Naming:
    """One check, as far as names go. After a problem the type is UNKNOWN, which goes with everything."""

    __slots__ = ("problems", "rows", "scope", "settled")

    def __init__(self, scope: Scope, settled: frozenset[Absence]) -> None:
        self.scope = scope
        self.settled = settled
        self.rows: dict[tuple[str, ...], Type] = {}
        self.problems: list[GrammarError] = []

    def value(self, tree: Value) -> tuple[Value, Type]:
        """The settled tree and its type; for the whole check to say."""
        raise NotImplementedError

    def problem(self, zh: str, en: str, span: Span, suggestion: str | None = None, *, sure: bool = False) -> Type:
        self.problems.append(GrammarError(zh, en, span, (), suggestion, sure=sure))
        return UNKNOWN

    def under(self, more: frozenset[Absence], tree: Value) -> tuple[Value, Type]:
        """The tree checked where `more` is ruled out as well."""
        before = self.settled
        self.settled = before | more
        try:
            return self.value(tree)
        finally:
            self.settled = before

    def boolean(self, tree: Value) -> Value:
        found, kind = self.value(tree)
        if kind.kind not in {"bool", "unknown"} or kind.many:
            zh, en = name_of(kind)
            self.problem(f"这里要一个判断，却是{zh}", f"a condition is needed here, this is {en}", tree.span)
        return found

    # Names and words

    def type_of(self, parts: tuple[str, ...]) -> Type | None:
        """A name's type; inside a function, the list's name is its row and the list's columns are the row's."""
        if len(parts) == 1 and parts[0] in _OF_TIME:
            return _OF_TIME[parts[0]]
        for prefix, row in self.rows.items():
            if parts == prefix:
                return row
            if parts[:-1] == prefix and parts[-1] in row.columns:
                return row.columns[parts[-1]]
        known = self.scope.type_of(parts)
        if known is None and len(parts) > 1:
            owner = self.type_of(parts[:-1])
            known = owner.columns.get(parts[-1]) if owner else None
        return known

    def reference(self, tree: Ref) -> tuple[Value, Type]:
        kind = self.type_of(tree.parts)
        if kind is None:
            return tree, self.no_name(tree)
        over = self.list_in(tree.parts)
        if over is not None and over != tree.parts and not self.is_row(over):
            name = ".".join(tree.parts)
            return tree, self.problem(
                f"“{name}”是列表的一列，要放进函数里：mean({name})",
                f"“{name}” is a column of a list and stands in a function: mean({name})",
                tree.span,
            )
        self.present(
            tree, self.scope.absences(tree.parts) if not self.is_bound(tree.parts) else self.column_absences(tree.parts)
        )
        return tree, msgspec.structs.replace(kind, many=False) if kind.kind == "row" else kind

    def is_row(self, parts: tuple[str, ...]) -> bool:
        """Whether this is a row, though functions go over all that were chosen so far (`within`)."""
        kind = self.type_of(parts)
        return kind is not None and kind.kind == "row"

    def present(self, tree: Ref, absences: frozenset[Absence]) -> None:
        """Say when a name may be missing and nothing has guarded it."""
        left = absences - self.settled
        if left:
            name = ".".join(tree.parts)
            late = next((step for step, why in left if why == "late"), None)
            guard = f"not {late}.超时" if late and len(left) == 1 else f"has({name})"
            zh = f"“{name}”可能没有值；请先判断：{guard} and …"
            self.problem(zh, f"“{name}” may have no value; guard it: {guard} and …", tree.span)

    def is_bound(self, parts: tuple[str, ...]) -> bool:
        return any(parts[: len(prefix)] == prefix for prefix in self.rows)

    def column_absences(self, parts: tuple[str, ...]) -> frozenset[Absence]:
        """Why a column may be missing in a row that is at hand: the reasons of its list no longer count."""
        prefix = next(prefix for prefix in self.rows if parts[: len(prefix)] == prefix)
        return self.scope.absences(parts) - self.scope.absences(prefix)

    def no_name(self, tree: Ref, *, words: bool = False) -> Type:
        """Say which part of a name is unknown, and what it may have been; `words`: it stands where words may."""
        known = 0
        while known + 1 < len(tree.parts) and self.type_of(tree.parts[: known + 1]) is not None:
            known += 1
        word, span = tree.parts[known], tree.spans[known]
        candidates = list(self.scope.names(tree.parts[:known]))
        near = nearest(word, [*candidates, *FUNCTIONS] if not known else candidates)
        owner = ".".join(tree.parts[:known])
        zh = f"“{owner}”里没有“{word}”" if owner else f"没有叫“{word}”的名称"
        en = f"“{owner}” has no “{word}”" if owner else f"there is no name “{word}”"
        if near:
            return self.problem(
                f"{zh}；是不是 {near}？", f"{en}; did you mean {near}?", span, near, sure=is_slip(word, near)
            )
        if not owner:
            zh, en = f"{zh}；如果是文字，写成 “{word}”", f"{en}; if these are words, write “{word}”"
        return self.problem(zh, en, span, f"“{word}”" if words else None)

    def word(self, tree: Word) -> tuple[Value, Type]:
        meant = meant_word(tree.text)
        asked = (f"；是不是 {meant}？", f"; did you mean {meant}?") if meant else ("", "")
        return tree, self.problem(
            f"读不懂“{tree.text}”{asked[0]}", f"cannot read “{tree.text}”{asked[1]}", tree.span, meant,
            sure=not is_doubtful(tree.text),
        )  # fmt: skip

    def beside(self, tree: Value, kind: Type) -> tuple[Value, Type]:
        """A value that stands beside one of type `kind`: beside a choice, a bare word is one of its values."""
        bare = isinstance(tree, Word | String | Number) or (isinstance(tree, Ref) and len(tree.parts) == 1)
        if kind.kind == "unknown" and bare and (self.is_nothing(tree) or self.is_step(tree)):
            # it may be a choice of what is not known: one mistake, one finding; and computed it is that word
            return (String(tree.span, tree.parts[0]) if isinstance(tree, Ref) else tree), UNKNOWN
        if kind.kind == "text" and isinstance(tree, Ref) and bare and self.is_nothing(tree):
            return tree, self.no_name(tree, words=True)
        if kind.kind not in {"choice", "unit"} or not bare:
            return self.value(tree)
        word = tree.parts[0] if isinstance(tree, Ref) else tree.text if isinstance(tree, Word | String) else ""
        if isinstance(tree, Number):
            word = next((each for each in kind.choices if each == str(tree.value)), "")
            return (String(tree.span, word), kind) if word else self.value(tree)
        if word in kind.aliases or word in kind.choices:
            return String(tree.span, kind.aliases.get(word, word)), kind
        if isinstance(tree, Ref) and self.type_of(tree.parts) is not None:
            return self.value(tree)
        if kind.open or (kind.kind == "unit" and not kind.choices):
            return String(tree.span, word), kind
        known = [*kind.choices, *kind.aliases]
        near = nearest(word, known)
        asked = (
            (f"；是不是 {near}？", f"; did you mean {near}?")
            if near
            else (f"；可选：{'、'.join(kind.choices)}", f"; choices: {', '.join(known)}")
        )
        return tree, self.problem(
            f"“{word}”不是其中的选项{asked[0]}", f"“{word}” is none of the choices{asked[1]}", tree.span, near,
            sure=near is not None and is_slip(word, near),
        )  # fmt: skip

    def list_in(self, parts: tuple[str, ...]) -> tuple[str, ...] | None:
        """The part of a name that is a list, or None."""
        for n in range(1, len(parts) + 1):
            kind = self.type_of(parts[:n])
            if (
                kind is not None
                and (kind.kind == "rows" or kind.many)
                and (
                    n == len(parts)
                    or parts[n] in kind.columns
                    or (kind.open and bool(kind.columns or kind.kind == "rows"))
                )
            ):
                return parts[:n]
        return None

    def is_nothing(self, tree: Value) -> bool:
        """Whether this is no name, but at most a word of what stands beside it."""
        return isinstance(tree, Word | String) or (isinstance(tree, Ref) and self.type_of(tree.parts) is None)

    def is_step(self, tree: Value) -> bool:
        """Whether this is a step, or what comes later: nothing that a value could equal, so its name is meant as a word."""
        if not isinstance(tree, Ref) or tree.parts[0] in RESERVED:
            return False
        kind = self.type_of(tree.parts)
        return kind is not None and kind.kind in {"step", "unknown"}
