"""What a `collect` brought, as a table: for who oversees the item, once it is no secret. Nothing is decided or written here."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import msgspec

from workflow.domain.command import Refused
from workflow.domain.definition import Definition
from workflow.domain.fold import step_path
from workflow.domain.item import Item, Line
from workflow.domain.tree import Field
from workflow.engine.read import Read
from workflow.steps.secrecy import hidden, step_at
from workflow.steps.sight import oversees
from workflow.store import answers, listings
from workflow.talk.speaker import Speaker
from workflow.talk.values import Ink, commitments, files_in


class Table(msgspec.Struct, frozen=True):
    """Answers, in the order in which they were given. `columns` are who and when (`person`, `at`), then the form's fields; all is text."""

    step: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


async def collected(read: Read, tenant: str, person: str, code: str, step: str = "") -> Table | Refused:
    """The answers to a step of an item (by name, or path: `评审/2`), or to the only one that collects any, in the person's language."""
    item = await read.find(tenant, person, code)
    if isinstance(item, Refused):
        return item
    await read.definitions.ensure(tenant, [item.digest])
    definition = read.definitions.flow(tenant, item.digest).definition
    organisation, now = await read.organisation(tenant), await read.now(tenant)
    if not oversees(item, organisation, now, person):
        return Refused("not_yours_to_see")
    paths = list(dict.fromkeys(_paths(definition, item, step)))
    if len(paths) != 1:
        return Refused("which_task", {"places": paths}) if paths else Refused("no_answers")
    if hidden(definition, item, paths[0]):
        secret = step_at(definition, paths[0])
        return Refused("answers_secret", {"step": secret.secret if secret is not None else ""})
    found = step_at(definition, paths[0])
    lines = await _lines(read, tenant, item, paths[0])
    known = organisation.person(person)
    speaker = Speaker(known.language if known is not None else "zh", organisation, now)
    return await _table(read, tenant, paths[0], found.form if found is not None else (), lines, speaker)


def _paths(definition: Definition, item: Item, wanted: str) -> Iterator[str]:
    """The paths at which answers are, or were, collected."""
    for path in (*(step_path(run) for run in item.runs.values() if run.state in ("open", "gathering")), *item.results):
        step = step_at(definition, path)
        if step is not None and step.kind == "collect" and wanted in ("", path, step.name):
            yield path


async def _lines(read: Read, tenant: str, item: Item, path: str) -> tuple[Line, ...]:
    for run in item.runs.values():
        if step_path(run) == path and run.state == "open":
            return run.rows
        if step_path(run) == path and run.state == "gathering":
            return await answers.rows(read.database, tenant, item.id, path, run.round)
    result = item.results[path]
    return await answers.rows(read.database, tenant, item.id, path, result.round) if result.apart else result.rows


async def _table(
    read: Read, tenant: str, path: str, form: tuple[Field, ...], lines: tuple[Line, ...], speaker: Speaker
) -> Table:  # fmt: skip
    values = [value for line in lines for _, value in line.values]
    words = await listings.contents(read.database, tenant, list(set(commitments(values))))
    ink = Ink(speaker, words, await read.files.uploads(tenant, set(files_in(values))))
    zone = ZoneInfo(speaker.organisation.time_zone)
    rows = tuple(
        (
            speaker.person(line.person) if line.person else "", f"{line.at.astimezone(zone):%Y-%m-%d %H:%M}" if line.at else "",
            *(ink.value(field, dict(line.values).get(field.name)) for field in form),
        )
        for line in lines
    )  # fmt: skip
    return Table(path, ("person", "at", *(field.name for field in form)), rows)
