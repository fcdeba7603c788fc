"""One case played on the stage from its start to its end: where it goes otherwise than it says, and the ways it walked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from workflow.decide import Decision
from workflow.domain import places
from workflow.domain.command import Refused
from workflow.domain.definition import Definition, Edge
from workflow.domain.finding import Finding
from workflow.grammars.errors import ConditionError
from workflow.grammars.render import say
from workflow.grammars.tokens import nearest
from workflow.language.nodes import Place
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import Organisation
from workflow.rehearsal import reasons
from workflow.rehearsal.cases import Case, Expect, Expected, Jump, Line, Sentence
from workflow.rehearsal.house import made_up, peopled
from workflow.rehearsal.seen import seen
from workflow.rehearsal.stage import PastError, Stage
from workflow.rehearsal.ways import walked
from workflow.rehearsal.words import EXPECT, OUTCOMES, STATE_WORDS, WrongError, wrong
from workflow.steps.environment import RESULTS

REASON: Final = "理由"
"""What everybody says who must give a reason and whose sentence has none."""
_TO_PERSON: Final = frozenset({"transfer", "reassign"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case. `finding` None: all went as it says. `expected` and `found`, where two things were compared."""

    case: Case
    finding: Finding | None
    walked: frozenset[Edge]
    expected: Any = None
    found: Any = None


def play(case: Case, definition: Definition, lifecycle: Lifecycle, organisation: Organisation | None) -> Outcome:
    """Play a case in `organisation`; None: one is made up that fits the flow."""
    try:
        stage = Stage(definition, lifecycle, house_of(case, definition, organisation))
    except WrongError as error:
        return Outcome(case, error.finding, frozenset())
    finding = expected = found = None
    try:
        begin(stage, case)
        for line in case.lines:
            follow(stage, line)
        if not stage.sound():
            raise wrong("T519", case.place)
    except WrongError as error:
        finding, expected, found = error.finding, error.expected, error.seen
    return Outcome(case, finding, frozenset(walked(stage.events)), expected, found)


def house_of(case: Case, definition: Definition, organisation: Organisation | None) -> Organisation:
    """The organisation in which a case is played. Raises WrongError for a post that a given organisation does not have."""
    if case.people is None:
        return organisation or made_up(definition)
    for post in case.people if organisation is not None else ():
        unit, dot, role = post.partition(".")
        if dot and (
            role not in organisation.roles or (unit not in organisation.tiers and organisation.unit(unit) is None)  # type: ignore[union-attr]
        ):
            raise wrong("T521", case.posts[post], name=post)
    return peopled(organisation or made_up(definition), case.people)


def begin(stage: Stage, case: Case) -> None:
    """Hand the case's item in. Raises WrongError where it is refused."""
    if stage.house.person(case.by) is None:
        raise wrong("T510", case.by_place, name=case.by)
    unit = {"unit": case.unit} if case.unit else {}
    args = {"flow": stage.definition.flow, "form": stage.upload(case.by, case.form), **unit}
    found = stage.command("submit", case.by, args)
    if isinstance(found, Refused):
        zh, en = reasons.said(found)
        raise wrong("T520", case.by_place, zh=zh, en=en)


def follow(stage: Stage, line: Line) -> None:
    """One line. Raises WrongError where it goes otherwise."""
    match line:
        case Sentence():
            _sentence(stage, line)
        case Jump():
            jump(stage, line)
        case Expect():
            for thing in line.things:
                _expect(stage, thing)


def _sentence(stage: Stage, line: Sentence) -> None:
    found = tell(stage, line)
    if line.refused and isinstance(found, Decision):
        raise wrong("T513", line.place, sentence=line.text)
    if isinstance(found, Refused):
        zh, en = reasons.said(found)
        if not line.refused:
            raise wrong("T512", line.place, sentence=line.text, zh=zh, en=en)
        if line.because not in ("", found.reason):
            raise wrong("T514", line.place, expected=line.because, found=found.reason, zh=zh, en=en)


def tell(stage: Stage, line: Sentence) -> Decision | Refused:
    """What comes of a sentence. Raises WrongError for a person or step that is not there."""
    if stage.house.person(line.who) is None:
        raise wrong("T510", line.who_place, name=line.who)
    args: dict[str, Any] = (
        {} if line.verb == "approve" and line.comment is None else {"comment": line.comment or REASON}
    )
    if line.step:
        place = _place(stage, line.step, line.step_place)
        args |= stage.task_of(line.who, place)
        args |= _marks(stage, place, line.marks) if line.verb == "approve" else {}
    if line.to and line.verb in _TO_PERSON:
        if stage.house.person(line.to) is None:
            raise wrong("T510", line.to_place, name=line.to)
        args["to"] = line.to
    elif line.to:
        args["to"] = places.SUBMITTER if line.to in ("提交人", "submitter") else _place(stage, line.to, line.to_place)
    if line.form is not None:
        args["answers" if line.verb == "approve" else "form"] = stage.upload(line.who, line.form)
    return stage.command(line.verb, line.who, args)


def jump(stage: Stage, line: Jump) -> None:
    """Let time pass. Raises WrongError where that is no moment, or one that lies behind."""
    if stage.item is None or stage.item.ended is not None:
        raise wrong("T518", line.place)
    zone = ZoneInfo(stage.house.time_zone)
    try:
        to = stage.moment(line.moment)
    except ConditionError as error:
        raise wrong("T517", line.place, text=line.text, zh=error.message_zh, en=error.message_en) from error
    try:
        stage.until(to)
    except PastError as error:
        raise wrong("T516", line.place, text=line.text, to=say(to, zone), now=say(stage.now, zone)) from error


def _place(stage: Stage, name: str, place: Place) -> str:
    found = stage.place_named(name)
    if found is None:
        near = nearest(name, [one.name for one in stage.definition.places.values()])
        zh, en = (f"；是不是“{near}”？", f"; did you mean “{near}”?") if near else ("", "")
        raise wrong("T511", place, name=name, asked_zh=zh, asked_en=en)
    return found


def _marks(stage: Stage, place: str, written: Mapping[str, str]) -> dict[str, Any]:
    """A checklist's lines, all 通过 but for what is written."""
    step = stage.definition.places[place]
    step = step.body[0] if step.kind == "each" else step
    return {"marks": {**dict.fromkeys(step.own["items"], "pass"), **written}} if "items" in step.own else {}


def _expect(stage: Stage, thing: Expected) -> None:
    found = seen(stage, thing.word)
    if found == thing.value:
        return
    (zh_wanted, en_wanted), (zh_found, en_found) = _worded(thing.word, thing.value), _worded(thing.word, found)
    said = wrong("T515", thing.place, word=thing.word, expected=en_wanted, found=en_found)
    zh = f"{EXPECT[thing.word]}：期望 {zh_wanted}，实际 {zh_found}"
    raise WrongError(_in_chinese(said.finding, zh), thing.value, found)


def _in_chinese(finding: Finding, zh: str) -> Finding:
    return Finding(**{name: getattr(finding, name) for name in finding.__struct_fields__} | {"message_zh": zh})


def _worded(word: str, value: Any) -> tuple[str, str]:
    """What is compared, as it would be written in a case."""
    match value:
        case bool():
            return ("是", "yes") if value else ("否", "no")
        case str() if word == "state":
            return f"{value}（{STATE_WORDS.get(value, value)}）", value
        case Mapping():
            inside = ", ".join(f"{name}: {one}" for name, one in value.items())
            chinese = "，".join(
                f"{name}: {RESULTS[one] if word == 'results' and one in OUTCOMES else one}"
                for name, one in value.items()
            )
            return f"{{ {chinese} }}" if chinese else "{}", f"{{ {inside} }}" if inside else "{}"
        case Sequence() if not isinstance(value, str):
            return f"[{'，'.join(value)}]", f"[{', '.join(value)}]"
    return str(value), str(value)
