"""PURE: one `transitions` Machine per flow version, the only authority for "may move, and where to".

The machine is stateless: a probe carries the place in and out, and the verdict that the guards look at.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from transitions import EventData, Machine, MachineError, State

from workflow.domain import places
from workflow.domain.definition import Definition


class IllegalMoveError(Exception):
    """The machine refused: there is no such edge, or its guard (`guard`) said no."""

    def __init__(self, place: str, trigger: str, guard: str = "") -> None:
        super().__init__(f"no way {trigger!r} from {place!r}" + (f": not {guard}" if guard else ""))
        self.place, self.trigger, self.guard = place, trigger, guard


class Probe(Struct):
    """What passes through the machine for one move: the place, the verdict on the step, the guard that refused."""

    state: str
    verdict: str
    guard: str = ""


class Place(State):
    """Nothing happens on the way in or out: what follows from a move is decided, and not called back."""

    def enter(self, event_data: EventData) -> None:
        """Nothing."""

    def exit(self, event_data: EventData) -> None:
        """Nothing."""


class Stateless(Machine):
    """A machine of such places."""

    state_cls = Place


def _guard(word: str) -> Callable[[EventData], bool]:
    def holds(event: EventData) -> bool:
        probe: Probe = event.model  # type: ignore[assignment]  # transitions calls every model an object
        if probe.verdict == word:
            return True
        probe.guard = word
        return False

    return holds


GUARDS = {word: _guard(word) for word in ("approved", "rejected", "skipped", "late", "cancelled")}


class Lifecycle:
    """The machine of one flow version. Building it verifies the graph, for `transitions` itself accepts any name.

    Raises ValueError for an edge from or to nowhere, or with an unknown guard.
    """

    __slots__ = ("_events", "_may")

    def __init__(self, definition: Definition) -> None:
        known = {*definition.places, *places.RESERVED}
        for edge in definition.edges:
            if unknown := {edge.source, edge.target} - known:
                raise ValueError(f"edge {edge.trigger!r} names a place that is not there: {', '.join(sorted(unknown))}")
            if edge.guard and edge.guard not in GUARDS:
                raise ValueError(f"edge {edge.trigger!r} has an unknown guard: {edge.guard}")
        machine = Stateless(
            model=None, initial=None, states=sorted(known), auto_transitions=False, send_event=True,
            transitions=[
                {"trigger": e.trigger, "source": e.source, "dest": e.target, "conditions": GUARDS.get(e.guard)}
                for e in definition.edges
            ],
        )  # fmt: skip
        self._events = machine.events
        self._may = {place: frozenset(machine.get_triggers(place)) for place in known}

    def may(self, place: str) -> frozenset[str]:
        """Every trigger that has an edge from `place`."""
        return self._may[place]

    def move(self, place: str, trigger: str, verdict: str = "") -> str:
        """Where `trigger` leads from `place` under `verdict`; raises IllegalMoveError."""
        probe = Probe(place, verdict)
        try:
            moved = self._events[trigger].trigger(probe)
        except (KeyError, MachineError) as error:
            raise IllegalMoveError(place, trigger) from error
        if not moved:
            raise IllegalMoveError(place, trigger, probe.guard)
        return probe.state

    def legal(self, place: str, trigger: str) -> str | None:
        """Where `trigger` leads under the verdict that its guard asks for; None when there is no such edge. For audits."""
        for verdict in ("", *GUARDS):
            try:
                return self.move(place, trigger, verdict)
            except IllegalMoveError:
                continue
        return None
