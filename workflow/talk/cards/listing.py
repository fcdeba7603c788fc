"""Pages of things: what waits for me, what I handed in, what was found, what I may start."""

from __future__ import annotations

from workflow.domain.item import Item
from workflow.talk import tokens
from workflow.talk.about import Page
from workflow.talk.cards import parts
from workflow.talk.options import PAGE
from workflow.talk.plain import line
from workflow.talk.scene import Scene, Setting
from workflow.talk.sight import seen, shown
from workflow.talk.view import Choice, Listing, Row, View
from workflow.verbs.submit import starting_units


def page(about: Page, scene: Scene) -> View:
    """The page as it is now."""
    if about.what == "flows":
        return _flows(about, scene)
    query = parts.ink(scene).words(about.query)
    title = scene.say("list.digest" if about.digest else f"list.{about.what}", n=scene.total, query=line(query, 60))
    rows = tuple(_row(item, task, about, scene) for item, task in scene.listed if item in scene.items)
    return Listing(
        title=title, rows=rows, empty="" if rows else scene.say(f"list.{about.what}_empty", query=line(query, 60)),
        choices=_turns(about.page, scene.total, scene),
    )  # fmt: skip


def _row(item_id: str, no: int, about: Page, scene: Scene) -> Row:
    item = scene.items[item_id]
    run = next((one for one in item.runs.values() if no and no in one.tasks), None)
    step = scene.definition(item).places.get(run.place) if run is not None else None
    only = shown(step) if step is not None else seen(item, scene)
    label = scene.say("name.item", code=item.code, title=parts.title(item, scene, only))
    if run is None:
        press = tokens.Press("detail", item.id)
        return Row(label, _where(item, about, scene, only), scene.token(press))
    detail = [parts.progress(run.place, item, scene), parts.due_of(run, scene)]
    if only is None:
        detail.insert(1, scene.speaker.person(item.submitter))
    press = tokens.Press("task", item.id, no, run.round)
    return Row(label, " · ".join(filter(None, detail)), scene.token(press))


def _where(item: Item, about: Page, scene: Scene, only: frozenset[str] | None) -> str:
    said = [parts.state(item, scene)]
    if about.what == "find" and only is None:
        said.append(scene.speaker.person(item.submitter))
    return " · ".join(said)


def startable(setting: Setting) -> tuple[tuple[str, str], ...]:
    """(flow, title) of every flow that the person may start, by title."""
    here = {"chat", "web"} if "forms" in setting.capabilities else {"chat"}
    found = [
        (flow, definition.title) for flow, definition in setting.flows.items()
        if not here.isdisjoint(definition.start.via)
        and starting_units(definition, setting.organisation, setting.person, setting.now)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: one[1]))


def _flows(about: Page, scene: Scene) -> Listing:
    flows = startable(scene)
    first = about.page * PAGE
    rows = tuple(
        Row(line(title, 80), flow, scene.token(tokens.Press("start", tokens.version_of(scene.flows[flow].digest))))
        for flow, title in flows[first : first + PAGE]
    )
    return Listing(
        title=scene.say("list.flows", n=len(flows)), rows=rows, empty="" if rows else scene.say("list.flows_empty"),
        choices=_turns(about.page, len(flows), scene),
    )  # fmt: skip


def _turns(page: int, total: int, scene: Scene) -> tuple[Choice, ...]:
    found = []
    if page > 0:
        found.append(scene.button("before", tokens.Press("turn", extra=page - 1), "quiet"))
    if (page + 1) * PAGE < total:
        found.append(scene.button("after", tokens.Press("turn", extra=page + 1), "quiet"))
    return tuple(found)
