"""`guankou lint --fix`: what is certain is written into the text. Not here: finding it, or knowing that it is certain (`Finding.sure`).

Every fix is tried: it stays only where its finding goes and no other comes up in its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from workflow.domain.finding import Finding
from workflow.language.codes import level

MOST_ROUNDS: Final = 50
Find = Callable[[str], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Made:
    """A fix that was made: its finding, in the text as it then was, and what stood there."""

    finding: Finding
    before: str


@dataclass(frozen=True, slots=True)
class Mended:
    """A text and what was mended in it, in order."""

    text: str
    made: tuple[Made, ...] = ()


def mended(text: str, find: Find) -> Mended:
    """The text with every certain fix made. `find` looks at a text, whose lines end as Unix ends them. Fixes that overlap are made one after the other."""
    made: list[Made] = []
    refused: set[tuple[str, str, str]] = set()
    found = find(text)
    for _ in range(MOST_ROUNDS):
        chosen = list(_apart(one for one in found if one.sure and _key(one, text) not in refused))
        if not chosen:
            break
        for some in (chosen, *([one] for one in chosen)) if len(chosen) > 1 else (chosen,):
            after = _written(text, some)
            later = find(after)
            if _better(text, after, some, found, later):
                made += [Made(one, _under(text, one)) for one in some]
                text, found = after, later
                break
            if len(some) == 1:
                refused.add(_key(some[0], text))
    return Mended(text, tuple(made))


def _apart(findings: Iterable[Finding]) -> Iterable[Finding]:
    """Those that do not overlap the one before."""
    end = (0, 0)
    for one in sorted(findings, key=lambda each: (each.line, each.column)):
        if (one.line, one.column) >= end:
            yield one
            end = (one.end_line, one.end_column + (one.column == one.end_column))


def _written(text: str, findings: Sequence[Finding]) -> str:
    starts = _starts(text)
    for one in reversed(findings):
        begin, end = _span(one, starts)
        text = text[:begin] + (one.fix or "") + text[end:]
    return text


def _better(
    before: str, after: str, made: Sequence[Finding], found: Sequence[Finding], later: Sequence[Finding]
) -> bool:
    """Whether what was mended is gone, and nothing new is said about what stands there now."""
    had, has = Counter(map(_said, found)), Counter(map(_said, later))
    gone = Counter(map(_said, made))
    if any(has[one] > had[one] - gone[one] for one in gone):
        return False
    fresh = [one for one in later if has[_said(one)] > had[_said(one)] and level(one.code) != "note"]
    # behind what could not be read other things may have been hidden; but not by a value that is now put in quotes
    hidden = any(one.code.startswith("Y") for one in made)
    starts_before, starts_after, shift = _starts(before), _starts(after), 0
    for one in made:
        begin, end = _span(one, starts_before)
        fix = one.fix or ""
        spot = (begin + shift, begin + shift + len(fix))
        shift += len(fix) - (end - begin)
        for other in fresh:
            if hidden and not fix.startswith("'") and not other.code.startswith("Y"):
                continue
            first, last = _span(other, starts_after)
            if first < spot[1] and spot[0] < last:
                return False
    return True


def _said(one: Finding) -> tuple[str, str]:
    return one.code, one.message_en


def _key(one: Finding, text: str) -> tuple[str, str, str]:
    return one.code, one.message_en, text.split("\n")[one.line - 1] if one.line else ""


def _under(text: str, one: Finding) -> str:
    begin, end = _span(one, _starts(text))
    return text[begin:end]


def _starts(text: str) -> list[int]:
    """Where each line begins."""
    return [0, *accumulate(len(line) + 1 for line in text.split("\n"))]


def _span(one: Finding, starts: list[int]) -> tuple[int, int]:
    last = len(starts) - 1
    return tuple(
        starts[min(line - 1, last)] + column - 1
        for line, column in ((one.line, one.column), (one.end_line, one.end_column))
    )  # type: ignore[return-value]
