"""What a `report` summed up, as a card: one line a unit. Not here: summing (steps.deeds.reporting)."""

from __future__ import annotations

from workflow.domain import event as e
from workflow.domain.item import Item
from workflow.talk.about import Told
from workflow.talk.cards import parts
from workflow.talk.plain import clean, line
from workflow.talk.scene import Scene
from workflow.talk.view import Card, Choice

MOST_LINES = 60
"""Units of one card; the others are counted."""


def card(about: Told, item: Item, scene: Scene, heading: str, choices: tuple[Choice, ...]) -> Card:
    """The report that this decision made; `heading` is the flow's own text, where it gives one."""
    title = line(scene.definition(item).title, 60)
    fact = _reported(about, item, scene)
    said = [heading] if heading else []
    if fact is not None:
        said += [_days(fact, title, scene), *(_line(one, fact.names, scene) for one in fact.lines[:MOST_LINES])]
        if len(fact.lines) > MOST_LINES:
            said.append(f"… {len(fact.lines)}")
    return Card(
        number=item.code, title=title, state=parts.state(item, scene), facts=(), text=clean("\n".join(said), 4000),
        link=parts.link(item, scene), choices=choices,
    )  # fmt: skip


def _reported(about: Told, item: Item, scene: Scene) -> e.Reported | None:
    for event in scene.events.get(item.id, ()):
        if event.version == about.version:
            for fact in event.facts:
                if isinstance(fact, e.Reported) and (fact.step, fact.deed) == (about.step, about.deed):
                    return fact
    return None


def _days(fact: e.Reported, title: str, scene: Scene) -> str:
    key = "told.report_days" if fact.since else "told.report_ever"
    return scene.say("told.report", title=title, days=scene.say(key, since=fact.since, until=fact.until))


def _line(one: tuple[str, tuple[str, ...]], names: tuple[str, ...], scene: Scene) -> str:
    unit, values = one
    figures = [
        scene.say("told.report_figure", name=name, value=value) for name, value in zip(names, values, strict=True)
    ]
    return scene.say("told.report_line", unit=line(unit, 60), figures=scene.speaker.listed(figures))
