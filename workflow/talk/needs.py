"""What must be loaded before a message can be heard or shown. Values out of values; the engine does the loading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from workflow.domain import event as e
from workflow.domain import places
from workflow.domain.command import Refused
from workflow.domain.definition import Definition
from workflow.domain.item import Item, Line
from workflow.steps.amending import AMENDING
from workflow.talk import commands, tokens
from workflow.talk.about import About, Detail, Handed, Page, Prompt, Question, Status, Told
from workflow.talk.dialogue import Act, Dialogue, Fill
from workflow.talk.incoming import Filled, Incoming, Pressed, Typed
from workflow.talk.sight import title_field
from workflow.talk.values import commitments, files_in

_ID: Final = re.compile("[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")


class Wants(Struct, frozen=True):
    """What `hear` needs: items by id or by code, flow versions by digest (those of the items besides), uploads by id.

    `fetch`: the files of this message are wanted; store them first.
    """

    items: frozenset[str] = frozenset()
    digests: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    fetch: bool = False


class Needed(Struct, frozen=True):
    """What `present` needs: items, flow versions, a page of a listing, uploads and words that message or dialogue name."""

    items: frozenset[str] = frozenset()
    digests: frozenset[str] = frozenset()
    listing: Page | None = None
    files: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


class Words(Struct, frozen=True):
    """Commitments and files that an item's view may show."""

    contents: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()


def wants(incoming: Incoming, dialogue: Dialogue, key: bytes, bot: str, chat: str) -> Wants:
    """What must be at hand to understand this."""
    items = {one.talk.item for one in dialogue.open if one.talk.item}
    files = {file for one in dialogue.open for file in _held(one.talk)}
    codes: set[str] = set()
    fetch = False
    match incoming:
        case Pressed(token=token):
            press = tokens.read(token, key, bot, chat)
            if not isinstance(press, Refused) and press.verb in tokens.OF_ITEMS:
                items.add(press.subject)
        case Typed(text=text, files=sent):
            codes = {code} if (code := commands.code_in(text)) else set()
            fetch = bool(sent) and dialogue.top is not None and isinstance(dialogue.top.talk, Fill)
        case Filled(answers=answers):
            files |= set(_strings(answers))
    digests = {one.talk.digest for one in dialogue.open if isinstance(one.talk, Fill)}
    return Wants(frozenset(items), frozenset(digests), frozenset(codes), frozenset(files), fetch)


def needs_of(about: About, dialogue: Dialogue) -> Needed:
    """What must be at hand to show this; the items named here have words of their own (`words_in`)."""
    match about:
        case Prompt(item=item) | Status(item=item) | Detail(item=item) | Handed(item=item) | Told(item=item):
            return Needed(frozenset({item}))
        case Page(what=what, query=query):
            return Needed(listing=about if what != "flows" else None, words=frozenset({query} - {""}))
        case Question() if (top := dialogue.top) is not None:
            digests = {top.talk.digest} if isinstance(top.talk, Fill) else set()
            return Needed(frozenset({top.talk.item} - {""}), frozenset(digests), files=frozenset(_held(top.talk)))
        case _:
            return Needed()


def needs_events(about: About, item: Item) -> bool:
    """Whether showing this wants the item's events as well: to say why it came back, or what happened to it."""
    match about:
        case Detail() | Handed() | Told(what="report"):
            return True
        case Prompt() | Status():
            again = any(round_ > 1 for round_ in item.rounds.values())
            again = again or any(run.state == AMENDING for run in item.runs.values())
            return again or item.place in (places.RETURNED, places.REJECTED, places.TERMINATED, places.WITHDRAWN)
        case Page():
            return False
        case _:
            return False


def words_in(about: About, item: Item, definition: Definition, events: Iterable[e.Event] = ()) -> Words:
    """Every word and file of an item that its view may show; in a listing, no more than its title."""
    if isinstance(about, Page):
        field = title_field(definition)
        return Words(frozenset(commitments(item.form.get(field.name))) if field is not None else frozenset())
    values = list(item.form.values())
    for result in item.results.values():
        values += dict(result.answers).values()
        values += [value for row in result.rows for _, value in row.values]
    for run in item.runs.values():
        values += dict(run.answers).values()
        values += [value for row in run.rows for _, value in row.values]
    contents = {*commitments(values), *_said(events)}
    return Words(frozenset(contents), frozenset(files_in(values)))


def words_of_rows(item: Item, rows: Iterable[Line]) -> Words:
    """Every word and file of rows that are kept apart, of those that some step of the item goes over now."""
    over = {line.origin for run in item.runs.values() for line in run.rows}
    values = [value for line in rows if line.origin in over for _, value in line.values]
    return Words(frozenset(commitments(values)), frozenset(files_in(values)))


def _said(events: Iterable[e.Event]) -> Iterator[str]:
    for event in events:
        for fact in event.facts:
            comment = getattr(fact, "comment", "")
            if comment:
                yield comment


def _held(talk: Act | Fill) -> Iterator[str]:
    """Files that a form under way holds."""
    if isinstance(talk, Fill):
        yield from _strings([talk.answers, talk.row])


def _strings(value: object) -> Iterator[str]:
    """Whatever may be a file's id."""
    if isinstance(value, str):
        if _ID.fullmatch(value):
            yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _strings(one)
