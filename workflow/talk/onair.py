"""How a live step stands, in one line. Not here: its panel (cards/watching.py)."""

from __future__ import annotations

from workflow.domain.item import Run
from workflow.domain.watching import watch_of
from workflow.talk.scene import Scene


def on_air(run: Run, scene: Scene) -> str:
    """直播中, or who stopped it: 已断 once every webhook of the stop arrived, 未确认 before."""
    watch = watch_of(run, scene.now)
    if watch.stopped is None:
        return scene.say("live.owed" if watch.silent else "live.on")
    key = "lost" if watch.lost else "uncut" if watch.cuts else "cut" if watch.called else "off"
    return scene.say(f"live.{key}", person=scene.speaker.person(watch.by), at=scene.speaker.when(watch.stopped))


def watched(run: Run) -> bool:
    """Whether a live step is on there."""
    return any(task.duty == "watch" for task in run.tasks.values())
