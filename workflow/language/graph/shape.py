"""What the picture of a flow holds: boxes, how they are nested, arrows, lanes. Not here: where they stand (layout), how they look (svg).

A box's id is its step's place; `start`, the ends' places and `PLACE/+` (where branches join) are no steps'.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from workflow.domain import places, tree
from workflow.domain.definition import Definition, Step
from workflow.language.graph.inscribe import Inscriber
from workflow.language.prose.words import Language
from workflow.organisation.model import Organisation
from workflow.steps.electorate import DOERS
from workflow.steps.kinds.kinds import KINDS

BoxKind = Literal[
    "start", "review", "check", "task", "do", "collect", "live", "draw", "rank", "all", "steps", "join", "end"
]
ArrowKind = Literal["next", "skip", "reject", "late", "return"]

ANYONE, NAMED, SYSTEM, ENDS = "anyone", "named", "system", "ends"
"""Lanes that are no tier's: who hands in, somebody the form or a step names, nobody, and the ends but the good one."""
JOIN: Final = "/+"


@dataclass(frozen=True, slots=True)
class Box:
    """One thing drawn. `gate`: the condition in front of it; `stacked`: once a row."""

    id: str
    kind: BoxKind
    lane: str
    title: str
    lines: tuple[str, ...] = ()
    gate: str = ""
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """Blocks one below the other."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Branches:
    """Blocks side by side, between where they part and where they join."""

    fork: Box
    blocks: tuple[Block, ...]
    join: Box


Block = Box | Sequence | Branches


@dataclass(frozen=True, slots=True)
class Arrow:
    """One way between two boxes. Several kinds may lead the same way."""

    kind: ArrowKind
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Shape:
    """The whole: lanes from left to right as (id, label), the blocks, the ends besides `done`, the arrows."""

    title: str
    language: Language
    lanes: tuple[tuple[str, str], ...]
    block: Sequence
    ends: tuple[Box, ...]
    arrows: tuple[Arrow, ...]

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Every box, in the order of the flow."""
        return (*boxes_of(self.block), *self.ends)


def boxes_of(block: Block) -> Iterator[Box]:
    """The boxes of a block, in the order of the flow."""
    match block:
        case Box():
            yield block
        case Sequence(blocks=blocks):
            for one in blocks:
                yield from boxes_of(one)
        case Branches(fork=fork, blocks=blocks, join=join):
            yield fork
            for one in blocks:
                yield from boxes_of(one)
            yield join


def shape_of(definition: Definition, language: Language, organisation: Organisation | None = None) -> Shape:
    """What is drawn of a flow. With an organisation its tiers are the lanes' order, from the lowest to the highest."""
    drawing = _Drawing(definition, language, organisation)
    start = Box(places.START, "start", drawing.home, *drawing.pen.start(definition))
    blocks = [drawing.block(step) for step in definition.steps]
    last = next(reversed([box.lane for block in blocks for box in boxes_of(block) if box.kind != "join"]))
    done = Box(places.DONE, "end", last, drawing.pen.say("done"))
    whole = Sequence((start, *blocks, done))
    drawing.arrow("next", places.START, definition.steps[0].place)
    drawing.ways(definition.steps, places.DONE, places.REJECTED)
    used = {arrow.target for arrow in drawing.arrows}
    ends = tuple(
        Box(end, "end", ENDS, drawing.pen.say(end)) for end in (places.REJECTED, places.CANCELLED) if end in used
    )
    lanes = drawing.lanes(box.lane for box in boxes_of(whole))
    return Shape(definition.title, language, lanes, whole, ends, tuple(dict.fromkeys(drawing.arrows)))


class _Drawing:
    """One flow being drawn."""

    def __init__(self, definition: Definition, language: Language, organisation: Organisation | None) -> None:
        self.definition, self.organisation = definition, organisation
        self.pen = Inscriber(language)
        self.home = (
            self.lane_of(definition.start.by) if definition.start.by else ANYONE if definition.start.anyone else SYSTEM
        )
        self.arrows: list[Arrow] = []

    # ------------------------------------------------------------------------------------------- boxes

    def block(self, step: Step) -> Block:
        core, title, lines = core_of(step), step.name, self.pen.lines(step)
        gate = self.pen.condition(step.when) if step.when is not None else ""
        stacked = step.kind == "each"
        if core.kind not in {"all", "steps"}:
            lane = SYSTEM if core.kind == "do" or "of" in core.own else self.lane_of(core.who)
            return Box(step.place, core.kind, lane, title, lines, gate, stacked)  # type: ignore[arg-type]
        inner = [self.block(one) for one in core.body]
        head = Box(step.place, core.kind, _lane(inner), title, lines, gate, stacked)  # type: ignore[arg-type]
        if core.kind == "steps":
            return Sequence((head, *inner))
        return Branches(head, tuple(inner), Box(step.place + JOIN, "join", _lane(inner), ""))

    def lane_of(self, actors: Iterable[tree.Actor]) -> str:
        """The tier of the first actor; a unit's own tier, where the organisation knows it."""
        for actor in actors:
            first, *rest = actor.who.parts
            if not rest:
                return self.home if first == "提交人" else NAMED
            if rest[-1] in DOERS:
                found = next((one for one in self.definition.places.values() if one.name == first), None)
                return self.lane_of(core_of(found).who) if found is not None else NAMED
            unit = self.organisation.unit(first) if self.organisation is not None else None
            return unit.tier if unit is not None else first
        return NAMED

    def lanes(self, used: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """The lanes that hold anything: tiers from the lowest up, else as they come; what is no tier's last."""
        found = list(dict.fromkeys(used))
        tiers = self.organisation.tiers[::-1] if self.organisation is not None else ()
        order = [*tiers, *(one for one in found if one not in tiers and one not in {ANYONE, NAMED, SYSTEM})]
        own = {one: self.pen.say(f"lane.{one}") for one in (ANYONE, NAMED, SYSTEM)}
        order = [ANYONE, *order, NAMED, SYSTEM]
        return tuple((one, own.get(one, one)) for one in order if one in found)

    # ------------------------------------------------------------------------------------------- arrows

    def arrow(self, kind: ArrowKind, source: str, target: str) -> None:
        self.arrows.append(Arrow(kind, source, target))

    def ways(self, steps: tuple[Step, ...], after: str, rejected: str) -> None:
        """The arrows of steps in order: `after` is where the last leads, `rejected` where a rejection inside them does."""
        for step, following in zip(steps, (*steps[1:], None), strict=True):
            self.way(step, following.place if following is not None else after, rejected)

    def way(self, step: Step, after: str, rejected: str) -> None:
        core = core_of(step)
        refused = after if core.reject == "continue" else rejected
        for leaving in self.inside(step, core, after, refused):
            self.arrow("next", leaving, after)
        if step.when is not None:
            self.arrow("skip", step.place, after)
        if KINDS[core.kind].votes:
            self.arrow("reject", step.place, refused)
        for late in (step, core):
            if late.due is not None and (target := _lateness(late, after, refused)):
                self.arrow("late", step.place, target)
        for target in core.back:
            self.arrow("return", step.place, places.START if target == places.SUBMITTER else _outer(target))

    def inside(self, step: Step, core: Step, after: str, rejected: str) -> Iterator[str]:
        """The arrows within a step, and the boxes from which it is left."""
        if core.kind == "all":
            for branch in core.body:
                self.arrow("next", step.place, branch.place)
                self.way(branch, step.place + JOIN, rejected)
            yield step.place + JOIN
        elif core.kind == "steps":
            self.arrow("next", step.place, core.body[0].place)
            self.ways(core.body, after, rejected)
        else:
            yield step.place


def core_of(step: Step) -> Step:
    """What is done at a step: of an `each`, its row's own step."""
    return step.body[0] if step.kind == "each" else step


def _outer(place: str) -> str:
    """The box of a place: a row's own step is drawn as its `each`."""
    return place.removesuffix(f"/{places.ROW}")


def _lane(blocks: list[Block]) -> str:
    return next(box.lane for block in blocks for box in boxes_of(block))


def _lateness(step: Step, after: str, rejected: str) -> str:
    """Where lateness leads; `` where the step stays open."""
    late = step.late if isinstance(step.late, str) else step.late[-1].then if step.late else ""
    return {"continue": after, "reject": rejected, "cancel": places.CANCELLED}.get(late, "")
