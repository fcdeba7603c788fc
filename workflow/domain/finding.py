"""What a reader or a check has to say about a place in a text. Not here: how it is printed (cli) or found (language)."""

from __future__ import annotations

import msgspec


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding at one place.

    `line` and `column` count from 1, in characters; the end is exclusive, so an empty range marks a point between two characters.
    `fix` is the text that would stand in the range instead, None where nobody can know; `""` deletes the range. `sure`: nothing
    else can have been meant, so a program may write it there without asking.
    Codes: Y1xx the text (YAML), G2xx the small grammars, F3xx the flow, O4xx the organisation.
    """

    code: str
    message_zh: str
    message_en: str
    line: int
    column: int
    end_line: int
    end_column: int
    fix: str | None = None
    sure: bool = False
