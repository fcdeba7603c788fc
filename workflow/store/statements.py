"""The named statements: queries/*.sql read once, at import. What they do is theirs to say; running them is the engine's.

    -- name: load_items
    SELECT …

gives QUERIES["load_items"]. What stands above the first name of a file is the file's own comment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

NAME = re.compile(r"^--[ \t]*name:[ \t]*(.*?)[ \t]*$", re.MULTILINE)
WORD = re.compile(r"[a-z][a-z0-9_]*")
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


class StatementsError(Exception):
    """The named statements of a folder contradict themselves; the text says in which file and line."""


def load(folder: Traversable) -> Mapping[str, str]:
    """Read every .sql file of the folder: name to text, without the closing semicolon. Raises StatementsError."""
    found: dict[str, str] = {}
    places: dict[str, str] = {}
    for file in sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda file: file.name
    ):
        text = file.read_text(encoding="utf-8")
        names = list(NAME.finditer(text))
        preface = text[: names[0].start()] if names else text
        if not is_empty(preface):
            raise StatementsError(f"{file.name}:1: a statement without a name; put `-- name: its_name` above it")
        for name, following in zip(names, [*names[1:], None], strict=True):
            word = name[1]
            place = f"{file.name}:{text.count(chr(10), 0, name.start()) + 1}"
            body = text[name.end() : following.start() if following else None].strip().removesuffix(";").rstrip()
            if not WORD.fullmatch(word):
                raise StatementsError(f"{place}: {word!r} is no name; it takes small letters, digits and underscores")
            if word in found:
                raise StatementsError(f"{place}: {word} is already the name of the statement at {places[word]}")
            if is_empty(body):
                raise StatementsError(f"{place}: {word} has no statement below it")
            found[word], places[word] = body, place
    return MappingProxyType(found)


def is_empty(text: str) -> bool:
    """Say whether there is nothing but comments and space."""
    return not COMMENT.sub("", text).strip()


QUERIES = load(files("workflow.store") / "queries")


def statement(name: str) -> str:
    """Return the text of a named statement. Raises StatementsError for a name that no file has."""
    try:
        return QUERIES[name]
    except KeyError:
        raise StatementsError(f"no statement is called {name}; put `-- name: {name}` above it in queries/") from None
