"""What can go wrong with a value: it cannot be read (GrammarError), or not be computed (ConditionError). Not here: findings about a whole flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflow.domain.tree import Span


class GrammarError(ValueError):
    """A value that its grammar refuses.

    `span`: `(start, end)` in characters of the value. `expected`: what could have stood there, as English terms.
    `suggestion`: text that would do in place of the span, or None; `sure`: nothing else can have been meant.
    """

    def __init__(
        self,
        zh: str,
        en: str,
        span: Span,
        expected: tuple[str, ...] = (),
        suggestion: str | None = None,
        *,
        sure: bool = True,
    ) -> None:
        super().__init__(en)
        self.message_zh = zh
        self.message_en = en
        self.span = span
        self.expected = expected
        self.suggestion = suggestion
        self.sure = sure


class ConditionError(Exception):
    """A value that could not be computed. It goes to a person with both sentences; it never means yes or no.

    `span`: the part of the value's text that failed. `reason`: the word for why the item waits (`talk`'s `reason.…`).
    """

    reason = "condition"

    def __init__(self, zh: str, en: str, span: Span) -> None:
        super().__init__(en)
        self.message_zh = zh
        self.message_en = en
        self.span = span


class MissingError(ConditionError):
    """A name that has no value (left out, skipped, not there yet) was used without a guard. `reference` is the name as written."""

    def __init__(self, reference: str, span: Span) -> None:
        super().__init__(
            f"“{reference}”没有值，不能参加计算；请先用 has({reference}) 判断",
            f"“{reference}” has no value and cannot be computed with; ask has({reference}) first",
            span,
        )
        self.reference = reference
