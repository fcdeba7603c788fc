"""The bench itself, played tiny: what it compares is alike, and it says what it was asked. No time is judged here."""

from __future__ import annotations

import gc
import math
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from tests.bench import ground, scalar, scene
from tests.bench.__main__ import BARS, machine, table
from tests.bench.measure import Figures, Size, measure
from tests.bench.pgbench import Failed, pgbench
from tests.bench.statements import marked
from tests.bench.telegram import Chats
from workflow.domain.command import Answer
from workflow.engine.loop import run

TINY = Size(
    rounds=1, unit_1=20, unit=64, scalar=64, engine=64, eight=16, warm=64, ballots=70, answers=150, linted=3, repeats=2, each=1,
    chats=Chats(chats=20, prompts=40, pressing=20, presses=40, per_second=20.0),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _unfrozen() -> Iterator[None]:
    """A command's process ends with it; this one goes on."""
    yield
    gc.unfreeze()


@pytest.fixture(scope="module")
def figures() -> Figures:
    return measure(TINY, lambda _: None)


def test_every_ratio_is_there_and_is_a_positive_number(figures: Figures) -> None:
    ratios = figures.ratios()
    assert {*ratios, *figures.spoken()} == {*BARS, "engine_over_bare_unit"}
    assert all(ratio > 0 and math.isfinite(ratio) for ratio in ratios.values()), ratios


def test_what_is_pressed_is_shown_and_no_limit_is_met(figures: Figures) -> None:
    spoken = figures.spoken()
    assert 0 < spoken["press_to_edit_p50_ms"] <= spoken["press_to_edit_p99_ms"]
    assert figures.chats.toast.p50 < figures.chats.edit.p50
    assert 1 < spoken["thousand_prompts_seconds"] < 10, "forty prompts at 27 a second"
    assert spoken["provoked_429"] == 0


def test_every_turn_was_timed(figures: Figures) -> None:
    for name, turns in figures.turns.items():
        assert len(turns) == TINY.rounds, name
        for turn in turns:
            assert 0 < turn.rate.p50 <= turn.rate.p99, name
            assert (turn.python > 0) == name.startswith("engine"), name
    assert figures.where.python.keys() >= {"decide", "encode", "write"}
    assert {"merge into item", "insert into event"} <= figures.where.postgres.keys()


def test_the_table_names_what_the_figures_depend_on(figures: Figures) -> None:
    on = machine()
    text = table(figures, on)
    assert str(on["python"]) in text
    assert str(on["postgresql"]) in text
    assert all(name in text for name in figures.ratios())


def test_the_scalar_call_writes_the_rows_that_the_engine_writes() -> None:
    """At both steps: same tables, same number of rows, the same bytes but for what differs in length between two items."""
    engine, by_hand = 4, 5
    with ground.server() as running:
        laid = run(ground.lay(running, 8))
        call = run(scalar.script(laid))
        for step in (1, 2):
            run(_approved(laid, engine, step))
            pgbench(laid.app_url, call, 1, 1, {"first": by_hand, "k": step - 1})
            written = [run(scalar.Written.of(laid.superuser_url, scene.item_id(no))) for no in (engine, by_hand)]
            assert {"item", "event", "task", "party", "command", "delivery", "owed"} == written[0].rows.keys()
            assert written[1].rows == written[0].rows
            for table_, size in written[0].bytes.items():
                assert written[1].bytes[table_] == pytest.approx(size, rel=0.02), table_
            with pytest.raises(Failed, match=f"is at version {step + 1}"):
                pgbench(laid.app_url, call, 1, 1, {"first": by_hand, "k": step - 1})
        assert run(_tasks(laid, by_hand)) == run(_tasks(laid, engine))
        assert [(no, outcome) for no, _, outcome, _ in run(_tasks(laid, engine))] == [
            (1, "voted"), (2, "voted"), (3, "cancelled"), (4, None), (5, None),
        ]  # fmt: skip


async def _approved(laid: ground.Ground, item: int, step: int) -> None:
    """A copied item goes on like the one that was handed in."""
    async with ground.opened(laid.app_url) as engine:
        assert isinstance(await ground.settle(engine, laid.cast.approval(item, step)), Answer)


async def _tasks(laid: ground.Ground, item: int) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(laid.superuser_url)
    try:
        found = await connection.fetch(
            "select task_no, holder, outcome, part from task where item_id = $1 order by task_no", scene.item_id(item)
        )
    finally:
        await connection.close()
    return [tuple(row) for row in found]


def test_marks_stand_between_statements_and_never_within_an_if() -> None:
    source = "\nbegin\n    select 1 from tenant;\n\n    if a then\n        insert into one;\n\n        update two;\n    end if;\nend "
    timed, names = marked(source)
    assert names == ["lock tenant", "insert into one"]
    assert timed.count("clock_timestamp()") == 3
    assert "    end if;\n    marks := marks" in timed
