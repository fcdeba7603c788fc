"""An item in full, as far as the reader may see it, with what they may do from here, and its timeline."""

from __future__ import annotations

from workflow.domain import places
from workflow.domain.item import Item
from workflow.steps.kinds.run import counts
from workflow.talk import sight, tokens
from workflow.talk.about import Detail
from workflow.talk.cards import answering, parts, status
from workflow.talk.plain import cut
from workflow.talk.scene import Scene
from workflow.talk.timeline import timeline
from workflow.talk.view import Card, Choice, Notice, View

MOST_ENTRIES = 40


def detail(about: Detail, scene: Scene) -> View:
    """The item; who may not see it reads the same as of one that does not exist."""
    item = scene.items[about.item]
    if not scene.private:
        return _brief(item, scene)
    if not sight.may_see(item, scene):
        if (run := answering.open_to(item, scene)) is not None:
            return answering.invitation(item, run, scene)
        return Notice(scene.say("refused.no_such_item"))
    only = sight.seen(item, scene)
    figures = parts.figures(item, scene, only)
    text = status.why(item, scene)
    if about.timeline:
        entries = timeline(item, scene)[-MOST_ENTRIES:]
        said = "\n".join(f"{scene.speaker.when(one.at)} {one.actor} {one.text}".replace("  ", " ") for one in entries)
        text = f"{text}\n\n{said}".strip()
    return Card(
        number=item.code, title=parts.title(item, scene, only), state=parts.state(item, scene),
        facts=(*parts.header(item, scene, only), *figures.facts, *parts.passed(item, scene, only), *parts.waiting(item, scene), *answering.gathering(item, scene)),
        text=cut(text, 6000), files=figures.files, link=parts.link(item, scene), mark=status.mark(item),
        choices=_choices(item, about, scene),
    )  # fmt: skip


def _brief(item: Item, scene: Scene) -> Card:
    """Where others read along: which item, how it stands, and where the rest is. Whoever asked for it may see it."""
    return Card(
        number=item.code, title=parts.title(item, scene), state=parts.state(item, scene), link=parts.link(item, scene),
        mark=status.mark(item),
    )  # fmt: skip


def _choices(item: Item, about: Detail, scene: Scene) -> tuple[Choice, ...]:
    found: list[Choice] = []
    for run in item.runs.values():
        found += [
            scene.button("handle", tokens.Press("task", item.id, task.no, run.round), "good")
            for task in run.tasks.values()
            if task.person == scene.person and task.state == "open"
        ]
    found += answering.choices(item, scene)
    if scene.person == item.submitter:
        found += parts.of_submitter(item, scene)
    elif item.state == "running" and scene.organisation.coordinates(scene.person, item.unit, scene.now):
        found.append(scene.button("nudge", tokens.Press("nudge", item.id)))
    found.append(scene.button("comment", tokens.Press("comment", item.id), "quiet"))
    verb = "detail" if about.timeline else "timeline"
    found.append(scene.button(verb, tokens.Press(verb, item.id), "quiet"))
    return (*found, *_of_administrator(item, scene))


def _of_administrator(item: Item, scene: Scene) -> tuple[Choice, ...]:
    if item.ended is not None or not scene.organisation.administers(scene.person, scene.now):
        return ()
    found: list[Choice] = []
    voting = [
        run for run in item.runs.values()
        if run.need is not None and run.place not in places.RESERVED and not counts(run)
    ]  # fmt: skip
    if len(voting) == 1:
        found.append(scene.button("reassign", tokens.Press("reassign", item.id, 0, 0, voting[0].no), "quiet"))
    if item.pause is not None:
        found.append(scene.button("retry", tokens.Press("retry", item.id), "good"))
    if "terminate" in parts.may(item, item.place, scene):
        found.append(scene.button("terminate", tokens.Press("terminate", item.id), "danger"))
    return tuple(found)
