"""Lines of marked text into Telegram's HTML: escaped, counted in UTF-16 units, cut to what one message bears. Not here: what is said."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from workflow.talk.plain import clean

LIMIT: Final = 4096
CAPTION: Final = 1024
"""UTF-16 units of a message, and of what stands under a file; tags are not counted."""

Mark = Literal["", "bold", "italic", "quote"]

_TAGS: Final[dict[Mark, tuple[str, str]]] = {
    "": ("", ""), "bold": ("<b>", "</b>"), "italic": ("<i>", "</i>"),
    "quote": ("<blockquote>", "</blockquote>"),
}  # fmt: skip
_FOLDED: Final = "<blockquote expandable>"
_LONG: Final = 320
_MANY: Final = 6
"""A quotation of more units or lines than this is folded until somebody opens it."""

_LEAST: Final = 24
"""Units that every piece keeps before whole lines are left out."""
_LONGEST_WHOLE: Final = 600
"""A piece that must not be cut is left out when it is longer: half an address leads nowhere."""

_EMPTY: Final = "—"
"""Where nothing can be seen: Telegram refuses a message of spaces."""
_INVISIBLE: Final = frozenset("\u200c\u200d\u2800\ufffc\u3164\uffa0\u115f\u1160")
_JOINER: Final = "\u200d"
_REGIONS: Final = ("\U0001f1e6", "\U0001f1ff")
_TONES: Final = ("\U0001f3fb", "\U0001f3ff")
_MORE: Final = "…"


class Piece(NamedTuple):
    """Some text under one mark. `whole`: it is shown whole or not at all."""

    text: str
    mark: Mark = ""
    whole: bool = False


Line = tuple[Piece, ...]
"""Its pieces stand one space apart. A quotation is a line by itself."""

GAP: Final[Line] = ()
"""An empty line, if anything stands before and behind it."""


def bold(text: str) -> Line:
    """A line that stands out."""
    return (Piece(text, "bold"),)


def plain(text: str) -> Line:
    """A line as it is."""
    return (Piece(text),)


def italic(text: str) -> Line:
    """A line that keeps back."""
    return (Piece(text, "italic"),)


def quote(text: str) -> Line:
    """Somebody's words."""
    return (Piece(text, "quote"),)


def units(text: str) -> int:
    """Its length as Telegram counts: in UTF-16 units."""
    return len(text) + sum(one > "\uffff" for one in text)


def cut(text: str, most: int) -> str:
    """At most `most` UTF-16 units; what was longer ends in …, and no grapheme is torn apart."""
    if units(text) <= most:
        return text
    safe, size, regions = 0, 0, 0
    for place, one in enumerate(text):
        region = _REGIONS[0] <= one <= _REGIONS[1]
        regions = regions + 1 if region else 0
        before = text[place - 1] if place else ""
        if not (before == _JOINER or _hangs_on(one) or (region and regions % 2 == 0)):
            safe = place
        size += 1 + (one > "\uffff")
        if size > most - 1:
            break
    return text[:safe].rstrip() + _MORE


def _hangs_on(one: str) -> bool:
    """Whether it belongs to the character before it: joiners, accents and variants, skin tones, the rest of a Hangul syllable."""
    return (
        one in "\u200c\u200d"
        or _TONES[0] <= one <= _TONES[1]
        or "\u1160" <= one <= "\u11ff"
        or unicodedata.category(one)[0] == "M"
    )


def visible(text: str) -> bool:
    """Whether there is anything to see."""
    return any(not one.isspace() and one not in _INVISIBLE for one in text)


def written(lines: Iterable[Line], limit: int, more: Line = GAP) -> str:
    """The HTML of these lines. What does not fit is cut, the longest pieces first; `more` then says where the rest is."""
    tidy = _tidy(lines)
    if _size(tidy) > limit:
        tidy = _fitted(_tidy((*tidy, GAP, more)), limit)
    if not visible("".join(piece.text for line in tidy for piece in line)):
        return _EMPTY
    return "\n".join(" ".join(_html(piece) for piece in line) for line in tidy)


def _tidy(lines: Iterable[Line]) -> list[Line]:
    """The same clean, without empty pieces, with one empty line at most in a row and none at either end."""
    found: list[Line] = []
    gap = False
    for line in lines:
        cleaned = ((clean(one.text, len(one.text) + 1), one) for one in line)
        pieces = tuple(
            one._replace(text=text)
            for text, one in cleaned
            if text and not (one.whole and units(text) > _LONGEST_WHOLE)
        )
        if pieces:
            found += [GAP, pieces] if gap and found else [pieces]
        gap = not line or (gap and not pieces)
    return found


def _size(lines: Sequence[Line], most: int | None = None) -> int:
    """Units of all of it, or where every piece that may be cut has at most so many."""
    size = len(lines) - 1
    for line in lines:
        size += max(0, len(line) - 1)
        for piece in line:
            own = units(piece.text)
            size += own if most is None or piece.whole else min(own, most)
    return size


def _fitted(lines: list[Line], limit: int) -> list[Line]:
    """The lines as far as they fit: the last ones are left out while there are too many, then all long pieces are cut alike."""
    left, size, out = list(lines), _size(lines, _LEAST), False
    for place in reversed(range(1, len(lines))):
        if size <= limit - (2 * out):
            break
        if all(piece.whole for piece in lines[place]):
            continue
        size -= _size([lines[place]], _LEAST) + 1
        left[place] = GAP
        out = True
    kept = _tidy(left)
    if out:
        kept = _with_more(kept)
    cap = _level(kept, limit)
    return [tuple(one if one.whole else one._replace(text=cut(one.text, cap)) for one in line) for line in kept]


def _with_more(lines: list[Line]) -> list[Line]:
    """With an … before the lines at the end that are whole, or at the end."""
    at = len(lines)
    while at > 1 and all(piece.whole for piece in lines[at - 1]):
        at -= 1
    return [*lines[:at], plain(_MORE), *lines[at:]]


def _level(lines: Sequence[Line], limit: int) -> int:
    """The length that pieces may have, so that all of it fits: short ones leave their room to the long."""
    sizes = sorted(units(piece.text) for line in lines for piece in line if not piece.whole)
    room = limit - (_size(lines) - sum(sizes))
    for place, size in enumerate(sizes):
        if size * (len(sizes) - place) > room:
            return max(1, room // (len(sizes) - place))
        room -= size
    return limit


def _html(piece: Piece) -> str:
    before, behind = _TAGS[piece.mark]
    if piece.mark == "quote" and (units(piece.text) > _LONG or piece.text.count("\n") >= _MANY):
        before = _FOLDED
    return f"{before}{html.escape(piece.text, quote=False)}{behind}"
