"""The next firing: always later than the one before, on the day that the words name, by the calendar and its zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.grammars.recurrence import read_recurrence
from workflow.organisation.calendar import Calendar, Day
from workflow.organisation.holidays import china
from workflow.organisation.recurrence import caught_up, next_firing

CHINA = Calendar.of(china(range(2026, 2028)))
ZONES = (
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
)


def local(text: str, calendar: Calendar, *after: int) -> str:
    at = next_firing(read_recurrence(text), calendar, datetime(*after, tzinfo=ZoneInfo(calendar.time_zone)))  # type: ignore[arg-type,misc]
    assert at is not None
    assert at.tzinfo is UTC
    return at.astimezone(ZoneInfo(calendar.time_zone)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "after", "at"),
    [
        # the first of October 2026 begins a holiday of seven days: the fifth working day of the quarter comes late
        ("每季度 第5个工作日 09:00", (2026, 9, 1), "2026-10-13 09:00"),
        ("每季度 第5个工作日 09:00", (2026, 10, 13, 9), "2027-01-08 09:00"),
        ("每月 最后工作日", (2026, 9, 1), "2026-09-30 09:00"),
        ("每月 最后工作日 18:00", (2026, 9, 30, 18), "2026-10-30 18:00"),
        ("每月 31日 08:00", (2026, 2, 1), "2026-02-28 08:00"),
        ("每半年 第2个月 5日", (2026, 3, 1), "2026-08-05 09:00"),
        ("每半年 5日", (2026, 1, 6), "2026-07-05 09:00"),
        ("每年3月 第1个工作日", (2026, 3, 2, 10), "2027-03-01 09:00"),
        ("每周一、五 08:30", (2026, 11, 20, 8, 30), "2026-11-23 08:30"),
        ("每工作日 09:00", (2026, 9, 30, 9), "2026-10-08 09:00"),
        ("每日 07:00", (2026, 9, 30, 7), "2026-10-01 07:00"),
        ("每3日", (2026, 9, 30, 7, 15), "2026-10-03 07:15"),
        ("每2工作日 09:00", (2026, 9, 29, 9), "2026-10-08 09:00"),
        ("每1个月 06:00", (2026, 1, 31, 6), "2026-02-28 06:00"),
        ("每90分钟", (2026, 9, 30, 7, 15), "2026-09-30 08:45"),
    ],
)  # fmt: skip
def test_it_is_the_day_that_the_words_name(text: str, after: tuple[int, ...], at: str) -> None:
    assert local(text, CHINA, *after) == at


def test_a_published_day_off_moves_it() -> None:
    day = date(2026, 11, 2)
    assert local("每月 第1个工作日", Calendar(), 2026, 10, 31) == "2026-11-02 09:00"
    moved = Calendar.of([Day(day, "off", published=True)])
    assert local("每月 第1个工作日", moved, 2026, 10, 31) == "2026-11-03 09:00"


def test_an_hour_that_the_clocks_skip_or_show_twice_is_one_firing() -> None:
    berlin = Calendar(time_zone="Europe/Berlin")
    tree = read_recurrence("每日 02:30")
    at: datetime | None = datetime(2026, 3, 27, 12, tzinfo=UTC)
    days = []
    for _ in range(4):
        assert at is not None
        at = next_firing(tree, berlin, at)
        assert at is not None
        days.append(at.astimezone(ZoneInfo("Europe/Berlin")).date())
    assert days == [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30), date(2026, 3, 31)]
    once = next_firing(tree, berlin, datetime(2026, 10, 24, 22, tzinfo=UTC))
    assert once == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_firing(tree, berlin, once) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_where_nobody_ever_works_there_is_none() -> None:
    first = date(2026, 1, 1)
    idle = Calendar.of(Day(first + timedelta(days=n), "off", published=True) for n in range(30_000))
    assert next_firing(read_recurrence("每工作日"), idle, datetime(2026, 1, 1, tzinfo=UTC)) is None
    assert next_firing(read_recurrence("每月 第1个工作日"), idle, datetime(2026, 1, 1, tzinfo=UTC)) is None
    assert next_firing(read_recurrence("每月 1日"), Calendar(), datetime(9999, 12, 31, 23, tzinfo=UTC)) is None


def test_what_was_missed_is_not_made_up_for() -> None:
    fired, now = datetime(2026, 1, 5, 1, tzinfo=UTC), datetime(2026, 11, 22, 3, 4, tzinfo=UTC)
    assert caught_up(read_recurrence("每周一"), CHINA, fired, now) == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert caught_up(read_recurrence("每7分钟"), CHINA, fired, now) == datetime(
        2026, 11, 22, 3, 5, tzinfo=UTC
    ) + timedelta(minutes=(-(datetime(2026, 11, 22, 3, 5, tzinfo=UTC) - fired) // timedelta(minutes=1)) % 7)
    days = caught_up(read_recurrence("每3日"), CHINA, fired, now)
    assert days is not None
    assert (days - fired) % timedelta(days=3) == timedelta(0)
    assert now < days <= now + timedelta(days=3)


CLOCKS = st.sampled_from(["", " 00:00", " 02:30", " 09:00", " 23:59"])
NTHS = st.sampled_from(["1日", "15日", "31日", "第1个工作日", "第5个工作日", "第23个工作日", "最后工作日"])
CYCLES = st.one_of(
    st.sampled_from(["每日", "每工作日", "每周一", "每周二、四、日", "每2日", "每3工作日", "每1个月", "每2周"]),
    st.tuples(st.sampled_from(["每月 ", "每季度 ", "每半年 ", "每季度 第2个月 ", "每半年 第6个月 ", "每年2月 ", "每年12月 "]), NTHS).map("".join),
)  # fmt: skip
MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(lambda n: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=n))
SPANS = st.sampled_from(["每1分钟", "每90分钟", "每5工作时", "每1小时"])


@given(st.one_of(st.tuples(CYCLES, CLOCKS).map("".join), SPANS), MOMENTS, st.sampled_from(ZONES))
def test_firings_only_go_forward_and_none_is_passed_over(text: str, after: datetime, zone: str) -> None:
    calendar = Calendar.of(china(range(2025, 2029)), time_zone=zone)
    tree = read_recurrence(text)
    one = next_firing(tree, calendar, after)
    assert one is not None
    two = next_firing(tree, calendar, one)
    assert two is not None
    assert after < one < two
    if tree.duration is None:  # from any moment before it, the next is the same
        for between in (after + (one - after) / 2, one - timedelta(microseconds=1)):
            assert next_firing(tree, calendar, max(between, after)) == one


@given(CYCLES, CLOCKS, MOMENTS, st.sampled_from(ZONES))
def test_it_fires_on_a_day_that_the_words_allow(cycle: str, clock: str, after: datetime, zone: str) -> None:
    calendar = Calendar.of(china(range(2025, 2029)), time_zone=zone)
    tree = read_recurrence(cycle + clock)
    at = next_firing(tree, calendar, after)
    assert at is not None
    day = calendar.local_date(at)
    if tree.every == "workday" or (tree.nth is not None and tree.nth.which != "day"):
        assert calendar.working(day)
    if tree.every == "week":
        assert day.isoweekday() in tree.days
    if tree.nth is not None and tree.nth.which == "workday":
        length = {"month": 1, "quarter": 3, "half": 6, "year": 12}[tree.every]
        month = day.month if tree.month else (day.month - 1) // length * length + 1
        first = date(day.year, month, 1)
        worked = sum(calendar.working(first + timedelta(days=n)) for n in range((day - first).days + 1))
        assert worked == tree.nth.n or (tree.nth.n == 23 and worked <= 23)
    if tree.month and tree.every != "year":
        assert (day.month - 1) % {"quarter": 3, "half": 6}[tree.every] == tree.month - 1
    if tree.duration is None:
        hour = time(*tree.clock) if tree.clock is not None else time(9)
        there = at.astimezone(ZoneInfo(zone))
        on_the_wall = datetime.combine(day, hour, ZoneInfo(zone))
        exists = on_the_wall.astimezone(UTC).astimezone(ZoneInfo(zone)).time() == hour
        assert there.time() == hour or not exists


@given(CYCLES, CLOCKS, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_catching_up_lands_on_the_next_and_never_on_a_missed_one(
    cycle: str, clock: str, fired: datetime, down: timedelta
) -> None:
    tree, now = read_recurrence(cycle + clock), fired + down
    at = caught_up(tree, CHINA, fired, now)
    assert at is not None
    assert at > now
    walked: datetime | None = next_firing(tree, CHINA, fired)
    while walked is not None and walked <= now:
        walked = next_firing(tree, CHINA, walked)
    assert at == walked
