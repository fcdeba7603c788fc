"""Items that the one on the stage sets going: none of them is played; a case says how each ends and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from workflow.decide import Decision
from workflow.domain.command import SYSTEM, Command, Refused
from workflow.domain.fold import step_path
from workflow.domain.item import Line
from workflow.grammars.typed import Unreadable, read_number
from workflow.grammars.values import exact, lower
from workflow.rehearsal.setting import ITEM
from workflow.rehearsal.stage import Stage
from workflow.steps.kinds.run import COUNTING

TRUTHS: Final = {"是": True, "否": False, "yes": True, "no": False}


def end(stage: Stage, place: str, state: str, values: Mapping[str, Any], row: str = "") -> Decision | Refused | None:
    """End the first item under way that the step at `place` began (for the row of that name); None where there is none."""
    child = next((one for one in under_way(stage, place) if row in ("", *_names(one))), None)
    if child is None:
        return None
    args = child.args
    key = (ITEM, args["path"], args["round"])
    told = {**args["form"], **values}
    line = Line(
        args["origin"] or f"{args['path']}/{args['row'] + 1}", "", stage.now,
        (("编号", f"{len(stage.apart.get(key, ())) + 1:06}"), *((name, kept(value)) for name, value in told.items())),
    )  # fmt: skip
    stage.apart[key] = (*stage.apart.get(key, ()), line)
    stage.recent = []
    stage.over.add(child.item)
    where = {name: args[name] for name in ("path", "round", "row")}
    found = stage.command(
        "joined", SYSTEM, {**where, "child": child.item, "code": child.item[:6].upper(), "end": state}
    )
    return found if isinstance(found, Decision | Refused) else None


def under_way(stage: Stage, place: str) -> list[Command]:
    """The items that are not over, of the step at `place`, in the order in which they began."""
    waiting = {(step_path(run), run.round) for run in stage.runs() if run.place == place and run.state == COUNTING}
    return [
        one for one in stage.children.values()
        if (one.args.get("path"), one.args.get("round")) in waiting and one.item not in stage.over
    ]  # fmt: skip


def ran(stage: Stage) -> dict[str, str]:
    """How many items of each flow were begun, ever."""
    flows = [str(one.args["flow"]) for one in stage.children.values()]
    return {flow: str(flows.count(flow)) for flow in dict.fromkeys(flows)}


def kept(value: Any) -> Any:
    """A value as a child would export it, with the type that it looks to have."""
    if not isinstance(value, str):
        return value
    if value in TRUTHS:
        return {"type": "bool", "value": TRUTHS[value]}
    try:
        return {"type": "number", "value": lower(exact(read_number(value)), "number")}
    except Unreadable:
        pass
    try:
        return {"type": "date", "value": date.fromisoformat(value).isoformat()}
    except ValueError:
        return {"type": "text", "value": value}


def _names(child: Command) -> tuple[str, ...]:
    origin = str(child.args.get("origin", ""))
    return (origin, origin.rpartition("/")[2])
