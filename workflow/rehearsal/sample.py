"""An answer made up for a field, such as the field takes: what stands there before somebody types their own. Not here: asking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final

from workflow.domain.tree import Field
from workflow.grammars.errors import ConditionError
from workflow.grammars.evaluate import Environment, evaluate, evaluate_moment
from workflow.grammars.values import decimal_text
from workflow.organisation.model import Organisation

MINUTE: Final = timedelta(minutes=1)


def sample(field: Field, environment: Environment, house: Organisation) -> Any:
    """What somebody might have typed: a text, or lists and rows of texts. Not for a condition between fields (`must`)."""
    made = _KINDS.get(field.type)
    return made(field, environment, house) if made is not None else _text(field, environment, house)


def answers(fields: tuple[Field, ...], environment: Environment, house: Organisation) -> dict[str, Any]:
    """A sample for each field that must be filled in."""
    return {one.name: sample(one, environment, house) for one in fields if not one.optional}


def _text(field: Field, _environment: Environment, _house: Organisation) -> str:
    text = f"样例{field.name}"
    text *= -(-int(field.low or 1) // len(text))
    return text[: int(field.high)] if field.high is not None else text


def _number(field: Field, *_: Any) -> str:
    low = 1 if field.low is None else field.low
    return decimal_text(low if field.high is None else min(low, field.high))


def _money(field: Field, *_: Any) -> str:
    low = 10_000 if field.low is None else int(field.low)
    fen = low if field.high is None else min(low, int(field.high))
    return f"{fen // 100}.{fen % 100:02}"


def _choice(field: Field, _: Environment, house: Organisation) -> Any:
    named = house.list_named(field.source or "")
    first = next(iter(field.choices or (named.row_names() if named is not None else ())), f"样例{field.name}")
    return [first] if field.many else first


def _bound(field: Field, environment: Environment, otherwise: datetime, least: timedelta) -> datetime:
    """The field's bound, moved to the side that is allowed, on a whole minute."""
    if field.bound is None:
        return otherwise
    try:
        bound = evaluate_moment(field.bound, environment, environment.now)
    except ConditionError:  # a bound over an answer that was left out binds nothing
        return otherwise
    whole = bound.replace(second=0, microsecond=0)
    match field.compare:
        case ">=":
            return whole if whole == bound else whole + MINUTE
        case ">":
            return whole + least
        case "<" | "!=":
            return whole - least
    return whole


def _datetime(field: Field, environment: Environment, _: Organisation) -> str:
    at = _bound(field, environment, environment.now + timedelta(days=7), MINUTE)
    return at.astimezone(environment.zone).strftime("%Y-%m-%d %H:%M")


def _date(field: Field, environment: Environment, _: Organisation) -> str:
    at = _bound(field, environment, environment.now + timedelta(days=7), timedelta(days=1)).astimezone(environment.zone)
    late = field.compare == ">=" and isinstance(_value(field, environment), datetime)
    return (at.date() + timedelta(days=1) if late else at.date()).isoformat()


def _value(field: Field, environment: Environment) -> date | None:
    found = evaluate(field.bound, environment) if field.bound is not None else None
    return found if isinstance(found, date) else None


def _duration(field: Field, environment: Environment, _: Organisation) -> str:
    if field.bound is not None and (found := _length(field, environment)) is not None:
        seconds = found // timedelta(seconds=1)
        seconds += {">": 60, "<": -60}.get(field.compare or "", 0)
        return f"{max(seconds, 1)}秒" if seconds % 60 else f"{max(seconds // 60, 1)}分钟"
    return "1小时"


def _length(field: Field, environment: Environment) -> timedelta | None:
    try:
        found = evaluate(field.bound, environment) if field.bound is not None else None
    except ConditionError:
        return None
    return found if isinstance(found, timedelta) else None


def _file(field: Field, *_: Any) -> str:
    return f"{field.name}.{next(iter(field.files), 'pdf')}"


def _photo(field: Field, *_: Any) -> list[str]:
    return [f"{field.name}{n + 1}.jpg" for n in range(int(field.low or 1))]


def _person(field: Field, environment: Environment, house: Organisation) -> str:
    parts = field.who.who.parts if field.who is not None else ()
    fitting = [one.person for one in house.positions if len(parts) == 2 and one.role == parts[1]]
    return next(iter((*fitting, *(one.key for one in house.people))), "")


def _unit(field: Field, _: Environment, house: Organisation) -> str:
    return next((one.id for one in house.units if field.tier in (None, one.tier)), "")


def _rows(field: Field, environment: Environment, house: Organisation) -> list[dict[str, Any]]:
    return [answers(field.columns, environment, house)]


_KINDS: Final[dict[str, Callable[[Field, Environment, Organisation], Any]]] = {
    "int": _number, "number": _number, "money": _money, "choice": _choice, "datetime": _datetime, "date": _date, "duration": _duration,
    "file": _file, "photo": _photo, "person": _person, "unit": _unit, "rows": _rows,
    "stars": lambda field, *_: str(field.high or 5), "bool": lambda *_: "是", "checkin": lambda *_: "39.9042, 116.4074",
    "phone": lambda *_: "13800000000", "url": lambda *_: "https://example.org/",
}  # fmt: skip
