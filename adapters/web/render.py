"""Values into HTML, by the templates beside this file. Everything is escaped there; nothing is decided here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Final

import jinja2
from msgspec import Struct

from adapters.web import words
from adapters.web.face import Message, PersonRow
from workflow.talk import view as views
from workflow.talk.view import View

HERE: Final = Path(__file__).parent
TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

KINDS: Final[dict[type[View], str]] = {
    views.Card: "card", views.Checklist: "checklist", views.Ask: "ask",
    views.Listing: "listing", views.Notice: "notice", views.Document: "document", views.Panel: "panel",
}  # fmt: skip

MARKS: Final = {"good": "pass", "bad": "fail", "quiet": "na"}
"""Which mark of a checklist's line a choice of that style sets."""


class Asset(Struct, frozen=True):
    """A file of static/."""

    media_type: str
    body: bytes


@cache
def assets() -> dict[str, Asset]:
    """All of static/, by name."""
    return {path.name: Asset(TYPES[path.suffix], path.read_bytes()) for path in sorted((HERE / "static").iterdir())}


@cache
def edition() -> str:
    """The digest of static/. It stands in every address of it, so that what is there may be kept for ever."""
    whole = hashlib.sha256()
    for name, asset in assets().items():
        whole.update(f"{name} {len(asset.body)}\n".encode() + asset.body)
    return whole.hexdigest()[:16]


def size(count: int) -> str:
    """820 B, 3 kB, 1.4 MB."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def by_unit(people: Iterable[PersonRow]) -> list[tuple[str, str, list[PersonRow]]]:
    """(tier, unit, people) by everybody's first post, in the order given."""

    def home(person: PersonRow) -> tuple[str, str]:
        unit, tier, _ = person.posts[0] if person.posts else ("", "", "")
        return (tier, unit)

    groups: dict[tuple[str, str], list[PersonRow]] = {}
    for key, some in groupby(people, home):
        groups.setdefault(key, []).extend(some)
    return [(*key, some) for key, some in groups.items()]


class Render:
    """The templates, compiled once a process."""

    def __init__(self) -> None:
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.filters |= {"size": size, "by_unit": by_unit}
        self._templates.globals |= {"static": _address, "mark_of": MARKS.get, "kind_of": lambda view: KINDS[type(view)]}

    def page(self, name: str, language: words.Language, **facts: object) -> str:
        """A whole page."""
        return self._templates.get_template(f"{name}.html").render(self._spoken(language) | facts)

    def message(self, language: words.Language, message: Message) -> str:
        """One line of a chat."""
        return self._message(
            language, id=message.id, no=message.no, mine=message.mine, at=message.at, body=self.body(language, message.view, message.text),
            updated=message.version > 1 and not message.mine,
        )  # fmt: skip

    def messages(self, language: words.Language, messages: Sequence[Message]) -> str:
        """Lines of a chat; presses that left no words are not shown."""
        return "".join(self.message(language, one) for one in messages if one.view is not None or one.text)

    def pushed(self, language: words.Language, id: str, view: View) -> str:
        """A line of a chat as it is pushed: its place and time are not known yet."""
        body = self.body(language, view, "")
        return self._message(language, id=id, no=0, mine=False, at=None, body=body, updated=False)

    def body(self, language: words.Language, view: View | None, text: str) -> str:
        """What a message shows, without its frame."""
        return self._templates.get_template("body.html").render(self._spoken(language) | {"view": view, "text": text})

    def _message(self, language: words.Language, *, body: str, at: datetime | None, **facts: object) -> str:
        digest = hashlib.sha256(body.encode()).hexdigest()[:12]
        facts |= {"at": at, "day": words.day(language, at) if at else "", "digest": digest, "body": body}
        return self._templates.get_template("message.html").render(self._spoken(language) | facts)

    @staticmethod
    def _spoken(language: words.Language) -> dict[str, object]:
        return {
            "language": language,
            "t": partial(words.say, language),
            "moment": partial(words.moment, language),
            "day_of": partial(words.day, language),
        }


def _address(name: str) -> str:
    return f"/static/{edition()}/{name}"
