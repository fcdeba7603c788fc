"""An environment that is a table of names, on a fixed day; a working day is any day but Saturday and Sunday."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from workflow.domain.tree import Duration, Sign
from workflow.grammars.values import MISSING

SHANGHAI = ZoneInfo("Asia/Shanghai")
_DAYS = {"d": 1, "w": 7, "mo": 30, "y": 365}


class Table:
    """`Table(预算=…, **{"评单.超时": True})`; now is 2026-03-05, a Thursday, at ten in Shanghai."""

    def __init__(self, **names: Any) -> None:
        self.values = names
        self.now = datetime.datetime(2026, 3, 5, 10, tzinfo=SHANGHAI)
        self.started = datetime.datetime(2026, 2, 1, 9, tzinfo=SHANGHAI)
        self.zone = SHANGHAI

    def lookup(self, parts: tuple[str, ...]) -> Any:
        return self.values.get(".".join(parts), MISSING)

    def shift(self, moment: datetime.datetime, duration: Duration, sign: Sign) -> datetime.datetime:
        for count, unit in duration.parts:
            if unit in _DAYS:
                moment += sign * datetime.timedelta(days=count * _DAYS[unit])
            elif unit == "wd":
                for _ in range(count):
                    moment += sign * datetime.timedelta(days=1)
                    while moment.astimezone(SHANGHAI).weekday() > 4:
                        moment += sign * datetime.timedelta(days=1)
            else:
                hours = {"s": 1 / 3600, "m": 1 / 60, "h": 1, "wh": 1}[unit]
                moment += sign * datetime.timedelta(hours=count * hours)
        return moment
