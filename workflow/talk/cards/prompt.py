"""A task, to its holder: what it is about and what may be done, while it is open; afterwards what became of it, without buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from workflow.domain import places
from workflow.domain.definition import Definition, Step
from workflow.domain.item import Item, Run, Task
from workflow.steps.amending import AMENDING
from workflow.steps.kinds.kinds import KINDS
from workflow.steps.weights import share, weighed
from workflow.talk import sight, tokens
from workflow.talk.about import Prompt
from workflow.talk.cards import amending, answering, parts, reasons, watching, work
from workflow.talk.dialogues.checklist import MARKS, code
from workflow.talk.options import targets
from workflow.talk.plain import cut
from workflow.talk.scene import Scene
from workflow.talk.view import Card, Checklist, Choice, Line, Style, View
from workflow.verbs.verb import decided

_STYLES: Final[dict[str, Style]] = {"pass": "good", "fail": "bad", "na": "quiet"}


DUTIES: Final[Mapping[str, Callable[[Item, Run, Task, Step, Scene], View]]] = {
    "task": work.prompt, "live": watching.panel, "collect": answering.prompt,
}  # fmt: skip
"""The cards of what is no vote, by the kind of their step."""


def prompt(about: Prompt, scene: Scene) -> View:
    """The prompt as it is now."""
    item = scene.items[about.item]
    run = next((one for one in item.runs.values() if about.task in one.tasks), None)
    task = run.tasks[about.task] if run is not None else scene.tasks.get((item.id, about.task))
    if run is None or task is None or not _live(run, task, scene.definition(item)) or run.round != about.round:
        return _over(about, item, run, task, scene)
    step = scene.definition(item).places.get(run.place)
    if step is None:
        return _asked(item, run, task, scene)
    if run.state == AMENDING:
        return amending.prompt(item, run, task, scene)
    if task.duty and (own := DUTIES.get(step.kind)) is not None:
        return own(item, run, task, step, scene)
    if not task.part or not KINDS[step.kind].votes:
        return _stuck(item, run, task, step, scene)
    return _decide(item, run, task, step, scene)


def _live(run: Run, task: Task, definition: Definition) -> bool:
    """Whether something may still be done at a prompt: an answer may be given again until its step is over."""
    step = definition.places.get(run.place)
    again = step is not None and step.kind == "collect" and run.state == "open" and task.state == "done"
    return task.state in ("open", "waiting") or again


def _decide(item: Item, run: Run, task: Task, step: Step, scene: Scene) -> View:
    only = sight.shown(step)
    row = parts.row(item, run, scene, only)
    figures = parts.figures(item, scene, only, without=row.listed)
    mine = task.person == scene.person and task.state == "open"
    card = Card(
        number=item.code, title=parts.title(item, scene, only), state=parts.standing(item, run, task, scene),
        facts=(*parts.header(item, scene, only), *row.facts, *figures.facts, *parts.passed(item, scene, only), *_rule(run, scene)),
        text=_text(item, step, scene), files=parts.once(*row.files, *figures.files, *parts.brought(item, scene, only)), link=parts.link(item, scene),
        choices=_choices(item, run, task, step, scene) if mine else (),
    )  # fmt: skip
    if step.kind != "check":
        return card
    marks = scene.dialogue.ticked(item.id, task.no, run.round)
    lines = tuple(
        Line(label, marks.get(label, ""), _marks(item, run, task, n, marks.get(label, ""), scene) if mine else ())  # type: ignore[arg-type]
        for n, label in enumerate(step.own["items"])
    )
    return Checklist(card, lines)


def _choices(item: Item, run: Run, task: Task, step: Step, scene: Scene) -> tuple[Choice, ...]:
    allowed = parts.may(item, run.place, scene)
    found: list[Choice] = []

    def offer(verb: str, style: Style = "plain") -> None:
        found.append(scene.button(verb, tokens.Press(verb, item.id, task.no, run.round), style))

    if "approve" in allowed:
        offer("approve", "good")
    if targets(item, run, scene):
        offer("return")
    if "reject" in allowed:
        offer("reject", "bad")
    offer("comment", "quiet")
    offer("transfer", "quiet")
    offer("detail", "quiet")
    return tuple(found)


def _marks(item: Item, run: Run, task: Task, n: int, mark: str, scene: Scene) -> tuple[Choice, ...]:
    """One button a mark; the one that is set is coloured, and pressing it again takes it back."""
    return tuple(
        scene.button(
            f"mark_{one}", tokens.Press("mark", item.id, task.no, run.round, code(n, place)),
            _STYLES[one] if one == mark else "plain",
        )
        for place, one in enumerate(MARKS)
    )  # fmt: skip


def _rule(run: Run, scene: Scene) -> tuple[parts.Fact, ...]:
    """How many must approve, where it is not just one."""
    need = run.need
    if need is not None and weighed(run):
        found = share(run.tasks.values())
        so_far = int(found.ayes * 100 / found.whole) if found.whole else 0
        return ((scene.say("label.rule"), scene.say("rule.weight", n=need.percent, ayes=so_far)),)
    if need is None or (need.ayes <= 1 and not need.in_order and not need.everyone):
        return ()
    key = "rule.in_order" if need.in_order else "rule.everyone" if need.everyone else "rule.some"
    return ((scene.say("label.rule"), scene.say(key, n=need.ayes, ayes=run.ayes)),)


def _text(item: Item, step: Step, scene: Scene) -> str:
    said = [step.help] if step.help else []
    if step.form:
        said.append(scene.say("prompt.form", names=parts.asked(step, scene)))
    if back := reasons.came_back(item, step, scene):
        said.append(back)
    return cut("\n".join(said), 1500)


def _stuck(item: Item, run: Run, task: Task, step: Step, scene: Scene) -> Card:
    """Nobody, or too few, may decide: the administrators name somebody, or end it."""
    choices: tuple[Choice, ...] = ()
    if task.person == scene.person and task.state == "open":
        choices = (
            scene.button("reassign", tokens.Press("reassign", item.id, task.no, run.round), "good"),
            scene.button("terminate", tokens.Press("terminate", item.id), "danger"),
            scene.button("detail", tokens.Press("detail", item.id), "quiet"),
        )
    return Card(
        number=item.code, title=parts.title(item, scene), state=scene.say("prompt.unstaffed", step=scene.speaker.step(step.place)),
        facts=(*parts.header(item, scene, None), *_rule(run, scene)), text=scene.say("prompt.unstaffed_why"),
        link=parts.link(item, scene), choices=choices,
    )  # fmt: skip


def _asked(item: Item, run: Run, task: Task, scene: Scene) -> Card:
    """The whole item is with the submitter (returned), or with the administrators (suspended)."""
    mine = task.person == scene.person and task.state == "open"
    if run.place == places.RETURNED:
        figures = parts.figures(item, scene, None)
        return Card(
            number=item.code, title=parts.title(item, scene), state=scene.say("prompt.returned"),
            facts=(*parts.header(item, scene, None), *figures.facts), text=reasons.of_return(item, scene), files=figures.files,
            link=parts.link(item, scene),
            choices=(*parts.of_submitter(item, scene), _detail(item, scene)) if mine else (),
        )  # fmt: skip
    choices: tuple[Choice, ...] = ()
    if mine:
        choices = (
            scene.button("retry", tokens.Press("retry", item.id), "good"),
            scene.button("terminate", tokens.Press("terminate", item.id), "danger"),
            _detail(item, scene),
        )
    return Card(
        number=item.code, title=parts.title(item, scene), state=scene.say("prompt.suspended"),
        facts=parts.header(item, scene, None), text=reasons.of_pause(item, scene), link=parts.link(item, scene), choices=choices,
    )  # fmt: skip


def _detail(item: Item, scene: Scene) -> Choice:
    return scene.button("detail", tokens.Press("detail", item.id), "quiet")


def _over(about: Prompt, item: Item, run: Run | None, task: Task | None, scene: Scene) -> Card:
    """What became of the task: no buttons, who and when."""
    definition = scene.definition(item)
    step = definition.places.get(run.place) if run is not None else None
    only = (
        sight.shown(step)
        if step is not None and run is not None and run.round == about.round
        else sight.seen(item, scene)
    )
    return Card(
        number=item.code, title=parts.title(item, scene, only), state=work.became(item, run, task, step, scene) or became(about.task, item, task, scene),
        facts=parts.header(item, scene, only), link=parts.link(item, scene), mark=_mark(item, about, task),
    )  # fmt: skip


def became(no: int, item: Item, task: Task | None, scene: Scene) -> str:
    """What became of task `no`: by whom, and when."""
    speaker = scene.speaker
    if task is not None and task.state == "voted":
        choice = task.choice or "resubmit"
        at = speaker.when(task.at) if task.at is not None else ""
        return scene.say(
            "outcome.voted", choice=scene.say(f"choice.{choice}"), person=speaker.person(task.person), at=at
        )
    if task is not None and task.state in ("transferred", "reassigned", "lost"):
        return scene.say(f"outcome.{task.state}")
    if live := watching.over(no, item, scene):
        return live
    found = decided(item, no)
    if found.reason == "decided":
        facts = speaker.facts(found.facts)
        step = scene.definition(item).places.get(found.facts["step"])
        done = step is not None and step.kind == "task" and found.facts["result"] == "approved"
        way = "outcome.done_by" if done and step is not None and step.form else "outcome.taken"
        key = (way if done else "outcome.decided") if found.facts["by"] else "outcome.decided_by_nobody"
        return scene.say(key, by=facts["by"], at=facts["at"], result=facts["result"])
    return parts.state(item, scene) if item.ended is not None else scene.say("outcome.closed")


def _mark(item: Item, about: Prompt, task: Task | None) -> str:
    """What became of it, as a style."""
    choice = (
        task.choice if task is not None and task.state == "voted" else decided(item, about.task).facts.get("result")
    )
    if task is not None and task.state == "done":
        return "good"
    return {"approve": "good", "approved": "good", "reject": "bad", "rejected": "bad"}.get(choice or "", "quiet")
