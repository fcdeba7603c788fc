"""The days and periods that counters are kept by, and the stretch of days that a `last` means. Periods are named `2026`, `2026-Q4`, `2026-11`, `2026-W47`, or the day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from workflow.domain.tree import Last

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def period_of(per: str | None, now: datetime, zone: str) -> str:
    """The name of the period that a counter counts in; `` for one that counts forever."""
    day = now.astimezone(ZoneInfo(zone)).date()
    year, week, _ = day.isocalendar()
    return {
        None: "", "year": f"{day.year}", "quarter": f"{day.year}-Q{(day.month + 2) // 3}", "month": f"{day:%Y-%m}",
        "week": f"{year}-W{week:02}", "day": f"{day}",
    }[per]  # fmt: skip


def days_of(last: Last | None, today: date) -> tuple[date, date]:
    """The first and the last day of a stretch that ends today, or of the whole period before; None: all that ever was.

    `7日` are the last seven days, today among them. A duration is of days, weeks, months and years (`language.deeds.reporting`).
    """
    if last is None:
        return date.min, today
    if last.period is not None:
        first = _begin(last.period, today)
        if not last.before:
            return first, today
        until = first - timedelta(days=1)
        return _begin(last.period, until), until
    since = today + timedelta(days=1)
    for count, unit in last.duration.parts if last.duration is not None else ():
        if unit in ("d", "w"):
            since -= timedelta(days=count * (7 if unit == "w" else 1))
        else:
            since = _months_before(since, count * (12 if unit == "y" else 1))
    return since, today


def _begin(period: str, day: date) -> date:
    if period == "day":
        return day
    if period == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[period]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
