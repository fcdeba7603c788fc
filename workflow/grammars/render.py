"""A text with its slots filled, and how one value is said. Not here: the words of the talk (talk), reading (text.py)."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Literal

from workflow.domain.tree import Counter, Duration, Piece
from workflow.grammars.evaluate import evaluate
from workflow.grammars.values import Row, decimal_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from workflow.domain.tree import Template
    from workflow.grammars.evaluate import Environment

Language = Literal["zh", "en"]
_UNITS: Final = {
    "s": "秒", "m": "分钟", "h": "小时", "d": "日", "w": "周", "mo": "个月", "y": "年", "wd": "工作日", "wh": "工作时",
}  # fmt: skip


def render(
    template: Template,
    environment: Environment,
    count: Callable[[Counter], int] | None = None,
    language: Language = "zh",
) -> str:
    """The text; `count` gives the next number of a `<0001>`. Raises ConditionError where a slot cannot be computed."""
    said: list[str] = []
    for piece in template.pieces:
        if isinstance(piece, Piece):
            said.append(piece.text)
        elif not isinstance(piece, Counter):
            said.append(say(evaluate(piece.value, environment), environment.zone, language))
        elif count is not None:
            said.append(f"{count(piece):0{piece.width}}")
        else:
            message = "a text that counts needs somebody who counts"
            raise TypeError(message)
    return "".join(said)


def say(value: Any, zone: datetime.tzinfo, language: Language = "zh") -> str:
    """One value in words: moments on the tenant's clock, numbers exact, money with two decimals."""
    match value:
        case bool():
            return {"zh": ("否", "是"), "en": ("no", "yes")}[language][value]
        case Fraction():
            return decimal_text(value)
        case datetime.datetime():
            return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        case datetime.timedelta():
            return _elapsed(value, language)
        case Duration():
            return "".join(f"{count}{_UNITS[unit] if language == 'zh' else unit}" for count, unit in value.parts)
        case list():
            return ("、" if language == "zh" else ", ").join(say(each, zone, language) for each in value)
        case Row():
            return value.origin
        case dict():
            return str(value.get("text") or value.get("name") or "")
    return str(value)


def _elapsed(value: datetime.timedelta, language: Language) -> str:
    seconds = abs(value) // datetime.timedelta(seconds=1)
    counts = (("h", seconds // 3600), ("m", seconds // 60 % 60), ("s", seconds % 60))
    said = "".join(f"{count}{_UNITS[unit] if language == 'zh' else unit}" for unit, count in counts if count)
    sign = "-" if value < datetime.timedelta() else ""
    return f"{sign}{said}" if said else f"0{_UNITS['s'] if language == 'zh' else 's'}"
