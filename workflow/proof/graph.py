"""What is wrong with the paths of a flow: steps that nothing comes to, conditions that are settled before, ways without an end. Not here: people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from workflow.domain import places
from workflow.domain.definition import Definition, Step
from workflow.domain.tree import Number, Ref
from workflow.language.edges import all_places, threads
from workflow.language.text.nodes import Place
from workflow.organisation.model import Organisation
from workflow.proof.paths import BACKWARD, Path, shortest
from workflow.proof.spots import Spots
from workflow.proof.walk import Walk
from workflow.steps.amending import is_giver
from workflow.steps.kinds.kind import Kind
from workflow.steps.kinds.kinds import KINDS

MOST_ROWS = 200


class Problem(NamedTuple):
    """One problem: its code, the place in the text, what fills its sentences, and a path to it (None: no path can be shown)."""

    code: str
    place: Place
    facts: dict[str, object]
    path: Path | None = None


def waits(kind: Kind) -> bool:
    """Whether somebody or something must act at a step of this kind: it may stay open, so it may have a `due`."""
    return "due" in kind.common and kind.value != "steps"


def problems_of(definition: Definition, walks: Iterable[Walk], spots: Spots) -> Iterator[Problem]:
    """What holds in every walk (one for each sort of beginning), in the order of the flow."""
    walked = [(one, shortest(one)) for one in walks]
    for step in all_places(definition.steps):
        yield from _step(step, walked, spots)
    for walk, paths in walked[:1]:
        yield from _endless(definition, walk, paths, spots)
    yield from _idle_returns(walked, spots)
    yield from _undecided(definition, walked, spots)


def _step(step: Step, walked: list[tuple[Walk, dict[int, Path]]], spots: Spots) -> Iterator[Problem]:
    seen = [(walk.seen[step.place], paths) for walk, paths in walked]
    entered = [(one, paths) for one, paths in seen if one.entered >= 0]
    if step.place.endswith(f"/{places.ROW}"):
        return  # its `each` is the step that was written
    if not entered:
        around = step.place.rpartition("/")[0]
        if not around or any(walk.seen[around].opened >= 0 for walk, _ in walked):
            yield Problem("P501", spots.of(step.place), {"word": step.name})
        return
    if step.when is not None and all(one.held < 0 for one, _ in entered):
        one, paths = entered[0]
        yield Problem("P502", spots.of(step.place, "when"), {}, paths[one.entered])
    elif step.when is not None and all(one.failed < 0 for one, _ in entered):
        one, paths = entered[0]
        yield Problem("P503", spots.of(step.place, "when"), {}, paths[one.entered])
    opened = [(one, paths) for one, paths in entered if one.opened >= 0]
    if step.where is not None and opened:
        one, paths = opened[0]
        if not any(one.rows for one, _ in opened):
            yield Problem("P502", spots.of(step.place, "where"), {}, paths[one.opened])
        elif not any(one.no_rows for one, _ in opened):
            yield Problem("P503", spots.of(step.place, "where"), {}, paths[one.opened])


def _endless(definition: Definition, walk: Walk, paths: dict[int, Path], spots: Spots) -> Iterator[Problem]:
    """Branches that never come to their end, and states from which no end can be reached."""
    stuck: set[str] = set()
    for step in all_places(definition.steps):
        mine = [one for one in walk.openings if one.step.place == step.place and one.frames]
        for thread, branch in enumerate(threads(step) if step.kind == "all" else ()):
            if mine and not any(one.done[thread] for one in mine):
                stuck.add(step.place)
                facts: dict[str, object] = {"word": branch[0].name, "step": step.name}
                yield Problem("P505", spots.of(branch[0].place), facts, paths[mine[0].state])
    good = {at for at, state in enumerate(walk.states) if state.place in places.ENDS or at in walk.left}
    before: dict[int, list[int]] = {}
    for at, moves in enumerate(walk.moves):
        for move, following in moves:
            if move.word != "enter":
                before.setdefault(following, []).append(at)
    waiting = list(good)
    while waiting:
        for one in before.get(waiting.pop(), ()):
            if one not in good:
                good.add(one)
                waiting.append(one)
    lost = sorted((walk.order.get(walk.states[at].place, -1), at) for at in paths if at not in good)
    for _, at in lost[-1:]:
        place = walk.states[at].place
        if not stuck:
            word = definition.places[place].name if place in definition.places else place
            yield Problem("P504", spots.of(place), {"word": word}, paths[at])


def _idle_returns(walked: list[tuple[Walk, dict[int, Path]]], spots: Spots) -> Iterator[Problem]:
    """Returns after which nobody does anything: the item comes back as it was, as often as one likes."""
    said: set[tuple[str, str]] = set()
    for walk, paths in walked:
        for at in paths:
            for move, target in walk.moves[at]:
                asked = move.target == places.SUBMITTER or is_giver(move.target)  # there somebody hands in again
                idle = move.word == "return" and not asked and _comes_back(walk, target, move.place)
                if idle and (move.place, move.target) not in said:
                    said.add((move.place, move.target))
                    word = walk.definition.places[move.target].name
                    facts: dict[str, object] = {"word": word}
                    yield Problem("P506", spots.of(move.place, "back"), facts, paths[at])


def _comes_back(walk: Walk, at: int, place: str) -> bool:
    """Whether the item comes to `place` again, on every path, before anybody has to act."""
    seen, waiting = {at}, [at]
    while waiting:
        one = waiting.pop()
        there = walk.states[one].place
        if there == place or place.startswith(f"{there}/"):
            continue
        step = walk.definition.places.get(there)
        if step is None or step.body or waits(KINDS[step.kind]):
            return False
        for _, following in walk.moves[one]:
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return True


def _undecided(definition: Definition, walked: list[tuple[Walk, dict[int, Path]]], spots: Spots) -> Iterator[Problem]:
    """A way to 办结 on which nobody was asked anything, in a flow that asks somebody."""
    if not any(waits(KINDS[step.kind]) for step in definition.places.values()):
        return
    for walk, _ in walked:
        found = _unasked(walk)
        if found is not None:
            knows = dict(walk.space.told(found.store))
            zh = "、".join(f"{name} 是 {said}" for name, said in knows.items())
            en = ", ".join(f"{name} is {said}" for name, said in knows.items())
            facts: dict[str, object] = {"zh": f"（{zh}）" if zh else "", "en": f" ({en})" if en else ""}
            first = next(step for step in all_places(definition.steps) if waits(KINDS[step.kind]))
            yield Problem("P508", spots.of(first.place, "when"), facts, found)
            return


def _unasked(walk: Walk) -> Path | None:
    came: dict[int, Path] = {0: Path((), walk.states[0].store)}
    waiting = [0]
    while waiting:
        at = waiting.pop(0)
        place = walk.states[at].place
        step = walk.definition.places.get(place)
        for move, following in walk.moves[at]:
            quiet = move.word in ("submit", "skip") or (
                move.word == "approve" and step is not None and not step.body and not waits(KINDS[step.kind])
            )
            if not quiet or following in came or move.word in BACKWARD:
                continue
            came[following] = Path((*came[at].moves, move), walk.at_end.get((at, move), walk.states[following].store))
            if walk.states[following].place == places.DONE:
                return came[following]
            waiting.append(following)
    return None


def many_rows(
    definition: Definition, organisation: Organisation | None, walks: list[Walk], spots: Spots
) -> Iterator[Problem]:
    """An `each` that may, or does, meet more rows than one item holds: the first over each list that may be so long."""
    said: set[str] = set()
    for step in all_places(definition.steps):
        if step.each is None or step.body[0].kind == "run":
            continue  # the parent of runs only counts
        name, most = _rows_of(definition, organisation, step.each.parts[0])
        seen = next((one for one in walks if one.seen[step.place].opened >= 0), None)
        if seen is None or name in said or (most is not None and most <= MOST_ROWS):
            continue
        said.add(name)
        path = shortest(seen)[seen.seen[step.place].opened]
        facts: dict[str, object] = {"word": name, "most": most or ""}
        sure = most is not None and step.where is None and name == step.each.parts[0]
        yield Problem("P521" if sure else "P556", spots.of(step.place, "each"), facts, path)


def _rows_of(definition: Definition, organisation: Organisation | None, name: str) -> tuple[str, int | None]:
    """The list that the rows of this name come from, and how many they are at most; None where nothing bounds them."""
    if definition.field(name) is not None:
        return name, MOST_ROWS  # a form takes no more
    step = next((one for one in all_places(definition.steps) if one.name == name), None)
    if step is None:
        return name, _listed(organisation, name)
    need = (
        step.need.value
        if isinstance(step.need, Number) and not step.need.percent and isinstance(step.need.value, int)
        else None
    )
    if step.each is not None:
        return _rows_of(definition, organisation, step.each.parts[0])
    if isinstance(of := step.own.get("of"), Ref):  # `draw` and `rank` take rows of a list, `draw` no more than so many
        name, most = _rows_of(definition, organisation, of.parts[0])
        return (
            (name, most)
            if step.kind != "draw" or need is None or (most is not None and most < need)
            else (step.name, need)
        )
    return name, None


def _listed(organisation: Organisation | None, name: str) -> int | None:
    """The rows of a list or a tier; where no organisation is at hand, few enough."""
    if organisation is None:
        return MOST_ROWS
    if (named := organisation.list_named(name)) is not None:
        return len(named.rows)
    return sum(unit.tier == name for unit in organisation.units) if name in organisation.tiers else None
