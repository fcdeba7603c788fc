"""Every state that an item of a flow can come to, walked once: places, and what conditions know there. Not here: what is wrong with that.

Branches side by side cannot see what the others come to until they join, so every order of their steps meets the same states: they are
walked one at a time, each from the same beginning, and joined by what they leave (partial-order reduction); the rows of an `each` are one
row (symmetry). States do not count rounds: a return leads to states that are walked as well, however often it happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final, NamedTuple, TypeAlias

from workflow.domain import places
from workflow.domain.definition import Definition, Edge, Step
from workflow.language.edges import all_places, threads
from workflow.language.names import may_lapse
from workflow.proof.conditions import Conditions, left
from workflow.proof.knowledge import Knowledge, inner
from workflow.proof.space import Space, Store, conditions_of, space_of
from workflow.steps.kinds.kinds import KINDS

MOST_STATES: Final = 20_000
"""More than this, or so many ways to join, and the walk is made again with every condition free."""
VERDICTS: Final = {"approve": "approved", "reject": "rejected", "skip": "skipped", "lapse": "late", "expire": "late", "cancel": "cancelled"}  # fmt: skip


class State(NamedTuple):
    """One place, what conditions know there, within which branch (`frame`, 0 the item itself), and where a return came from."""

    place: str
    store: Store
    frame: int = 0
    back: str = ""


class Move(NamedTuple):
    """How one state became another: an edge's word at a step (`approve`), or `enter` a branch. `target` of a return."""

    word: str
    place: str
    target: str = ""


class Left(NamedTuple):
    """The end of a branch, and what is known there."""

    end: str
    store: Store


Arrival: TypeAlias = int | Left
"""Where a move leads: a state, or out of the branch."""


@dataclass(slots=True)
class Opening:
    """A step made of steps, opened in one state: what each of its branches may leave, and which ends they come to."""

    state: int
    store: Store
    step: Step
    frames: list[int]
    done: list[dict[Store, None]]
    joined: list[tuple[tuple[Store, ...], Arrival]] = field(default_factory=list)
    ended: dict[str, Arrival] = field(default_factory=dict)


class Frame(NamedTuple):
    """One branch of an opening; `scope` is the place its steps stand in."""

    opening: int
    thread: int
    scope: str
    entry: int


@dataclass(slots=True)
class Seen:
    """What was met at one step: whether it was come to, whether its `when` and `where` could hold and could fail, the stores and states it opened with."""

    entered: int = -1
    held: int = -1
    failed: int = -1
    opened: int = -1
    rows: bool = False
    no_rows: bool = False
    stores: dict[Store, int] = field(default_factory=dict)
    states: set[int] = field(default_factory=set)


class TooManyError(Exception):
    """More states than anybody waits for."""


class Walk:
    """One walk. `skipped`: deciding steps whose tier lies below where the item started (None: perhaps). `taken`: every edge that it took;
    `at_end`: what is known at a move that ends the item, since all ends of one name are one state.
    """

    def __init__(self, definition: Definition, skipped: Mapping[str, bool | None], *, coarse: bool = False) -> None:
        self.definition, self.skipped, self.coarse = definition, skipped, coarse
        self.space = Space() if coarse else space_of(definition)
        names = {one.name for one in definition.start.form} | {one.name for one in all_places(definition.steps)}
        self.conditions = Conditions(
            self.space, frozenset() if coarse else frozenset({*names, "年", "季度", "月", "本件", "提交人"})
        )
        for tree in conditions_of(definition):
            self.conditions.of(tree)
        self.knowledge = Knowledge(definition, self.space)
        self.order = {one.place: n for n, one in enumerate(all_places(definition.steps))}
        self.ways: dict[str, dict[str, str]] = {}
        for edge in definition.edges:
            self.ways.setdefault(edge.source, {})[edge.trigger] = edge.target
        self.states: list[State] = []
        self.index: dict[State, int] = {}
        self.moves: list[dict[tuple[Move, int], None]] = []
        self.openings: list[Opening] = []
        self.opened: dict[tuple[int, Store], int] = {}
        self.opening_of: dict[int, list[int]] = {}
        self.frames: list[Frame] = [Frame(-1, 0, "", 0)]
        self.left: dict[int, dict[Left, None]] = {}
        self.own: dict[int, dict[tuple[str, Arrival], None]] = {}
        self.seen = {place: Seen() for place in definition.places}
        self.taken: set[Edge] = set()
        self.at_end: dict[tuple[int, Move], Store] = {}
        self.waiting: list[int] = []
        self.joins = 0
        self.run()

    def run(self) -> None:
        """Walk until nothing is new."""
        self.state(State(places.START, self.space.begin()))
        while self.waiting:
            at = self.waiting.pop()
            self.visit(at)

    def state(self, state: State) -> int:
        """The number of a state; a new one is walked from."""
        found = self.index.get(state)
        if found is None:
            found = self.index[state] = len(self.states)
            if found >= MOST_STATES:
                raise TooManyError
            self.states.append(state)
            self.moves.append({})
            if state.place not in places.ENDS:
                self.waiting.append(found)
        return found

    def visit(self, at: int) -> None:
        """Every move out of a state."""
        state = self.states[at]
        if state.place == places.START:
            self.taken.add(Edge("submit", places.START, self.ways[places.START]["submit"]))
            self.move(at, Move("submit", places.START), self.ways[places.START]["submit"], state.store, 0, "")
            return
        if state.place == places.RETURNED:
            self.resubmit(at, state)
            return
        step, seen = self.definition.places[state.place], self.seen[state.place]
        if seen.entered < 0:
            seen.entered = at
        holding, failing = [state.store], []
        if step.when is not None:
            condition = self.conditions.of(step.when)
            holding, failing = (left(condition, state.store, self.space, holds=holds) for holds in (True, False))
            if not holding and not failing:  # what it looks at is missing: a person is asked, and either may come of it
                holding = failing = [state.store]
            seen.held = at if holding and seen.held < 0 else seen.held
            seen.failed = at if failing and seen.failed < 0 else seen.failed
        below = self.skipped.get(step.place, False)
        for store in [*failing, *(holding if below is not False else ())]:
            self.by_itself(at, "skip", store)
        for store in holding if below is not True else ():
            self.open(at, store, step, seen)

    def open(self, at: int, store: Store, step: Step, seen: Seen) -> None:
        """A step in force: what it may come to by itself, and by what stands inside it."""
        if seen.opened < 0:
            seen.opened = at
        seen.stores.setdefault(store, at)
        seen.states.add(at)
        for word in self.endings(step):
            self.by_itself(at, word, self.knowledge.forget(store, inner(step)))
        if KINDS[step.kind].votes:
            for target in step.back:
                self.send_back(at, store, step, target)
        if step.body:
            self.enter(at, store, step, seen)

    def endings(self, step: Step) -> Iterator[str]:
        """The words of the edges that a step may take without its inner steps."""
        ways = self.ways.get(step.place, {})
        yield from (word for word in ("approve", "reject") if word in ways and not step.body)
        if step.due is not None:
            yield from (word for word in ("lapse", "expire", "cancel") if word in ways and _ends_late(step, word))

    def enter(self, at: int, store: Store, step: Step, seen: Seen) -> None:
        """The branches of a step made of steps, each from the same beginning."""
        if (at, store) in self.opened:
            return
        number = self.opened[at, store] = len(self.openings)
        branches = threads(step)
        opening = Opening(at, store, step, [], [{} for _ in branches])
        self.openings.append(opening)
        self.opening_of.setdefault(at, []).append(number)
        some = self.rows(step, store, seen) if step.each is not None else True
        if step.each is not None:
            self.by_itself(at, "approve", self.knowledge.forget(store, inner(step)))  # there may be no row
        for thread, branch in enumerate(branches if some else ()):
            others = {one.place for other in branches if other is not branch for one in all_places(other)}
            frame = len(self.frames)
            opening.frames.append(frame)
            self.frames.append(Frame(number, thread, branch[0].place.rpartition("/")[0], -1))
            state = State(branch[0].place, self.knowledge.forget(store, others), frame, self.states[at].back)
            entry = self.state(state)
            self.frames[frame] = self.frames[frame]._replace(entry=entry)
            self.moves[at][Move("enter", step.place), entry] = None

    def rows(self, step: Step, store: Store, seen: Seen) -> bool:
        """Whether an `each` may have a row."""
        if step.where is None:
            seen.rows = True
            return True
        condition = self.conditions.of(step.where)
        some, none = (bool(left(condition, store, self.space, holds=holds)) for holds in (True, False))
        seen.rows, seen.no_rows = seen.rows or some or not none, seen.no_rows or none or not some
        return some or not none

    # ------------------------------------------------------------------------------------------- moves

    def by_itself(self, at: int, word: str, store: Store) -> None:
        """A step is over, and not because of what stands inside it."""
        arrived = self.over(at, word, store)
        if arrived is not None:
            self.own.setdefault(at, {})[word, arrived] = None

    def over(self, at: int, word: str, store: Store) -> Arrival | None:
        """A step is over with this word: its results are known, and its edge is taken. None where it has no such edge."""
        state = self.states[at]
        ways, place = self.ways.get(state.place, {}), state.place
        trigger, back = word, state.back
        target, _, source = back.partition(">")
        if back and target == place and word == "approve" and f"resume>{source}" in ways:
            trigger, back = f"resume>{source}", ""
        if trigger not in ways:
            return None
        self.taken.add(Edge(trigger, place, ways[trigger]))
        known = self.knowledge.resulted(store, self.definition.places[place], VERDICTS[word])
        return self.move(
            at, Move(word, place, source if trigger != word else ""), ways[trigger], known, state.frame, back
        )

    def move(self, at: int, move: Move, target: str, store: Store, frame: int, back: str) -> Arrival:
        """Go from a state to a place; the end of a branch is its opening's business."""
        if target in places.ENDS and frame:
            left = Left(target, store)
            self.left.setdefault(at, {})[left] = None
            self.leave(frame, left)
            return left
        found = self.state(State(target, ()) if target in places.ENDS else State(target, store, frame, back))
        if target in places.ENDS:
            self.at_end.setdefault((at, move), store)
        self.moves[at][move, found] = None
        return found

    def leave(self, frame: int, left: Left) -> None:
        """A branch has come to its end: with the others' it joins, or it takes the whole step down."""
        branch = self.frames[frame]
        opening = self.openings[branch.opening]
        if left.end != places.DONE:
            word = "reject" if left.end == places.REJECTED else "cancel"
            if word not in opening.ended:
                arrived = self.over(opening.state, word, self.knowledge.forget(opening.store, inner(opening.step)))
                if arrived is not None:
                    opening.ended[word] = arrived
            return
        mine = opening.done[branch.thread]
        if left.store in mine:
            return
        mine[left.store] = None
        others = [list(one) if n != branch.thread else [left.store] for n, one in enumerate(opening.done)]
        for parts in product(*others):
            self.joins += 1
            if self.joins > MOST_STATES:
                raise TooManyError
            together = self.knowledge.joined(opening.store, opening.step, parts)
            arrived = self.over(opening.state, "approve", together) if together is not None else None
            if arrived is not None:
                opening.joined.append((parts, arrived))

    def send_back(self, at: int, store: Store, step: Step, target: str) -> None:
        """退回."""
        move = Move("return", step.place, target)
        trigger = f"return>{target}"
        source = next((one for one in _around(step.place) if trigger in self.ways.get(one, ())), None)
        if source is None:
            return
        self.taken.add(Edge(trigger, source, self.ways[source][trigger]))
        back = f"{target}>{source}" if step.resume == "here" else ""
        if target == places.SUBMITTER:
            self.moves[at][move, self.state(State(places.RETURNED, self.knowledge.handed_back(), 0, back))] = None
            return
        frame, scope = self.states[at].frame, target.rpartition("/")[0]
        while frame and self.frames[frame].scope != scope:
            frame = self.states[self.openings[self.frames[frame].opening].state].frame
        later = {place for place, n in self.order.items() if n >= self.order[target]}
        self.moves[at][move, self.state(State(target, self.knowledge.forget(store, later), frame, back))] = None

    def resubmit(self, at: int, state: State) -> None:
        """Handed in again: from the beginning, or straight back to who returned it."""
        ways, (_, _, source) = self.ways[places.RETURNED], state.back.partition(">")
        for trigger, target in (("resubmit", ""), (f"resubmit>{source}", source)):
            if trigger in ways:
                self.taken.add(Edge(trigger, places.RETURNED, ways[trigger]))
                move = Move("resubmit", places.RETURNED, target)
                self.moves[at][move, self.state(State(ways[trigger], state.store))] = None


def walked(definition: Definition, skipped: Mapping[str, bool | None]) -> Walk:
    """A walk; where there are too many states, one that takes every condition for free: it knows less, and nothing wrong."""
    try:
        return Walk(definition, skipped)
    except TooManyError:
        return Walk(definition, skipped, coarse=True)


def _around(place: str) -> Iterator[str]:
    """The place itself, then those around it."""
    while place:
        yield place
        place = place.rpartition("/")[0]


def _ends_late(step: Step, word: str) -> bool:
    if word == "lapse":
        return may_lapse(step)
    wanted = {"expire": "reject", "cancel": "cancel"}[word]
    return wanted in ({rung.then for rung in step.late} if isinstance(step.late, tuple) else {step.late})
