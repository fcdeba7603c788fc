"""`webhook`: a call of another system. It leaves through the outbox like whatever is told to a room: a hook is a chat that only listens."""

from __future__ import annotations

from workflow.domain import event as e
from workflow.domain.definition import Action
from workflow.domain.effect import HOOK, Send
from workflow.organisation.model import Organisation
from workflow.steps.draft import Draft


def room_of(organisation: Organisation, name: str) -> str:
    """The room behind a name: the hook that the outlet of that name is bound to, else the hook itself."""
    outlet = organisation.outlet(name)
    return HOOK + (outlet.webhook if outlet is not None and outlet.webhook else name)


def call(draft: Draft, no: int, action: Action, deed: int) -> None:
    """Call them, each with the item's card, or with the deed's own text."""
    organisation, place = draft.organisation, draft.place(no)
    draft.record(e.Informed("webhook", action.outlets, place))
    draft.effects += [
        Send("webhook", room=room_of(organisation, name), step=place, deed=deed) for name in action.outlets
    ]
