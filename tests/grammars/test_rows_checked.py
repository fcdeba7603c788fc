"""Rows in conditions: a column that is a list, `各` that stays the row outside, and in `within` stands for all rows chosen so far."""

from __future__ import annotations

import pytest

from tests.language.flows import compiled, with_steps

BEFORE = "收: { collect: 站.协调员, due: 1日, form: { 额: money, 分: int 0..9, 注?: int } }\n评: { each: 收, collect: 所.审核员, need: all, form: { 好: int 0..9 } }"


def complaints(step: str) -> list[str]:
    return [one.message_en for one in compiled(with_steps(f"{BEFORE}\n{step}")).findings]


@pytest.mark.parametrize(
    "step",
    [
        "甲: { rank: 评, score: mean(各.好) + 各.分 }",
        "甲: { rank: 评, score: mean(各.好 >= 5、0) }",
        "甲: { rank: 收, score: 各.分, within: sum(各.额) <= 100 and 各.分 > 3 and 各.得分 > 2 }",
        "甲: { each: 评, where: count(收 == 各) == 1, review: 中心.审核员 }",
        "甲: { each: 评, where: 各.提交人 == 提交人 and 各.份数 > 0, review: 中心.审核员 }",
        "甲: { when: mean(收.分、0) > 3, review: 中心.审核员 }",
        "甲: { rank: 收, score: 各.注 if has(各.注) else 0 }",
    ],
)
def test_this_is_well_said(step: str) -> None:
    assert complaints(step) == []


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("甲: { rank: 评, score: 各.好 }", "this is several of a whole number"),
        ("甲: { when: mean(评.好) > 3, review: 中心.审核员 }", "mean does not go over several of a whole number"),
        ("甲: { when: 收.分 > 3, review: 中心.审核员 }", "“收.分” is a column of a list"),
        ("甲: { rank: 收, score: 各.注 }", "“各.注” may have no value"),
        ("甲: { rank: 收, score: sum(各.额) }", "no list stands in it"),
        ("甲: { rank: 收, score: 各.分, within: sum(收.额) <= sum(各.额) and 各 == 3 }", "cannot be compared"),
        ("甲: { each: 评, where: count(收.分 == 评.分) == 1, review: 中心.审核员 }", "more than one list stands in it"),
    ],
)
def test_this_is_not(step: str, said: str) -> None:
    found = complaints(step)
    assert any(said in one for one in found), found
