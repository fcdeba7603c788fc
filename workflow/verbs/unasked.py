"""What begins without anybody asking: a flow whose moment has come. Only for the system."""

from __future__ import annotations

from datetime import datetime

from workflow.domain import event as e
from workflow.domain.command import Refused
from workflow.steps.draft import Draft
from workflow.steps.environment import Scene
from workflow.steps.firing import before, rows_of
from workflow.steps.handed import computed
from workflow.verbs.begin import begin
from workflow.verbs.child import as_child


def by_itself(draft: Draft) -> Refused | None:
    """A `submit` of the system's."""
    args = draft.command.args
    if "parent" in args:
        return as_child(draft)
    if "moment" not in args or draft.definition.start.at is None:
        return Refused("may_not_start", {"flow": draft.definition.flow})
    moment = datetime.fromisoformat(args["moment"])
    return _fired(draft, moment, str(args.get("origin") or ""), late=bool(args.get("late")))


def _fired(draft: Draft, moment: datetime, origin: str, *, late: bool) -> Refused | None:
    """An item of a firing; for the row of that origin, where the flow begins one a row."""
    definition, world = draft.definition, draft.world
    extra = {}
    if definition.start.each is not None:
        row = next((one for one in rows_of(definition, world) if one.origin == origin), None)
        if row is None:
            return Refused("no_such_row", {"row": origin})
        extra = {"各": row}
    scene = Scene(before(definition, world), 0, extra)
    values = computed(definition.start.form, definition.start.values, scene)
    if isinstance(values, Refused):
        return values
    return begin(draft, world.organisation.root().id, values, fired=e.Fired(moment, origin, late), extra=extra)
