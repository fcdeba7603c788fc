"""When something is due: days and hours of work, and a moment shifted by a length of time. No clock, no source of days.

The rules where the flow language is silent stand in docs/organisation.md (Time). In short: a moment on a day off counts
as the first instant of the next working day, whichever way one counts; a shift by working days keeps the clock's time;
working hours run only inside the hours of work, and a shift ends as soon as they are used up.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cached_property
from itertools import pairwise
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from workflow.domain.tree import Sign, Unit

DayKind = Literal["work", "off"]

HOURS: Final = ((time(9), time(12)), (time(13), time(18)))
FURTHEST: Final = 100_000
"""Working days or hours in one shift at the most: four hundred years, and a bound on how long the counting takes."""
MOST_SHIFTS: Final = 1024
"""Shifts that are remembered."""

_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}
_DAYS: Final = {"d": 1, "w": 7}
_MONTHS: Final = {"mo": 1, "y": 12}

_ONE_DAY: Final = timedelta(days=1)


class Day(msgspec.Struct, frozen=True):
    """What is known of one day; `published` says that whoever decides on days off has said so, and nobody guessed."""

    day: date
    kind: DayKind
    published: bool


class Calendar(msgspec.Struct, frozen=True, dict=True):
    """The days and hours of work in one time zone.

    A day that is not in `days` is a working day from Monday to Friday, and an estimate. `hours` are (from, to) of a
    working day, in order, apart from each other.
    """

    time_zone: str = "Asia/Shanghai"
    days: dict[date, DayKind] = {}
    published: frozenset[date] = frozenset()
    hours: tuple[tuple[time, time], ...] = HOURS

    def __post_init__(self) -> None:
        """Refuse hours in which nobody could ever finish anything: counting them would not end."""
        edges = [edge for span in self.hours for edge in span]
        if not edges or any(a >= b for a, b in pairwise(edges)):
            raise ValueError(
                f"hours of work must be spans in order and apart, each ending after it begins; these are {edges}"
            )

    @classmethod
    def of(
        cls, days: Iterable[Day], *, time_zone: str = "Asia/Shanghai", hours: tuple[tuple[time, time], ...] = HOURS
    ) -> Calendar:
        """The calendar of rows, as the store keeps them and as `holidays.china` makes them."""
        rows = tuple(days)
        return cls(
            time_zone=time_zone,
            days={row.day: row.kind for row in rows},
            published=frozenset(row.day for row in rows if row.published),
            hours=hours,
        )

    # ------------------------------------------------------------------------------------------- days

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone itself."""
        return ZoneInfo(self.time_zone)

    def local_date(self, moment: datetime) -> date:
        """The date on the wall there at that moment."""
        return moment.astimezone(self.zone).date()

    def local_midnight(self, day: date) -> datetime:
        """The moment, in UTC, at which a day begins there."""
        return self._moment(datetime.combine(day, time()))

    def working(self, day: date) -> bool:
        """Whether people work on that day."""
        kind = self.days.get(day)
        return kind == "work" if kind is not None else day.weekday() < 5

    def is_estimate(self, day: date) -> bool:
        """Whether nobody has published yet if that day is one of work."""
        return day not in self.published

    def rests_on_estimates(self, begin: datetime, end: datetime) -> bool:
        """Whether any day between two moments, both included, is an estimate: then so is a due date counted over them."""
        return any(self.is_estimate(day) for day in _days(self.local_date(begin), self.local_date(end)))

    # ------------------------------------------------------------------------------------------- shifts

    def shift(self, moment: datetime, n: int, unit: Unit, sign: Sign = 1) -> datetime:
        """The moment `n` units after (sign 1, 后) or before (sign -1, 前) another, in UTC.

        ValueError for a negative `n`, a moment without a time zone, or a result beyond the years 1 to 9999 (of working
        days and hours: for more than FURTHEST of them).
        """
        asked = moment, moment.tzinfo, moment.fold, n, unit, sign  # the moments of an hour that comes twice are equal
        if (end := self._shifts.get(asked)) is not None:
            return end
        if moment.tzinfo is None:
            raise ValueError(f"a moment must say its time zone; {moment.isoformat()} does not")
        if n < 0:
            raise ValueError(f"a length of time cannot be negative ({n}{unit}); say before or after instead")
        try:
            end = self._shifted(moment, n, unit, sign)
        except OverflowError as error:
            way = "after" if sign > 0 else "before"
            raise ValueError(f"{n}{unit} {way} {moment.isoformat()} is beyond what a calendar can count") from error
        if len(self._shifts) >= MOST_SHIFTS:
            self._shifts.clear()
        self._shifts[asked] = end
        return end

    @cached_property
    def _shifts(self) -> dict[tuple[datetime, tzinfo | None, int, int, Unit, Sign], datetime]:
        """Where shifts led: what is decided together is decided at one moment, and asks the same again and again."""
        return {}

    def _shifted(self, moment: datetime, n: int, unit: Unit, sign: Sign) -> datetime:
        if unit in _SECONDS:
            return moment.astimezone(UTC) + timedelta(seconds=sign * n * _SECONDS[unit])
        wall = self._wall(moment)
        if unit in _DAYS:
            return self._moment(wall + timedelta(days=sign * n * _DAYS[unit])) if n else moment.astimezone(UTC)
        if unit in _MONTHS:
            return self._moment(_months_on(wall, sign * n * _MONTHS[unit])) if n else moment.astimezone(UTC)
        if n > FURTHEST:
            raise OverflowError
        if unit == "wd":
            return self._moment(self._working_days_on(wall, n, sign))
        return self._moment(self._work_on(wall, timedelta(hours=n), sign))

    # ------------------------------------------------------------------------------------------- on the wall

    def _wall(self, moment: datetime) -> datetime:
        """What the clock on the wall shows, as a naive datetime: days and hours of work are of the wall."""
        there = moment.astimezone(self.zone)
        return datetime.combine(there.date(), there.time())  # a third of what `replace` takes

    def _moment(self, wall: datetime) -> datetime:
        return datetime.combine(wall.date(), wall.time(), self.zone).astimezone(UTC)

    def _working_days_on(self, wall: datetime, n: int, sign: Sign) -> datetime:
        day, clock = wall.date(), wall.time()
        if not self.working(day):
            clock = time()
            while not self.working(day):
                day += _ONE_DAY
        step = _ONE_DAY * sign
        for _ in range(n):
            day += step
            while not self.working(day):
                day += step
        return datetime.combine(day, clock)

    def _work_on(self, wall: datetime, work: timedelta, sign: Sign) -> datetime:
        """The first wall time after (the last before) `wall` with so much working time between them."""
        day, left = wall.date(), work
        while True:
            for begin, end in self._spans(day)[::sign]:
                first, last = (max(begin, wall), end) if sign > 0 else (begin, min(end, wall))
                if last < first:
                    continue
                if left <= last - first:
                    return first + left if sign > 0 else last - left
                left -= last - first
            day += _ONE_DAY * sign

    def _spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        if not self.working(day):
            return ()
        return tuple((datetime.combine(day, begin), datetime.combine(day, end)) for begin, end in self.hours)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _months_on(wall: datetime, months: int) -> datetime:
    """The same day of another month, or that month's last day where it has no such day."""
    year, month = divmod(wall.year * 12 + wall.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError
    return wall.replace(year=year, month=month + 1, day=min(wall.day, monthrange(year, month + 1)[1]))
