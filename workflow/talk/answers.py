"""What people fill in, tried before it is handed in: the same reading as the decision's own (steps/answers.py), nothing kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from workflow.domain import tree
from workflow.domain.command import Command, Refused
from workflow.domain.definition import Definition
from workflow.domain.fold import unborn
from workflow.domain.item import Item, Value
from workflow.lifecycle import Lifecycle
from workflow.steps.answers import read_form
from workflow.steps.draft import Draft, Random, WantingError, World
from workflow.steps.environment import Scene as Environment
from workflow.talk.scene import Setting

Problem = tuple[str, str, str]
"""Field (or empty: the whole form), what is wrong in Chinese, in English."""

_LOST: Final = ("找不到这个文件，请重新上传", "there is no such file; please upload it again")


class Read(Struct, frozen=True):
    """Answers as an item would keep them, and the words they stand for, by commitment."""

    values: dict[str, Value]
    contents: dict[str, str]


class Paper(Struct, frozen=True):
    """A form to be filled in: whose fields, under which condition, at which run of which item (None: none yet)."""

    definition: Definition
    fields: tuple[tree.Field, ...]
    must: tree.Value | None = None
    item: Item | None = None
    run: int = 0

    def field(self, name: str) -> tree.Field | None:
        """The field of that name."""
        return next((one for one in self.fields if one.name == name), None)


def read(paper: Paper, raw: Mapping[str, Any], setting: Setting) -> Read | tuple[Problem, ...]:
    """The answers read, or everything that is wrong with them."""
    draft = _draft(paper, setting)
    try:
        found = read_form(draft, paper.fields, paper.must, raw, run=paper.run)
    except WantingError as wanting:
        if not wanting.needs.files:
            raise
        return tuple((one.name, *_LOST) for one in paper.fields if one.type in ("file", "photo") and raw.get(one.name))
    if isinstance(found, Refused):
        return tuple((str(name), str(zh), str(en)) for name, zh, en in found.facts["problems"])
    words = {content.commitment: content.body.decode() for content in draft.contents}
    return Read(found, words)


def read_one(paper: Paper, field: tree.Field, raw: Any, setting: Setting) -> Problem | None:
    """What is wrong with one answer; nothing: it will do, as far as it alone can tell."""
    found = read(Paper(paper.definition, (field,), None, paper.item, paper.run), {field.name: raw}, setting)
    return None if isinstance(found, Read) else found[0]


def environment(paper: Paper, setting: Setting) -> Environment:
    """What the names in a field's bound stand for."""
    return Environment(_draft(paper, setting), paper.run)


def _draft(paper: Paper, setting: Setting) -> Draft:
    definition, item = paper.definition, paper.item
    if item is None:
        item = unborn("", "", setting.now)
    return tried(definition, item, "submit", {}, setting)


def tried(definition: Definition, item: Item, verb: str, args: dict[str, Any], setting: Setting) -> Draft:
    """A decision as it would begin, of which nothing is kept: what the verbs' own questions are asked of."""
    lifecycle = setting.lifecycles.get(definition.digest) or Lifecycle(definition)
    command = Command("", item.tenant, item.id, verb, setting.person, "", args)
    world = World(
        setting.now,
        setting.organisation,
        Random(b"nothing of this is kept"),
        files=setting.files,
        rows=setting.rows,
        counts=setting.counts,
    )
    return Draft(definition, lifecycle, item, command, world)
