"""A card: what it is, where it stands, its figures, what was said, its files and address. Also the parts that other views share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from aiogram.types import InlineKeyboardMarkup

from adapters.telegram.render import keyboard
from adapters.telegram.render.text import GAP, Line, Piece, bold, plain, quote
from workflow.talk.view import Attachment, Card, Choice

MARKS: Final = {"good": "✅", "bad": "❌", "quiet": "☑️"}
"""What became of it, before the line that says so."""

_NAMED: Final = 4
"""Files whose buttons say their names; of more, only the number."""
_LINKS: Final = ("http://", "https://")


def lines(card: Card, language: str) -> Iterator[Line]:
    """The card from top to bottom."""
    yield from head(card, language)
    yield GAP
    yield from foot(card)


def head(card: Card, language: str) -> Iterator[Line]:
    """Number and title, state, facts and text."""
    yield bold(" ".join(filter(None, (card.number, card.title))))
    yield plain(" ".join(filter(None, (MARKS.get(card.mark, ""), card.state))))
    yield GAP
    yield from facts(card.facts, language)
    yield GAP
    yield quote(card.text)


def foot(card: Card) -> Iterator[Line]:
    """Files and address."""
    many = len(card.files) > _NAMED
    for number, file in enumerate(card.files, 1):
        yield attached(file, number if many else 0)
    yield address(card.link)


def facts(some: Iterable[tuple[str, str]], language: str) -> Iterator[Line]:
    """`标签：值`, one a line; a value of several lines begins under its label."""
    colon = ": " if language == "en" else "："
    for label, value in some:
        yield plain(f"{label}{colon.rstrip()}\n{value}" if "\n" in value else f"{label}{colon}{value}")


def attached(file: Attachment, number: int = 0) -> Line:
    """A file's name and size, and its number where its button has no name."""
    clip = f"📎 {number}." if number else "📎"
    return (Piece(clip, whole=True), Piece(file.name), Piece(f"· {size(file.bytes)}", whole=True))


def address(link: str) -> Line:
    """An address as it is: it can be read before it is followed, and Telegram asks nobody whether to open it."""
    return (Piece(f"🔗 {link}", whole=True),) if link.startswith(_LINKS) else plain(link)


def size(count: int) -> str:
    """820 B, 3 kB, 1.4 MB."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def markup(card: Card, language: str) -> InlineKeyboardMarkup | None:
    """Its choices, then its files."""
    return keyboard.inline(buttons(card, language))


def buttons(card: Card, language: str) -> list[keyboard.Row]:
    """Its choices; then a button for each file that is handed out in the chat, by name while there are few."""
    few = len(card.files) <= _NAMED
    files = [
        keyboard.button(Choice(file.token, f"📎 {file.name}" if few else f"📎 {number}"))
        for number, file in enumerate(card.files, 1)
        if file.token
    ]
    rows = keyboard.choices(card.choices, language)
    for row in keyboard.grid(files):
        if keyboard.fits([*rows, row]):
            rows.append(row)
    return rows
