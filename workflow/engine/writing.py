"""From decisions to rows: one round becomes one `store.commit.Batch`. Nothing is decided here, and nothing is written yet.

What stands or falls together is one group: commands that touch the same item, the same chat's dialogue, the same counter
or the same person's stream.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from workflow.domain.command import SYSTEM, Answer
from workflow.domain.effect import CARD, Add, Count, Effect, Merge, Number, Order, Send, Window
from workflow.domain.event import Amended, Answered, Deed, Event, Handed, Merged, Started, Voted
from workflow.domain.item import Item
from workflow.engine import gathering
from workflow.engine.definitions import Flow
from workflow.engine.outcomes import encode
from workflow.engine.pieces import Piece, Subject
from workflow.engine.round import Round
from workflow.journal import canonical, chain
from workflow.store import ids
from workflow.store.commit import (
    PLAIN,
    STATUS,
    Batch,
    BumpRow,
    CounterRow,
    DeliveryRow,
    DialogueRow,
    EventRow,
    FileRow,
    GuardRow,
    ListRow,
    MergeRow,
    OrderRow,
    SettleRow,
    StreamRow,
    WindowRow,
)
from workflow.talk.about import About, Line, Prompt, Question, Status, Told
from workflow.talk.values import files_in

SETTLED: Final = encode(Answer())
FILLED: Final = frozenset({Started, Merged, Amended, Voted, Answered, Handed})
WITH_FILES: Final = frozenset({"submit", "join", "resubmit", "approve", "answer", "done"})
URGENT: Final = frozenset(
    {"nudge", "escalate", "unstaffed", "remind", "beat", "silent", "uncut", "unheard", "undone", "cut", "restarted"}
)

about_bytes: Final = msgspec.json.Encoder().encode
about_of: Final = msgspec.json.Decoder(About).decode
command_bytes: Final = msgspec.json.Encoder().encode
row_bytes: Final = msgspec.json.Encoder().encode


class Groups:
    """Which pieces stand or fall together: joined by the keys they share."""

    def __init__(self, pieces: Sequence[Piece], written: Iterable[set[Any]]) -> None:
        self._parent = list(range(len(pieces)))
        first: dict[Any, int] = {}
        for place, keys in enumerate(written):
            for key in keys:
                if (before := first.setdefault(key, place)) != place:
                    self._join(before, place)
        ordinals: dict[int, int] = {}
        self.of = [ordinals.setdefault(self._root(place), len(ordinals)) for place in self._parent]
        self.by_key = {key: self.of[place] for key, place in first.items()}

    def _root(self, place: int) -> int:
        while self._parent[place] != place:
            self._parent[place] = place = self._parent[self._parent[place]]
        return place

    def _join(self, one: int, other: int) -> None:
        one, other = self._root(one), self._root(other)
        self._parent[max(one, other)] = min(one, other)


def keys_of(round_: Round, piece: Piece) -> set[Any]:
    """What a piece shares with others of its round: items, streams and chats by their ids, which are no other's."""
    keys: set[Any] = set()
    if piece.command is not None:
        subject = round_.subjects.get(piece.command.item)
        if subject is not None and subject.events:
            keys.add(piece.command.item)
    if piece.stream:
        keys.add(piece.stream)
    if piece.entry.chat in round_.written:
        keys.add(piece.entry.chat)
    for item, _ in piece.guards:
        if round_.subjects[item].events:
            keys.add(item)
    if piece.apart is not None:
        keys.add(piece.apart.given.deed.stream)
    for decision in piece.decisions:
        keys.add(decision.event.item)
        for effect in decision.effects:
            if isinstance(effect, Merge):
                keys.add((effect.flow, effect.mac))
            elif isinstance(effect, Number):
                keys.add((effect.name, effect.period))
    return keys


def batch_of(
    round_: Round, pieces: Sequence[Piece], deeds: dict[str, list[Deed]], heads: dict[str, tuple[int, bytes]]
) -> tuple[Batch, Groups]:
    """Everything that the round's pieces write. `deeds` are what other streams than items' get, `heads` how those stand."""
    batch = Batch(round_.tenant, round_.organisation_version)
    groups = Groups(pieces, (keys_of(round_, piece) for piece in pieces))
    numbers: dict[tuple[str, str], tuple[int, int]] = {}
    for piece, group in zip(pieces, groups.of, strict=True):
        _piece(batch, group, piece, numbers, round_)
        spoken = piece.spoken
        if spoken.says or spoken.bump or spoken.contents or spoken.turn is not None or spoken.adopted is not None:
            _spoken(batch, group, piece)
        for line in piece.alerts:
            _alert(batch, group, line, round_.organisation.administrators(round_.now))
    for item_id, subject in round_.subjects.items():
        if subject.events and subject.item is not None:
            flow = round_.flow_of(subject.item)
            _item(batch, groups.by_key[item_id], subject, subject.item, flow)
    batch.guards += _looked_through(round_, groups)
    for stream, answering in round_.streams.known.items():
        if answering.deeds:
            gathering.write(batch, groups.by_key[stream], answering)
    for (name, period), (before, amount) in numbers.items():
        batch.counters.append(CounterRow(groups.by_key[name, period], name, "", period, before, amount))
    for chat in round_.written:
        version, state, expires = round_.dialogues[chat].row()
        batch.dialogues.append(DialogueRow(groups.by_key[chat], chat, version, version + 1, state, expires))
    for stream, said in deeds.items():
        _deeds(batch, groups.by_key[stream], stream, said, heads[stream])
    return batch, groups


def _looked_through(round_: Round, groups: Groups) -> Iterator[GuardRow]:
    """What was decided about answers must have been decided about all of them."""
    for (item, path, no), times in round_.known.times.items():
        subject = round_.subjects.get(item)
        if subject is not None and subject.events and subject.version:
            yield GuardRow(groups.by_key[item], item, subject.version, path, no, times)


def _piece(
    batch: Batch, group: int, piece: Piece, numbers: dict[tuple[str, str], tuple[int, int]], round_: Round
) -> None:
    assert piece.outcome is not None, "what is written has an outcome"  # noqa: S101
    batch.settled.append(SettleRow(group, piece.entry.id, encode(piece.outcome), _hex(piece.spoken.words)))
    for waking in piece.wakings:
        batch.settled.append(SettleRow(group, waking, SETTLED))
    if piece.apart is not None:
        for content in piece.apart.contents:
            batch.put_content(group, content)
    if piece.tally is not None:
        batch.orders.append(OrderRow(group, piece.tally.id, command_bytes(piece.tally)))
    for order in piece.orders:
        batch.orders.append(OrderRow(group, order.id, command_bytes(order)))
    for item, version in piece.guards:
        batch.guards.append(GuardRow(group, item, version))
    for decision in piece.decisions:
        event = decision.event
        for content in decision.contents:
            batch.put_content(group, content)
        for effect in decision.effects:
            urgent = isinstance(effect, Send) and hurried(effect.step, event.item, round_)
            _effect(batch, group, event.item, event.version, effect, numbers, urgent=urgent)
        if event.verb in WITH_FILES:
            for file in files_of(event):
                batch.files.append(FileRow(group, event.item, file))


def _alert(batch: Batch, group: int, line: Line, people: Iterable[str]) -> None:
    about, stream = about_bytes(line), ids.administration(batch.tenant)
    batch.deliveries += [DeliveryRow(group, stream, PLAIN, person, None, None, about, urgent=True) for person in people]


def files_of(event: Event) -> Iterator[str]:
    """The files that an event brings into its item."""
    for fact in event.facts:
        if type(fact) in FILLED:
            for _, value in _values(fact):
                yield from files_in(value)


def _values(fact: Any) -> Iterable[tuple[str, Any]]:
    match fact:
        case Voted():
            return fact.answers
        case Answered() | Handed():
            return fact.values
    form: Iterable[tuple[str, Any]] = fact.form
    return form


def _item(batch: Batch, group: int, subject: Subject, item: Item, flow: Flow) -> None:
    item_id, head = item.id, subject.head
    for event in subject.events:
        body = canonical.encode(event)
        head = chain.leaf(head, body)
        batch.put_event(group, event, body, head)
    batch.put_item(group, item, subject.version, subject.head, head, title_of(item, flow.title))
    last, opened = subject.events[-1].at, subject.opened
    for no, row in subject.tasks.items():
        if no in opened:
            about = about_bytes(Prompt(item_id, no, row.run, row.round))
            urgent = row.task.duty == "watch" or row.place in flow.urgent
            batch.put_task(group, item_id, row, opened[no], new=True, about=about, urgent=urgent)
        else:
            batch.put_task(group, item_id, row, last, new=False)
    if not subject.version and item.submitter != SYSTEM:
        about = about_bytes(Status(item_id))
        batch.deliveries.append(DeliveryRow(group, item_id, STATUS, item.submitter, None, None, about, once=True))


def hurried(place: str, item_id: str, round_: Round) -> bool:
    """Whether what is sent because of a step waits for nobody's quiet hours: it, or what it stands in, is urgent."""
    subject = round_.subjects.get(item_id)
    return subject is not None and subject.item is not None and place in round_.flow_of(subject.item).urgent


def _effect(
    batch: Batch, group: int, item: str, version: int, effect: Effect, numbers: dict[tuple[str, str], tuple[int, int]], *,
    urgent: bool,
) -> None:  # fmt: skip
    match effect:
        case Send() if effect.kind == CARD:
            about = about_bytes(Status(item))
            batch.deliveries.append(DeliveryRow(group, item, STATUS, effect.person, None, None, about, once=True))
        case Send():
            about = about_bytes(Told(item, effect.kind, effect.step, effect.task, effect.deed, version))
            batch.deliveries.append(
                DeliveryRow(
                    group,
                    item,
                    PLAIN,
                    effect.person or None,
                    effect.room or None,
                    None,
                    about,
                    urgent or effect.kind in URGENT,
                )
            )
        case Order():
            batch.orders.append(OrderRow(group, effect.command.id, command_bytes(effect.command)))
        case Number():
            before, amount = numbers.get((effect.name, effect.period), (effect.before, 0))
            numbers[effect.name, effect.period] = before, amount + effect.after - effect.before
        case Add():
            name = str(effect.row[0])
            batch.lists.append(ListRow(group, effect.list, name, row_bytes(effect.row)))
        case Merge():
            batch.merges = [one for one in batch.merges if (one.flow, one.mac) != (effect.flow, effect.mac)]
            batch.merges.append(MergeRow(group, effect.flow, effect.mac, item, effect.until))
        case Window():
            row = WindowRow(group, effect.flow, effect.rule, effect.key, item, effect.at, effect.body)
            batch.windows.append(row)
        case Count():
            batch.counters.append(CounterRow(group, effect.name, effect.unit, effect.period, None, effect.n))


def _spoken(batch: Batch, group: int, piece: Piece) -> None:
    spoken, chat = piece.spoken, piece.entry.chat
    for content in spoken.contents:
        batch.put_content(group, content)
    says = spoken.says
    if spoken.turn is not None:
        if spoken.known:
            batch.bumps.append(BumpRow(group, chat=chat, ref=spoken.ref, about=about_bytes(spoken.turn)))
        else:
            says = (spoken.turn, *says)
    for about in says:
        batch.deliveries.append(
            DeliveryRow(group, stream_of(about, chat), topic_of(about), None, None, chat, about_bytes(about))
        )
    batch.bumps += [BumpRow(group, stream_of(one, chat), topic_of(one)) for one in spoken.bump]
    if (lost := spoken.adopted) is not None:
        batch.deliveries.append(
            DeliveryRow(
                group, stream_of(lost, chat), topic_of(lost), None, None, chat, about_bytes(lost), ref=spoken.ref
            )
        )


def stream_of(about: About, chat: str) -> str:
    """The stream that a chat's message lies in: the item's, where its next decision must find it, else the chat's own."""
    return about.item if isinstance(about, (Prompt, Status)) else chat


def topic_of(about: About) -> int:
    """What a message is found by again, within its stream."""
    match about:
        case Prompt():
            return about.task
        case Status():
            return STATUS
        case Question():
            return about.no
    return PLAIN


def _deeds(batch: Batch, group: int, stream: str, deeds: list[Deed], held: tuple[int, bytes]) -> None:
    expected, head = held
    kind = "person" if stream != ids.administration(batch.tenant) else "administration"
    for version, deed in enumerate(deeds, expected + 1):
        body = canonical.encode(msgspec.structs.replace(deed, version=version))
        head = chain.leaf(head, body)
        batch.events.append(EventRow(group, stream, version, deed.at, body, head))
    batch.streams.append(StreamRow(group, stream, kind, expected, expected + len(deeds), head))


def _hex(commitment: str | None) -> bytes | None:
    return bytes.fromhex(commitment) if commitment else None


def title_of(item: Item, field: str) -> str | None:
    """The commitment of the words that an item is found by: those in this field of its form."""
    value = item.form.get(field)
    sealed: str | None = value.get("sealed") if isinstance(value, dict) else None
    return sealed
