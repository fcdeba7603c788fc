"""One case played on the stage from its start to its end: where it goes otherwise than it says, and the ways it walked."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from workflow.decide import Apart, Decision
from workflow.domain import places
from workflow.domain.command import SYSTEM, Refused
from workflow.domain.definition import Definition, Edge
from workflow.domain.finding import Finding
from workflow.grammars.errors import ConditionError
from workflow.grammars.render import say
from workflow.grammars.tokens import nearest
from workflow.language.text.nodes import Place
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import Organisation
from workflow.rehearsal import children, reasons
from workflow.rehearsal.case import Case, Child, Expect, Expected, Hooked, Jump, Line, Sentence
from workflow.rehearsal.house import made_up, peopled
from workflow.rehearsal.past_items import remember
from workflow.rehearsal.seen import seen, standing_at
from workflow.rehearsal.stage import PastError, Stage
from workflow.rehearsal.ways import walked
from workflow.rehearsal.words import EXPECT, LIVE_WORDS, OUTCOMES, STATE_WORDS, WrongError, wrong
from workflow.steps.amending import is_giver
from workflow.steps.environment import RESULTS
from workflow.steps.firing import rows_of

ITSELF: Final = ("系统", "system")
"""Who begins an item that a recurrence, or another item, sets going."""
REASON: Final = "理由"
"""What everybody says who must give a reason and whose sentence has none."""
_SILENT: Final = frozenset(
    {"submit", "approve", "take", "done", "decline", "assign", "answer", "clear", "stop", "restart"}
)
"""What needs no reason."""
_ANSWERING: Final = frozenset({"approve", "done", "answer"})
"""What is handed in with a step's own form."""
_TO_PERSON: Final = frozenset({"transfer", "reassign", "assign"})


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
        stage = Stage(definition, lifecycle, house_of(case, definition, organisation), given=case.balances)
    except WrongError as error:
        return Outcome(case, error.finding, frozenset())
    finding = expected = found = None
    try:
        remember(stage, case)
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
    itself = case.by in ITSELF
    if not itself and stage.house.person(case.by) is None:
        raise wrong("T510", case.by_place, name=case.by)
    if case.at is not None:
        stage.now = stage.moment(case.at)
    unit = {"unit": case.unit} if case.unit else {}
    args = {"flow": stage.definition.flow, "form": stage.upload(case.by, case.form), **unit}
    if itself:
        args |= _begun_by(stage, case)
    found = stage.command("submit", SYSTEM if itself else case.by, args)
    if isinstance(found, Refused):
        zh, en = reasons.said(found)
        raise wrong("T520", case.by_place, zh=zh, en=en)


def _begun_by(stage: Stage, case: Case) -> dict[str, Any]:
    """What stands in the command that begins an item by itself: its moment, or the item that runs it."""
    if stage.definition.start.at is not None and not case.form and not case.unit:
        return {"moment": stage.now.isoformat(), "origin": _row(stage, case)}
    return {"parent": str(uuid.UUID(int=0)), "from": stage.house.root().id}


def _row(stage: Stage, case: Case) -> str:
    """The row for which an item begins: the one that is named, else the first."""
    if stage.definition.start.each is None:
        return ""
    rows = rows_of(stage.definition, stage.world)
    found = [row.origin for row in rows if case.row in ("", row.origin, row.origin.rpartition("/")[2])]
    if not found:
        raise wrong("T530", case.place, name=case.row)
    return found[0]


def follow(stage: Stage, line: Line) -> None:
    """One line. Raises WrongError where it goes otherwise."""
    match line:
        case Sentence():
            _sentence(stage, line)
        case Jump():
            jump(stage, line)
        case Hooked():
            _hooked(stage, line)
        case Child():
            _child(stage, line)
        case Expect():
            for thing in line.things:
                _expect(stage, thing)


def _child(stage: Stage, line: Child) -> None:
    """Raises WrongError where no such item is under way."""
    found = children.end(stage, _place(stage, line.step, line.place), line.state, line.values, line.row)
    if not isinstance(found, Decision):
        raise wrong("T523", line.place, name=line.step)


def _hooked(stage: Stage, line: Hooked) -> None:
    """Raises WrongError where nobody waits to hear of that hook."""
    for run in stage.runs():
        actions = stage.definition.places[run.place].own.get("stop", ()) if run.watch is not None else ()
        for n, action in enumerate(actions, 1):
            if run.watch is not None and action.outlets == (line.name,) and n in run.watch.cuts:
                args = {"version": run.watch.version, "deed": n, "hook": line.name, "arrived": line.arrived}
                stage.command("confirm", SYSTEM, args)
                return
    raise wrong("T522", line.place, name=line.name)


def _sentence(stage: Stage, line: Sentence) -> None:
    found = tell(stage, line)
    if line.refused and not isinstance(found, Refused):
        raise wrong("T513", line.place, sentence=line.text)
    if isinstance(found, Refused):
        zh, en = reasons.said(found)
        if not line.refused:
            raise wrong("T512", line.place, sentence=line.text, zh=zh, en=en)
        if line.because not in ("", found.reason):
            raise wrong("T514", line.place, expected=line.because, found=found.reason, zh=zh, en=en)


def tell(stage: Stage, line: Sentence) -> Decision | Apart | Refused:
    """What comes of a sentence. Raises WrongError for a person or step that is not there."""
    if stage.house.person(line.who) is None:
        raise wrong("T510", line.who_place, name=line.who)
    args: dict[str, Any] = {} if line.verb in _SILENT and line.comment is None else {"comment": line.comment or REASON}
    if line.step:
        place = _place(stage, line.step, line.step_place)
        args |= stage.task_of(line.who, place)
        args |= _marks(stage, place, line.marks) if line.verb == "approve" else {}
    if line.to and line.verb in _TO_PERSON:
        if stage.house.person(line.to) is None:
            raise wrong("T510", line.to_place, name=line.to)
        args["to"] = line.to
    elif line.to:
        args["to"] = _target(stage, line)
    if line.verb == "submit":
        form = stage.upload(line.who, line.form or {})
        return stage.command("submit", line.who, {"flow": stage.definition.flow, "form": form})
    if line.form is not None:
        args["answers" if line.verb in _ANSWERING else "form"] = stage.upload(line.who, line.form)
    if line.channel or line.respondent:
        args |= {"channel": line.channel, "respondent": line.respondent}
        args.pop("task", None)  # theirs is not the one that is meant
        args |= {"place": _place(stage, line.step, line.step_place)} if line.step else {}
    return stage.command(line.verb, line.who, args)


def _target(stage: Stage, line: Sentence) -> str:
    """Where a return goes: to the submitter, to who gave the row, to a step. Raises WrongError."""
    if line.to in ("提交人", "submitter"):
        return places.SUBMITTER
    if line.to in ("各.提交人", "row.submitter"):
        back = [one for step in stage.definition.places.values() if step.name == line.step for one in step.back]
        return next((one for one in back if is_giver(one)), line.to)
    return _place(stage, line.to, line.to_place)


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
    money = thing.word in ("balances", "held")
    found = standing_at(stage, thing.word, thing.value) if money else seen(stage, thing.word)
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
        case str() if word == "live":
            return f"{value}（{LIVE_WORDS.get(value, value)}）", value
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
