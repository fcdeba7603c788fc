"""When a step is due and reminds, as its event will tell it for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.steps.court import START, Court
from workflow.domain.event import Opened
from workflow.journal import canonical

FLOW = """
flow: court
title: 时限
start: {{ by: 站.协调员, form: {{ 标题: text 2..40 }} }}
steps:
  初审: {{ review: 站.审核员, due: {due} }}
"""


@pytest.mark.parametrize(
    ("due", "after"), [("2小时", timedelta(hours=2)), ("90分钟", timedelta(minutes=90)), ("1工作日", timedelta(days=1))]
)
def test_whatever_a_due_counts_in_its_moments_can_stand_in_the_log(due: str, after: timedelta) -> None:
    court = Court(FLOW.format(due=due))
    assert court.submit() == ""
    [opened] = [fact for fact in court.events[-1].facts if isinstance(fact, Opened)]
    assert [one.kind for one in opened.moments] == ["remind", "remind", "due"]
    assert [one.at for one in opened.moments] == [START + after * share // 100 for share in (50, 80, 100)]
    assert canonical.event(canonical.encode(court.events[-1])) == court.events[-1]
