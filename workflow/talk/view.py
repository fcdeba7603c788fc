"""The closed vocabulary of what people are shown: the whole contract between the engine and every network.

All text is plain, already in the reader's language and already free of control and bidi characters; an adapter escapes it
for its own markup and cuts it to its own length. Tokens are opaque, at most 64 ASCII bytes.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Style = Literal["plain", "good", "bad", "danger", "quiet"]


class Choice(Struct, frozen=True, omit_defaults=True):
    """One button. `confirm`, where set, is asked before the press counts (only by networks that can; `talk` asks elsewhere)."""

    token: str
    label: str
    style: Style = "plain"
    confirm: str = ""


class Attachment(Struct, frozen=True, omit_defaults=True):
    """A file to offer, never to run. `bytes` is its size. Pressing `token` hands it out (`Document`), where there is no link to it."""

    file: str
    name: str
    media_type: str
    bytes: int
    token: str = ""


class Card(Struct, frozen=True, tag="card", omit_defaults=True):
    """An item or a prompt about one. `number` is the item's code, `state` one line; `facts` are label and value.

    `text` and the values of facts may hold line ends. `mark` is what became of it: good, bad, quiet, or empty while open.
    """

    number: str
    title: str
    state: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    text: str = ""
    files: tuple[Attachment, ...] = ()
    link: str = ""
    choices: tuple[Choice, ...] = ()
    mark: str = ""


class Line(Struct, frozen=True, omit_defaults=True):
    """One line of a checklist. Pressing `token` turns its mark to the next; `choices`, one button a mark."""

    label: str
    mark: Literal["", "pass", "fail", "na"] = ""
    choices: tuple[Choice, ...] = ()


class Checklist(Struct, frozen=True, tag="checklist", omit_defaults=True):
    """A card whose lines are ticked in place; its choices count only when every line is marked."""

    card: Card
    lines: tuple[Line, ...]


class Ask(Struct, frozen=True, tag="ask", omit_defaults=True):
    """One question of a dialogue. `kind` says what to type or pick; `options` are this page's buttons.

    `name` is the field's own (for networks that show a whole form at once), `value` what was answered before.
    Of `many`, options are ticked (`chosen` holds the ticked labels) until `done`; the labels of `stars` are ★ to ★★★★★, one
    more each. A `location` is answered by a place, as `geo:39.98,116.49` or typed. For `rows`, `columns` are its questions.
    """

    kind: Literal[
        "text", "number", "money", "date", "datetime", "duration", "bool", "one", "many", "stars", "person", "unit",
        "file", "photo", "location", "phone", "url", "rows",
    ]  # fmt: skip
    prompt: str
    name: str = ""
    hint: str = ""
    problem: str = ""
    value: str = ""
    optional: bool = False
    step: tuple[int, int] = (1, 1)
    options: tuple[Choice, ...] = ()
    chosen: tuple[str, ...] = ()
    columns: tuple[Ask, ...] = ()
    choices: tuple[Choice, ...] = ()
    """Back, skip, done, cancel: whichever make sense here."""


class Row(Struct, frozen=True, omit_defaults=True):
    """One line of a listing. Pressing `token` opens it."""

    label: str
    detail: str = ""
    token: str = ""


class Listing(Struct, frozen=True, tag="list", omit_defaults=True):
    """An inbox, a search, a page of anything. `empty` stands where there are no rows."""

    title: str
    rows: tuple[Row, ...] = ()
    empty: str = ""
    choices: tuple[Choice, ...] = ()
    """Previous and next page, where there are any."""


class Notice(Struct, frozen=True, tag="notice", omit_defaults=True):
    """One line, perhaps in reply to something the person sent."""

    text: str
    choices: tuple[Choice, ...] = ()


class Document(Struct, frozen=True, tag="document", omit_defaults=True):
    """A file handed out on request: the file itself, where the network carries files. `text` says what it belongs to."""

    file: Attachment
    text: str = ""


class Panel(Struct, frozen=True, tag="panel", omit_defaults=True):
    """A live window: what is going on, until when the all-clear is owed, and the big stop.

    The stop counts at the first press: nobody is asked whether they mean it.
    """

    title: str
    state: str
    facts: tuple[tuple[str, str], ...] = ()
    stop: Choice | None = None
    choices: tuple[Choice, ...] = ()


View = Card | Checklist | Ask | Listing | Notice | Document | Panel
