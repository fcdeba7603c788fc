"""A draw: repeatable from its seed, fair, spread evenly; and a ranking: an order of its rows whose selection is its beginning."""

from __future__ import annotations

import itertools
from collections import Counter
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from workflow.domain import lots
from workflow.grammars.values import Row
from workflow.steps.kinds.rank import ranking

secrets = st.binary(min_size=32, max_size=32)
pools = st.lists(
    st.tuples(st.text(min_size=1, max_size=8), st.sampled_from(["东", "西", "南"])),
    max_size=30,
    unique_by=lambda one: one[0],
)
scores = st.lists(st.one_of(st.integers(-50, 50), st.fractions(-5, 5, max_denominator=7)), max_size=30)


@given(secrets, st.integers(1, lots.LENGTH))
def test_every_round_has_a_seed_that_opens_the_one_commitment_and_no_other_round(secret: bytes, round_: int) -> None:
    committed = lots.commitment(secret)
    revealed = lots.seed(secret, round_)
    assert lots.opens(revealed, round_, committed)
    assert not any(lots.opens(revealed, other, committed) for other in range(1, lots.LENGTH + 1) if other != round_)


@given(secrets, pools, st.integers(0, 40), st.randoms())
def test_a_draw_is_the_beginning_of_a_permutation_that_the_order_of_the_list_does_not_change(
    secret: bytes, pool: list[tuple[str, str]], need: int, random: Random
) -> None:
    seed = lots.seed(secret, 1)
    plain = [(origin, "") for origin, _ in pool]
    whole = lots.draw(seed, "抽", plain, len(plain))
    assert sorted(whole) == sorted(origin for origin, _ in pool)
    assert lots.draw(seed, "抽", plain, need) == whole[:need]
    shuffled = random.sample(plain, len(plain))
    assert lots.draw(seed, "抽", shuffled, need) == whole[:need]


@given(secrets, pools, st.integers(0, 40))
def test_a_draw_that_is_spread_takes_nobody_second_before_somebody_first_from_every_value(
    secret: bytes, pool: list[tuple[str, str]], need: int
) -> None:
    value = dict(pool)
    drawn = Counter(value[origin] for origin in lots.draw(lots.seed(secret, 1), "抽", pool, need))
    there = Counter(value.values())
    assert sum(drawn.values()) == min(need, len(pool))
    for one, other in itertools.permutations(there, 2):
        assert drawn[one] <= drawn[other] + 1 or drawn[other] == there[other]


def test_who_is_drawn_is_left_to_chance_alone() -> None:
    pool = [(name, "") for name in "甲乙丙丁"]
    first = Counter(lots.draw(lots.seed(n.to_bytes(32, "big"), 1), "抽", pool, 1)[0] for n in range(2000))
    assert all(420 < first[name] < 580 for name, _ in pool)


def test_an_audit_sees_another_seed_another_choice_and_another_pool() -> None:
    secret, pool = bytes(range(32)), tuple((name, "") for name in "甲乙丙丁戊")
    committed, seed = lots.commitment(secret), lots.seed(secret, 1)
    drawn = lots.draw(seed, "抽", pool, 2)
    assert lots.wrong(seed, 1, committed, "抽", pool, drawn) == ""
    assert "committed" in lots.wrong(lots.seed(b"1" * 32, 1), 1, committed, "抽", pool, drawn)
    assert "committed" in lots.wrong("no hex", 1, committed, "抽", pool, drawn)
    assert "did not draw" in lots.wrong(seed, 1, committed, "抽", pool, drawn[::-1])
    assert "did not draw" in lots.wrong(seed, 1, committed, "抽", [one for one in pool if one[0] != drawn[0]], drawn)


@given(scores)
def test_a_ranking_is_an_order_of_all_its_rows_that_keeps_the_lists_among_equals(found: list[int | Fraction]) -> None:
    rows = [Row(f"列/{n}", {}) for n in range(len(found))]
    ranked = ranking(rows, found)
    assert sorted(one.row.origin for one in ranked) == sorted(row.origin for row in rows)
    for one in ranked:
        assert one.place == 1 + sum(score > one.score for score in found)
    for before, after in itertools.pairwise(ranked):
        assert before.score > after.score or (
            before.score == after.score and rows.index(before.row) < rows.index(after.row)
        )
