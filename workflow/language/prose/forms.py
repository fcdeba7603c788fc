"""What is filled in, field by field, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflow.domain import tree
from workflow.domain.definition import Definition
from workflow.language.prose.people import one_of
from workflow.language.prose.values import SIGNS, Pen, number
from workflow.language.prose.words import listed


def form(pen: Pen, definition: Definition, fields: Iterable[tree.Field]) -> Iterator[tuple[int, str]]:
    """A line for each field, and for each column below its list, with how deep it stands."""
    for one in fields:
        name = pen.say("optional", name=one.name) if one.optional else one.name
        yield (
            0,
            pen.say("field", name=name, what=_what(pen, definition, one)) + pen.say("colon" if one.columns else "stop"),
        )
        for depth, line in form(pen, definition, one.columns):
            yield depth + 1, line


def _what(pen: Pen, definition: Definition, one: tree.Field) -> str:
    said = [_type(pen, definition, one)]
    if one.where is not None:
        said.append(pen.say("type.where", condition=pen.condition(one.where)))
    if one.files:
        said.append(pen.say("files", extensions=listed(pen.language, one.files)))
    if one.low is not None:
        low, high = (_bound(one, bound) for bound in (one.low, one.high))
        bounds = pen.say("from", low=low) if one.high is None else pen.say("range", low=low, high=high)
        said.append(pen.say(f"unit.{one.type}", bounds=bounds))
    if one.bound is not None and one.compare is not None:
        said.append(_compared(pen, one))
    return ("，" if pen.language == "zh" else ", ").join(said)


def _type(pen: Pen, definition: Definition, one: tree.Field) -> str:
    many = "many" if one.many else "one"
    match one.type:
        case "choice" if one.source is not None:
            return pen.say(f"type.source.{many}", source=one.source)
        case "choice":
            return pen.say(f"type.choice.{many}", choices=listed(pen.language, one.choices))
        case "person" if one.who is not None:
            return pen.say("type.among", who=one_of(pen, definition, one.who))
        case "unit" if one.tier is not None:
            return pen.say("type.tier", tier=one.tier)
        case "stars":
            return pen.say("type.stars", high=one.high)
    return pen.say(f"type.{one.type}")


def _bound(one: tree.Field, bound: object) -> str:
    if bound is None:
        return ""
    if one.type == "money":
        yuan, fen = divmod(int(bound), 100)  # type: ignore[call-overload]
        return f"{yuan}.{fen:02}" if fen else str(yuan)
    return number(bound)  # type: ignore[arg-type]


def _compared(pen: Pen, one: tree.Field) -> str:
    """`≥ 当时起 3 个工作日后`: of a date as words, of a duration by its sign."""
    assert one.bound is not None  # noqa: S101 (asked before)
    bound, op = pen.value(one.bound), one.compare or ""
    if one.type in {"date", "datetime"}:
        return pen.say(f"moment.{op}", left="", right=bound).strip().removeprefix("is ")
    return f"{SIGNS.get(op, op)} {bound}"
