"""An answer being filled in: one's own, or by a coordinator for whom they spoke with, which asks first how and with whom. Not here: the form itself."""

from __future__ import annotations

from typing import Any

from workflow.domain import tree
from workflow.domain.item import Run
from workflow.steps.amending import AMENDING, source_of
from workflow.talk.answers import Paper
from workflow.talk.dialogue import Fill
from workflow.talk.dialogues.turn import Done
from workflow.talk.scene import Setting
from workflow.verbs.answer import CHANNELS, LONGEST_RESPONDENT


def paper(fill: Fill, setting: Setting) -> Paper | None:
    """The step's form; to write down somebody's answer, with how and who before it. None when the step is over."""
    item = setting.items.get(fill.item)
    run = item.runs.get(fill.run) if item is not None else None
    if item is None or run is None or run.round != fill.round or run.state not in ("open", "gathering", AMENDING):
        return None
    definition = setting.definition(item)
    if run.state == AMENDING:
        source = source_of(definition, item, run)
        return Paper(definition, source.step.form, source.step.must, item, run.no) if source is not None else None
    step = definition.places.get(run.place)
    if step is None or step.kind != "collect":
        return None
    before = _recorded(run, setting) if fill.purpose == "record" else ()
    return Paper(definition, (*before, *step.form), step.must, item, run.no)


def handed_in(fill: Fill, setting: Setting) -> Done:
    """The command of a whole answer."""
    answers: dict[str, Any] = dict(fill.answers)
    args: dict[str, Any] = {"task": [fill.task, fill.round]} if fill.task else {"run": [fill.run, fill.round]}
    if fill.purpose == "record":
        said = answers.pop(setting.say("record.channel"), "")
        spoken = {setting.say(f"record.{one}"): one for one in CHANNELS}
        args["channel"] = spoken.get(str(said), str(said))
        args["respondent"] = str(answers.pop(setting.say("record.respondent"), ""))
    return Done("answer", fill.item, {**args, "answers": answers})


def _recorded(run: Run, setting: Setting) -> tuple[tree.Field, ...]:
    """How, and with whom. (Names with brackets: no field of a flow can be called so.)"""
    how = tuple(setting.say(f"record.{one}") for one in CHANNELS)
    channel = tree.Field((0, 0), setting.say("record.channel"), "choice", choices=how)
    name = setting.say("record.respondent")
    asked = [setting.organisation.person(task.person) for task in run.tasks.values() if task.duty == "do"]
    if not asked:
        return channel, tree.Field((0, 0), name, "text", low=1, high=LONGEST_RESPONDENT)
    names = [one.name for one in asked if one is not None]
    labels = tuple(one.key if names.count(one.name) > 1 else one.name for one in asked if one is not None)
    return channel, tree.Field((0, 0), name, "choice", choices=labels)
