"""How a form's questions look: one field at a time, rows as a list of rows, and all answers looked over at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workflow.domain import tree
from workflow.grammars.errors import ConditionError
from workflow.grammars.evaluate import evaluate_moment
from workflow.steps.environment import Scene as Environment
from workflow.talk.answers import Paper, Read, environment, read
from workflow.talk.dialogue import Fill, Open
from workflow.talk.dialogues import picker
from workflow.talk.dialogues.form import SEVERAL
from workflow.talk.dialogues.paper import UNIT, current, home, summary, tried, units
from workflow.talk.dialogues.paper import paper as paper_of
from workflow.talk.dialogues.turn import Buttons
from workflow.talk.options import Option, mark_of, of_field, of_units
from workflow.talk.rows import Rows
from workflow.talk.scene import Scene, Setting
from workflow.talk.values import Ink, fen
from workflow.talk.view import Ask, Card, Choice, View

KINDS: Final = {
    "int": "number", "place": "location", "checkin": "location", "text": "text", "number": "number", "money": "money",
    "bool": "bool", "date": "date", "datetime": "datetime", "duration": "duration", "stars": "stars", "person": "person",
    "unit": "unit", "file": "file", "photo": "photo", "phone": "phone", "url": "url", "rows": "rows",
}  # fmt: skip
"""A field's type, as a kind of question; `choice` is one or many."""


_HAND_IN: Final = {"answers": "approve", "work": "hand_in"}


def kind_of(field: tree.Field) -> Any:
    """The kind of question that a field is."""
    return KINDS.get(field.type) or ("many" if field.many else "one")


def ask(one: Open, fill: Fill, title: str, scene: Scene) -> View:
    """The question that the form is at; `title` names the flow or the item."""
    paper = paper_of(fill, scene)
    if paper is None:
        return Ask(kind="text", prompt=scene.say("line.form_over"), choices=(Buttons(one, scene).choice("cancel"),))
    problem = scene.speaker.line(one.problem.word, one.problem.facts) if one.problem else ""
    if fill.at == UNIT:
        return _unit(one, fill, title, problem, scene)
    if fill.at == summary(paper):
        return _summary(one, fill, paper, title, problem, scene)
    if fill.at > summary(paper):
        return _which(one, fill, paper, problem, scene)
    field = current(fill, paper)
    assert field is not None  # noqa: S101 (every place before the summary is a field)
    return _field(one, fill, paper, field, problem, scene)


def _field(one: Open, fill: Fill, paper: Paper, field: tree.Field, problem: str, scene: Scene) -> Ask:
    buttons, around = Buttons(one, scene), paper.fields[fill.at]
    got = (fill.answers if fill.row is None else fill.row).get(field.name)
    options: tuple[Choice, ...] = ()
    chosen: tuple[str, ...] = ()
    turns: tuple[Choice, ...] = ()
    if (found := of_field(field, scene, home(fill, scene), paper)) is not None:
        options, turns = picker.shown(found, fill.matching, fill.page, buttons)
        chosen = tuple(option.label for option in found if field.many and option.value in (got or ()))
    prompt = field.name
    if fill.row is not None:
        n = len(fill.answers.get(around.name, ())) + 1
        prompt = scene.say("ask.column", rows=around.name, n=n, name=field.name)
    return Ask(
        kind=kind_of(field), prompt=prompt, name=field.name, problem=problem, value=_value(field, got, paper, scene),
        hint=scene.say("hint.narrowed", words=fill.matching) if fill.matching else hint(field, paper, scene),
        optional=field.optional, step=(fill.at + 1, len(paper.fields) + 1), options=options, chosen=chosen,
        columns=columns(field, paper, home(fill, scene), scene), choices=(*turns, *_ways(fill, field, got, buttons)),
    )  # fmt: skip


def _ways(fill: Fill, field: tree.Field, got: Any, buttons: Buttons) -> tuple[Choice, ...]:
    several = field.many or field.type in SEVERAL
    ways: list[Choice] = []
    if field.type == "rows":
        ways.append(buttons.choice("add", style="plain"))
        ways += [buttons.choice("drop")] if got else []
    if got and (several or field.type == "rows"):
        ways.append(buttons.choice("done", style="good"))
    elif field.optional:
        ways.append(buttons.choice("skip"))
    if fill.at > 0 or fill.editing or fill.row is not None:
        ways.append(buttons.choice("back"))
    return (*ways, buttons.choice("cancel"))


def _unit(one: Open, fill: Fill, title: str, problem: str, scene: Scene) -> Ask:
    buttons = Buttons(one, scene)
    options, turns = picker.shown(of_units(units(fill, scene)), fill.matching, fill.page, buttons)
    return Ask(
        kind="unit", prompt=scene.say("ask.unit", title=title), hint=scene.say("hint.target"), problem=problem,
        options=options, choices=(*turns, buttons.choice("cancel")),
    )  # fmt: skip


def _which(one: Open, fill: Fill, paper: Paper, problem: str, scene: Scene) -> Ask:
    buttons = Buttons(one, scene)
    names = [Option(field.name, field.name) for field in paper.fields]
    options, turns = picker.shown(names, "", fill.page, buttons)
    return Ask(
        kind="one", prompt=scene.say("ask.which_field"), hint=scene.say("hint.target"), problem=problem,
        options=options, choices=(*turns, buttons.choice("back"), buttons.choice("cancel")),
    )  # fmt: skip


def _summary(one: Open, fill: Fill, paper: Paper, title: str, problem: str, scene: Scene) -> Card:
    buttons = Buttons(one, scene)
    kept = dict(paper.item.form) if paper.item is not None and fill.purpose == "amend" else {}
    whole = tried(fill, paper, scene)
    found = whole if isinstance(whole, Read) else _what_will_do(fill, paper, scene)
    plain = Ink(scene.speaker, {**scene.contents, **found.contents}, scene.files)
    ink = Ink(plain.speaker, plain.contents, plain.files, _labels(paper, scene, plain))
    values = {**kept, **found.values}
    facts = [
        (scene.say("form.changed", name=field.name) if kept and field.name in found.values else field.name, said)
        for field in paper.fields
        if (said := ink.value(field, values.get(field.name)))
    ]
    if fill.unit:
        facts.insert(0, (scene.say("label.unit"), fill.unit))
    files = [one for field in paper.fields for one in ink.attachments(field, values.get(field.name))]
    hand_in = buttons.choice("done", _HAND_IN.get(fill.purpose, "submit"), "good")
    edit = (buttons.choice("edit", style="plain"),) if paper.fields else ()
    return Card(
        number="", title=title, state=scene.say("form.look_over"), facts=tuple(facts), text=problem, files=tuple(files),
        choices=(hand_in, *edit, buttons.choice("cancel")),
    )  # fmt: skip


def _what_will_do(fill: Fill, paper: Paper, scene: Setting) -> Read:
    """The answers that can be read each by itself, where they cannot together."""
    values: dict[str, Any] = {}
    contents: dict[str, str] = {}
    for field in paper.fields:
        if (raw := fill.answers.get(field.name)) in (None, "", [], {}):
            continue
        alone = read(Paper(paper.definition, (field,), None, paper.item, paper.run), {field.name: raw}, scene)
        if isinstance(alone, Read):
            values.update(alone.values)
            contents.update(alone.contents)
    return Read(values, contents)


def _value(field: tree.Field, got: Any, paper: Paper, scene: Scene) -> str:
    """What was answered before, or (while amending) what the item holds."""
    plain = Ink(scene.speaker, scene.contents, scene.files)
    ink = Ink(plain.speaker, plain.contents, plain.files, _labels(paper, scene, plain))
    if got in (None, "", [], {}):
        kept = paper.item.form.get(field.name) if paper.item is not None and paper.field(field.name) is field else None
        return ink.value(field, kept)
    found = read(Paper(paper.definition, (field,), None, paper.item, paper.run), {field.name: got}, scene)
    if isinstance(found, Read):
        return Ink(scene.speaker, found.contents, scene.files, ink.rows).value(field, found.values.get(field.name))
    if field.type in SEVERAL and isinstance(got, list):
        return ink.value(field, [{"file": one} for one in got])
    return ""


def _labels(paper: Paper, scene: Setting, pen: Ink) -> Mapping[str, str]:
    """What names the rows that the form may name."""
    return Rows(paper.item, paper.definition, scene).labels(pen) if paper.item is not None else {}


# ------------------------------------------------------------------------------------------------ hints


def hint(field: tree.Field, paper: Paper, setting: Setting) -> str:
    """What this field takes, in a few words."""
    low, high = field.low, field.high
    if field.type == "money":
        low, high = (None if one is None else fen(int(one)) for one in (low, high))  # type: ignore[assignment]
    ends = "range" if low is not None and high is not None else "least" if low is not None else "most"
    ranged = {"text", "int", "number", "money", "photo"}
    if field.type in ranged and (low is not None or high is not None):
        return setting.say(f"hint.{field.type}_{ends}" if ends == "range" else f"hint.{ends}", low=low, high=high)
    if field.type == "file" and field.files:
        return setting.say("hint.file_kinds", kinds=" ".join(field.files))
    if field.compare is not None and field.bound is not None and (bound := _bound(field, paper, setting)):
        return setting.say(f"hint.{field.type}") + setting.say(f"hint.bound{field.compare}", bound=bound)
    key = {"choice": "many" if field.many else "target", "number": "int"}.get(field.type, field.type)
    return setting.say(f"hint.{key}")


def _bound(field: tree.Field, paper: Paper, setting: Setting) -> str:
    """The bound of a day or a moment as of now; a length of time, and what cannot be told yet, is left to the check."""
    if field.type == "duration" or field.bound is None:
        return ""
    scene: Environment = environment(paper, setting)
    try:
        at = evaluate_moment(field.bound, scene, setting.now)
    except ConditionError:
        return ""
    return (
        setting.speaker.moment(at)
        if field.type == "datetime"
        else setting.speaker.day(setting.speaker.clock(at).date())
    )


def columns(field: tree.Field, paper: Paper, unit: str, setting: Setting) -> tuple[Ask, ...]:
    """The questions of a row."""
    return tuple(plain(column, paper, unit, setting) for column in field.columns)


def plain(field: tree.Field, paper: Paper, unit: str, setting: Setting) -> Ask:
    """A field's question without a dialogue around it: for networks that show a whole form, every option at once."""
    options = tuple(Choice(mark_of(one.value), one.label) for one in of_field(field, setting, unit, paper) or ())
    return Ask(
        kind=kind_of(field), prompt=field.name, name=field.name, hint=hint(field, paper, setting),
        optional=field.optional, options=options, columns=columns(field, paper, unit, setting),
    )  # fmt: skip
