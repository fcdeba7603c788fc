"""Being left alone: what `/mute` asks for, and what it answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.talk.stage import START, Stage
from workflow.talk.quiet import read_mute
from workflow.talk.scene import Mute

BEIJING = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("2h", "2026-11-23 11:00"), ("2小时", "2026-11-23 11:00"), ("90分钟", "2026-11-23 10:30"), ("1.5h", "2026-11-23 10:30"),
        ("for 30 minutes", "2026-11-23 09:30"), ("3天", "2026-11-26 09:00"), ("3d", "2026-11-26 09:00"), ("1 day", "2026-11-24 09:00"),
        ("到 18:00", "2026-11-23 18:00"), ("到18点", "2026-11-23 18:00"), ("until 18:00", "2026-11-23 18:00"), ("18:00", "2026-11-23 18:00"),
        ("下午3点", "2026-11-23 15:00"), ("到 08:00", "2026-11-24 08:00"), ("09:00", "2026-11-24 09:00"), ("till 8:00 am", "2026-11-24 08:00"),
        ("明天 8:00", "2026-11-24 08:00"), ("到 11月25日 07:00", "2026-11-25 07:00"), ("UNTIL tomorrow 9:00", "2026-11-24 09:00"),
    ],
)  # fmt: skip
def test_so_long_or_until_then(text: str, until: str) -> None:
    assert read_mute(text, START, BEIJING) == Mute(at(until))


@pytest.mark.parametrize("text", ["off", "OFF", "关", "解除", "取消", "stop"])
def test_no_more(text: str) -> None:
    assert read_mute(text, START, BEIJING) == Mute(None)


@pytest.mark.parametrize(
    "text", ["x", "到", "2", "-2h", "0h", "25:00", "昨天 8:00", "2h off", "forever", "9" * 4000, "0天"]
)
def test_what_is_neither(text: str) -> None:
    assert read_mute(text, START, BEIJING) is None


def test_muting_is_answered_and_can_be_looked_up() -> None:
    stage = Stage()
    heard = stage.type("李明", "/mute 2h")
    assert heard.mute == Mute(START + timedelta(hours=2))
    assert stage.text("李明").startswith("到 11:00 为止不打扰您；加急的照样送到")
    heard = stage.type("李明", "静音")
    assert heard.mute is None, "only asked"
    assert [line.text for line in stage.seen("李明")[-2:]] == [  # type: ignore[union-attr]
        "到 11:00 为止不打扰您；加急的照样送到，待办都在 /inbox。发 /mute off 解除。",
        "每天 22:00-07:00 是安静时段：不加急的到时候再汇总告诉您。",
    ]
    stage.now += timedelta(hours=3)
    stage.type("李明", "/mute")
    assert "有事会告诉您" in stage.seen("李明")[-2].text  # type: ignore[union-attr]
    stage.type("李明", "/mute 到 18:00")
    assert stage.type("李明", "静音 解除").mute == Mute(None)
    assert stage.muted["李明"] is None
    stage.type("戴维", "/mute until 08:00")
    assert stage.text("戴维").startswith("You are left alone until 24 Nov 08:00")


@pytest.mark.parametrize(("text", "said"), [("/mute 8天", "最多 7 天"), ("/mute 很久", "请写多久或到几点")])
def test_a_mute_that_cannot_be_says_what_can(text: str, said: str) -> None:
    stage = Stage()
    assert stage.type("李明", text).mute is None
    assert stage.text("李明").startswith(said)


def test_nobody_is_muted_from_a_group() -> None:
    stage = Stage()
    stage.chat("李明").private = False
    assert stage.type("李明", "/mute 2h").mute is None
    assert "私聊" in stage.text("李明")
