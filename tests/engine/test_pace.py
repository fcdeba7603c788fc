"""A flood from one account is slowed, and told so once; nobody else notices."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.engine import pace
from workflow.engine.pace import Pace

_updates = count()
ONE, OTHER = ("t", "bot", "1"), ("t", "bot", "2")


def rule(one: Pace, account: tuple[str, str, str], at: float, n: int = 1) -> list[pace.Ruling]:
    return [one.rule(account, str(next(_updates)), at) for _ in range(n)]


def test_so_many_at_once_and_then_none_until_half_is_back() -> None:
    one = Pace(20, 1.0)
    assert all(ruling.heard for ruling in rule(one, ONE, 0.0, 20))
    [first, *rest] = rule(one, ONE, 0.0, 30)
    assert first == (False, True, 10)
    assert all(ruling == (False, False, 10) for ruling in rest), "told once"
    assert rule(one, ONE, 4.0) == [(False, False, 6)]
    assert [ruling.heard for ruling in rule(one, ONE, 10.0, 11)] == [True] * 10 + [False]
    assert rule(one, ONE, 10.0) == [(False, False, 10)], "told again at the eleventh, and once"
    assert one.slowed == 33


def test_whoever_writes_as_people_do_is_always_heard() -> None:
    one = Pace(20, 1.0)
    assert all(rule(one, ONE, float(at))[0].heard for at in range(1000))


def test_accounts_do_not_share() -> None:
    one = Pace(2, 1.0)
    rule(one, ONE, 0.0, 9)
    assert rule(one, OTHER, 0.0)[0].heard
    assert rule(one, ("t", "other bot", "1"), 0.0)[0].heard
    assert rule(one, ("u", "bot", "1"), 0.0)[0].heard


def test_the_same_update_decided_again_counts_once() -> None:
    one = Pace(2, 1.0)
    said = [one.rule(ONE, update, 0.0) for update in ("a", "a", "a", "b", "c", "c")]
    assert [ruling.heard for ruling in said] == [True, True, True, True, False, False]
    assert said[4] == said[5]
    assert one.slowed == 1


def test_it_forgets_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MOST", 50)
    one = Pace(2, 1.0)
    for no in range(500):
        one.rule(("t", "bot", str(no)), str(no), 0.0)
    assert len(one._buckets) <= 51
    assert len(one._ruled) <= 51


@given(st.lists(st.floats(0, 3), min_size=1, max_size=200), st.integers(1, 30), st.floats(0.1, 5))
def test_never_more_than_burst_and_refill(pauses: list[float], burst: int, refill: float) -> None:
    one, now, heard = Pace(burst, refill), 0.0, []
    for no, pause in enumerate(pauses):
        now += pause
        if one.rule(ONE, str(no), now).heard:
            heard.append(now)
    for first in range(len(heard)):
        for last in range(first, len(heard)):
            assert last - first + 1 <= burst + (heard[last] - heard[first]) * refill + 1e-6
