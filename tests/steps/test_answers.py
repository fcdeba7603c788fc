"""Forms: what a decision lacks to read one is asked for at once, however many files it brings."""

from __future__ import annotations

from uuid import UUID

from tests.steps.court import Court
from workflow.decide import decide
from workflow.domain.command import Command, Refused
from workflow.steps.draft import Needs, Random, World

FLOW = """
flow: court
title: 嘉宾
start:
  by: 站.协调员
  form:
    标题: text 2..40
    脚本?: file
    嘉宾: { rows: { 姓名: text 2..20, 承诺书: file, 照片?: photo } }
steps:
  审: { review: 站.审核员 }
"""
GUESTS = [{"姓名": f"嘉宾{no}", "承诺书": f"f{no}", "照片": [f"p{no}", f"q{no}"]} for no in range(20)]


def test_the_files_of_every_row_are_asked_for_together() -> None:
    court = Court(FLOW)
    form = {"标题": "清明祭扫", "脚本": "f0", "嘉宾": [*GUESTS, {"姓名": "无"}, "no row", {"姓名": 3, "承诺书": 7}]}
    command = Command(str(UUID(int=1)), "t", str(UUID(int=7)), "submit", "报", "test", {"form": form})
    world = World(court.now, court.organisation, Random(b"s" * 32))
    lacking = decide(court.definition, court.lifecycle, None, command, world)
    assert isinstance(lacking, Needs)
    assert len(lacking.files) == len(set(lacking.files)) == 60
    world.files = dict.fromkeys(lacking.files)
    found = decide(court.definition, court.lifecycle, None, command, world)
    assert isinstance(found, Refused), "nothing more is lacking: none of them is there"
    assert {name for name, _, _ in found.facts["problems"]} == {"脚本", "嘉宾"}
