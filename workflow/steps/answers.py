"""What people filled in becomes values of an item: every field read again here, whoever read it before; words sealed, files claimed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import msgspec

from workflow.domain import tree
from workflow.domain.command import Refused
from workflow.domain.item import Value
from workflow.grammars.answer import Problem, read_answer
from workflow.grammars.errors import ConditionError
from workflow.grammars.evaluate import evaluate_condition
from workflow.steps.draft import Draft, Needs, WantingError
from workflow.steps.environment import Scene, lifted

WORDS = frozenset({"text", "phone", "url", "place", "checkin"})
FILES = frozenset({"file", "photo"})

_ENCODER = msgspec.json.Encoder(order="sorted")


def digest(form: Mapping[str, Value]) -> str:
    """What stands for a form's content in a vote: 32 hex digits."""
    return hashlib.sha256(_ENCODER.encode(form)).hexdigest()[:32]


def read_form(
    draft: Draft, fields: tuple[tree.Field, ...], must: tree.Value | None, raw: Mapping[str, Any], *, run: int = 0
) -> dict[str, Value] | Refused:
    """The form's values, or every problem there is, one a field: `(field, zh, en)`."""
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
    return {field.name: _seal(draft, field, read[field.name]) for field in fields if field.name in read}


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
    return read_answer(field, claimed, scene, partial(_options, draft))


def _options(draft: Draft, field: tree.Field) -> Mapping[str, str] | None:
    """What may be written for a person, a unit or a row of a list, and what is kept for it."""
    organisation = draft.world.organisation
    if field.type == "person":
        active = [one for one in organisation.people if organisation.active(one.id)]
        return {one.key: one.id for one in active} | {one.name: one.id for one in active}
    if field.type == "unit":
        return {one.id: one.id for one in organisation.units if field.tier in (None, one.tier)}
    named = organisation.list_named(field.source or "")
    return {one: one for one in named.row_names()} if named is not None else None


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
