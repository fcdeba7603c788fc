"""What people filled in becomes values of an item: every field read again here, whoever read it before; words sealed, files claimed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import msgspec

from workflow.domain import tree
from workflow.domain.command import Refused
from workflow.domain.item import Value
from workflow.grammars.answer import Problem, read_answer
from workflow.grammars.errors import ConditionError
from workflow.grammars.evaluate import evaluate_condition
from workflow.steps.choices import choices, written
from workflow.steps.draft import Draft, Needs, WantingError
from workflow.steps.environment import Scene, lifted

WORDS = frozenset({"text", "phone", "url", "place", "checkin"})
FILES = frozenset({"file", "photo"})
LONGEST_AGO = timedelta(minutes=30)
"""As long as a form may be filled in, a check-in made meanwhile keeps its moment."""

_ENCODER = msgspec.json.Encoder(order="sorted")


def digest(form: Mapping[str, Value]) -> str:
    """What stands for a form's content in a vote: 32 hex digits."""
    return hashlib.sha256(_ENCODER.encode(form)).hexdigest()[:32]


def read_form(
    draft: Draft, fields: tuple[tree.Field, ...], must: tree.Value | None, raw: Mapping[str, Any], *, run: int = 0
) -> dict[str, Value] | Refused:
    """The form's values as they are kept, or every problem there is, one a field: `(field, zh, en)`."""
    read = read_open(draft, fields, must, raw, run=run)
    return read if isinstance(read, Refused) else sealed(draft, fields, read)


def sealed(draft: Draft, fields: tuple[tree.Field, ...], values: Mapping[str, Value]) -> dict[str, Value]:
    """The values, people's words among them kept apart."""
    return {field.name: _seal(draft, field, values[field.name]) for field in fields if field.name in values}


def read_open(
    draft: Draft, fields: tuple[tree.Field, ...], must: tree.Value | None, raw: Mapping[str, Any], *, run: int = 0
) -> dict[str, Value] | Refused:
    """`read_form`, but people's words stand there themselves: they must not go into an event."""
    problems = [
        (name, "没有这一项", "there is no such field") for name in raw if name not in {one.name for one in fields}
    ]
    # All at once: a decision is made anew each time it lacks something, and a form may bring a file in every row.
    claims = dict.fromkeys(one for field in fields for one in _claims(field, raw.get(field.name)))
    if wanting := tuple(one for one in claims if one not in draft.world.files):
        raise WantingError(Needs(files=wanting))
    read: dict[str, Value] = {}
    answered: dict[str, Any] = {}
    scene = Scene(draft, run, extra=answered)
    for field in fields:
        if _empty(raw.get(field.name)):
            if not field.optional:
                problems.append((field.name, "请填写这一项", "please fill this in"))
            continue
        found = _read(draft, field, raw[field.name], scene)
        if isinstance(found, Problem):
            problems.append((field.name, found.zh, found.en))
        else:
            read[field.name] = found
            answered[field.name] = lifted(found, field)
    if not problems and must is not None:
        problems += _must(draft, fields, must, read, run)
    if problems:
        return Refused("form", {"problems": [list(one) for one in problems]})
    return read


def read_given(
    draft: Draft, fields: tuple[tree.Field, ...], must: tree.Value | None, raw: Mapping[str, Any]
) -> dict[str, Value] | Refused:
    """`read_open` of a form that another item fills in: people's words that it hands on stay sealed as they are."""
    kept = {field.name: raw[field.name] for field in fields if _handed_on(field, raw.get(field.name))}
    others = tuple(field for field in fields if field.name not in kept)
    read = read_open(draft, others, None, {name: value for name, value in raw.items() if name not in kept})
    if isinstance(read, Refused):
        return read
    values = {**read, **kept}
    if must is not None and (problems := _must(draft, fields, must, values, 0)):
        return Refused("form", {"problems": [list(one) for one in problems]})
    return values


def _handed_on(field: tree.Field, value: Any) -> bool:
    """Whether a value is sealed already, as a field of this type keeps it."""
    words = value if isinstance(value, list) and field.type in FILES else [value]
    wanted = {"sealed", "file"} if field.type in FILES else {"sealed"} if field.type in WORDS else set()
    return bool(wanted and words) and all(isinstance(one, dict) and set(one) == wanted for one in words)


def read_changes(draft: Draft, raw: Mapping[str, Any]) -> dict[str, Value] | Refused:
    """What a resubmission changes: only the fields it names; the others stay as they were."""
    fields = tuple(field for field in draft.definition.start.form if field.name in raw)
    unknown = {name: value for name, value in raw.items() if name not in {one.name for one in fields}}
    changes = read_form(draft, fields, None, {**raw, **unknown})
    if isinstance(changes, Refused):
        return changes
    changes = {name: value for name, value in changes.items() if value != draft.item.form.get(name)}
    if draft.definition.start.must is not None and changes:
        whole = {**draft.item.form, **changes}
        if problems := _must(draft, draft.definition.start.form, draft.definition.start.must, whole, 0):
            return Refused("form", {"problems": [list(one) for one in problems]})
    return changes


def _must(
    draft: Draft, fields: tuple[tree.Field, ...], must: tree.Value, values: Mapping[str, Value], run: int
) -> list[tuple[str, str, str]]:
    extra = {field.name: lifted(values.get(field.name), field) for field in fields}
    try:
        holds = evaluate_condition(must, Scene(draft, run, extra=extra))
    except ConditionError as error:
        return [("", error.message_zh, error.message_en)]
    return (
        []
        if holds
        else [("", "所填内容不符合流程的要求（must）", "the answers do not meet the flow's condition (must)")]
    )


def _read(draft: Draft, field: tree.Field, raw: Any, scene: Scene) -> Value | Problem:
    claimed = _claim(draft, field, raw)
    if isinstance(claimed, Problem):
        return claimed
    if field.type == "checkin":
        return _checked_in(draft, field, claimed, scene)
    try:
        return read_answer(field, claimed, scene, partial(_options, draft, scene))
    except ConditionError as error:  # which rows may be named cannot be told
        return Problem(error.message_zh, error.message_en)


def _checked_in(draft: Draft, field: tree.Field, raw: Any, scene: Scene) -> Value | Problem:
    """Where somebody was, and when: as they said it there (`{"said", "at"}`, while a form is filled in), else now."""
    at = raw.get("at") if isinstance(raw, Mapping) else None
    found = read_answer(field, raw.get("said", raw) if isinstance(raw, Mapping) else raw, scene, lambda _: None)
    if isinstance(found, Problem):
        return found
    when = draft.now
    with suppress(TypeError, ValueError):
        told = datetime.fromisoformat(at)  # type: ignore[arg-type]  # what is no text is no moment
        when = told if timedelta(0) <= draft.now - told <= LONGEST_AGO else when
    return {**found, "at": when.astimezone(UTC).isoformat(timespec="seconds")}


def _options(draft: Draft, scene: Scene, field: tree.Field) -> Mapping[str, str] | None:
    """What may be written for a person, a unit or a row of a list, and what is kept for it."""
    organisation = draft.organisation
    if field.type == "person":
        active = [one for one in organisation.people if organisation.active(one.id)]
        return {one.key: one.id for one in active} | {one.name: one.id for one in active}
    if field.type == "unit":
        return {one.id: one.id for one in organisation.units if field.tier in (None, one.tier)}
    rows = choices(scene, field)
    return written(organisation, field, rows) if rows is not None else None


def _claims(field: tree.Field, raw: Any) -> Iterator[str]:
    """The id of every file that an answer names, inside rows too."""
    if field.type == "rows" and isinstance(raw, list):
        for row in raw:
            for column in field.columns if isinstance(row, Mapping) else ():
                yield from _claims(column, row.get(column.name))
    elif field.type in FILES and not _empty(raw):
        yield from (one for one in (raw if isinstance(raw, list) else [raw]) if isinstance(one, str))


def _claim(draft: Draft, field: tree.Field, raw: Any) -> Any:
    """Ids of uploaded files become `{"id", "name"}`, inside rows too; a Problem for a file that is not the actor's own."""
    if field.type == "rows" and isinstance(raw, list):
        columns = {column.name: column for column in field.columns if column.type in (*FILES, "rows")}
        rows = []
        for row in raw:
            claimed = dict(row) if isinstance(row, Mapping) else row
            for name in columns.keys() & (claimed.keys() if isinstance(claimed, dict) else ()):
                claimed[name] = _claim(draft, columns[name], claimed[name])
                if isinstance(claimed[name], Problem):
                    return claimed[name]
            rows.append(claimed)
        return rows
    if field.type not in FILES or _empty(raw):
        return raw
    ids = raw if isinstance(raw, list) else [raw]
    found = [draft.world.files[one] if isinstance(one, str) else None for one in ids]
    if any(one is None or one.subject != draft.command.actor for one in found):
        return Problem("找不到这个文件，请重新上传", "there is no such file; please upload it again")
    return [{"id": file, "name": one.name} for file, one in zip(ids, found, strict=True) if one is not None]


def _seal(draft: Draft, field: tree.Field, value: Value) -> Value:
    if _handed_on(field, value):
        return value
    if field.type == "rows":
        return [
            [[column.name, _seal(draft, column, row[column.name])] for column in field.columns if column.name in row]
            for row in value
        ]
    if field.type in FILES:
        files = value if isinstance(value, list) else [value]
        return [{"file": one["id"], "sealed": draft.world.files[one["id"]].commitment} for one in files]  # type: ignore[union-attr]
    if field.type in WORDS:
        text = value if isinstance(value, str) else msgspec.json.encode(value, order="sorted").decode()
        return {"sealed": draft.seal(text, draft.command.actor)}
    return value


def _empty(raw: Any) -> bool:
    return raw is None or raw in ("", [], {})
