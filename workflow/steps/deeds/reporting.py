"""`report` 报送: counters summed up over days, for the units of a tier, told to people and rooms. Not here: how it is worded (talk)."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from workflow.domain import event as e
from workflow.domain import tree
from workflow.domain.definition import Action
from workflow.domain.effect import Count, Send
from workflow.grammars.errors import ConditionError
from workflow.grammars.evaluate import evaluate, references
from workflow.grammars.render import say
from workflow.steps.draft import Draft, Needs, WantingError
from workflow.steps.electorate import people
from workflow.steps.periods import days_of

NOTHING: Final = "—"
"""What stands where a line cannot be reckoned (a share of nothing)."""


class _Sums:
    """The counters of one unit, and of those below it, as the names of a report's values."""

    def __init__(self, sums: dict[str, int], now: datetime, zone: tzinfo) -> None:
        self.sums, self.now, self.zone = sums, now, zone

    @property
    def started(self) -> datetime:
        """Counters know of no item."""
        return self.now

    def lookup(self, parts: tuple[str, ...]) -> Any:
        """What was counted; nought where nothing was."""
        return self.sums.get(parts[0], 0)

    def shift(self, moment: datetime, _duration: tree.Duration, _sign: tree.Sign) -> datetime:
        """Nothing here is moved."""
        return moment


def report(draft: Draft, no: int, action: Action, deed: int) -> None:
    """Sum up, write down what it came to, and tell it. The sums are a read: what others decide at this moment may be missing."""
    organisation, place, unit = draft.organisation, draft.place(no), draft.item.unit
    zone = ZoneInfo(organisation.time_zone)
    since, until = days_of(action.own.get("last"), draft.now.astimezone(zone).date())
    counted = _counted(draft, action, since, until)
    per = action.own.get("per")
    units = organisation.below(unit, per) or tuple(filter(None, (organisation.unit_at(per, unit),))) if per else (unit,)
    lines = []
    for one in units or (unit,):
        sums = {
            name: sum(n for at, n in found.items() if one in organisation.chain(at)) for name, found in counted.items()
        }
        scene = _Sums(sums, draft.now, zone)
        lines.append((one, tuple(_line(value, scene, zone) for _, value in action.names)))
    names = tuple(name for name, _ in action.names)
    first = "" if since == date.min else str(since)
    rooms = tuple(one.who.parts[0] for one in action.to if organisation.room(one.who.parts[0]) is not None)
    persons = people(draft, no, tuple(one for one in action.to if one.who.parts[0] not in rooms))
    draft.record(e.Reported(names, first, str(until), tuple(lines), place, deed))
    draft.record(e.Informed("report", (*persons, *rooms), place))
    draft.effects += [Send("report", person=person, step=place, deed=deed) for person in persons]
    draft.effects += [Send("report", room=room, step=place, deed=deed) for room in rooms]


def _counted(draft: Draft, action: Action, since: date, until: date) -> dict[str, dict[str, int]]:
    """By counter, what each unit itself counted in these days, this decision's own counts among them."""
    names = sorted({ref.parts[0] for _, value in action.names for ref in references(value)})
    keys = {name: (name, str(since), str(until)) for name in names}
    if wanting := tuple(key for key in keys.values() if key not in draft.world.sums):
        raise WantingError(Needs(sums=wanting))
    found = {name: dict(draft.world.sums[key]) for name, key in keys.items()}
    for effect in draft.effects:
        if isinstance(effect, Count) and effect.name in found and str(since) <= effect.period <= str(until):
            sums = found[effect.name]
            sums[effect.unit] = sums.get(effect.unit, 0) + effect.n
    return found


def _line(value: tree.Value, scene: _Sums, zone: tzinfo) -> str:
    try:
        return say(evaluate(value, scene), zone)
    except ConditionError:
        return NOTHING
