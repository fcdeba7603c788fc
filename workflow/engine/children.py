"""Items that other items set going (`run`): a child begins only while its parent waits for it, and the parent learns when it cannot begin.

What a child is, and what its end does to the parent, verbs.child says.
"""

from __future__ import annotations

from typing import Final

from workflow.domain import ids
from workflow.domain.command import SYSTEM, Command, Refused
from workflow.domain.item import Item, Line
from workflow.engine.definitions import Definitions
from workflow.steps.kinds.run import line_of, waiting
from workflow.store import children
from workflow.store.pool import Session
from workflow.talk.about import Line as Said
from workflow.talk.words import refusal

Key = tuple[str, str, int]
"""An item, the path of its step, the round."""
_NO_HARM: Final = frozenset({"parent_over", "already_there"})
"""Why a child does not begin though nothing is wrong: nobody waits for it any more, or it is there."""


def is_child(command: Command) -> bool:
    """Whether a command begins an item for another's step or deed."""
    return command.verb == "submit" and command.actor == SYSTEM and "parent" in command.args


def waited_for(command: Command, parent: Item | None) -> bool:
    """Whether the parent's step waits for the child still; for what a deed begins nobody waits."""
    args = command.args
    path = args.get("path")
    return not path or (parent is not None and waiting(parent, path, args["round"]) is not None)


def turned_away(command: Command, refused: Refused) -> Command | None:
    """What the parent is told of a child that could not begin; None where it need not know."""
    args = command.args
    if refused.reason in _NO_HARM or not args.get("path"):
        return None
    parent = str(args["parent"])
    detail = [why(command, refused, language) for language in ("zh", "en")]
    told = {"path": args["path"], "round": args["round"], "row": args["row"], "child": command.item, "detail": detail}
    id_ = ids.order(parent, command.id, "joined")
    return Command(id_, command.tenant, parent, "joined", SYSTEM, SYSTEM, told)


def alert(command: Command, refused: Refused) -> Said | None:
    """What the administrators are told of an item that a deed could not begin."""
    if refused.reason in _NO_HARM or command.args.get("path"):
        return None
    flow = str(command.args.get("flow", ""))
    return Said("not_begun", {"flow": flow, "why": [why(command, refused, "zh"), why(command, refused, "en")]})


def why(command: Command, refused: Refused, language: str) -> str:
    """Why it could not begin, with what is wrong in its form."""
    flow = str(command.args.get("flow", ""))
    said = refusal(refused, language)
    if problems := refused.facts.get("problems"):
        said = "; ".join(f"{name} {zh if language == 'zh' else en}".strip() for name, zh, en in problems)
    return f"{flow}: {said}"


async def rows(session: Session, definitions: Definitions, tenant: str, key: Key) -> tuple[Line, ...]:
    """What the items export that a step set going in a round, in the order of its rows; empty for a step that ran none."""
    found = await children.rows(session, tenant, *key)
    await definitions.ensure(tenant, {item.digest for item in found})
    return tuple(line_of(item, definitions.flow(tenant, item.digest).definition) for item in found)
