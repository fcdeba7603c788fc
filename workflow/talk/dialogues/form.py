"""A form filled in field by field: forwards, backwards, one again from the summary. Not here: where in the form one is (paper.py), how it looks (fields.py)."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from workflow.domain import tree
from workflow.talk.about import Line
from workflow.talk.answers import Paper, read_one
from workflow.talk.dialogue import Fill
from workflow.talk.dialogues import picker
from workflow.talk.dialogues.paper import UNIT, arrive, current, hand_in, home, paper, summary, units, wrong_answers
from workflow.talk.dialogues.turn import Cancelled, Next, Turn, wrong
from workflow.talk.options import Option, meant, of_field, of_units
from workflow.talk.scene import Setting
from workflow.talk.tokens import Press

DONE_WORDS: Final = frozenset({"完成", "提交", "确定", "确认", "是", "好", "done", "submit", "yes", "ok"})
ADD_WORDS: Final = frozenset({"加一行", "添加", "add"})
SEVERAL: Final = frozenset({"file", "photo"})


def typed(fill: Fill, text: str, sent: tuple[str, ...], setting: Setting) -> Turn:
    """Something was typed, or files were sent, in answer."""
    form = paper(fill, setting)
    if form is None:
        return Cancelled("form_over")
    word = text.strip()
    if fill.at == UNIT:
        unit = meant(of_units(units(fill, setting)), word)
        return _unit(fill, unit, form)
    if fill.at >= summary(form):
        return _at_summary(fill, form, word, setting)
    field = current(fill, form)
    assert field is not None  # noqa: S101 (every place before the summary is a field)
    if field.type == "rows":
        return _at_rows(fill, form, field, word, setting)
    if field.type in SEVERAL:
        return _files(fill, form, field, word, sent, setting)
    if word.casefold() in DONE_WORDS and field.many:
        return _enough(fill, form, field, setting)
    options = of_field(field, setting, home(fill, setting), form)
    if options is not None and field.type in ("person", "unit", "choice") and not field.many:
        return _narrow(fill, form, field, options, word, setting)
    return answered(fill, form, field, word, setting)


def pressed(fill: Fill, press: Press, setting: Setting) -> Turn:
    """One of the question's own buttons was pressed."""
    form = paper(fill, setting)
    if form is None or press.verb == "cancel":
        return Cancelled("form_over") if form is None else Cancelled()
    match press.verb:
        case "page":
            return Next(replace(fill, page=press.extra), same=True)
        case "back":
            return back(fill, form, setting)
        case "option":
            return _option(fill, form, press.extra, setting)
        case "edit" if fill.at >= summary(form):
            return Next(replace(fill, at=summary(form) + 1, page=0))
        case "done" if fill.at >= summary(form):
            return hand_in(fill, form, setting)
    field = current(fill, form)
    return _at_field(fill, form, field, press.verb, setting) if field is not None else Next(fill, same=True)


def _at_field(fill: Fill, form: Paper, field: tree.Field, verb: str, setting: Setting) -> Turn:
    match verb:
        case "skip":
            return _skip(fill, form, field)
        case "done":
            return _enough(fill, form, field, setting)
        case "add" if field.type == "rows":
            return Next(replace(fill, row={}, column=0))
        case "drop" if field.type == "rows":
            rows = list(fill.answers.get(field.name, ()))[:-1]
            return Next(replace(fill, answers={**fill.answers, field.name: rows}), same=True)
    return Next(fill, same=True)


def answered(fill: Fill, form: Paper, field: tree.Field, raw: Any, setting: Setting) -> Turn:
    """Take an answer, if it will do, and go on."""
    if field.type == "checkin" and isinstance(raw, str):
        raw = {
            "said": raw,
            "at": setting.now.isoformat(timespec="seconds"),
        }  # when they were there, not when the form is handed in
    problem = read_one(form, field, raw, setting)
    return Next(_onward(_put(fill, field, raw), form)) if problem is None else wrong_answers(fill, problem)


def _put(fill: Fill, field: tree.Field, raw: Any) -> Fill:
    if fill.row is not None:
        return replace(fill, row={**fill.row, field.name: raw}, page=0, matching="")
    return replace(fill, answers={**fill.answers, field.name: raw}, page=0, matching="")


def _got(fill: Fill, field: tree.Field) -> Any:
    return (fill.answers if fill.row is None else fill.row).get(field.name)


def _onward(fill: Fill, form: Paper) -> Fill:
    field = form.fields[fill.at]
    if fill.row is None:
        return arrive(replace(fill, editing=False), form, summary(form) if fill.editing else fill.at + 1)
    if fill.column + 1 < len(field.columns):
        return replace(fill, column=fill.column + 1, page=0, matching="")
    rows = [*fill.answers.get(field.name, ()), fill.row]
    return replace(fill, answers={**fill.answers, field.name: rows}, row=None, column=0, page=0, matching="")


def _skip(fill: Fill, form: Paper, field: tree.Field) -> Turn:
    if not field.optional:
        return Next(fill, Line("not_optional", {"name": field.name}))
    if fill.row is not None:
        return Next(_onward(replace(fill, row={k: v for k, v in fill.row.items() if k != field.name}), form))
    return Next(_onward(replace(fill, answers={k: v for k, v in fill.answers.items() if k != field.name}), form))


def _enough(fill: Fill, form: Paper, field: tree.Field, setting: Setting) -> Turn:
    """Of a field that takes several: that was all."""
    got = _got(fill, field)
    if not got:
        return _skip(fill, form, field)
    return answered(fill, form, field, got, setting)


def _unit(fill: Fill, unit: Option | None, form: Paper) -> Turn:
    if unit is None:
        return wrong(fill, "nothing_like_it")
    fill = replace(fill, unit=unit.value)
    return Next(arrive(replace(fill, editing=False), form, summary(form) if fill.editing else 0))


def _option(fill: Fill, form: Paper, place: int, setting: Setting) -> Turn:
    if fill.at == UNIT:
        listed = of_units(units(fill, setting))
        return _unit(fill, listed[place] if place < len(listed) else None, form)
    if fill.at > summary(form):
        return Next(_edit(fill, form, place)) if place < len(form.fields) else wrong(fill, "nothing_like_it")
    field = current(fill, form)
    found = None
    if field is not None:
        options = of_field(field, setting, home(fill, setting), form) or ()
        found = picker.picked(options, fill.matching, place)
    if field is None or found is None:
        return wrong(fill, "nothing_like_it")
    if not field.many:
        return answered(fill, form, field, found.value, setting)
    chosen = list(_got(fill, field) or ())
    chosen = [one for one in chosen if one != found.value] if found.value in chosen else [*chosen, found.value]
    page, words = fill.page, fill.matching
    return Next(replace(_put(fill, field, chosen), page=page, matching=words), same=True)


def _narrow(
    fill: Fill, form: Paper, field: tree.Field, options: tuple[Option, ...], word: str, setting: Setting
) -> Turn:
    found = picker.typed(options, word)
    if found.option is not None:
        return answered(fill, form, field, found.option.value, setting)
    if found.left:
        return Next(replace(fill, matching=found.matching, page=0))
    return wrong(replace(fill, matching="", page=0), "nothing_like_it")


def _files(fill: Fill, form: Paper, field: tree.Field, word: str, sent: tuple[str, ...], setting: Setting) -> Turn:
    if not sent:
        return _enough(fill, form, field, setting) if word.casefold() in DONE_WORDS else wrong(fill, "file_wanted")
    if field.type == "file":
        return answered(fill, form, field, list(sent[-1:]), setting)
    photos = [*(_got(fill, field) or ()), *sent]
    if field.high is not None and len(photos) >= field.high:
        return answered(fill, form, field, photos, setting)
    problem = read_one(form, replace(field, low=None), photos, setting)
    return Next(_put(fill, field, photos)) if problem is None else wrong_answers(fill, problem)


def _at_rows(fill: Fill, form: Paper, field: tree.Field, word: str, setting: Setting) -> Turn:
    if word.casefold() in ADD_WORDS:
        return Next(replace(fill, row={}, column=0))
    return _enough(fill, form, field, setting) if word.casefold() in DONE_WORDS else wrong(fill, "press_add_or_done")


def _at_summary(fill: Fill, form: Paper, word: str, setting: Setting) -> Turn:
    if word.casefold() in DONE_WORDS and fill.at == summary(form):
        return hand_in(fill, form, setting)
    place = next((n for n, one in enumerate(form.fields) if one.name == word), None)
    return Next(_edit(fill, form, place)) if place is not None else wrong(fill, "name_a_field")


def _edit(fill: Fill, form: Paper, place: int) -> Fill:
    return replace(arrive(fill, form, place), editing=True)


def back(fill: Fill, form: Paper, setting: Setting) -> Turn:
    """To the question before; before the first: not at all."""
    if fill.row is not None and fill.column > 0:
        return Next(replace(fill, column=fill.column - 1, page=0, matching=""))
    field = form.fields[fill.at] if 0 <= fill.at < len(form.fields) else None
    if fill.row is not None and field is not None and fill.answers.get(field.name):
        return Next(replace(fill, row=None, column=0))
    if fill.editing or fill.at > summary(form):
        return Next(replace(arrive(fill, form, summary(form)), editing=False))
    if fill.purpose == "amend":
        return Cancelled()
    if fill.at > 0:
        return Next(replace(fill, at=fill.at - 1, row=None, column=0, page=0, matching=""))
    if fill.at == 0 and len(units(fill, setting)) > 1:
        return Next(replace(fill, at=UNIT, row=None, column=0))
    return Cancelled()
