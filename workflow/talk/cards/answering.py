"""What is collected: the prompt of who was asked by name, and the invitation to everybody else. Not here: what was answered (answered.py), filling in (dialogues)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from workflow.domain.definition import Step
from workflow.domain.fold import step_path
from workflow.domain.item import Item, Line, Run, Task
from workflow.steps.kinds.collect import counted, may_answer
from workflow.steps.secrecy import hidden
from workflow.talk import sight, tokens
from workflow.talk.about import Told
from workflow.talk.answers import tried
from workflow.talk.cards import parts
from workflow.talk.plain import cut, line
from workflow.talk.rows import Rows
from workflow.talk.scene import Scene
from workflow.talk.view import Card, Choice


def prompt(item: Item, run: Run, task: Task, step: Step, scene: Scene) -> Card:
    """To who was asked by name, as long as the step is open: also once they answered, for they may do so again."""
    only = sight.shown(step)
    row = parts.row(item, run, scene, only)
    figures = parts.figures(item, scene, only, without=row.listed)
    given = next((one for one in run.rows if one.person == scene.person), None)
    key = "answers.asked" if task.state != "done" else "answers.again"
    state = [scene.say(key, step=scene.speaker.step(run.place))]
    state += [due] if (due := parts.due_of(run, scene)) else []
    mine = task.person == scene.person and task.state in ("open", "done")
    choices = (_button(item, run, task.no, scene), *_ways(item, scene)) if mine else ()
    return Card(
        number=item.code, title=parts.title(item, scene, only), state=" · ".join(state),
        facts=(
            *parts.header(item, scene, only), *row.facts, *figures.facts, *parts.passed(item, scene, only),
            (scene.say("label.answers"), _count(run, len(run.rows), scene)), *_yours(given, step, scene),
        ),
        text=_text(item, run, step, scene), files=(*row.files, *figures.files), link=parts.link(item, scene), choices=choices,
        mark="good" if task.state == "done" else "",
    )  # fmt: skip


def invited(about: Told, item: Item, scene: Scene) -> Card:
    """The invitation, in a room or to one of very many; once it is over it says so."""
    for run in item.runs.values():
        if run.place == about.step and run.state == "gathering":
            return invitation(item, run, scene)
    return Card(
        number=item.code, title=parts.title(item, scene), state=scene.say("answers.over", step=scene.speaker.step(about.step)),
        link=parts.link(item, scene), mark="quiet",
    )  # fmt: skip


def invitation(item: Item, run: Run, scene: Scene) -> Card:
    """What is asked of whoever likes to answer, and no more of the item than its title."""
    step = scene.definition(item).places[run.place]
    text = [_text(item, run, step, scene)]
    if not scene.private:
        text.append(scene.say("answers.private", code=item.code))
    state = [scene.say("answers.invited", step=scene.speaker.step(run.place))]
    state += [due] if (due := parts.due_of(run, scene)) else []
    return Card(
        number=item.code, title=parts.title(item, scene), state=" · ".join(state), facts=parts.row(item, run, scene, sight.shown(step)).facts,
        text="\n".join(text), link=parts.link(item, scene), choices=choices(item, scene),
    )  # fmt: skip


def open_to(item: Item, scene: Scene) -> Run | None:
    """The first step of an item that takes answers of the reader, whom nobody asked by name."""
    return next((run for run in item.runs.values() if _may(item, run, scene)), None)


def choices(item: Item, scene: Scene) -> tuple[Choice, ...]:
    """For every step that takes answers: to answer, and for coordinators of the unit to write somebody's down. Of several rows, which."""
    found: list[tuple[Run, Choice]] = []
    coordinates = scene.private and scene.organisation.coordinates(scene.person, item.unit, scene.now)
    for run in item.runs.values():
        if _may(item, run, scene) or (not scene.private and run.state == "gathering"):
            found.append((run, _button(item, run, 0, scene)))
        step = scene.definition(item).places.get(run.place)
        if coordinates and step is not None and step.kind == "collect" and run.state in ("open", "gathering"):
            found.append((run, scene.button("record", tokens.Press("record", item.id, 0, run.round, run.no), "quiet")))
    if len({run.no for run, _ in found}) == 1:
        return tuple(choice for _, choice in found)
    return tuple(replace(choice, label=f"{choice.label} · {_which(item, run, scene)}") for run, choice in found)


def _which(item: Item, run: Run, scene: Scene) -> str:
    """What tells a run from others that take answers: its row, else its step."""
    rows = Rows(item, scene.definition(item), scene)
    row = rows.at(run)
    return rows.label(*row[:2], parts.ink(scene)) if row is not None else scene.speaker.step(run.place)


def gathering(item: Item, scene: Scene) -> Iterator[parts.Fact]:
    """How many have answered each open step so far. Raises WantingError."""
    gathering = [run for run in item.runs.values() if run.state == "gathering"]
    numbers = counted(tried(scene.definition(item), item, "answer", {}, scene), *gathering)
    for place in dict.fromkeys(run.place for run in gathering):
        those = [(run, n) for run, n in zip(gathering, numbers, strict=True) if run.place == place]
        if len(those) == 1:
            yield scene.say("label.answers"), _count(*those[0], scene)
        else:  # the rows of an `each` together
            yield scene.say("label.answers"), scene.say("answers.count", n=sum(n for _, n in those))


def _may(item: Item, run: Run, scene: Scene) -> bool:
    step = scene.definition(item).places.get(run.place)
    if step is None or run.state != "gathering" or item.pause is not None:
        return False
    return may_answer(tried(scene.definition(item), item, "answer", {}, scene), run, step, scene.person)


def _button(item: Item, run: Run, task: int, scene: Scene) -> Choice:
    return scene.button("answer", tokens.Press("answer", item.id, task, run.round, run.no), "good")


def _ways(item: Item, scene: Scene) -> tuple[Choice, ...]:
    return (
        scene.button("comment", tokens.Press("comment", item.id), "quiet"),
        scene.button("detail", tokens.Press("detail", item.id), "quiet"),
    )


def _count(run: Run, n: int, scene: Scene) -> str:
    need = run.need.ayes if run.need is not None else 0
    return scene.say("answers.of", n=n, need=need) if need else scene.say("answers.count", n=n)


def _text(item: Item, run: Run, step: Step, scene: Scene) -> str:
    said = [step.help] if step.help else []
    names = parts.asked(step, scene)
    said.append(scene.say("answers.form", names=names) if names else scene.say("answers.nothing"))
    if step.secret and hidden(scene.definition(item), item, step_path(run)):
        said.append(scene.say("answers.secret", step=scene.speaker.step(step.secret)))
    return cut("\n".join(said), 1500)


def _yours(given: Line | None, step: Step, scene: Scene) -> Iterator[parts.Fact]:
    values, pen = dict(given.values) if given is not None else {}, parts.ink(scene)
    for field in step.form:
        if said := pen.value(field, values.get(field.name)):
            yield scene.say("label.yours", name=line(field.name, 60)), cut(said, parts.LONGEST)
