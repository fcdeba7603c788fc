"""A form that nobody fills in: `with` values, worked out and kept like answers. Not here: people's answers (answers.py)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, Final

from workflow.domain import tree
from workflow.domain.command import Refused
from workflow.domain.item import Value
from workflow.grammars.errors import ConditionError, MissingError
from workflow.grammars.evaluate import evaluate
from workflow.grammars.render import say
from workflow.grammars.values import MISSING, Row, lower
from workflow.steps.environment import Scene

TEXTS: Final = frozenset({"text", "phone", "url", "place"})


def computed(
    fields: Iterable[tree.Field], values: Iterable[tuple[str, tree.Value]], scene: Scene
) -> dict[str, Value] | Refused:
    """The form that `values` make, not sealed yet; or what is missing and what does not fit, as `read_form` says it."""
    known = {field.name: field for field in fields}
    found: dict[str, Value] = {}
    problems: list[list[str]] = []
    for name, value in values:
        if name not in known:
            problems.append([name, "没有这一项", "there is no such field"])
            continue
        try:
            found[name] = fitted(known[name], evaluate(value, scene), scene.zone)
        except MissingError:
            continue
        except ConditionError as error:
            problems.append([name, error.message_zh, error.message_en])
        except (TypeError, ValueError):
            problems.append([name, "算出来的值不合这一项", "what was worked out does not fit this field"])
    given = {*found, *(name for name, _, _ in problems)}
    problems += [
        [name, "请填写这一项", "please fill this in"]
        for name, field in known.items()
        if name not in given and not field.optional
    ]
    return Refused("form", {"problems": problems}) if problems else found


def fitted(field: tree.Field, value: Any, zone: datetime.tzinfo) -> Value:
    """A computed value as a field keeps it. Raises TypeError or ValueError where it is none of that type."""
    if value is MISSING:
        raise TypeError(field.name)
    if field.many:
        return [_one(field, each, zone) for each in (value if isinstance(value, list) else [value])]
    return _one(field, value, zone)


def _one(field: tree.Field, value: Any, zone: datetime.tzinfo) -> Value:
    if field.type in TEXTS:
        return value if field.type == "place" and isinstance(value, dict) else named(value) or say(value, zone)
    if field.type == "choice":
        found = named(value) or say(value, zone)
        if field.choices and found not in field.choices:
            raise ValueError(found)
        return found
    if field.type == "date" and isinstance(value, datetime.datetime):
        value = value.astimezone(zone).date()
    return lower(value, field.type)


def named(value: Any) -> str:
    """What a row is called: by its first column, as its list's rows are; empty for anything else."""
    return value.origin.rpartition("/")[2] if isinstance(value, Row) else ""
