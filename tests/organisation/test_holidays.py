"""The days of 2026 against the notice of the State Council of 4 November 2025, typed here from the notice itself."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

from workflow.organisation.holidays import china

NOTICE_2026_OFF = [
    ("元旦", date(2026, 1, 1), date(2026, 1, 3)),
    ("春节", date(2026, 2, 15), date(2026, 2, 23)),
    ("清明节", date(2026, 4, 4), date(2026, 4, 6)),
    ("劳动节", date(2026, 5, 1), date(2026, 5, 5)),
    ("端午节", date(2026, 6, 19), date(2026, 6, 21)),
    ("中秋节", date(2026, 9, 25), date(2026, 9, 27)),
    ("国庆节", date(2026, 10, 1), date(2026, 10, 7)),
]
NOTICE_2026_WORKED = [
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
]


def test_2026_is_what_the_state_council_published() -> None:
    off = {first + timedelta(days=n) for _, first, last in NOTICE_2026_OFF for n in range((last - first).days + 1)}
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    expected = {
        day: "work" if day in NOTICE_2026_WORKED or (day not in off and day.isoweekday() <= 5) else "off"
        for day in year
    }
    rows = china([2026])
    assert {row.day: row.kind for row in rows} == expected
    assert len(rows) == 365
    assert all(row.published for row in rows)


def test_a_later_year_is_estimated_and_still_knows_the_festivals() -> None:
    rows = {row.day: row for row in china([2036])}
    assert len(rows) == 366
    assert not any(row.published for row in rows.values())
    assert rows[date(2036, 10, 2)].kind == "off"
    assert rows[date(2036, 10, 8)].kind == "work"


def test_a_working_weekend_of_another_year_publishes_no_year() -> None:
    """The package tells the working weekends of all years, whichever one is asked for."""
    assert not any(row.published for row in china([2036]))


def test_the_command_line_can_start_without_the_slow_package() -> None:
    code = (
        "import sys, workflow.organisation.model, workflow.organisation.calendar; sys.exit('holidays' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
