"""What a `run` asks of items: a child begins (`submit` by the system), its end is `joined` to the parent, and it is cancelled with it."""

from __future__ import annotations

from typing import Any

from workflow.domain import event as e
from workflow.domain.command import SYSTEM, Refused
from workflow.domain.item import Parent
from workflow.steps.answers import read_given
from workflow.steps.course import pause, settle
from workflow.steps.draft import Draft
from workflow.steps.kinds.kinds import KINDS
from workflow.steps.kinds.run import waiting
from workflow.verbs.begin import begin
from workflow.verbs.verb import Verb, over
from workflow.verbs.whole import end


def as_child(draft: Draft) -> Refused | None:
    """A `submit` of the system's for another item's step, or deed."""
    args, start = draft.command.args, draft.definition.start
    values = read_given(draft, start.form, start.must, args.get("form") or {})
    if isinstance(values, Refused):
        return values
    unit = str(args.get("unit") or args.get("from") or "")
    if draft.organisation.unit(unit) is None:
        return Refused("form", {"problems": [["", f"“{unit}”不是单位", f"“{unit}” is no unit"]]})
    parent = Parent(
        str(args["parent"]), str(args.get("path", "")), int(args.get("round", 0)), int(args.get("row", -1)),
        str(args.get("origin", "")),
    )  # fmt: skip
    return begin(draft, unit, values, parent=parent)


def _joined(draft: Draft) -> Refused | None:
    """An item that a step of this one set going has ended; or could not begin, and then an administrator is asked."""
    args = draft.command.args
    if draft.command.actor != SYSTEM:
        return Refused("not_allowed", {"verb": "joined"})
    if refusal := over(draft.item):
        return refusal
    run = waiting(draft.item, str(args.get("path")), int(args.get("round", 0)))
    if run is None:
        return Refused("old_round")
    if "detail" in args:
        return _stuck(draft, run.no, args["detail"])
    draft.record(e.Joined(run.no, args["child"], args["code"], args["end"]))
    if draft.item.pause is None:
        go_on(draft, run.no)
    return None


def go_on(draft: Draft, no: int) -> None:
    """Settle the step where what it waits for is over."""
    run = draft.run(no)
    if verdict := KINDS[draft.step(run).kind].verdict(draft, run):
        settle(draft, no, verdict)


def _stuck(draft: Draft, no: int, detail: Any) -> Refused | None:
    if draft.item.pause is not None:
        return Refused("suspended")
    zh, en = detail
    pause(draft, no, "run", (zh, en))
    return None


def _cancel(draft: Draft) -> Refused | None:
    if draft.command.actor != SYSTEM:
        return Refused("not_allowed", {"verb": "cancel"})
    parent = draft.item.parent
    if parent is None or parent.item != draft.command.args.get("parent"):
        return Refused("not_allowed", {"verb": "cancel"})
    end(draft, "cancel", "cancelled")
    return None


JOINED = Verb("joined", "子件结束", _joined)
CANCEL = Verb("cancel", "取消", _cancel)
