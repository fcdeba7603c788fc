"""What is recorded of a network's answer: the policy of the outbox, pure. Calling networks is relay.py's.

Explored exhaustively in tests/properties/test_outbox_model.py: nothing is lost silently, and every further copy is marked.
"""

from __future__ import annotations

import random
from typing import Final

from workflow.ports import Outcome
from workflow.store.chats import Owed, Result

BACK_OFF: Final = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 900.0)
"""Seconds before the next try, by how many failed; the last for all after."""
LOCKED_OUT: Final = 60.0
"""Seconds until a bot that its network has locked out is tried again."""
SHORTEST: Final = 0.05


def judge(owed: Owed, outcome: Outcome, attempts: int) -> Result:
    """What is recorded of an outcome. An edit that nobody knows of is just done again.

    A network that names a time (`retry` with `after`) sets its rhythm: that is no failure, until a day has passed.
    """
    word, after, to, detail, ref = "shown", 0.0, "", outcome.detail, outcome.ref or owed.ref
    spent = owed.tries + 1 >= attempts
    match outcome.kind:
        case "sent" | "duplicate" | "noop":
            pass
        case "gone" if owed.ref:
            word, ref = "again", ""
        case "unauthorised":
            word, after = "paced", LOCKED_OUT  # it is the bot's trouble, not this message's
        case "unreachable":
            word = "unreachable"
        case "rejected":
            word = "dead"
        case "retry" if outcome.after > 0 and not owed.late:
            word, after = "paced", max(outcome.after, SHORTEST)
        case "retry" | "ambiguous" | "moved" | "gone" if spent:
            word, detail = "dead", detail or f"given up after {owed.tries + 1} tries"
        case "moved":
            word, to = "moved", outcome.to
        case "ambiguous" if not owed.ref:
            word, after = "ambiguous", back_off(owed.tries)
        case _:
            word, after = "later", max(outcome.after, SHORTEST) if outcome.after else back_off(owed.tries)
    return Result(owed.chat, owed.epoch, owed.stream, owed.topic, owed.no, owed.wanted, word, ref, after, to, detail)


def back_off(tries: int) -> float:
    """Seconds until the next try, with jitter."""
    return BACK_OFF[min(tries, len(BACK_OFF) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311 - jitter
