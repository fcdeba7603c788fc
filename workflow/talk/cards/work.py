"""A task that is to be done, taken or given to somebody: what it is about, and what its holder may do. Not here: votes (prompt.py)."""

from __future__ import annotations

from workflow.domain.definition import Step
from workflow.domain.item import Item, Run, Task
from workflow.steps.work import finished, several
from workflow.talk import sight, tokens
from workflow.talk.cards import parts
from workflow.talk.plain import cut
from workflow.talk.scene import Scene
from workflow.talk.view import Card, Choice, Style


def prompt(item: Item, run: Run, task: Task, step: Step, scene: Scene) -> Card:
    """The card while the task is open."""
    only = sight.shown(step)
    row = parts.row(item, run, scene, only)
    figures = parts.figures(item, scene, only, without=row.listed)
    mine = task.person == scene.person and task.state == "open"
    return Card(
        number=item.code, title=parts.title(item, scene, only), state=parts.standing(item, run, task, scene),
        facts=(*parts.header(item, scene, only), *row.facts, *figures.facts, *parts.passed(item, scene, only), *_rule(step, run, scene)),
        text=_text(task, step, scene), files=parts.once(*row.files, *figures.files, *parts.brought(item, scene, only)),
        link=parts.link(item, scene), choices=_choices(item, run, task, scene) if mine else (),
    )  # fmt: skip


def _choices(item: Item, run: Run, task: Task, scene: Scene) -> tuple[Choice, ...]:
    def offer(verb: str, style: Style = "plain") -> Choice:
        return scene.button(verb, tokens.Press(verb, item.id, task.no, run.round), style)

    ways = {"offer": ("take", "decline"), "do": ("hand_in", "decline"), "assign": ("assign",)}[task.duty]
    first, *others = ways
    return (offer(first, "good"), *(offer(one) for one in others), offer("comment", "quiet"), offer("detail", "quiet"))


def _rule(step: Step, run: Run, scene: Scene) -> tuple[parts.Fact, ...]:
    """How many must hand it in, where it is not just one."""
    if not several(step) or run.need is None:
        return ()
    return ((scene.say("label.rule"), scene.say("rule.hands", n=run.need.ayes, done=finished(run))),)


def _text(task: Task, step: Step, scene: Scene) -> str:
    names = parts.asked(step, scene)
    key = {"offer": "work.offer" if step.form else "work.take", "assign": "work.assign"}.get(task.duty, "work.do")
    said = [step.help] if step.help else []
    if step.form or task.duty != "do":
        said.append(scene.say(key, names=names))
    return cut("\n".join(said), 1500)


def became(item: Item, run: Run | None, task: Task | None, step: Step | None, scene: Scene) -> str:
    """What became of a task of this kind; empty where that is said like of any other."""
    speaker = scene.speaker
    if task is None or not task.duty:
        return ""
    at = speaker.when(task.at) if task.at is not None else ""
    if task.state == "done":
        choice = scene.say("choice.done")
        if task.duty == "assign":
            return scene.say("outcome.assigned", at=at)
        return scene.say("outcome.voted", choice=choice, person=speaker.person(task.person), at=at)
    if task.state == "declined":
        return scene.say("outcome.declined", at=at)
    if task.state == "cancelled" and run is not None and step is not None and step.kind == "task":
        have = [
            one
            for one in run.tasks.values()
            if one.at is not None and (one.state == "done" or one.duty == "do") and one.duty != "assign"
        ]
        have = [one for one in have if one.state in ("open", "done")]
        if have:
            by, when = speaker.people(one.person for one in have), speaker.when(have[-1].at)  # type: ignore[arg-type]
            return scene.say("outcome.taken", by=by, at=when)
    return ""
