"""When something recurs next, by a calendar and its zone. No clock; not here: reading a recurrence (grammars.recurrence).

Where the flow language is silent: without a time of day it is when work begins that day; where a period has no such day (31 in
a short month, more working days than there are) it is the last there is; a period without a working day is passed over; what recurs by a
length of time is counted from the firing before.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from workflow.domain.tree import Duration, Nth, Recurrence
from workflow.organisation.calendar import Calendar

_MONTHS: Final = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_SECONDS: Final = {"m": 60, "h": 3600}
_ONE_DAY: Final = timedelta(days=1)
PERIODS_WITHOUT: Final = 600
"""So many days or periods without one to fire on, and there is none: a calendar that nobody works by."""


def next_firing(recurrence: Recurrence, calendar: Calendar, after: datetime) -> datetime | None:
    """The first firing after a moment (the firing before, or when the flow was applied), in UTC; None where there is never another."""
    if recurrence.duration is not None:
        return _span_on(recurrence, recurrence.duration, calendar, after)
    try:
        days = _days(recurrence, calendar, calendar.local_date(after))
        return next((at for day in days if (at := _moment(recurrence, calendar, day)) > after), None)
    except OverflowError:
        return None


def caught_up(recurrence: Recurrence, calendar: Calendar, fired: datetime, now: datetime) -> datetime | None:
    """The first firing after now, counted on from the one that fired: what was missed between is not made up for."""
    duration = recurrence.duration
    if duration is None:
        return next_firing(recurrence, calendar, max(fired, now))
    if all(unit in _SECONDS for _, unit in duration.parts):
        step = timedelta(seconds=sum(n * _SECONDS[unit] for n, unit in duration.parts))
        behind = max(0, (now - fired) // step)
        return next_firing(recurrence, calendar, fired + behind * step)
    at: datetime | None = next_firing(recurrence, calendar, fired)
    while at is not None and at <= now:
        at = next_firing(recurrence, calendar, at)
    return at


def _span_on(recurrence: Recurrence, duration: Duration, calendar: Calendar, after: datetime) -> datetime | None:
    at = after.astimezone(UTC)
    try:
        for count, unit in duration.parts:
            at = calendar.shift(at, count, unit)
    except ValueError:
        return None
    if recurrence.clock is None:
        return at
    day = calendar.local_date(at)
    on_time = _moment(recurrence, calendar, day)
    while on_time <= after:
        day += _ONE_DAY
        on_time = _moment(recurrence, calendar, day)
    return on_time


def _moment(recurrence: Recurrence, calendar: Calendar, day: date) -> datetime:
    """That day at the recurrence's time. A time that the clocks skip is as long after midnight as ever; one they show twice, the first."""
    clock = time(*recurrence.clock) if recurrence.clock is not None else calendar.hours[0][0]
    return datetime.combine(day, clock, ZoneInfo(calendar.time_zone)).astimezone(UTC)


def _days(recurrence: Recurrence, calendar: Calendar, first: date) -> Iterator[date]:
    """The days on which it fires, in order, beginning no later than `first`."""
    if recurrence.nth is None:
        for n in range(PERIODS_WITHOUT):
            day = first + timedelta(days=n)
            if _on(recurrence, calendar, day):
                yield day
        return
    length = _MONTHS[recurrence.every]
    begin = first.year * 12 + (first.month - 1) // length * length
    for n in range(PERIODS_WITHOUT):
        month = begin + n * length
        span = _span(month + recurrence.month - 1, 1) if recurrence.month else _span(month, length)
        if (found := _nth(recurrence.nth, calendar, *span)) is not None:
            yield found


def _on(recurrence: Recurrence, calendar: Calendar, day: date) -> bool:
    if recurrence.every == "workday":
        return calendar.working(day)
    return recurrence.every == "day" or day.isoweekday() in recurrence.days


def _span(month: int, months: int) -> tuple[date, date]:
    """The first and the last day of so many months from one (counted from year 0)."""
    begin = divmod(month, 12)
    end = divmod(month + months - 1, 12)
    if not date.min.year <= begin[0] <= end[0] <= date.max.year:
        raise OverflowError
    return date(begin[0], begin[1] + 1, 1), date(end[0], end[1] + 1, monthrange(end[0], end[1] + 1)[1])


def _nth(nth: Nth, calendar: Calendar, first: date, last: date) -> date | None:
    if nth.which == "day":
        return min(first + timedelta(days=nth.n - 1), last)
    if nth.which == "last":
        return next((day for day in _every_day(last, first) if calendar.working(day)), None)
    found, counted = None, 0
    for day in _every_day(first, last):
        if calendar.working(day):
            found, counted = day, counted + 1
            if counted == nth.n:
                break
    return found


def _every_day(one: date, other: date) -> Iterator[date]:
    way = 1 if other >= one else -1
    return (one + timedelta(days=way * n) for n in range(abs((other - one).days) + 1))
