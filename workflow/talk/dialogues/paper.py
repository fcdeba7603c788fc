"""Which form is being filled in and where in it one is; and its end: tried as a whole, handed in, asked again. Not here: answers (form.py)."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from workflow.domain import tree
from workflow.domain.command import Refused
from workflow.talk.about import Line
from workflow.talk.answers import Paper, Problem, Read, read
from workflow.talk.dialogue import Fill
from workflow.talk.dialogues import answering
from workflow.talk.dialogues.act import seat_of
from workflow.talk.dialogues.turn import Done, Next, Turn
from workflow.talk.scene import Setting
from workflow.verbs.submit import starting_units

UNIT: Final = -1


def paper(fill: Fill, setting: Setting) -> Paper | None:
    """The form that is being filled in; None when the step that wanted it is over, or its flow unknown."""
    definition = setting.definitions.get(fill.digest)
    if definition is None:
        return None
    if fill.purpose == "start":
        return Paper(definition, definition.start.form, definition.start.must)
    if fill.purpose == "amend":
        item = setting.items.get(fill.item)
        return Paper(definition, definition.start.form, None, item) if item is not None else None
    if fill.purpose in ("answer", "record"):
        return answering.paper(fill, setting)
    seat = seat_of(fill.item, fill.task, "", setting)
    if seat is None or seat[2].place not in definition.places:
        return None
    step = definition.places[seat[2].place]
    return Paper(definition, step.form, step.must, seat[0], seat[2].no)


def units(fill: Fill, setting: Setting) -> tuple[str, ...]:
    """The units from which the person may start this flow; nothing to ask unless there are several."""
    definition = setting.definitions.get(fill.digest)
    if fill.purpose != "start" or definition is None:
        return ()
    return starting_units(definition, setting.organisation, setting.person, setting.now)


def current(fill: Fill, form: Paper) -> tree.Field | None:
    """The field that is asked for (a column, within rows); None at the unit and at the summary."""
    if not 0 <= fill.at < len(form.fields):
        return None
    field = form.fields[fill.at]
    return field.columns[fill.column] if fill.row is not None else field


def summary(form: Paper) -> int:
    """Where all answers are looked over; one further, the field to change is picked."""
    return len(form.fields)


def begin(fill: Fill, setting: Setting) -> Fill | None:
    """The form at its first question; None when there is no such form."""
    form = paper(fill, setting)
    if form is None:
        return None
    if fill.purpose == "amend":
        return replace(fill, at=summary(form))
    if len(units(fill, setting)) > 1 and not fill.unit:
        return replace(fill, at=UNIT)
    return arrive(fill, form, 0)


def arrive(fill: Fill, form: Paper, at: int) -> Fill:
    """The form at another question; an empty list that must have rows begins with its first row."""
    fill = replace(fill, at=at, row=None, column=0, page=0, matching="")
    field = current(fill, form)
    if field is not None and field.type == "rows" and not field.optional and not fill.answers.get(field.name):
        return replace(fill, row={})
    return fill


def hand_in(fill: Fill, form: Paper, setting: Setting) -> Turn:
    """The command, if the answers hold together; else what is wrong with them."""
    found = tried(fill, form, setting)
    if not isinstance(found, Read):
        return wrong_answers(replace(fill, at=summary(form)), *found)
    args: dict[str, Any]
    match fill.purpose:
        case "start":
            args = {"flow": form.definition.flow, **({"unit": fill.unit} if fill.unit else {}), "form": fill.answers}
            return Done("submit", "", args)
        case "amend":
            args = {"form": fill.answers, **({"task": [fill.task, fill.round]} if fill.task else {})}
            return Done("resubmit", fill.item, args)
        case "answer" | "record":
            return answering.handed_in(fill, setting)
    args = {"task": [fill.task, fill.round], "answers": fill.answers, **({"marks": fill.marks} if fill.marks else {})}
    return Done("done" if fill.purpose == "work" else "approve", fill.item, args)


def tried(fill: Fill, form: Paper, setting: Setting) -> Read | tuple[Problem, ...]:
    """All answers read together: as they would be kept, or what is wrong. Of an amendment, only what it changes."""
    fields = form.fields
    if fill.purpose == "amend":
        fields = tuple(one for one in fields if one.name in fill.answers)
    return read(Paper(form.definition, fields, form.must, form.item, form.run), fill.answers, setting)


def reopened(fill: Fill, setting: Setting, refused: Refused) -> Fill | None:
    """The form to be asked again after the decision refused it: at its summary, or at the unit."""
    form = paper(fill, setting)
    if form is None:
        return None
    if refused.reason == "which_unit":
        return replace(fill, at=UNIT, unit="", editing=True)
    return replace(fill, at=summary(form))


def home(fill: Fill, setting: Setting) -> str:
    """The unit that tiers count up from while the form is filled in."""
    item = setting.items.get(fill.item)
    if item is not None:
        return item.unit
    return fill.unit or next(iter(units(fill, setting)), setting.organisation.root().id)


def wrong_answers(fill: Fill, *problems: Problem) -> Next:
    """The same question again, with what is wrong with the answers."""
    return Next(fill, Line("refused.form", {"problems": [list(one) for one in problems]}))
