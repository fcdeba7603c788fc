"""`count`, `report` and `add`: what is summed up for whom, over which days, and what a list gets."""

from __future__ import annotations

import textwrap
import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.steps.court import Court
from workflow.decide import Decision, decide
from workflow.domain.command import Command
from workflow.domain.effect import Add, Count, Send
from workflow.domain.event import Added, Counted, Reported
from workflow.domain.tree import Duration, Field, Last
from workflow.language.compile import compile_flow
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import NamedList
from workflow.steps.draft import Needs, Random, World
from workflow.steps.periods import days_of, period_of

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("last", "since", "until"),
    [
        (None, date.min, TODAY),
        (Last((0, 0), period="day"), TODAY, TODAY),
        (Last((0, 0), period="day", before=True), date(2026, 11, 22), date(2026, 11, 22)),
        (Last((0, 0), period="week"), TODAY, TODAY),
        (Last((0, 0), period="week", before=True), date(2026, 11, 16), date(2026, 11, 22)),
        (Last((0, 0), period="month"), date(2026, 11, 1), TODAY),
        (Last((0, 0), period="month", before=True), date(2026, 10, 1), date(2026, 10, 31)),
        (Last((0, 0), period="quarter"), date(2026, 10, 1), TODAY),
        (Last((0, 0), period="quarter", before=True), date(2026, 7, 1), date(2026, 9, 30)),
        (Last((0, 0), period="year"), date(2026, 1, 1), TODAY),
        (Last((0, 0), period="year", before=True), date(2025, 1, 1), date(2025, 12, 31)),
        (Last((0, 0), duration=Duration((0, 0), ((7, "d"),))), date(2026, 11, 17), TODAY),
        (Last((0, 0), duration=Duration((0, 0), ((2, "w"),))), date(2026, 11, 10), TODAY),
        (Last((0, 0), duration=Duration((0, 0), ((3, "mo"),))), date(2026, 8, 24), TODAY),
        (Last((0, 0), duration=Duration((0, 0), ((1, "y"), (1, "d")))), date(2025, 11, 23), TODAY),
    ],
)
def test_the_days_of_a_stretch(last: Last | None, since: date, until: date) -> None:
    assert days_of(last, TODAY) == (since, until)


def test_a_month_before_the_end_of_a_long_month() -> None:
    assert days_of(Last((0, 0), duration=Duration((0, 0), ((1, "mo"),))), date(2026, 3, 30))[0] == date(2026, 2, 28)


def test_the_days_are_those_of_the_organisation_s_clock() -> None:
    late = datetime(2026, 11, 30, 16, 30, tzinfo=UTC)
    assert [period_of(per, late, "Asia/Shanghai") for per in ("day", "month", "week", "quarter", "year", None)] == [
        "2026-12-01", "2026-12", "2026-W49", "2026-Q4", "2026", "",
    ]  # fmt: skip


FLOW = """
    flow: court
    title: 庭
    start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..500 } }
    steps:
      办:
        do:
          - { count: { 场次: 1, 人次: 人数 } }
          - { add: 名册, with: { 名称: 标题, 规模: 人数, 类别: 大 } }
          - { report: { 场次: 场次, 人均: 人次 / 场次, 空: 人次 / 没有 }, per: 站, last: 本月, to: 中心.协调员 }
"""
LISTED = NamedList(
    "名册",
    (
        Field((0, 0), "名称", "text", low=1, high=40),
        Field((0, 0), "规模", "int", low=1, high=100),
        Field((0, 0), "类别", "choice", choices=("大", "小")),
        Field((0, 0), "备注", "text", optional=True),
    ),
)


def done(people: int, **world: Any) -> Decision | Needs:
    court = Court(FLOW)
    compiled = compile_flow(textwrap.dedent(FLOW), "court")
    assert compiled.definition is not None
    house = court.organisation.__class__(
        **{name: getattr(court.organisation, name) for name in court.organisation.__struct_fields__}
        | {"lists": (LISTED,)}
    )
    command = Command(
        str(uuid.UUID(int=1)),
        "t",
        str(uuid.UUID(int=7)),
        "submit",
        "报",
        "test",
        {"form": {"标题": "清明", "人数": str(people)}},
    )
    found = decide(
        compiled.definition,
        Lifecycle(compiled.definition),
        None,
        command,
        World(court.now, house, Random(b"s" * 32), **world),
    )
    assert isinstance(found, Decision | Needs), found
    return found


SUMS = {
    ("人次", "2026-11-01", "2026-11-23"): {"站一": 40}, ("场次", "2026-11-01", "2026-11-23"): {"站一": 3, "所一": 9},
    ("没有", "2026-11-01", "2026-11-23"): {},
}  # fmt: skip


def test_what_is_not_known_is_asked_for() -> None:
    found = done(20)
    assert isinstance(found, Needs)
    assert set(found.sums) == set(SUMS)


def test_what_is_counted_added_and_reported() -> None:
    found = done(20, sums=SUMS)
    assert isinstance(found, Decision)
    facts = found.event.facts
    assert [one for one in facts if isinstance(one, Counted)] == [
        Counted("场次", "站一", 1),
        Counted("人次", "站一", 20),
    ]
    assert [one for one in found.effects if isinstance(one, Count)] == [
        Count("场次", "站一", "2026-11-23", 1), Count("人次", "站一", "2026-11-23", 20),
    ]  # fmt: skip
    (added,) = [one for one in facts if isinstance(one, Added)]
    assert dict(added.values)["规模"] == 20
    assert set(dict(added.values)["名称"]) == {"sealed"}, "the log has no words of people"
    assert [one for one in found.effects if isinstance(one, Add)] == [Add("名册", ("清明", 20, "大", None))]
    (told,) = [one for one in facts if isinstance(one, Reported)]
    assert told.lines == (("站一", ("4", "15", "—")),)
    assert (told.since, told.until, told.names) == ("2026-11-01", "2026-11-23", ("场次", "人均", "空"))
    assert [one.person for one in found.effects if isinstance(one, Send) and one.kind == "report"] == ["中调"]


def test_what_a_column_does_not_take_waits_for_the_administrator() -> None:
    found = done(101, sums=SUMS)
    assert isinstance(found, Decision)
    assert found.item.pause is not None
    assert "规模" in found.item.pause.detail[0]
    assert not [one for one in found.event.facts if isinstance(one, Counted)], "a do is done whole or not at all"
