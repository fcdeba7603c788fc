"""What several cards are made of: an item's title, its figures, where it stands, on whom it waits, which buttons it may have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from msgspec.structs import replace

from workflow.domain import places
from workflow.domain.command import SYSTEM
from workflow.domain.definition import Definition, Step
from workflow.domain.item import Item, Result, Run, Task
from workflow.steps.kinds.run import counts
from workflow.steps.secrecy import hidden, step_at
from workflow.talk import tokens
from workflow.talk.cards import answered
from workflow.talk.onair import on_air, watched
from workflow.talk.plain import cut, line
from workflow.talk.rows import Rows
from workflow.talk.scene import Scene
from workflow.talk.sight import UNVOTED, seen, title_field
from workflow.talk.values import Ink
from workflow.talk.view import Attachment, Card, Choice

Fact = tuple[str, str]
MOST_FACTS: Final = 24
LONGEST: Final = 300
MOST_PASSED: Final = 12
MOST_WAITING: Final = 12
NAMING: Final = frozenset({"text", "choice", "unit", "person", "place"})
"""Types whose values say by themselves what they are."""


class Figures(NamedTuple):
    """A form's values as a card shows them: labelled, with the files among them; `listed` is the list that a row is of."""

    facts: tuple[Fact, ...]
    files: tuple[Attachment, ...]
    listed: str = ""


def ink(scene: Scene, item: Item | None = None) -> Ink:
    """What values are spelt with; those of an item may name its rows. Raises WantingError."""
    plain = Ink(scene.speaker, scene.contents, scene.files)
    return plain if item is None else replace(plain, rows=Rows(item, scene.definition(item), scene).labels(plain))


def veiled(item: Item, scene: Scene) -> Card:
    """A secret item where others read along: its number, and where to look."""
    return Card(number=item.code, title=scene.say("name.secret"), link=link(item, scene))


def title(item: Item, scene: Scene, only: frozenset[str] | None = None) -> str:
    """What names the item among others: `清明祭扫`; of a form without words, or that nobody filled in, `实地暗访 · 东城区`; else the flow's title."""
    definition = scene.definition(item)
    field, flow = title_field(definition), line(definition.title, 80)
    if field is None or (only is not None and field.name not in only):
        return flow
    said = line(ink(scene).value(field, item.form.get(field.name)), 80)
    if not said or (field.type == "text" and item.submitter != SYSTEM):
        return said or flow
    return line(f"{flow} · {said if field.type in NAMING else f'{field.name} {said}'}", 80)


def named(item: Item, scene: Scene) -> str:
    """The item in a sentence: `K3M9QX《清明祭扫》`."""
    return scene.say("name.item", code=item.code, title=title(item, scene))


def figures(item: Item, scene: Scene, only: frozenset[str] | None, *, without: str = "") -> Figures:
    """The form's values, those that may be seen, but for the title, which stands above them; files apart."""
    definition, pen = scene.definition(item), ink(scene)
    facts: list[Fact] = []
    files: list[Attachment] = []
    naming, above = title_field(definition), title(item, scene, only)
    for field in definition.start.form:
        if field.name == without or (only is not None and field.name not in only):
            continue
        value = item.form.get(field.name)
        if (said := pen.value(field, value)) and not (field is naming and said == above):
            facts.append((line(field.name, 60), cut(said, LONGEST)))
        files += pen.attachments(field, value)
    for name, kept in item.names.items():
        if only is None or name in only:
            facts.append((line(name, 60), line(str(kept.get("value", "")) if isinstance(kept, dict) else str(kept))))
    return Figures(tuple(facts[:MOST_FACTS]), tuple(_on_request(one, item, scene) for one in files))


def asked(step: Step, scene: Scene) -> str:
    """What the step's own form asks for, by name; empty where it has none."""
    return scene.speaker.listed(
        scene.say("name.optional", name=line(one.name, 60)) if one.optional else one.name for one in step.form
    )


def row(item: Item, run: Run, scene: Scene, only: frozenset[str] | None = None) -> Figures:
    """The row that a step inside an `each` is about, as far as the step shows it, and the list that need not be shown whole then."""
    rows = Rows(item, scene.definition(item), scene)
    found = rows.at(run)
    if found is None:
        return Figures((), ())
    name, origin, n = found
    pen = ink(scene, item)
    field = scene.definition(item).field(name)
    if only is not None and name in only:
        only = None
    cells = [cell for cell in rows.cells(name, origin) if field is not None or only is None or cell.field.name in only]
    said = [(cell.field.name, text) for cell in cells if (text := pen.value(cell.field, cell.value))]
    head = (
        rows.label(name, origin, pen) if field is not None or only is None else scene.say("label.row", name=name, n=n)
    )
    label = scene.say("label.row", name=name, n=n)
    facts = [
        (label, head) if head != label else (name, scene.say("value.row", n=n)),
        *((one, cut(text, LONGEST)) for one, text in said if text != head),
    ]
    files = [file for cell in cells for file in pen.attachments(cell.field, cell.value)]
    return Figures(
        tuple(facts), tuple(_on_request(one, item, scene) for one in files), name if field is not None else ""
    )


def once(*files: Attachment) -> tuple[Attachment, ...]:
    """Each file once, where a step's row and the step that brought it both have it."""
    return tuple({one.file: one for one in files}.values())


def _on_request(file: Attachment, item: Item, scene: Scene) -> Attachment:
    """With what asks for it, where it can be sent."""
    if not scene.private or "files" not in scene.capabilities:
        return file
    return replace(file, token=scene.token(tokens.of_file(item.id, file.file)))


def header(item: Item, scene: Scene, only: frozenset[str] | None) -> tuple[Fact, ...]:
    """Which flow, and from whom; a step that shows only some things hides who handed it in, unless it shows that too."""
    definition, speaker = scene.definition(item), scene.speaker
    facts = [(speaker.say("label.flow"), line(definition.title, 80))]
    if only is None or "提交人" in only or "submitter" in only:
        person = speaker.say("name.with_post", name=speaker.person(item.submitter), post=item.unit)
        facts.append((speaker.say("label.submitter"), person))
    if item.parent is not None and (parent := scene.items.get(item.parent.item)) is not None:
        title = line(scene.definition(parent).title, 80)
        facts.append((speaker.say("label.parent"), speaker.say("name.parent", code=parent.code, title=title)))
    return tuple(facts)


def passed(item: Item, scene: Scene, only: frozenset[str] | None) -> tuple[Fact, ...]:
    """What the steps before came to; of those that are shown, their own answers too."""
    groups: list[list[Fact]] = []
    for path, result in item.results.items():
        name = path.rpartition("/")[2]
        if result.result == "skipped" or (only is not None and name not in only and path not in only):
            continue
        step = step_at(scene.definition(item), path)
        votes = step is None or step.kind not in UNVOTED
        found: list[Fact] = [(scene.speaker.step(path), outcome(result, scene, votes=votes))]
        found += _answers(path, result, item, scene)
        groups.append(found)
    first = next((n for n in range(len(groups)) if sum(map(len, groups[n:])) <= MOST_PASSED), len(groups) - 1)
    return tuple(fact for found in groups[max(first, 0) :] for fact in found)[-MOST_FACTS:]


def _answers(path: str, result: Result, item: Item, scene: Scene) -> Iterator[Fact]:
    step = step_at(scene.definition(item), path)
    if step is not None and "of" in step.own:
        yield from Rows(item, scene.definition(item), scene).listing(step, result, ink(scene))
        return
    if step is not None and step.kind == "collect":
        yield from answered.facts(path, result, item, step, ink(scene, item), scene)
        return
    if step is not None and step.form and hidden(scene.definition(item), item, path):
        yield scene.speaker.step(path), scene.say("answers.hidden", step=scene.speaker.step(step.secret))
        return
    answers = dict(result.answers)
    for field in step.form if step is not None else ():
        if said := ink(scene, item).value(field, answers.get(field.name)):
            yield line(field.name, 60), cut(said, LONGEST)


def brought(item: Item, scene: Scene, only: frozenset[str] | None) -> tuple[Attachment, ...]:
    """The files and photos that the steps before brought, of those that are shown."""
    pen, definition = ink(scene), scene.definition(item)
    found: list[Attachment] = []
    for path, result in item.results.items():
        step = definition.places.get(path)
        if (
            step is None
            or (only is not None and step.name not in only and path not in only)
            or hidden(definition, item, path)
        ):
            continue
        given = [dict(result.answers), *(dict(row.values) for row in result.rows)]
        found += [file for field in step.form for one in given for file in pen.attachments(field, one.get(field.name))]
    return tuple(_on_request(one, item, scene) for one in found)


def outcome(result: Result, scene: Scene, *, votes: bool = True) -> str:
    """`通过 · 张三 · 09:32`; of a step at which nobody votes, `办结 · …`."""
    speaker = scene.speaker
    word = speaker.say("result.done" if result.result == "approved" and not votes else f"result.{result.result}")
    parts = (word, speaker.people(result.doers) if result.doers else "", speaker.when(result.ended))
    return " · ".join(part for part in parts if part)


def step_of_all(place: str, definition: Definition) -> tuple[int, int]:
    """The step's number among the flow's own steps, and how many there are."""
    tops = [step.place for step in definition.steps]
    top = place.partition("/")[0]
    return (tops.index(top) + 1 if top in tops else 0), len(tops)


def progress(place: str, item: Item, scene: Scene) -> str:
    """`站初审 · 第 1 步，共 4 步`."""
    k, n = step_of_all(place, scene.definition(item))
    step = scene.speaker.step(place.removesuffix(f"/{places.ROW}"))
    return scene.say("progress", step=step, k=k, n=n) if k else step


def standing(item: Item, run: Run, task: Task, scene: Scene) -> str:
    """One line of a prompt: the step, which round, whether it is one's turn, and until when."""
    said = [progress(run.place, item, scene)]
    if run.round > 1:
        said.append(scene.say("round", n=run.round))
    if task.state == "waiting":
        said.append(scene.say("waiting.turn"))
    if due := due_of(run, scene):
        said.append(due)
    return " · ".join(said)


def waiting(item: Item, scene: Scene) -> tuple[Fact, ...]:
    """Each open step, and on whom it waits."""
    found: list[Fact] = []
    for run in item.runs.values():
        owing = [task.person for task in run.tasks.values() if task.state == "open"]
        if run.place in places.ENDS or not (owing or run.state in ("shut", "gathering") or counts(run)):
            continue
        words = scene.speaker.people(owing)
        if run.state == "shut" and run.moments:
            words = scene.say("waiting.shut", at=scene.speaker.when(run.moments[0].at))
        elif run.state == "gathering":
            words = scene.say("waiting.gathering")
        elif counts(run) and run.need is not None:
            key = "waiting.children_failed" if run.noes else "waiting.children"
            words = scene.say(key, over=run.ayes + run.noes, n=run.need.ayes, failed=run.noes)
        elif run.state == "unstaffed":
            words = scene.say("waiting.unstaffed", people=words)
        if watched(run):
            words = f"{words} · {on_air(run, scene)}"
        elif (due := due_of(run, scene)) and run.state != "shut":
            words = f"{words} · {due}"
        found.append((_label(item, run, scene), words))
    if len(found) > MOST_WAITING:
        rest = scene.say("value.more_rows", n=len(found) - MOST_WAITING)
        found[MOST_WAITING:] = [(scene.say("label.waiting"), rest)]
    return tuple(found)


def _label(item: Item, run: Run, scene: Scene) -> str:
    """The step that waits, and for which row: its number, or further inside an `each` what names it."""
    if run.row >= 0:
        return f"{scene.speaker.step(run.path)} · {run.row + 1}"
    step = scene.speaker.step(run.place)
    rows = Rows(item, scene.definition(item), scene)
    if (found := rows.at(run)) is None:
        return step
    only = seen(item, scene)
    name = str(found[2]) if only is not None and found[0] not in only else rows.label(*found[:2], ink(scene))
    return f"{step} · {name}"


def due_of(run: Run, scene: Scene) -> str:
    """`12月1日 18:00 前`, or that it is late; empty without a date."""
    if run.late:
        return scene.say("state.late")
    due = next((one.at for one in run.moments if one.kind == "due"), None)
    return scene.say("due.by", at=scene.speaker.when(due)) if due is not None else ""


def state(item: Item, scene: Scene) -> str:
    """One line: where the item is, or how and when it ended."""
    if item.ended is not None:
        return scene.say("state.over", state=scene.say(f"state.{item.state}"), at=scene.speaker.when(item.ended))
    if item.state != "running":
        return scene.say(f"state.{item.state}")
    late = any(run.late for run in item.runs.values())
    said = progress(item.place, item, scene)
    return f"{said} · {scene.say('state.late')}" if late else said


def link(item: Item, scene: Scene) -> str:
    """The item's address, where it has one."""
    return f"{scene.link}{item.code}" if scene.link else ""


def may(item: Item, place: str, scene: Scene) -> frozenset[str]:
    """What the machine would allow from a place; nothing where no machine is at hand."""
    lifecycle = scene.lifecycles.get(item.digest)
    return lifecycle.may(place) if lifecycle is not None else frozenset()


def of_submitter(item: Item, scene: Scene, *, withdraw: bool = True) -> tuple[Choice, ...]:
    """What the submitter may do with it now."""
    allowed, found = may(item, item.place, scene), []
    task = next(
        (one for one in item.runs[0].tasks.values() if one.state == "open" and one.person == item.submitter), None
    )
    if any(one == "resubmit" or one.startswith("resubmit>") for one in allowed):
        no, round_ = (task.no, item.runs[0].round) if task is not None else (0, 0)
        found.append(scene.button("resubmit", tokens.Press("resubmit", item.id, no, round_), "good"))
    elif item.state == "running":
        found.append(scene.button("nudge", tokens.Press("nudge", item.id)))
    if withdraw and "withdraw" in allowed:
        confirm = scene.say("ask.yes_withdraw", title=named(item, scene), target="", person="", words="")
        found.append(scene.button("withdraw", tokens.Press("withdraw", item.id), "danger", confirm))
    return tuple(found)
