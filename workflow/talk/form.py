"""A flow's start form whole: for networks that show it at once, and for what they send back. Not here: field by field (dialogues/form.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from workflow.domain import tree
from workflow.domain.command import Refused
from workflow.domain.definition import Definition
from workflow.talk import tokens
from workflow.talk.answers import Paper, Read
from workflow.talk.cards.listing import startable
from workflow.talk.dialogue import Fill
from workflow.talk.dialogues import fields
from workflow.talk.dialogues.paper import paper as paper_of
from workflow.talk.dialogues.paper import tried
from workflow.talk.dialogues.paper import units as units_of
from workflow.talk.options import mark_of, of_field, of_units
from workflow.talk.plain import clean
from workflow.talk.scene import Setting
from workflow.talk.view import Ask, Choice
from workflow.verbs.submit import starting_units

UNIT: Final = "@unit"
"""The name of the question for which unit the item is, asked of who could start it from several."""


class Form(Struct, frozen=True):
    """A whole form; `token` goes back with the answers."""

    token: str
    title: str
    help: str
    questions: tuple[Ask, ...]


class Problem(Struct, frozen=True):
    """What is wrong with an answer; `name` is the field, empty for the whole form."""

    name: str
    text: str


def form(definition: Definition, setting: Setting) -> Form | Refused:
    """The start form of a flow, for somebody who may start it."""
    if definition.flow not in {flow for flow, _ in startable(setting)}:
        return Refused("may_not_start", {"flow": definition.title})
    units = starting_units(definition, setting.organisation, setting.person, setting.now)
    questions = tuple(
        fields.plain(field, Paper(definition, definition.start.form), units[0], setting)
        for field in definition.start.form
    )
    if len(units) > 1:
        options = tuple(Choice(mark_of(one), one) for one in units)
        which = setting.say("ask.unit", title=definition.title)
        questions = (
            Ask(kind="unit", prompt=which, name=UNIT, hint=setting.say("hint.target"), options=options),
            *questions,
        )
    token = setting.token(tokens.Press("start", tokens.version_of(definition.digest)))
    return Form(token, definition.title, definition.help, questions)


def read_filled(token: str, answers: Mapping[str, object], setting: Setting) -> Fill | Refused:
    """What was handed in, as the dialogue would hold it: options by their value, text cleaned, nothing judged yet."""
    press = tokens.read(token, setting.key, setting.bot, setting.chat)
    if isinstance(press, Refused) or press.verb != "start":
        return Refused("token_forged")
    definition = next((one for one in setting.flows.values() if tokens.version_of(one.digest) == press.subject), None)
    if definition is None:
        return Refused("form_changed")
    if definition.flow not in {flow for flow, _ in startable(setting)}:
        return Refused("may_not_start", {"flow": definition.title})
    units = starting_units(definition, setting.organisation, setting.person, setting.now)
    unit = _chosen(of_units(units), answers.get(UNIT, "")) if len(units) > 1 else ""
    known = {field.name: field for field in definition.start.form}
    read = {
        name: _read(known[name], raw, unit or units[0], setting) if name in known else raw
        for name, raw in _tidy(answers).items()
        if name != UNIT and (name in known or raw not in (None, "", []))
    }
    fill = Fill("start", definition.digest, unit=unit if unit in units else "", answers=read)
    return replace(fill, at=len(definition.start.form))


def check(token: str, answers: Mapping[str, object], setting: Setting) -> tuple[Problem, ...]:
    """Everything that would be said against these answers, were they handed in now; nothing: they are fine."""
    fill = read_filled(token, answers, setting)
    if isinstance(fill, Refused):
        return (Problem("", setting.speaker.refusal(fill)),)
    units = units_of(fill, setting)
    problems = []
    if len(units) > 1 and not fill.unit:
        refused = Refused("which_unit", {"units": list(units)})
        problems.append(Problem(UNIT, setting.speaker.refusal(refused)))
    paper = paper_of(fill, setting)
    found = tried(fill, paper, setting) if paper is not None else ()
    if not isinstance(found, Read):
        english = setting.language == "en"
        problems += [Problem(name, clean(en if english else zh, 500)) for name, zh, en in found]
    return tuple(problems)


def _tidy(raw: Any) -> Any:
    """The same with every text in it clean, names as well: it is kept in a dialogue, and shown."""
    match raw:
        case str():
            return clean(raw, len(raw) + 1)
        case Mapping():
            return {clean(str(name), 200): _tidy(one) for name, one in raw.items()}
        case list():
            return [_tidy(one) for one in raw]
        case None | bool() | int():
            return raw
    return clean(str(raw), 200)


def _read(field: tree.Field, raw: Any, unit: str, setting: Setting) -> Any:
    if isinstance(raw, dict):
        where = {name: one for name, one in raw.items() if name not in ("said", "at")}  # the moment is ours to tell
        return where if field.type in ("place", "checkin") else str(raw)
    if field.type == "rows" and isinstance(raw, list):
        columns = {column.name: column for column in field.columns}
        return [
            {name: _read(columns[name], one, unit, setting) for name, one in row.items() if name in columns}
            for row in raw
            if isinstance(row, dict)
        ]
    options = of_field(field, setting, unit) if field.type in ("choice", "person", "unit") else None
    if isinstance(raw, list):
        return [_chosen(options, one) if options is not None else one for one in raw if isinstance(one, str)]
    if isinstance(raw, str):
        return _chosen(options, raw) if options is not None else raw
    return raw


def _chosen(options: Any, raw: object) -> str:
    """The value behind an option's token, label or own words; what fits none is left for the reading to refuse."""
    text = clean(str(raw), 200)
    return next((one.value for one in options if text in (mark_of(one.value), one.label, one.value)), text)
