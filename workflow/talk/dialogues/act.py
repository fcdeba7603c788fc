"""An act and what it still lacks: where to, to whom, why, and whether it is meant. One question each, in this order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from workflow.domain.definition import Definition
from workflow.domain.item import Item, Run, Task
from workflow.steps.electorate import part_of
from workflow.talk.answers import tried
from workflow.talk.dialogue import Act, Open
from workflow.talk.dialogues import picker, reason
from workflow.talk.dialogues.turn import Buttons, Cancelled, Done, Next, Turn, wrong
from workflow.talk.options import Option, labelled, successors, targets
from workflow.talk.scene import Setting
from workflow.talk.tokens import Press
from workflow.talk.view import Ask, Choice
from workflow.verbs.work import assignable

SLOTS: Final[Mapping[str, tuple[str, ...]]] = {
    "reject": ("words",),
    "return": ("target", "words"),
    "comment": ("words",),
    "transfer": ("person", "words"),
    "reassign": ("person", "words"),
    "terminate": ("words", "yes"),
    "retry": ("words",),
    "withdraw": ("yes",),
    "decline": ("words",),
    "assign": ("person",),
}
"""What each act is asked for."""

_MISFITS: Final = frozenset({"not_eligible", "already_in_step", "unknown_person", "not_among"})


def lacks(act: Act) -> str:
    """The first thing that is not known yet; empty when all is."""
    known = {
        "target": bool(act.target), "person": bool(act.person), "words": act.comment is not None, "yes": act.confirmed,
    }  # fmt: skip
    return next((slot for slot in SLOTS[act.verb] if not known[slot]), "")


def begin(act: Act, setting: Setting) -> Turn:
    """What can be settled without asking is; then the first question, or the command."""
    if "target" in SLOTS[act.verb] and len(found := _targets(act, setting)) == 1:
        act = replace(act, target=found[0].value)
    return _on(act)


def _on(act: Act) -> Turn:
    if lacks(act):
        return Next(act)
    args: dict[str, object] = {"task": [act.task, act.round]} if act.task else {}
    if act.verb == "reassign" and act.place:
        args = {"place": act.place, **args}
    if act.target:
        args["to"] = act.target
    if act.person:
        args["to"] = act.person
    if act.comment:
        args["comment"] = act.comment
    if act.marks:
        args["marks"] = dict(act.marks)
    return Done(act.verb, act.item, args)


# ------------------------------------------------------------------------------------------------ answers


def typed(act: Act, text: str, setting: Setting) -> Turn:
    """Something was typed in answer."""
    match lacks(act):
        case "words":
            return _after(reason.typed(act, text))
        case "person" | "target" as slot:
            found = picker.typed(_options(act, slot, setting), text.strip())
            if found.option is not None:
                return _on(_with(act, slot, found.option))
            if found.left:
                return Next(replace(act, matching=found.matching, page=0))
            return wrong(replace(act, matching="", page=0), "nothing_like_it")
    return wrong(act, "press_yes_or_no")


def pressed(act: Act, press: Press, setting: Setting) -> Turn:
    """One of the question's own buttons was pressed."""
    slot = lacks(act)
    match press.verb:
        case "page":
            return Next(replace(act, page=press.extra), same=True)
        case "option" if slot in ("person", "target"):
            found = picker.picked(_options(act, slot, setting), act.matching, press.extra)
            return _on(_with(act, slot, found)) if found is not None else wrong(act, "nothing_like_it")
        case "skip" if slot == "words":
            return _after(reason.skip(act))
        case "done" if slot == "yes":
            return _on(replace(act, confirmed=True))
        case "back":
            return back(act, setting)
    return Cancelled() if press.verb == "cancel" else Next(act, same=True)


def back(act: Act, setting: Setting) -> Turn:
    """To the question before; before the first: not at all."""
    slots = SLOTS[act.verb]
    before = slots[: slots.index(lacks(act))]
    for slot in reversed(before):
        if slot == "words":
            return Next(replace(act, comment=None))
        if len(_options(act, slot, setting)) > 1:
            return Next(replace(act, page=0, matching="", **{slot: ""}))
    return Cancelled()


def _after(turn: Turn) -> Turn:
    return _on(turn.talk) if isinstance(turn, Next) and turn.problem is None and isinstance(turn.talk, Act) else turn


def _with(act: Act, slot: str, option: Option) -> Act:
    return replace(act, page=0, matching="", **{slot: option.value})


def reopened(act: Act, word: str) -> Act | None:
    """The act to ask again after the decision refused it; None where asking again would not help."""
    if word in _MISFITS and act.person:
        return replace(act, person="", comment=act.comment or None)
    return None


# ------------------------------------------------------------------------------------------------ questions


def ask(one: Open, act: Act, title: str, setting: Setting) -> Ask:
    """The question that this act is at; `title` names the item."""
    buttons, slot = Buttons(one, setting), lacks(act)
    asked = [slot for slot in SLOTS[act.verb] if slot != "target" or len(_targets(act, setting)) > 1]
    options: tuple[Choice, ...] = ()
    turns: tuple[Choice, ...] = ()
    hint = setting.say(f"hint.{slot}")
    if slot in ("person", "target"):
        found = _options(act, slot, setting)
        options, turns = picker.shown(found, act.matching, act.page, buttons)
        hint = setting.say("hint.narrowed", words=act.matching) if act.matching else hint
    ways = [buttons.choice("done", f"yes_{act.verb}", "danger")] if slot == "yes" else []
    ways += [buttons.choice("skip")] if slot == "words" and act.verb in reason.OPTIONAL else []
    ways += [buttons.choice("back")] if isinstance(back(act, setting), Next) else []
    problem = setting.speaker.line(one.problem.word, one.problem.facts) if one.problem else ""
    kind = {"person": "person", "target": "one", "words": "text", "yes": "bool"}[slot]
    return Ask(
        kind=kind,  # type: ignore[arg-type]
        prompt=_prompt(act, slot, title, setting), hint=hint, problem=problem,
        optional=slot == "words" and act.verb in reason.OPTIONAL, step=(asked.index(slot) + 1, len(asked)), options=options,
        choices=(*turns, *ways, buttons.choice("cancel")),
    )  # fmt: skip


def _prompt(act: Act, slot: str, title: str, setting: Setting) -> str:
    speaker = setting.speaker
    key = f"ask.{act.verb}" if slot == "words" else f"ask.{slot}_{act.verb}"
    return speaker.say(
        key, title=title, target=speaker.step(act.target) if act.target else "",
        person=speaker.person(act.person) if act.person else "", words=act.comment or "",
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ what may be picked


def _options(act: Act, slot: str, setting: Setting) -> Sequence[Option]:
    if slot == "target":
        return _targets(act, setting)
    seat = seat_of(act.item, act.task, act.place, setting)
    if seat is None:
        return ()
    item, definition, run, task = seat
    if act.verb == "assign":
        named = assignable(tried(definition, item, act.verb, {}, setting), run)
        return labelled([one.person for one in named], setting)
    step = definition.places.get(run.place)
    if step is not None and step.kind == "task":
        seated = {one.person for one in run.tasks.values() if one.duty and one.state in ("open", "done")}
        house = setting.organisation
        return labelled([one.id for one in house.people if one.id not in seated and house.active(one.id)], setting)
    part = task.part if task is not None and task.part else ""
    if not part and step is not None:
        part = part_of(setting.organisation, step, run, item.unit)
    return successors(item, run, task, part, setting)


def _targets(act: Act, setting: Setting) -> Sequence[Option]:
    seat = seat_of(act.item, act.task, "", setting)
    if seat is None:
        return ()
    item, definition, run, _ = seat
    return targets(item, run, setting) if run.place in definition.places else ()


def seat_of(item_id: str, no: int, place: str, setting: Setting) -> tuple[Item, Definition, Run, Task | None] | None:
    """The item, its flow, and the run and task that a number (or a place) means; None when that is over."""
    item = setting.items.get(item_id)
    if item is None:
        return None
    for run in item.runs.values():
        if no and no in run.tasks:
            return item, setting.definition(item), run, run.tasks[no]
    for run in item.runs.values():
        if not no and place and run.place == place:
            return item, setting.definition(item), run, None
    return None
