"""`watch` 监测: what is kept of an item that ends done, and whether a rule over many has become true with it. Not here: its text (language.watch)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from workflow.domain import event as e
from workflow.domain import ids
from workflow.domain.command import SYSTEM, Command
from workflow.domain.definition import Watch
from workflow.domain.effect import Order, Send, Window
from workflow.grammars.errors import ConditionError
from workflow.grammars.evaluate import evaluate, evaluate_condition
from workflow.grammars.values import MISSING, Row, lower
from workflow.steps.deeds.deeds import perform, type_of
from workflow.steps.draft import Draft, Ended, Look, Needs, WantingError
from workflow.steps.environment import Scene
from workflow.steps.periods import days_of
from workflow.steps.rows import named

WINDOW: Final = "·"
"""What the columns of a window are called by in a rule's condition; no author's name."""
PLACE: Final = "watch/"
"""What a rule's name stands behind where a step's place is asked for."""
MOST: Final = 1000
LATER: Final = 200
"""Items that may have ended since the one that is judged."""

_encode: Final = msgspec.json.Encoder(order="sorted").encode
_decode: Final = msgspec.json.decode


@dataclass(frozen=True, slots=True)
class Seen:
    """How far back a rule looks from an item that ended: its key, and the moment before which nothing counts."""

    key: str
    per: Any
    since: datetime | None
    until: datetime


def keep(draft: Draft) -> None:
    """The item has ended done: each rule keeps of it what it needs, and judges it in a command of its own."""
    found = (window(draft.definition.flow, rule, Scene(draft, 0), draft.now) for rule in draft.definition.watch)
    kept = [one for one in found if one is not None]
    draft.effects += kept
    if kept:
        item = draft.item.id
        id_ = ids.order(item, draft.command.id, "watch")
        draft.effects.append(Order(Command(id_, draft.item.tenant, item, "watch", SYSTEM, SYSTEM)))


def judge(draft: Draft) -> None:
    """Every rule that has become true with this item does what it says."""
    item = draft.item
    assert item.ended is not None, "a rule judges what has ended"  # noqa: S101
    for rule in draft.definition.watch:
        seen = _seen(draft, rule, item.ended)
        if seen is None:
            continue
        rows = _rows(draft, rule, seen)
        mine = (item.ended, item.id)
        rows = [row for row in rows if (row.at, row.item) <= mine]
        if not rows or rows[0].item != item.id:
            continue
        now, was = _windows(rule, rows, seen)
        if _holds(draft, rule, now) and not _holds(draft, rule, was):
            per = (("per", seen.per),) if rule.per is not None else ()
            draft.record(e.Noticed(rule.name, per, len(now)))
            _perform(draft, rule)


def _perform(draft: Draft, rule: Watch) -> None:
    """What the rule does; all of it, or, where something cannot be computed, nothing, and the administrators are told."""
    mark = draft.mark()
    try:
        for no, action in enumerate(rule.actions, 1):
            before = len(draft.effects)
            perform(draft, 0, action, no)
            draft.effects[before:] = [
                replace(one, step=PLACE + rule.name) if isinstance(one, Send) else one for one in draft.effects[before:]
            ]
    except ConditionError as error:
        draft.back_to(mark)
        administrators = draft.organisation.administrators(draft.now)
        draft.record(e.Informed("watch_failed", administrators, PLACE + rule.name, error.message_zh))
        draft.effects += [Send("watch_failed", person=person, step=PLACE + rule.name) for person in administrators]


def window(flow: str, rule: Watch, scene: Scene, at: datetime) -> Window | None:
    """What a rule keeps of an item; None where what items go by is missing, or nothing of it is there."""
    found = _per(rule, scene)
    columns = [_value(value, scene) for value in rule.columns]
    if found is None or all(one is None for one in columns):
        return None
    return Window(flow, rule.rule, found[0], at, _encode(columns))


def _per(rule: Watch, scene: Scene) -> tuple[str, Any] | None:
    """The key under which an item stands, and the value that it stands for."""
    if rule.per is None:
        return "", None
    kept = _value(rule.per, scene)
    return (_encode(kept).decode(), kept) if kept is not None else None


def _value(value: Any, scene: Scene) -> Any:
    """A value with its type, as an event may hold it; None where it is missing. Of what is no value only that it is there."""
    try:
        found = evaluate(value, scene)
    except ConditionError:
        return None
    if isinstance(found, Row):
        found = found.origin.rpartition("/")[2]
    kind = type_of(found)
    try:
        return {"type": kind, "value": lower(found, kind)}
    except (KeyError, TypeError):
        return {"type": "bool", "value": True}


def _seen(draft: Draft, rule: Watch, ended: datetime) -> Seen | None:
    scene = Scene(draft, 0)
    found = _per(rule, scene)
    if found is None:
        return None
    last, calendar = rule.last, draft.organisation.calendar
    since: datetime | None = None
    until = ended
    if last.duration is not None:
        since = scene.shift(ended, last.duration, -1)
    elif last.period is not None:
        first, final = days_of(last, calendar.local_date(ended))
        since = calendar.local_midnight(first)
        if last.before:
            until = calendar.local_midnight(final + timedelta(days=1))
    return Seen(*found, since, until)


def _rows(draft: Draft, rule: Watch, seen: Seen) -> Sequence[Ended]:
    most = rule.last.count + 1 + LATER if rule.last.count else MOST
    look = Look(draft.definition.flow, rule.rule, seen.key, most, seen.since)
    if look not in draft.world.windows:
        raise WantingError(Needs(windows=(look,)))
    return draft.world.windows[look]


def _windows(rule: Watch, rows: Sequence[Ended], seen: Seen) -> tuple[Sequence[Ended], Sequence[Ended]]:
    """What the rule looks at now, and what it looked at before this item: nothing, where that window was not full."""
    count = rule.last.count
    if count:
        now, was = rows[:count], rows[1 : count + 1]
        return (now if len(now) == count else (), was if len(was) == count else ())
    if rule.last.before:  # the period before: it is judged once, with the first item of the next
        past = [row for row in rows if row.at < seen.until]
        judged = len(rows) - len(past) > 1
        return past, past if judged else ()
    return rows, rows[1:]


def _holds(draft: Draft, rule: Watch, over: Sequence[Ended]) -> bool:
    """Whether the condition holds over a window. Of nothing, or where what it computes with is missing everywhere, it does not."""
    if not over:
        return False
    rows = [Row(f"{WINDOW}/{n}", dict(_columns(row))) for n, row in enumerate(reversed(over), 1)]
    try:
        return evaluate_condition(rule.when, Scene(draft, 0, {WINDOW: rows}))
    except ConditionError:
        return False


def _columns(row: Ended) -> Iterator[tuple[str, Any]]:
    for n, kept in enumerate(_decode(row.body)):
        yield str(n), MISSING if kept is None else named(kept)
