"""The days off of China, year by year, as rows for a calendar. Who keeps them, and who edits them later, is elsewhere.

Importing this module imports the `holidays` package, which is slow (tenths of a second): only what makes days does so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

import holidays

from workflow.organisation.calendar import Day, DayKind

CORRECTIONS: Final[dict[date, DayKind]] = {}
"""Days on which the package errs, each with the notice that says so; none is known for the years 2024 to 2026."""


def china(years: Iterable[int]) -> tuple[Day, ...]:
    """Every day of the given years.

    A year is published when the State Council's notice for it is in the package, known by the working weekends (调休)
    that every notice has had. Of a later year only the festivals of the law are known: its days are estimates.
    """
    return tuple(day for year in years for day in _year(year))


def _year(year: int) -> list[Day]:
    off = holidays.country_holidays("CN", years=year)
    made_up = {day for day in off.weekend_workdays if day.year == year}
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    return [Day(day, CORRECTIONS.get(day) or _kind(day, off, made_up), published=bool(made_up)) for day in days]


def _kind(day: date, off: holidays.HolidayBase, made_up: set[date]) -> DayKind:
    if day in made_up:
        return "work"
    return "off" if day in off or day.weekday() >= 5 else "work"
