"""What may be picked: of a field, of the people who could take a task over, of the steps a return may go to. Lists of (label, value)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from typing import Final, NamedTuple

from workflow.domain import tree
from workflow.domain.item import Item, Run, Task
from workflow.grammars.errors import ConditionError
from workflow.organisation.model import Organisation
from workflow.steps.amending import is_giver
from workflow.steps.choices import choices, kept
from workflow.steps.draft import OWED
from workflow.steps.electorate import eligible
from workflow.talk.answers import Paper, environment, tried
from workflow.talk.plain import line
from workflow.talk.rows import Rows
from workflow.talk.scene import Scene, Setting
from workflow.talk.values import Ink
from workflow.verbs.back import targets as places_back

PAGE: Final = 8


class Option(NamedTuple):
    """One thing to pick; `value` is what is kept of it."""

    label: str
    value: str


def of_field(field: tree.Field, setting: Setting, unit: str, paper: Paper | None = None) -> tuple[Option, ...] | None:
    """The options of a field, where it has any; `unit` is where tiers count up from, `paper` the form that it stands in.

    Raises WantingError where the rows that it names are kept apart from their item.
    """
    organisation = setting.organisation
    if field.type == "bool":
        return (Option(setting.say("value.yes"), "是"), Option(setting.say("value.no"), "否"))
    if field.type == "stars":
        return tuple(Option("★" * n, str(n)) for n in range(1, int(field.high or 5) + 1))
    if field.type == "unit":
        named = [one.id for one in organisation.units if field.tier in (None, one.tier)]
        return tuple(Option(one, one) for one in named)
    if field.type == "person":
        return labelled(_people(field.who, organisation, unit, setting), setting)
    if field.type != "choice":
        return None
    if field.choices:
        return tuple(Option(one, one) for one in field.choices)
    found = organisation.list_named(field.source or "")
    if paper is None:
        return tuple(Option(one, one) for one in found.row_names()) if found is not None else None
    return _rows(field, setting, paper)


def _rows(field: tree.Field, setting: Setting, paper: Paper) -> tuple[Option, ...] | None:
    """The rows that a field may name now, by what names them."""
    try:
        rows = choices(environment(paper, setting), field)
    except ConditionError:
        return ()
    if rows is None or paper.item is None or setting.organisation.list_named(field.source or "") is not None:
        values = [kept(setting.organisation, field, row) for row in rows or ()]
        return tuple(Option(one, one) for one in values) if rows is not None else None
    known = Rows(paper.item, paper.definition, setting)
    pen = Ink(setting.speaker, setting.contents if isinstance(setting, Scene) else {}, setting.files)
    return tuple(Option(known.label(field.source or "", row.origin, pen), row.origin) for row in rows)


def of_units(units: Iterable[str]) -> tuple[Option, ...]:
    """Units, under their own names."""
    return tuple(Option(one, one) for one in units)


def successors(item: Item, run: Run | None, task: Task | None, part: str, setting: Setting) -> tuple[Option, ...]:
    """Who could sit at a step in somebody's place: who holds the same role first, then the others, as the organisation lists them."""
    organisation = setting.organisation
    seated = {one.person for one in run.tasks.values() if one.part and one.state in (*OWED, "voted")} if run else set()
    able = [
        one.id for one in organisation.people
        if one.id not in seated and one.id != setting.person and eligible(item, organisation, one.id, part)
    ]  # fmt: skip
    role = task.right.partition(":")[2] if task is not None else ""
    first = [one for one in able if role and any(held == role for _, held in organisation.roles_of(one, setting.now))]
    return labelled(dict.fromkeys((*first, *able)), setting)


def labelled(people: Iterable[str], setting: Setting) -> tuple[Option, ...]:
    """People by name, and by what they are known for where a name alone would not tell."""
    return tuple(Option(_label(one, setting), one) for one in people)


def targets(item: Item, run: Run, setting: Setting) -> tuple[Option, ...]:
    """Where a return from this run may go."""
    open_to = places_back(tried(setting.definition(item), item, "return", {}, setting), run)
    return tuple(
        Option(setting.say("name.giver") if is_giver(one) else setting.speaker.step(one), one) for one in open_to
    )


def mark_of(value: str) -> str:
    """A short opaque word for an option's value, the same whenever the options are listed."""
    return base64.urlsafe_b64encode(hashlib.sha256(value.encode()).digest()[:12]).decode()


def matching(options: Iterable[Option], words: str) -> tuple[Option, ...]:
    """The options whose label holds these words, whatever their case; all of them for no words."""
    wanted = words.casefold()
    return tuple(one for one in options if wanted in one.label.casefold())


def meant(options: Iterable[Option], text: str) -> Option | None:
    """The one option that a text names: by its whole label or value, or as the only one that holds it."""
    held = tuple(options)
    exact = [one for one in held if text in (one.label, one.value)]
    if exact:
        return exact[0]
    close = matching(held, text) if text else ()
    return close[0] if len(close) == 1 else None


def _label(person: str, setting: Setting) -> str:
    roles = setting.organisation.roles_of(person, setting.now)
    name = setting.speaker.person(person)
    return setting.say("name.with_post", name=name, post=line("".join(roles[0]), 40)) if roles else name


def _people(who: tree.Actor | None, organisation: Organisation, unit: str, setting: Setting) -> Iterable[str]:
    active = [one.id for one in organisation.people if organisation.active(one.id)]
    if who is None or len(who.who.parts) != 2:
        return active
    place, role = who.who.parts
    if place not in organisation.tiers:
        units: tuple[str, ...] = (place,)
    elif who.who.every:
        units = organisation.below(unit, place)
    else:
        units = (organisation.unit_at(place, unit) or "",)
    return [one for one in active if any(organisation.holds(one, at, role, setting.now) for at in units)]
