"""The panel of a live step, to each of its watchers: how it stands, until when, the all-clear, and the stop that asks nothing."""

from __future__ import annotations

from workflow.domain.definition import Step
from workflow.domain.item import Item, Run, Task, Watch
from workflow.domain.watching import watch_of
from workflow.talk import tokens
from workflow.talk.cards import parts
from workflow.talk.onair import on_air
from workflow.talk.scene import Scene
from workflow.talk.view import Choice, Panel, Style


def panel(item: Item, run: Run, task: Task, step: Step, scene: Scene) -> Panel:
    """The panel as it is now; only whose watch it is has buttons."""
    watch = watch_of(run, scene.now)
    mine = task.person == scene.person and task.state == "open"
    return Panel(
        title=scene.say("name.item", code=item.code, title=parts.title(item, scene)),
        state=on_air(run, scene),
        facts=_facts(run, watch, step, scene),
        stop=_button("stop", item, run, task, scene, "danger") if mine and watch.stopped is None else None,
        choices=_choices(item, run, task, watch, step, scene) if mine else (),
    )


def _facts(run: Run, watch: Watch, step: Step, scene: Scene) -> tuple[parts.Fact, ...]:
    speaker = scene.speaker
    facts: list[parts.Fact] = []
    due = next((one.at for one in run.moments if one.kind == "due"), None)
    if due is not None:
        facts.append((scene.say("label.until"), speaker.when(due)))
    owed = next((one.at for one in run.moments if one.kind == "beat" and not one.n), None)
    if owed is not None:
        facts.append((scene.say("label.clear_by"), speaker.when(owed)))
    facts.append((scene.say("label.cleared"), speaker.when(watch.cleared)))
    watching = [one.person for one in run.tasks.values() if one.state == "open"]
    facts.append((scene.say("label.watching"), speaker.people(watching)))
    if watch.stopped is not None:
        facts.append((scene.say("label.agreed"), _agreement(watch, step, scene)))
    facts.append((scene.say("label.stops"), str(watch.stops)))
    facts.append((scene.say("label.missed"), str(watch.missed)))
    return tuple(facts)


def _agreement(watch: Watch, step: Step, scene: Scene) -> str:
    wanted: int = step.own["restart"]
    if not watch.agreed:
        return scene.say("live.agreed_none", n=wanted)
    return scene.say("live.agreed", people=scene.speaker.people(watch.agreed), n=wanted - len(watch.agreed))


def _choices(item: Item, run: Run, task: Task, watch: Watch, step: Step, scene: Scene) -> tuple[Choice, ...]:
    found: list[Choice] = []
    if watch.stopped is None:
        if step.own.get("beat") is not None:
            found.append(_button("clear", item, run, task, scene, "good"))
    elif task.person not in watch.agreed:
        found.append(_button("restart", item, run, task, scene, "plain"))
    found.append(_button("detail", item, run, task, scene, "quiet"))
    return tuple(found)


def _button(verb: str, item: Item, run: Run, task: Task, scene: Scene, style: Style) -> Choice:
    return scene.button(verb, tokens.Press(verb, item.id, task.no, run.round), style)


def over(no: int, item: Item, scene: Scene) -> str:
    """How a live step ended, of which task `no` was a watch; empty where it was none, or is not known."""
    for result in item.results.values():
        figures = dict(result.extra)
        if result.tasks and result.tasks[0] <= no <= result.tasks[1] and "停播次数" in figures:
            return scene.say(
                "live.over", at=scene.speaker.when(result.ended), stops=figures["停播次数"]["value"],
                missed=figures["漏报次数"]["value"],
            )  # fmt: skip
    return ""
