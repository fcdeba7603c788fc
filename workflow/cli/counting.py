"""`guankou count`: what units counted, rolled up the tree; and the items that it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from workflow.cli import printing
from workflow.cli.house import House, with_house
from workflow.cli.tongue import say
from workflow.cli.trouble import Stop
from workflow.domain import event as e
from workflow.grammars.errors import GrammarError
from workflow.grammars.periods import read_last
from workflow.organisation.model import Organisation
from workflow.steps.periods import days_of
from workflow.store import ledger
from workflow.store.ledger import Sum

Output = Literal["text", "json"]
Days = tuple[date, date]
_DAYS: Final = frozenset({"d", "w", "mo", "y"})
ALWAYS: Final[Days] = (date.min, date.max)
_PERIOD: Final = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?))?"
)


class Line(msgspec.Struct, frozen=True):
    """What a unit, and all below it, counted. `depth`: how many units stand above it."""

    name: str
    unit: str
    n: int
    depth: int = 0


class Source(msgspec.Struct, frozen=True):
    """What one item counted."""

    name: str
    unit: str
    item: str
    day: str
    n: int


def count(counter: str, per: str, period: str, tenant: str, output: Output, *, items: bool) -> int:
    """What was counted, by unit; with `items`, by which items."""
    return with_house(_count, counter=counter, per=per, period=period, tenant=tenant, output=output, items=items)


async def _count(
    house: House, counter: str, per: str, period: str, tenant: str, output: Output, *, items: bool
) -> None:
    chosen = await house.tenant(tenant)
    organisation = await house.organisation(chosen.id)
    zone = ZoneInfo(chosen.time_zone)
    days = read_period(period, (await house.engine.read.now(chosen.id)).astimezone(zone).date())
    if per and per not in organisation.tiers:
        raise Stop(
            say(f"没有“{per}”这一层。", f"There is no tier “{per}”."),
            say("有：", "There are: ") + "、".join(organisation.tiers),
        )
    names = [counter] if counter else None
    if items:
        await _items(house, chosen.id, names, days, zone, output)
        return
    sums = await ledger.counted(house.database, chosen.id, names, str(days[0]), str(days[1]))
    lines = list(rolled_up(sums, organisation, per))
    if output == "json":
        printing.json(lines)
    elif lines:
        printing.table(
            (say("计数", "count"), say("单位", "unit"), say("合计", "sum")),
            [(one.name, "  " * one.depth + one.unit, one.n) for one in lines],
        )
    else:
        printing.line(say("没有计过数。", "Nothing was counted."))


async def _items(
    house: House, tenant: str, names: list[str] | None, days: Days, zone: ZoneInfo, output: Output
) -> None:
    sought = ['"fact":"counted"', *(msgspec.json.encode(one).decode() for one in names or ())]
    found = [
        Source(fact.name, fact.unit, one.code, str(day), fact.n)
        async for one in ledger.mentioning(house.database, tenant, sought)
        if days[0] <= (day := one.event.at.astimezone(zone).date()) <= days[1]
        for fact in one.event.facts
        if isinstance(fact, e.Counted) and (names is None or fact.name in names)
    ]
    if output == "json":
        printing.json(found)
        return
    printing.table(
        (say("计数", "count"), say("单位", "unit"), say("事项", "item"), say("日期", "day"), say("数", "n")),
        [msgspec.structs.astuple(one) for one in found],
    )


def rolled_up(sums: Iterable[Sum], organisation: Organisation, per: str = "") -> Iterator[Line]:
    """Each counter for each unit with what lies below it: of one tier, or (without `per`) the tree, as far down as something was counted.

    What a unit above the tier counted itself, or one that is gone, stands in a line of its own.
    """
    by_name: dict[str, dict[str, int]] = {}
    for one in sums:
        by_name.setdefault(one.name, {})[one.unit] = one.n
    for name, counted in sorted(by_name.items()):
        if per:
            whole: dict[str, int] = {}
            for unit, n in counted.items():
                at = organisation.unit_at(per, unit) or unit
                whole[at] = whole.get(at, 0) + n
        else:
            whole = {}
            for unit, n in counted.items():
                for at in organisation.chain(unit) or (unit,):
                    whole[at] = whole.get(at, 0) + n
        for unit in _in_order(whole, organisation):
            depth = 0 if per else max(len(organisation.chain(unit)) - 1, 0)
            yield Line(name, unit, whole[unit], depth)


def read_period(text: str, today: date) -> Days:
    """`2026`, `2026-Q4`, `2026-11`, `2026-11-23`, `上月`, `本季度`, `7日` …: its first and its last day; empty: all days. Raises Stop."""
    if not text:
        return ALWAYS
    if (found := _PERIOD.fullmatch(text.upper())) is not None:
        try:
            return _written(found)
        except ValueError:
            found = None
    try:
        last = read_last(text)
        units = {unit for _, unit in (last.duration.parts if last.duration else ())}
        if not last.count and units <= _DAYS:
            return days_of(last, today)
    except GrammarError:
        pass
    raise Stop(
        say(f"“{text}”不是一段日子。", f"“{text}” is no stretch of days."),
        say(
            "写成 2026、2026-Q4、2026-11、2026-11-23、上月、本季度、7日。",
            "Write 2026, 2026-Q4, 2026-11, 2026-11-23, “last month”, “this quarter”, 7d.",
        ),
    )


def _written(found: re.Match[str]) -> Days:
    year = int(found["year"])
    if found["day"]:
        day = date(year, int(found["month"]), int(found["day"]))
        return day, day
    if found["month"]:
        return _months(year, int(found["month"]), 1)
    if found["quarter"]:
        return _months(year, int(found["quarter"]) * 3 - 2, 3)
    return _months(year, 1, 12)


def _months(year: int, month: int, many: int) -> Days:
    after = month - 1 + many
    return date(year, month, 1), date(year + after // 12, after % 12 + 1, 1) - timedelta(days=1)


def _in_order(units: Iterable[str], organisation: Organisation) -> list[str]:
    """The tree from its root, each unit before those below it; then those that are gone."""
    below: dict[str | None, list[str]] = {}
    for one in organisation.units:
        below.setdefault(one.parent, []).append(one.id)
    ordered: list[str] = []

    def walk(unit: str) -> None:
        ordered.append(unit)
        for one in below.get(unit, ()):
            walk(one)

    walk(organisation.root().id)
    places = {unit: n for n, unit in enumerate(ordered)}
    return sorted(units, key=lambda unit: (places.get(unit, len(places)), unit))
