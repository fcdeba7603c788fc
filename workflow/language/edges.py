"""The ways between the places of a flow: what `lifecycle` builds its machine of. Who fires which is in steps.course and verbs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from workflow.domain import places
from workflow.domain.definition import Edge, Step
from workflow.steps.kinds.kinds import KINDS


def edges_of(steps: tuple[Step, ...]) -> tuple[Edge, ...]:
    """Every edge, each once."""
    return tuple(dict.fromkeys((*_whole(steps), *_sequence(steps), *_returns(steps))))


def all_places(steps: Iterable[Step]) -> Iterator[Step]:
    """Every step, at any depth, in the order of the flow."""
    for step in steps:
        yield step
        yield from all_places(step.body)


def _whole(steps: tuple[Step, ...]) -> Iterator[Edge]:
    """The item as a whole: begun, handed in again, taken back, ended, suspended."""
    first = steps[0].place
    yield Edge("submit", places.START, first)
    yield Edge("resubmit", places.RETURNED, first)
    tops = [step.place for step in steps]
    for place in (*tops, places.RETURNED, places.SUSPENDED):
        yield Edge("withdraw", place, places.WITHDRAWN)
        yield Edge("terminate", place, places.TERMINATED)
    for place in (places.RETURNED, places.SUSPENDED):  # from every step it leads there anyway
        yield Edge("cancel", place, places.CANCELLED, "cancelled")
    for place in tops:
        yield Edge("suspend", place, places.SUSPENDED)
        yield Edge(f"retry>{place}", places.SUSPENDED, place)


def _sequence(steps: tuple[Step, ...]) -> Iterator[Edge]:
    """The kinds' own ways, one step after the other; inside a step, the last leads to the end of its thread."""
    for step, following in zip(steps, (*steps[1:], None), strict=True):
        yield from KINDS[step.kind].ways(step, following.place if following is not None else places.DONE)
        for thread in threads(step):
            yield from _sequence(thread)


def threads(step: Step) -> tuple[tuple[Step, ...], ...]:
    """What goes on inside a step: side by side, each branch for itself; else its steps one after the other."""
    if step.kind == "all":
        return tuple((one,) for one in step.body)
    return (step.body,) if step.body else ()


def _returns(steps: tuple[Step, ...]) -> Iterator[Edge]:
    """退回, and the way straight back to who sent it back."""
    for step in all_places(steps):
        if not KINDS[step.kind].votes:
            continue
        for target in step.back:
            if target == places.SUBMITTER:
                source, arrives = step.place.partition("/")[0], places.RETURNED
            else:
                source, arrives = _beside(step.place, target), target
            yield Edge(f"return>{target}", source, arrives)
            if step.resume == "here" and target == places.SUBMITTER:
                yield Edge(f"resubmit>{source}", places.RETURNED, source)
            elif step.resume == "here":
                yield Edge(f"resume>{source}", target, source, "approved")


def _beside(place: str, target: str) -> str:
    """What holds `place`, or is it, in the sequence that `target` stands in."""
    scope = target.rpartition("/")[0]
    inner = place[len(scope) + 1 :] if scope else place
    first = inner.partition("/")[0]
    return f"{scope}/{first}" if scope else first


def stranded(edges: Iterable[Edge], known: Mapping[str, Step]) -> tuple[str | None, str | None]:
    """A place that cannot be reached from the start, and one from which no end can; None where there is none.

    A thread inside a step begins when the step opens, so its first places count as reached with it.
    """
    ways = list(edges)
    reached = _closure({places.START}, ways, known, forward=True)
    ending = _closure(set(places.ENDS), ways, known, forward=False)
    unreached = next((place for place in known if place not in reached), None)
    endless = next((place for place in known if place not in ending), None)
    return unreached, endless


def _closure(begin: set[str], ways: list[Edge], known: Mapping[str, Step], *, forward: bool) -> set[str]:
    found, waiting = set(begin), list(begin)
    following: dict[str, list[str]] = {}
    for edge in ways:
        source, target = (edge.source, edge.target) if forward else (edge.target, edge.source)
        following.setdefault(source, []).append(target)
    while waiting:
        place = waiting.pop()
        more = following.get(place, [])
        if forward and place in known:
            more = [*more, *(thread[0].place for thread in threads(known[place]))]
        for one in more:
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found
