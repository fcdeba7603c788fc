"""Who: `站.审核员 except 提交人`. Not here: which people these are (the organisation knows)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.domain.tree import Actor, Who
from workflow.grammars.reader import Reader
from workflow.grammars.tokens import ANCHOR, is_name

if TYPE_CHECKING:
    from workflow.domain.tree import Span

MAX_PARTS = 4


def read_actor(text: str) -> Actor:
    """Read `who ["except" who]`. Raises GrammarError."""
    reader = ActorReader(text)
    tree = reader.actor()
    reader.finish()
    return tree


class ActorReader(Reader):
    """One method a rule of the grammar."""

    __slots__ = ()

    def actor(self) -> Actor:
        """`who ["except" who]`."""
        start = self.start
        who = self.who()
        but = self.who() if self.take("except") else None
        return Actor((start, self.last), who, but)

    def who(self) -> Who:
        """`("各" | "every") NAME "." NAME | part ["." part ["." part ["." part]]]`."""
        start = self.start
        if self.kind == "EVERY":
            tier, span = self.word, (start + 1, self.end)
            if not is_name(tier) or ANCHOR.match(self.text, start + 1):
                self.fail(
                    f"“各”后面应当是层级的名称，却见到“{tier}”",
                    f"expected the name of a tier behind 各, found “{tier}”",
                    span,
                )
            self.advance()
            return self.every(start, tier, span)
        if self.kind not in {"NAME", "SELF"}:
            self.expected("an actor")
        first, span = self.word, (start, self.end)
        self.advance()
        if self.kind == "NAME" and self.text[slice(*span)] in {"各", "every"}:
            tier, span = self.word, (self.start, self.end)
            self.advance()
            return self.every(start, tier, span)
        parts, spans = [first], [span]
        while self.kind == "." and len(parts) < MAX_PARTS:
            self.advance()
            self.part(parts, spans, "NAME", "SELF")
        return Who((start, self.last), tuple(parts), tuple(spans))

    def every(self, start: int, tier: str, span: Span) -> Who:
        """The rest of `各站.协调员`."""
        if not self.take("."):
            self.expected(".")
        parts, spans = [tier], [span]
        self.part(parts, spans, "NAME")
        return Who((start, self.last), tuple(parts), tuple(spans), every=True)

    def part(self, parts: list[str], spans: list[Span], *kinds: str) -> None:
        """One name behind a dot."""
        if self.kind not in kinds:
            self.expected("a role")
        parts.append(self.word)
        spans.append((self.start, self.end))
        self.advance()

    def finish(self) -> None:
        """Nothing may follow: several actors are a list of their own."""
        if self.kind in {"、", ","}:
            self.fail(
                "几个办理人要写成 YAML 列表：[站.审核员, 所.审核员]",
                "several actors are a YAML list: [站.审核员, 所.审核员]",
                expected=("except", "the end"),
            )
        if self.kind != "END":
            self.expected("except", "the end")
