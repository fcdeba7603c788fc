"""What `/mute` asks for: so long, until then, or no more. Not here: who is left alone when (the relay's), the quiet hours of everybody."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo
from typing import Final

from workflow.grammars.typed import Unreadable, read_length, read_moment_typed, tidy
from workflow.talk.scene import Mute

LONGEST: Final = timedelta(days=7)
OFF: Final = frozenset({"off", "no", "stop", "关", "关闭", "解除", "取消", "不用", "恢复"})
_UNTIL: Final = re.compile(r"(?:到|至|until|till|for)\s*")
_DAYS: Final = re.compile(r"([0-9]{1,3})\s*(?:天|日|d|days?)")


def read_mute(text: str, now: datetime, zone: tzinfo) -> Mute | None:
    """`2h`, `3天`, `到 08:00` (the coming one), `until tomorrow 9:00`, `off`; None for anything else. The moment may be too far off."""
    said = tidy(text)
    if said in OFF:
        return Mute()
    said = said[found.end() :] if (found := _UNTIL.match(said)) else said
    until = _so_long(said, now) or _clock(said, now, zone) or _moment(said, now, zone)
    return Mute(until) if until is not None and until > now else None


def _so_long(said: str, now: datetime) -> datetime | None:
    days = _DAYS.fullmatch(said)
    try:
        return now + (timedelta(days=int(days[1])) if days else read_length(said))
    except Unreadable:
        return None


def _clock(said: str, now: datetime, zone: tzinfo) -> datetime | None:
    """A time of day alone: today's, or tomorrow's where that is over."""
    today, tomorrow = _moment(f"今天 {said}", now, zone), _moment(f"明天 {said}", now, zone)
    return tomorrow if today is not None and today <= now else today


def _moment(said: str, now: datetime, zone: tzinfo) -> datetime | None:
    try:
        return read_moment_typed(said, now, zone).astimezone(now.tzinfo)
    except Unreadable:
        return None
