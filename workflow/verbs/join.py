"""`join` 并入: what was handed in is the same as an open item, which somebody joins. Asked for by `submit` alone, never by people."""

from __future__ import annotations

from workflow.domain import event as e
from workflow.domain.command import Refused
from workflow.domain.effect import CARD, Send
from workflow.steps.answers import read_form
from workflow.steps.draft import OWED, Draft
from workflow.verbs.verb import Verb, over

MERGED = "merged"
"""The refusal by which `submit` says that there is such an item (`item`): whoever asked sends a `join` to that one instead."""


def _join(draft: Draft) -> Refused | None:
    command, item, start = draft.command, draft.item, draft.definition.start
    if refusal := over(item):
        return refusal
    if start.merge is None:
        return Refused("not_allowed", {"verb": "join"})
    form = read_form(draft, start.form, None, command.args.get("form") or {})
    if isinstance(form, Refused):
        return form
    actor = command.actor
    sits = actor in item.parts or any(
        task.person == actor and task.state in (*OWED, "voted", "done")
        for run in item.runs.values()
        for task in run.tasks.values()
    )
    draft.record(e.Merged(actor, tuple(form.items()), sits))
    if actor != item.submitter:
        draft.effects.append(Send(CARD, person=actor))
    return None


JOIN = Verb("join", "并入", _join)
