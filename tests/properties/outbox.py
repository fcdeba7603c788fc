"""The outbox as a value: what claiming and recording do to one delivery in one chat, and what then stands in the chat.

A mirror of queries/chats.sql (tests/integration/test_outbox_walk.py holds it to PostgreSQL); what is recorded of an outcome
is the engine's own `judge`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Final, NamedTuple

from workflow.engine.outbox import judge
from workflow.ports import Outcome
from workflow.store.chats import Owed

ATTEMPTS: Final = 5
AT: Final = datetime(2026, 11, 2, tzinfo=UTC)
ENOUGH: Final = 2
REFUSALS: Final = (
    Outcome("ambiguous"), Outcome("retry", after=1.0), Outcome("retry"), Outcome("unreachable"),
    Outcome("moved", to="elsewhere"), Outcome("rejected"), Outcome("unauthorised"),
)  # fmt: skip
"""What a network may answer that did nothing."""


class Message(NamedTuple):
    """What stands in the chat: `version` is what it shows; `marked`: it says that it is a resend."""

    marked: bool
    version: int


class Call(NamedTuple):
    """A worker's claim, as it was. Once the network has answered, `word` is what will be recorded, `got` the message that it
    made or edited. `holds`: nobody has claimed the chat since."""

    holds: bool
    wanted: int
    ref: int
    attempt: int
    tries: int
    version: int
    word: str = ""
    got: int = 0


class State(NamedTuple):
    """One delivery. `wanted` 0: nothing is owed. `ref` is a place in `chat` (from 1), 0: none is known; `version` what is
    true now; `chat` what people see, None where a message was taken away. `digested`: from here on it is the digest that is
    followed, which stands for it; `echo`: what it stands for is owed again."""

    wanted: int = 1
    ref: int = 0
    attempt: int = 0
    tries: int = 0
    dead: bool = False
    leased: bool = False
    unreachable: bool = False
    digested: bool = False
    echo: bool = False
    version: int = 1
    chat: tuple[Message | None, ...] = ()
    calls: tuple[Call, ...] = ()


def owed_of(ref: int, tries: int) -> Owed:
    """A claim as the engine gets it."""
    return Owed(
        chat="c", external="c", bot="b", person="p", private=True, epoch=1, stream="s", topic=1, no=1, line=1, about=b"",
        ref=str(ref or ""), wanted=1, sent=int(ref > 0), attempt=1, tries=tries, urgent=False, at=AT,
    )  # fmt: skip


def claim(state: State) -> State:
    """`claim_owed`: whoever held the chat before holds it no more."""
    attempt = state.attempt + (state.ref == 0)
    call = Call(True, state.wanted, state.ref, attempt, state.tries, state.version)
    others = tuple(one._replace(holds=False) for one in state.calls)
    return state._replace(attempt=attempt, tries=state.tries + 1, leased=True, calls=(*others, call))


def digest(state: State) -> State:
    """`digest_owed`, of what was never tried and is not being sent."""
    others = tuple(one._replace(holds=False) for one in state.calls)
    return state._replace(digested=True, wanted=1, calls=others)


def record(state: State, call: Call) -> State:
    """`record_outcomes`, by whoever holds the chat; what stands in one that moved is shown anew."""
    word, attempt, tries, ref = call.word, state.attempt, state.tries, state.ref
    if word == "again" and attempt == 1:
        attempt = 0
    elif word in ("later", "paced", "moved", "unreachable") and not ref:
        attempt -= 1
    if word == "shown":
        tries, ref = 0, call.got or ref
    elif word in ("paced", "unreachable"):
        tries -= 1
    elif word == "again":
        ref = 0
    done = word == "dead" or (word == "shown" and state.wanted == call.wanted)
    wanted = state.wanted + (word == "moved" and ref > 0)
    return state._replace(
        attempt=attempt, tries=tries, ref=ref, dead=state.dead or word == "dead", leased=False,
        wanted=0 if done else wanted, unreachable=word == "unreachable",
    )  # fmt: skip


def answered(state: State, call: Call, edits: bool) -> Iterator[State]:
    """Whatever a network may do and say, and what the engine makes of it."""
    editing = edits and call.ref > 0
    before = state.chat[call.ref - 1] if editing else None
    if state.unreachable:
        yield _told(state, call, Outcome("unreachable"))
        return
    if editing and before is None:
        yield _told(state, call, Outcome("gone"))
    else:
        if before is not None:
            at = call.ref
            chat = (*state.chat[: at - 1], before._replace(version=call.version), *state.chat[at:])
        else:
            at = len(state.chat) + 1
            attempt = call.attempt if not call.ref else call.tries + 1
            chat = (*state.chat, Message(attempt > 1, call.version))
        after = state._replace(chat=chat)
        yield _told(after, call, Outcome("sent", ref=str(at)))
        yield _told(after, call, Outcome("ambiguous"))
    for outcome in REFUSALS:
        yield _told(state, call, outcome)


def _told(state: State, call: Call, outcome: Outcome) -> State:
    word, got = judged(call.ref, call.tries, outcome)
    return put(state, call, call._replace(word=word, got=got))


@cache
def judged(ref: int, tries: int, outcome: Outcome) -> tuple[str, int]:
    """What the engine records, and of which message."""
    result = judge(owed_of(ref, tries), outcome, ATTEMPTS)
    return result.word, int(result.ref or 0)


def settle(state: State, call: Call) -> State:
    """The outcome is recorded; of one whose chat was taken over, the copy is taken back instead."""
    state = without(state, call)
    if call.holds:
        return record(state, call)
    if call.word == "shown" and call.got != call.ref:
        return state._replace(chat=(*state.chat[: call.got - 1], None, *state.chat[call.got :]))
    return state


def without(state: State, call: Call) -> State:
    """Without that call."""
    at = state.calls.index(call)
    return state._replace(calls=(*state.calls[:at], *state.calls[at + 1 :]))


def put(state: State, call: Call, changed: Call) -> State:
    """With that call as it is now."""
    at = state.calls.index(call)
    return state._replace(calls=(*state.calls[:at], changed, *state.calls[at + 1 :]))


def least(state: State) -> State:
    """The same for all that follows: workers have no names, a call that was taken over only sends, a message that nothing
    refers to only counts if it looks like the only one, and of what is wanted only whether it became more since the claim."""
    more = any(one.holds and one.wanted < state.wanted for one in state.calls)
    calls = [
        one._replace(wanted=1) if one.holds else one._replace(wanted=0, attempt=min(one.attempt, 2), tries=min(one.tries, 1))
        for one in state.calls if one.holds or not one.word or (one.word == "shown" and one.got != one.ref)
    ]  # fmt: skip
    known = {state.ref, *(ref for call in calls for ref in (call.ref, call.got))}
    kept: list[int] = []
    plain: Counter[int] = Counter()
    for at, message in enumerate(state.chat, 1):
        if at in known:
            kept.append(at)
        elif message is not None and not message.marked and plain[message.version] < ENOUGH:
            kept.append(at)
            plain[message.version] += 1
    place = {at: new for new, at in enumerate(kept, 1)} | {0: 0}
    moved = sorted(one._replace(ref=place[one.ref], got=place[one.got]) for one in calls)
    wanted = min(state.wanted, 1) + more
    return state._replace(
        wanted=wanted, ref=place[state.ref], chat=tuple(state.chat[at - 1] for at in kept), calls=tuple(moved)
    )
