"""What people typed or posted for a field, read and held against what the field allows. Not here: asking for it (talk), sealing it (engine).

Values come back as they are kept (values.py): int, decimal text, fen, bool, `2026-12-01`, `2026-12-01T11:00:00Z`, seconds, text, lists, rows.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import urlsplit

import msgspec

from workflow.domain.tree import At, Duration, Shift
from workflow.grammars.arithmetic import CannotError, compare
from workflow.grammars.errors import ConditionError, GrammarError, MissingError
from workflow.grammars.evaluate import evaluate, evaluate_moment, references
from workflow.grammars.expression import read_value
from workflow.grammars.render import say
from workflow.grammars.typed import (
    FIRST_YEAR,
    LAST_YEAR,
    Unreadable,
    read_day,
    read_length,
    read_moment_typed,
    read_number,
    tidy,
)
from workflow.grammars.values import decimal_text, lift, utc_text

if TYPE_CHECKING:
    from workflow.domain.tree import Comparison, Field
    from workflow.grammars.evaluate import Environment

MAX_TEXT: Final = 4000
MAX_WORDS: Final = 200
MAX_ROWS: Final = 200
MAX_MANY: Final = 200
MAX_URL: Final = 2000
MAX_INT: Final = 2**53
MICRO: Final = 10**6

_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)
_SEPARATORS: Final = re.compile("[、,，;；\n]")
_NOW: Final = {("今天",), ("现在",)}
_PHONE: Final = re.compile(
    r"1[3-9][0-9]{9}|0[0-9]{9,11}|[48]00[0-9]{7}|1[0-9]{2}|1[0-9]{4}|[2-9][0-9]{6,7}|\+[1-9][0-9]{7,14}"
)
_GEO: Final = re.compile(r"geo:([^,;]+,[^,;]+)(?:,[^,;]*)?(?:;.*)?", re.IGNORECASE | re.DOTALL)
"""A place as RFC 5870 spells it; of height and parameters nothing is kept."""
_COORDINATES: Final = re.compile(r"(-?[0-9]{1,2}(?:\.[0-9]{1,9})?)[,\s]+(-?[0-9]{1,3}(?:\.[0-9]{1,9})?)")
_YES: Final = {"是", "有", "对", "好", "同意", "yes", "y", "true", "1", "on"}
_NO: Final = {"否", "无", "不", "不是", "没有", "no", "n", "false", "0", "off"}
_SAID: Final[dict[Comparison, tuple[tuple[str, str], tuple[str, str]]]] = {
    ">=": (("不早于", "no earlier than"), ("至少", "at least")), ">": (("晚于", "later than"), ("长于", "longer than")),
    "<=": (("不晚于", "no later than"), ("最多", "at most")), "<": (("早于", "earlier than"), ("短于", "shorter than")),
    "==": (("正是", "exactly"), ("正是", "exactly")), "!=": (("不是", "other than"), ("不是", "other than")),
}  # fmt: skip
"""How a bound is said of a day or a moment, and of a length of time."""

Options: TypeAlias = Callable[["Field"], Mapping[str, str] | None]
"""For a person, a unit or a row of a list: what may be written and what is kept for it; None when that is not at hand."""


def anything(_: Field) -> None:
    """No options are at hand: what is written is kept."""


class Problem(msgspec.Struct, frozen=True):
    """Why an answer is not taken and what would be. `place`: where in rows, `第2行 姓名`."""

    zh: str
    en: str


def read_answer(field: Field, raw: Any, environment: Environment, options: Options = anything) -> Any:
    """The value to keep, None for an optional field left out, or a Problem.

    `raw`: text as typed; for `many`, `photo` and rows a list; numbers and yes or no may come as JSON's own.
    `environment`: the clock, and the other answers, for a field's bound.
    """
    try:
        if raw is None or (isinstance(raw, str) and not raw.strip()) or (isinstance(raw, list) and not raw):
            return None if field.optional else Problem(f"“{field.name}”还没有填", f"“{field.name}” is missing")
        return _bounded(field, _READERS[field.type](field, raw, environment, options), environment)
    except Unreadable as error:
        return Problem(f"{field.name}：{error.zh}", f"{field.name}: {error.en}")


def clean_text(raw: Any, longest: int = MAX_TEXT) -> str:
    """Text without blanks at its ends, its line ends newlines. Raises Unreadable for what text never holds, or too much of it."""
    if not isinstance(raw, str):
        raise Unreadable("这里要一段文字", "text is needed here")
    if len(raw) > longest * 4:
        raise _too_long(len(raw), longest)
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        code = f"U+{ord(forbidden[0]):04X}"
        raise Unreadable(
            f"第 {forbidden.start() + 1} 个字符是看不见的控制字符（{code}），请删掉",
            f"character {forbidden.start() + 1} is an invisible control ({code}); delete it",
        )
    if len(text) > longest:
        raise _too_long(len(text), longest)
    return text


# One reader a type: field, raw, environment, options -> the value to keep


def _text(field: Field, raw: Any, *_: Any) -> str:
    text = clean_text(raw, max(MAX_TEXT, int(field.high or 0)))
    low, high = int(field.low or 1), int(field.high or MAX_TEXT)
    if not low <= len(text) <= high:
        raise Unreadable(
            f"要 {low} 到 {high} 个字，现在 {len(text)} 个", f"{low} to {high} characters, this has {len(text)}"
        )
    return text


def _decimal(raw: Any) -> Decimal:
    if isinstance(raw, float):
        raw = repr(raw)
    if isinstance(raw, int) and not isinstance(raw, bool):
        return Decimal(raw)
    if not isinstance(raw, str):
        raise Unreadable("这里要一个数", "a number is needed here")
    return read_number(clean_text(raw, MAX_WORDS))


def _within(field: Field, value: Decimal, times: int, what: tuple[str, str] = ("", "")) -> Decimal:
    """`times`: how many of the field's units one is; `what`: the unit's name."""
    low, high = field.low, field.high
    if (low is not None and value < low) or (high is not None and value > high):
        ends = [decimal_text(Decimal(end) / times) if end is not None else None for end in (low, high)]
        given = decimal_text(value / times)
        if ends[1] is None:
            raise Unreadable(
                f"最少 {ends[0]}{what[0]}，现在是 {given}", f"at least {ends[0]}{what[1]}, this is {given}"
            )
        if ends[0] is None:
            raise Unreadable(f"最多 {ends[1]}{what[0]}，现在是 {given}", f"at most {ends[1]}{what[1]}, this is {given}")
        raise Unreadable(
            f"要在 {ends[0]} 到 {ends[1]}{what[0]} 之间，现在是 {given}",
            f"{ends[0]} to {ends[1]}{what[1]}, this is {given}",
        )
    if abs(value) >= MAX_INT:
        raise Unreadable("这个数太大了", "this number is too large")
    return value


def _int(field: Field, raw: Any, *_: Any) -> int:
    value = _decimal(raw)
    if value != value.to_integral_value():
        raise Unreadable("要一个整数", "a whole number is needed")
    return int(_within(field, value, 1))


def _number(field: Field, raw: Any, *_: Any) -> str:
    return decimal_text(_within(field, _decimal(raw), 1))


def _money(field: Field, raw: Any, *_: Any) -> int:
    if isinstance(raw, str):
        raw = tidy(clean_text(raw, MAX_WORDS)).removeprefix("¥").removesuffix("元").strip()
    fen = _decimal(raw) * 100
    if fen != fen.to_integral_value():
        raise Unreadable("金额最小到分（两位小数）", "money has two decimals at most")
    if fen < 0 and field.low is None:
        raise Unreadable("金额不能是负数", "money is never negative")
    return int(_within(field, fen, 100, ("元", " yuan")))


def _stars(field: Field, raw: Any, *_: Any) -> int:
    if isinstance(raw, str) and raw.strip() and set(raw.strip()) <= {"★", "⭐"}:
        raw = len(raw.strip())
    return _int(msgspec.structs.replace(field, low=1), raw)


def _bool(field: Field, raw: Any, *_: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = tidy(clean_text(str(raw) if isinstance(raw, int) else raw, MAX_WORDS))
    if word in _YES or word in _NO:
        return word in _YES
    raise Unreadable("请回答 是 或 否", "answer yes or no")


def _date(field: Field, raw: Any, environment: Environment, _: Any) -> str:
    text = clean_text(raw, MAX_WORDS)
    try:
        return read_day(text, environment.now.astimezone(environment.zone).date()).isoformat()
    except Unreadable:
        moment = _relative(text, environment)
        if moment is None:
            raise
        return moment.astimezone(environment.zone).date().isoformat()


def _datetime(field: Field, raw: Any, environment: Environment, _: Any) -> str:
    text = clean_text(raw, MAX_WORDS)
    try:
        return utc_text(read_moment_typed(text, environment.now, environment.zone))
    except Unreadable:
        moment = _relative(text, environment)
        if moment is None:
            raise
        return utc_text(moment)


def _relative(text: str, environment: Environment) -> datetime.datetime | None:
    """`5工作日后`, `今天 18:00`: the language's own moments, without names; None when it is none. A bare day is no moment."""
    try:
        tree = read_value(text)
        if not isinstance(tree, Shift | Duration | At) or any(ref.parts not in _NOW for ref in references(tree)):
            return None
        moment = evaluate_moment(tree, environment, environment.now)
    except (GrammarError, ConditionError):
        return None
    return moment if FIRST_YEAR < moment.year < LAST_YEAR else None


def _duration(field: Field, raw: Any, *_: Any) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < MAX_INT:
        return raw
    return read_length(clean_text(raw, MAX_WORDS)) // datetime.timedelta(seconds=1)


def _choice(field: Field, raw: Any, _: Environment, options: Options) -> str | list[str]:
    permitted = {choice: choice for choice in field.choices} if field.choices else options(field)
    if not field.many:
        if isinstance(raw, list) and len(raw) == 1:
            raw = raw[0]
        return _one_of(clean_text(raw, MAX_WORDS), permitted)
    given = raw if isinstance(raw, list) else [part for part in _SEPARATORS.split(clean_text(raw)) if part.strip()]
    if permitted is not None and isinstance(raw, str) and raw.strip() in permitted:
        given = [raw]
    if len(given) > MAX_MANY:
        raise Unreadable(f"最多选 {MAX_MANY} 项", f"at most {MAX_MANY} choices")
    return list(dict.fromkeys(_one_of(clean_text(each, MAX_WORDS), permitted) for each in given))


def _named(field: Field, raw: Any, _: Environment, options: Options) -> str:
    return _one_of(clean_text(raw, MAX_WORDS), options(field))


def _one_of(text: str, permitted: Mapping[str, str] | None) -> str:
    if permitted is None:
        return text
    if text in permitted:
        return permitted[text]
    if text in permitted.values():
        return text
    shown = list(permitted)[:8]
    more = len(permitted) - len(shown)
    raise Unreadable(
        f"没有“{text[:40]}”；可选：{'、'.join(shown)}{f' 等 {len(permitted)} 项' if more else ''}",
        f"no “{text[:40]}”; choices: {', '.join(shown)}{f' and {more} more' if more else ''}",
    )


def _place(field: Field, raw: Any, *_: Any) -> str | dict[str, Any]:
    """Words, or coordinates where they were sent, or typed, as such."""
    if isinstance(raw, Mapping) or _coordinates(clean_text(raw, MAX_WORDS)):
        return _check_in(field, raw)
    return clean_text(raw, MAX_WORDS)


def _coordinates(text: str) -> re.Match[str] | None:
    """The latitude and longitude in `39.9, 116.4` or `geo:39.9,116.4`; None for words."""
    geo = _GEO.fullmatch(text.strip())
    return _COORDINATES.fullmatch(tidy(geo[1] if geo else text))


def _check_in(field: Field, raw: Any, *_: Any) -> dict[str, Any]:
    """Coordinates × 10⁶, and the words that came with them."""
    if isinstance(raw, Mapping):
        where = tuple(_decimal(raw.get(name)) for name in ("latitude", "longitude"))
        words = clean_text(raw.get("text", ""), MAX_WORDS)
    else:
        found = _coordinates(clean_text(raw, MAX_WORDS))
        if not found:
            raise Unreadable(
                "打卡要发送位置，或写纬度和经度，如 39.9042, 116.4074",
                "send your position, or latitude and longitude, like 39.9042, 116.4074",
            )
        where, words = (Decimal(found[1]), Decimal(found[2])), ""
    latitude, longitude = where
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise Unreadable("没有这样的经纬度", "there is no such place on earth")
    kept: dict[str, Any] = {"latitude": int(latitude * MICRO), "longitude": int(longitude * MICRO)}
    return {**kept, "text": words} if words else kept


def _phone(field: Field, raw: Any, *_: Any) -> str:
    number = re.sub(r"[\s\-().]|转.*$", "", tidy(clean_text(str(raw) if isinstance(raw, int) else raw, MAX_WORDS)))
    number = re.sub(r"^(?:\+|00)86", "", number)
    number = re.sub(r"^00", "+", number)
    if not _PHONE.fullmatch(number):
        raise Unreadable(
            "电话号码不对；写手机号，或带区号的座机号",
            "no telephone number; give a mobile number or one with its area code",
        )
    return number


def _url(field: Field, raw: Any, *_: Any) -> str:
    text = clean_text(raw, MAX_URL)
    try:
        parts = urlsplit(text)
        usable = (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and parts.username is None
            and (parts.port or 1) > 0
        )
    except ValueError:
        usable = False
    if not usable or re.search(r"[\s<>\"\\^`{|}]", text):
        raise Unreadable(
            "网址要以 https:// 或 http:// 开头，中间没有空格",
            "an address begins with https:// or http:// and holds no blanks",
        )
    return text


def _file(field: Field, raw: Any, *_: Any) -> Any:
    files = raw if isinstance(raw, list) else [raw]
    if len(files) != 1:
        raise Unreadable("只要一个文件", "one file is needed")
    return _one_file(files[0], field.files)


def _photo(field: Field, raw: Any, *_: Any) -> list[Any]:
    photos = [
        _one_file(each, ("jpg", "jpeg", "png", "webp", "heic", "gif"))
        for each in (raw if isinstance(raw, list) else [raw])
    ]
    _within(
        msgspec.structs.replace(field, low=field.low or 1, high=field.high or 20),
        Decimal(len(photos)),
        1,
        ("张", " photos"),
    )
    return photos


def _one_file(raw: Any, permitted: Collection[str]) -> Any:
    """A file's name, or an object with `id` and `name`, kept as it came."""
    name = clean_text(raw.get("name") if isinstance(raw, Mapping) else raw, MAX_WORDS)
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if permitted and extension not in permitted:
        raise Unreadable(
            f"“{name[-40:]}”不行，要 {'、'.join(permitted)} 文件",
            f"“{name[-40:]}” is not taken; {', '.join(permitted)} is",
        )
    return raw if isinstance(raw, Mapping) else name


def _rows(field: Field, raw: Any, environment: Environment, options: Options) -> list[dict[str, Any]]:
    if not isinstance(raw, list) or not all(isinstance(row, Mapping) for row in raw):
        raise Unreadable("这里要若干行", "rows are needed here")
    if len(raw) > MAX_ROWS:
        raise Unreadable(f"最多 {MAX_ROWS} 行，现在 {len(raw)} 行", f"at most {MAX_ROWS} rows, these are {len(raw)}")
    names = {column.name for column in field.columns}
    kept: list[dict[str, Any]] = []
    for number, row in enumerate(raw, 1):
        unknown = next((name for name in row if name not in names), None)
        if unknown is not None:
            raise Unreadable(
                f"第 {number} 行有不认识的列“{str(unknown)[:40]}”",
                f"row {number} has an unknown column “{str(unknown)[:40]}”",
            )
        values: dict[str, Any] = {}
        for column in field.columns:
            value = read_answer(column, row.get(column.name), environment, options)
            if isinstance(value, Problem):
                raise Unreadable(f"第 {number} 行，{value.zh}", f"row {number}, {value.en}")
            if value is not None:
                values[column.name] = value
        kept.append(values)
    return kept


def _bounded(field: Field, value: Any, environment: Environment) -> Any:
    """The value, if it keeps to the field's comparison. A bound over an answer that was left out binds nothing."""
    if field.compare is None or field.bound is None:
        return value
    try:
        given = lift(value, field.type)
        bound = evaluate(field.bound, environment)
        if field.type != "duration" and not isinstance(bound, datetime.date):
            bound = evaluate_moment(field.bound, environment, environment.now)
        if compare(field.compare, given, bound, environment.zone):
            return value
    except MissingError:
        return value
    except (ConditionError, CannotError) as error:
        raise Unreadable(f"现在没法判断（{error}）", f"cannot be judged now ({error})") from error
    zh, en = _SAID[field.compare][field.type == "duration"]
    raise Unreadable(
        f"要{zh} {say(bound, environment.zone)}，现在是 {say(given, environment.zone)}",
        f"{en} {say(bound, environment.zone, 'en')}, this is {say(given, environment.zone, 'en')}",
    )


def _too_long(length: int, longest: int) -> Unreadable:
    return Unreadable(f"太长了：{length} 个字，最多 {longest} 个", f"too long: {length} characters, at most {longest}")


_READERS: Final[dict[str, Callable[[Field, Any, Environment, Options], Any]]] = {
    "text": _text, "int": _int, "number": _number, "money": _money, "stars": _stars, "bool": _bool, "date": _date, "datetime": _datetime,
    "duration": _duration, "choice": _choice, "person": _named, "unit": _named, "place": _place, "checkin": _check_in, "phone": _phone,
    "url": _url, "file": _file, "photo": _photo, "rows": _rows,
}  # fmt: skip
