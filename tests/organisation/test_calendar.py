from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.domain.tree import Sign, Unit
from workflow.organisation.calendar import FURTHEST, MOST_SHIFTS, Calendar, Day
from workflow.organisation.holidays import china

BEIJING = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar.of(china([2026]))

moments = st.datetimes(datetime(2025, 12, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001  (bounds)
counts = st.integers(0, 60)
signs: st.SearchStrategy[Sign] = st.sampled_from((1, -1))


def there(text: str) -> datetime:
    """A moment by the clock on a wall in Beijing."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def wall(moment: datetime) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "n", "unit", "sign", "expected"),
    [
        ("2026-11-20 15:00", 90, "s", 1, "2026-11-20 15:01"),
        ("2026-11-20 15:00", 15, "m", -1, "2026-11-20 14:45"),
        ("2026-11-20 15:00", 10, "h", 1, "2026-11-21 01:00"),
        ("2026-11-20 15:00", 3, "d", 1, "2026-11-23 15:00"),
        ("2026-11-20 15:00", 2, "w", -1, "2026-11-06 15:00"),
        # a month that has no such day ends on its last
        ("2026-01-31 15:00", 1, "mo", 1, "2026-02-28 15:00"),
        ("2026-03-31 15:00", 1, "mo", -1, "2026-02-28 15:00"),
        ("2026-11-30 15:00", 3, "mo", 1, "2027-02-28 15:00"),
        ("2028-02-29 15:00", 1, "y", 1, "2029-02-28 15:00"),
        # working days keep the clock's time, over a weekend
        ("2026-11-20 15:00", 1, "wd", 1, "2026-11-23 15:00"),
        ("2026-11-23 15:00", 1, "wd", -1, "2026-11-20 15:00"),
        # over the National Day holiday, and the Saturday that is worked for it
        ("2026-09-30 10:00", 1, "wd", 1, "2026-10-08 10:00"),
        ("2026-09-30 10:00", 3, "wd", 1, "2026-10-10 10:00"),
        ("2026-09-30 10:00", 4, "wd", 1, "2026-10-12 10:00"),
        # a start on a day off is the start of the next working day: the whole of Monday is given
        ("2026-11-21 15:00", 1, "wd", 1, "2026-11-24 00:00"),
        # and a whole working day lies before a broadcast on a Saturday
        ("2026-11-21 15:00", 1, "wd", -1, "2026-11-20 00:00"),
        ("2026-11-21 15:00", 0, "wd", 1, "2026-11-23 00:00"),
        # working hours: lunch, the evening, the weekend
        ("2026-11-20 11:00", 2, "wh", 1, "2026-11-20 14:00"),
        ("2026-11-20 11:00", 4, "wh", 1, "2026-11-20 16:00"),
        ("2026-11-20 17:00", 4, "wh", 1, "2026-11-23 12:00"),
        ("2026-11-20 10:00", 7, "wh", 1, "2026-11-20 18:00"),
        ("2026-11-21 10:00", 1, "wh", 1, "2026-11-23 10:00"),
        ("2026-11-20 20:00", 1, "wh", -1, "2026-11-20 17:00"),
        ("2026-11-23 10:00", 2, "wh", -1, "2026-11-20 17:00"),
        ("2026-11-23 14:00", 4, "wh", -1, "2026-11-23 09:00"),
    ],
)
def test_a_shift(start: str, n: int, unit: Unit, sign: Sign, expected: str) -> None:
    assert wall(CALENDAR.shift(there(start), n, unit, sign)) == expected


@given(moments, counts, counts, st.sampled_from(("s", "m", "h", "d", "w", "wd", "wh")), signs)
def test_two_shifts_are_one_longer_one(moment: datetime, n: int, m: int, unit: Unit, sign: Sign) -> None:
    assert CALENDAR.shift(CALENDAR.shift(moment, n, unit, sign), m, unit, sign) == CALENDAR.shift(
        moment, n + m, unit, sign
    )


@given(moments, counts, st.sampled_from(("s", "m", "h", "d", "w", "wd")))
def test_there_and_back_again(moment: datetime, n: int, unit: Unit) -> None:
    start = CALENDAR.shift(moment, 0, unit)
    assert CALENDAR.shift(CALENDAR.shift(moment, n, unit), n, unit, -1) == start
    assert CALENDAR.shift(CALENDAR.shift(moment, n, unit, -1), n, unit) == start


def work_between(begin: datetime, end: datetime) -> timedelta:
    """How much working time lies between two moments, counted day by day."""
    zone = ZoneInfo(CALENDAR.time_zone)
    first, last = (moment.astimezone(zone).replace(tzinfo=None) for moment in (begin, end))
    days = [first.date() + timedelta(days=n) for n in range((last.date() - first.date()).days + 1)]
    spans = [
        (datetime.combine(day, opens), datetime.combine(day, closes))
        for day in days
        if CALENDAR.working(day)
        for opens, closes in CALENDAR.hours
    ]
    return sum((max(min(closes, last) - max(opens, first), timedelta()) for opens, closes in spans), timedelta())


@given(moments, counts, signs)
def test_working_hours_hold_exactly_that_much_work(moment: datetime, n: int, sign: Sign) -> None:
    begin, end = sorted((moment, CALENDAR.shift(moment, n, "wh", sign)))
    assert work_between(begin, end) == timedelta(hours=n)


@given(moments, st.timedeltas(timedelta(), timedelta(days=20)), counts, signs)
def test_who_starts_later_is_never_due_earlier(moment: datetime, later: timedelta, n: int, sign: Sign) -> None:
    for unit in ("s", "m", "h", "d", "w", "mo", "y", "wd", "wh"):
        assert CALENDAR.shift(moment, n, unit, sign) <= CALENDAR.shift(moment + later, n, unit, sign)


@given(moments, counts)
def test_more_time_is_never_less(moment: datetime, n: int) -> None:
    for unit in ("s", "m", "h", "d", "w", "mo", "y", "wd", "wh"):
        assert CALENDAR.shift(moment, n, unit) <= CALENDAR.shift(moment, n + 1, unit)
        assert CALENDAR.shift(moment, n, unit, -1) >= CALENDAR.shift(moment, n + 1, unit, -1)


@given(moments, st.integers(1, 60), signs)
def test_working_days_end_on_a_working_day(moment: datetime, n: int, sign: Sign) -> None:
    assert CALENDAR.working(CALENDAR.local_date(CALENDAR.shift(moment, n, "wd", sign)))


def test_a_day_nobody_spoke_of_is_an_estimate_from_monday_to_friday() -> None:
    assert [Calendar().working(date(2026, 11, day)) for day in range(16, 23)] == [True] * 5 + [False] * 2
    assert Calendar().is_estimate(date(2026, 11, 20))
    assert not CALENDAR.is_estimate(date(2026, 11, 20))
    assert CALENDAR.is_estimate(date(2027, 11, 19))


def test_a_due_date_over_new_year_rests_on_estimates_as_soon_as_the_next_year_is_not_published() -> None:
    assert not CALENDAR.rests_on_estimates(there("2026-12-30 10:00"), there("2026-12-31 23:59"))
    assert CALENDAR.rests_on_estimates(there("2026-12-30 10:00"), there("2027-01-01 00:00"))


def test_one_day_can_be_published_alone() -> None:
    calendar = Calendar.of(
        [Day(date(2027, 2, 10), "work", published=True), Day(date(2027, 2, 11), "off", published=False)]
    )
    assert calendar.working(date(2027, 2, 10))
    assert not calendar.is_estimate(date(2027, 2, 10))
    assert not calendar.working(date(2027, 2, 11))
    assert calendar.is_estimate(date(2027, 2, 11))


def test_the_same_moment_is_another_day_elsewhere() -> None:
    friday_evening = datetime(2026, 11, 20, 23, tzinfo=UTC)
    assert wall(Calendar(time_zone="Asia/Shanghai").shift(friday_evening, 1, "wd")) == "2026-11-24 00:00"
    assert Calendar(time_zone="Europe/London").shift(friday_evening, 1, "wd") == datetime(2026, 11, 23, 23, tzinfo=UTC)


def test_days_keep_the_clocks_time_where_clocks_are_put_back() -> None:
    berlin = Calendar(time_zone="Europe/Berlin")
    assert berlin.shift(datetime(2026, 10, 24, 10, tzinfo=UTC), 1, "d") == datetime(2026, 10, 25, 11, tzinfo=UTC)
    assert berlin.shift(datetime(2026, 10, 24, 10, tzinfo=UTC), 24, "h") == datetime(2026, 10, 25, 10, tzinfo=UTC)


def test_an_hour_that_comes_twice_is_two_moments_though_they_are_equal() -> None:
    berlin, twice = Calendar(time_zone="Europe/Berlin"), datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert twice == (second := twice.replace(fold=1))
    assert berlin.shift(twice, 1, "h") == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert berlin.shift(second, 1, "h") == datetime(2026, 10, 25, 2, 30, tzinfo=UTC)


@given(st.lists(st.tuples(moments, counts, st.sampled_from(("h", "d", "mo", "wd", "wh")), signs), min_size=1))
def test_what_was_asked_before_changes_no_answer(asked: list[tuple[datetime, int, Unit, Sign]]) -> None:
    for one in (*asked, *asked):
        assert CALENDAR.shift(*one) == Calendar.of(china([2026])).shift(*one)


def test_it_remembers_only_so_much() -> None:
    calendar, first = Calendar(), there("2026-11-20 09:00")
    for n in range(2 * MOST_SHIFTS):
        calendar.shift(first + timedelta(seconds=n), 1, "wd")
    assert len(calendar._shifts) <= MOST_SHIFTS


def test_other_hours_of_work() -> None:
    calendar = Calendar(hours=((time(8, 30), time(12)),))
    assert wall(calendar.shift(there("2026-11-20 09:00"), 4, "wh")) == "2026-11-23 09:30"


@pytest.mark.parametrize(
    "hours",
    [(), ((time(12), time(9)),), ((time(9), time(12)), (time(11), time(18)))],
    ids=["none", "backwards", "overlapping"],
)
def test_hours_in_which_nobody_works_are_refused(hours: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="hours of work must be"):
        Calendar(hours=hours)


@pytest.mark.parametrize(
    ("moment", "n", "unit", "message"),
    [
        (there("2026-11-20 15:00"), 9_000, "y", "beyond what a calendar can count"),
        (there("2026-11-20 15:00"), 10**12, "d", "beyond what a calendar can count"),
        (there("2026-11-20 15:00"), 10**18, "s", "beyond what a calendar can count"),
        (there("2026-11-20 15:00"), FURTHEST + 1, "wd", "beyond what a calendar can count"),
        (there("2026-11-20 15:00"), -1, "d", "cannot be negative"),
        (datetime(2026, 11, 20), 1, "d", "must say its time zone"),  # noqa: DTZ001  (that is the mistake)
    ],
)
def test_what_cannot_be_counted_is_an_error_that_says_so(moment: datetime, n: int, unit: Unit, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CALENDAR.shift(moment, n, unit)
