"""Nothing passes by itself: an item that would be done at once, because all who decide stand below its unit, is not begun."""

from __future__ import annotations

import pytest

from tests.steps.court import Court

FLOW = """
flow: court
title: 大扫除
start: { by: [站.协调员, 所.协调员, 中心.协调员], form: { 标题: text 2..40, 人数: int 1..5000 } }
steps:
  初审: { review: 站.审核员 }
  复审: { when: 人数 >= 500, review: 所.审核员 }
"""


@pytest.mark.parametrize(
    ("who", "people", "place"),
    [("报", 80, "初审"), ("所调", 800, "复审"), ("所调", 80, ""), ("中调", 800, ""), ("中调", 80, "")],
)
def test_somebody_decides_or_nothing_begins(who: str, people: int, place: str) -> None:
    court = Court(FLOW)
    came = court.submit(who, 人数=people)
    if place:
        assert came == ""
        assert court.item is not None
        assert court.item.place == place
    else:
        assert came == "nobody_decides"
        assert court.item is None


def test_what_needs_nobody_is_done_at_once() -> None:
    court = Court(
        """
        flow: court
        title: 备案
        start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..5000 } }
        steps:
          复审: { when: 人数 >= 500, review: 所.审核员 }
          编号: { do: { number: { 号: BA-<0001> } } }
        """
    )
    assert court.submit(人数=80) == ""
    assert court.item is not None
    assert court.item.place == "done"
