"""A `due` inside a step that is due earlier; and what the public hands in, past the steps that lie below it."""

from __future__ import annotations

import pytest

from tests.flows.house import house
from tests.language.flows import HEAD, said, with_steps
from workflow.language.compile import compile_flow

INSIDE = "外: {{ due: {outer}, all: {{ 甲: {{ review: 站.审核员, due: {inner} }}, 乙: {{ review: 所.审核员 }} }} }}"


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("2工作日", "3工作日"), ("2日", "3工作日"), ("1小时", "61分钟"), ("1个月", "32日"), ("1工作日", "2周"), ("3日", "1日 49小时".replace(" ", "")),
        ("开始日前 1日", "开始日前 3小时"), ("开始日前 1工作日", "开始日"), ("开始日", "开始日后 1日"), ("开始日前 2工作日", "开始日前 1工作日"),
    ],
)  # fmt: skip
def test_what_is_inside_is_certainly_later(outer: str, inner: str) -> None:
    assert said(with_steps(INSIDE.format(outer=outer, inner=inner))) == [("F342", inner, None)]


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("2工作日", "2工作日"), ("3工作日", "2工作日"), ("2工作日", "4日"), ("1个月", "30日"), ("开始日前 1日", "开始日前 2日"),
        ("开始日前 1日", "3日"), ("2日", "开始日前 1日"), ("开始日前 30小时", "开始日前 1工作日"),
    ],
)  # fmt: skip
def test_where_it_may_be_earlier_nothing_is_said(outer: str, inner: str) -> None:
    assert said(with_steps(INSIDE.format(outer=outer, inner=inner))) == []


def test_the_nearest_step_that_is_due_counts_and_a_row_is_no_step_around() -> None:
    nested = "外: { due: 1工作日, steps: { 中: { steps: { 甲: { review: 站.审核员, due: 2工作日 } } } } }"
    assert said(with_steps(nested)) == [("F342", "2工作日", None)]
    assert said(with_steps("外: { each: 名单, review: 站.审核员, due: 2工作日 }")) == []
    rows = (
        "外: { due: 1工作日, all: { 甲: { each: 名单, review: 站.审核员, due: 2工作日 }, 乙: { review: 所.审核员 } } }"
    )
    assert said(with_steps(rows)) == [("F342", "2工作日", None)]


def test_the_public_is_below_no_unit() -> None:
    public = HEAD.replace("by: 站.协调员", "by: anyone")
    assert said(public + "  甲: { review: 站.审核员 }\n  乙: { review: 中心.审核员 }\n") == [("O466", "review", None)]
    given = public.replace("form:", "unit: 哪站\n  form:\n    哪站: unit 站")
    assert [
        one.code
        for one in compile_flow(given + "  甲: { review: 站.审核员 }\n", "trial", organisation=house()).findings
        if one.code != "O461"
    ] == []
