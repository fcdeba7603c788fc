"""Deadlines that lie beyond the working calendar which is published. Not here: counting days (organisation.calendar)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from workflow.domain.definition import Definition
from workflow.domain.tree import Duration, Ref, Shift, Value
from workflow.language.edges import all_places
from workflow.organisation.calendar import Calendar
from workflow.proof.graph import Problem
from workflow.proof.spots import Spots

COUNTED = {"wd", "wh"}


def beyond_calendar(definition: Definition, calendar: Calendar, today: date, spots: Spots) -> Iterator[Problem]:
    """Steps that are due, even if opened today, on a day nobody has published: counted in working days, they rest on estimates."""
    published = [day for day in calendar.published if day >= today]
    if not published:
        return
    last = max(published)
    now = datetime.combine(today, time(12), UTC)
    for step in all_places(definition.steps):
        due = (
            _soonest(definition, step.due, calendar, now) if step.due is not None and step.due.span != (0, 0) else None
        )
        if due is not None and calendar.local_date(due) > last:
            facts: dict[str, object] = {"due": calendar.local_date(due).isoformat(), "last": last.isoformat()}
            yield Problem("P557", spots.of(step.place, "due"), facts)


def _soonest(definition: Definition, due: Value, calendar: Calendar, now: datetime) -> datetime | None:
    """The earliest a value may be due, where it counts working days; None where that is open."""
    match due:
        case Duration() if {unit for _, unit in due.parts} & COUNTED:
            return _shifted(calendar, now, due, 1)
        case Shift(anchor=None) if {unit for _, unit in due.duration.parts} & COUNTED and due.sign > 0:
            return _shifted(calendar, now, due.duration, 1)
        case Shift(anchor=Ref() as anchor, sign=1 | -1) if {unit for _, unit in due.duration.parts} & COUNTED:
            field = definition.field(anchor.parts[0]) if len(anchor.parts) == 1 else None
            bound = field.bound if field is not None and field.compare in (">", ">=") else None
            begin = _bound(bound, calendar, now)
            return _shifted(calendar, begin, due.duration, due.sign) if begin is not None else None
    return None


def _bound(bound: Value | None, calendar: Calendar, now: datetime) -> datetime | None:
    """The earliest that a form takes for a date: `datetime >= 30工作日后`."""
    if isinstance(bound, Shift) and bound.anchor is None and bound.sign > 0:
        return _shifted(calendar, now, bound.duration, 1)
    return _shifted(calendar, now, bound, 1) if isinstance(bound, Duration) else None


def _shifted(calendar: Calendar, moment: datetime, duration: Duration, sign: int) -> datetime | None:
    try:
        for count, unit in duration.parts:
            moment = calendar.shift(moment, count, unit, 1 if sign > 0 else -1)
    except ValueError:
        return None
    return moment
