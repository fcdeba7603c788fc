"""`watch` 监测: a rule over many items looks at one that has ended. Only for the system, ordered by the item's end."""

from __future__ import annotations

from workflow.domain import places
from workflow.domain.command import SYSTEM, Refused
from workflow.steps.draft import Draft
from workflow.steps.windows import judge
from workflow.verbs.verb import Verb


def _watch(draft: Draft) -> Refused | None:
    if draft.command.actor != SYSTEM:
        return Refused("not_allowed", {"verb": "watch"})
    if draft.item.ended is None or draft.item.place != places.DONE:
        return Refused("too_early")
    judge(draft)
    return None if draft.facts else Refused("nothing_changed")


WATCH = Verb("watch", "监测", _watch)
