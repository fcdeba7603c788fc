"""What one batch writes, row by row, in groups that stand or fall together. How it is written is in commit.py.

Groups are numbered from 0; every row begins with its group's number. Within a batch every guarded row (an item, a
dialogue, a stream, a counter, a command) stands once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from workflow.domain.effect import Content, TaskRow
from workflow.domain.event import Deed, Event
from workflow.domain.item import Item
from workflow.journal import canonical, chain
from workflow.journal.projection import answered
from workflow.store import ids

STATUS: Final = 0
"""The topic of an item's status card; a prompt's topic is its task's number."""

PLAIN: Final = -1
"""The topic of what is never shown anew."""

OLD: Final = (None, None, None)
"""Run, place and round of a task that has its row."""

BEGINNING: Final = ("run", "place", "round", "opened_at", "about", "urgent")
"""What a task keeps that was opened by the batch itself, whatever became of it since."""

encode_state: Final = msgspec.json.Encoder().encode
encode_line: Final = msgspec.json.Encoder().encode


class ItemRow(NamedTuple):
    """An item that changed: it was decided on at version `expected`, whose head is `before`. `title` commits to its title in content."""

    group: int
    item: str
    expected: int
    version: int
    head: bytes
    state: bytes
    place: str
    next_at: datetime | None
    ended_at: datetime | None
    title: bytes | None
    before: bytes


class BegunRow(NamedTuple):
    """An item that is new."""

    group: int
    item: str
    version: int
    head: bytes
    state: bytes
    place: str
    next_at: datetime | None
    ended_at: datetime | None
    title: bytes | None
    digest: str
    code: str
    unit: str
    submitter: str
    began_at: datetime
    parent: str | None = None
    path: str = ""
    round: int = 0
    row: int = -1


class GuardRow(NamedTuple):
    """An item that must still be at `version`, and is not written for that.

    With `path` and `round` of one of its steps: answers must have been `given` there so often, replaced ones counted too.
    """

    group: int
    item: str
    version: int
    path: str = ""
    round: int = 0
    given: int = 0


class StreamRow(NamedTuple):
    """A stream that is no item; `kind` is `person administration unit flow answer ledger`. `expected` 0 begins it."""

    group: int
    stream: str
    kind: str
    expected: int
    version: int
    head: bytes


class SettleRow(NamedTuple):
    """A command that is done. `words` commits to what the person typed. One that nobody accepted before is made."""

    group: int
    command: str
    answer: bytes
    words: bytes | None = None


class OrderRow(NamedTuple):
    """A command for later, for whoever looks for orphans; one whose id is known is left alone."""

    group: int
    command: str
    body: bytes


class DialogueRow(NamedTuple):
    """A chat's dialogue; `expected` 0 when it had none, `state` None when it is over."""

    group: int
    chat: str
    expected: int
    version: int
    state: bytes | None
    expires_at: datetime | None = None


class EventRow(NamedTuple):
    """One event's bytes, and their leaf in the stream's chain. `at` None: at the batch's moment."""

    group: int
    stream: str
    version: int
    at: datetime | None
    body: bytes
    leaf: bytes


class TaskLine(NamedTuple):
    """A task as its row will be. `part` stands where a choice decides. `about`: what its holder is prompted with, where it is new.

    Where there is a row already, `run`, `place`, `round` and `opened_at` stay as they are, and are None here. A new one that
    was opened at the batch's moment, and one with an outcome that was closed then, say None for that as well.
    """

    group: int
    item: str
    no: int
    run: int | None
    place: str | None
    round: int | None
    holder: str
    decides: bool
    part: str | None
    opened_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
    choice: str | None
    person: str | None
    about: bytes | None = None
    urgent: bool = False


class DeliveryRow(NamedTuple):
    """Something to show. To exactly one of: every chat of a person (without one, it waits for a chat), a room, a chat.

    `stream` is an item or stream written by the same group; or, to a chat, any item or the chat itself. `once`: where
    the (stream, topic) is in that chat already, it is shown anew instead. `ref`: it stands in the chat as this message,
    which nobody remembered.
    """

    group: int
    stream: str
    topic: int
    person: str | None
    room: str | None
    chat: str | None
    about: bytes
    urgent: bool = False
    once: bool = False
    ref: str | None = None


class BumpRow(NamedTuple):
    """Show anew: all copies of (stream, topic), or the one message (chat, ref), which is about `about` from now on.

    An item's card and the prompts of its tasks are shown anew with the rows that change them.
    """

    group: int
    stream: str | None = None
    topic: int | None = None
    chat: str | None = None
    ref: str | None = None
    about: bytes | None = None


class CounterRow(NamedTuple):
    """Add `amount`; where `before` is given, only if that is the value now (0: none yet)."""

    group: int
    name: str
    unit: str
    period: str
    before: int | None
    amount: int


class ContentRow(NamedTuple):
    """People's words, or a person's card."""

    group: int
    commitment: bytes
    subject: str | None
    salt: bytes
    body: bytes


class FileRow(NamedTuple):
    """A file that stands in an item from now on."""

    group: int
    item: str
    file: str


class AnswerRow(NamedTuple):
    """The last answer that somebody gave to an open `collect` of an item; `body` is its `Line` (`store.answers`)."""

    group: int
    item: str
    path: str
    round: int
    stream: str
    person: str | None
    at: datetime
    body: bytes


class WindowRow(NamedTuple):
    """What a `watch` rule will look back at of an item that ended, under its key."""

    group: int
    flow: str
    rule: str
    key: str
    item: str
    at: datetime
    body: bytes


class MergeRow(NamedTuple):
    """Duplicates of `item` join it `until` then. `mac`: 32 keyed bytes. Another open item's: the group loses, `merged`."""

    group: int
    flow: str
    mac: bytes
    item: str
    until: datetime


class ListRow(NamedTuple):
    """A row of the organisation's list, a JSON array of its columns, `name` being the first; it replaces the one of that name."""

    group: int
    list: str
    name: str
    body: bytes


class Batch:
    """What one statement writes for one tenant. `organisation_version` None: nothing in it depends on the organisation.

    `moment`: when most of it happened, said once; a time takes longer to be said than all else that is said of a task.
    """

    __slots__ = (
        "answers", "begun", "bumps", "contents", "counters", "deliveries", "dialogues", "events", "files", "guards", "items",
        "lists", "merges", "moment", "orders", "organisation_version", "settled", "streams", "tasks", "tenant", "windows",
    )  # fmt: skip

    def __init__(self, tenant: str, organisation_version: int | None) -> None:
        self.tenant = tenant
        self.organisation_version = organisation_version
        self.moment: datetime | None = None
        self.items: list[ItemRow] = []
        self.begun: list[BegunRow] = []
        self.streams: list[StreamRow] = []
        self.settled: list[SettleRow] = []
        self.orders: list[OrderRow] = []
        self.dialogues: list[DialogueRow] = []
        self.events: list[EventRow] = []
        self.tasks: dict[tuple[int, str, int], TaskLine] = {}
        self.deliveries: list[DeliveryRow] = []
        self.bumps: list[BumpRow] = []
        self.counters: list[CounterRow] = []
        self.contents: list[ContentRow] = []
        self.files: list[FileRow] = []
        self.guards: list[GuardRow] = []
        self.answers: list[AnswerRow] = []
        self.windows: list[WindowRow] = []
        self.merges: list[MergeRow] = []
        self.lists: list[ListRow] = []

    def put_item(
        self, group: int, item: Item, expected: int, before: bytes, head: bytes, title: str | None = None
    ) -> None:
        """The item as it is after the group's last event, whose leaf is `head`; `before` is that of its version `expected`.

        `title`: a commitment, in hex.
        """
        state = encode_state(item)
        sealed = bytes.fromhex(title) if title else None
        mutable = (item.version, head, state, item.place, item.next_at, item.ended, sealed)
        if expected:
            self.items.append(ItemRow(group, item.id, expected, *mutable, before))
        else:
            submitter, above = ids.of_actor(item.submitter), item.parent
            row = BegunRow(group, item.id, *mutable, item.digest, item.code, item.unit, submitter, item.began)
            if above is not None:
                row = row._replace(parent=above.item, path=above.path, round=above.round, row=above.row)
            self.begun.append(row)

    def put_event(self, group: int, event: Event, body: bytes, leaf: bytes) -> None:
        """An event of an item, with its canonical bytes."""
        self.events.append(EventRow(group, event.item, event.version, self._said(event.at), body, leaf))

    def put_task(
        self, group: int, item: str, row: TaskRow, at: datetime, *, new: bool, about: bytes | None = None, urgent: bool = False
    ) -> None:  # fmt: skip
        """A task that the event at `at` opened (`new`), changed or closed; one that only waits its turn has no row yet.

        `about`: its holder is prompted with it, in every chat of theirs.
        """
        task = row.task
        if task.state == "waiting":
            return
        over = None if task.state == "open" else task.state
        chosen = task.choice is not None
        run, place, round_ = (row.run, row.place, row.round) if new else OLD
        line = TaskLine(
            group, item, task.no, run, place, round_, task.person, bool(task.part),
            task.part if task.part and chosen else None, self._said(at) if new else None,
            self._said(task.at or at) if over else None, over,
            task.choice, task.person if chosen else None, about, urgent,
        )  # fmt: skip
        if not new and (before := self.tasks.get(line[:3])) is not None:
            line = line._replace(**{name: getattr(before, name) for name in BEGINNING})
        self.tasks[line[:3]] = line

    def _said(self, at: datetime) -> datetime | None:
        if self.moment is None:
            self.moment = at
        return None if at == self.moment else at

    def put_answer(
        self, group: int, deed: Deed, expected: int, head: bytes = chain.NOTHING, *, earlier: Sequence[Deed] = ()
    ) -> bytes:
        """Somebody's answer: the next deed of its stream (`domain.ids.answer`), whose version was `expected`; returns the new head.

        `deed.facts` hold `item path round person values`, where there is one an `origin`, and what else is to be known of it.
        `earlier`: answers of the same stream and group that this one replaces.
        """
        leaf = head
        for version, one in enumerate((*earlier, deed), expected + 1):
            body = canonical.encode(msgspec.structs.replace(one, version=version))
            leaf = chain.leaf(leaf, body)
            self.events.append(EventRow(group, deed.stream, version, one.at, body, leaf))
        self.streams.append(StreamRow(group, deed.stream, "answer", expected, expected + 1 + len(earlier), leaf))
        given = answered(deed)
        line = encode_line(given.line)
        where = (given.item, given.path, given.round)
        self.answers.append(AnswerRow(group, *where, deed.stream, given.line.person or None, deed.at, line))
        return leaf

    def put_content(self, group: int, content: Content) -> None:
        """Words that the group's events commit to."""
        self.contents.append(
            ContentRow(group, bytes.fromhex(content.commitment), content.subject or None, content.salt, content.body)
        )
