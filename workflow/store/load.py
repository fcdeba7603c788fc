"""What is read before a decision, each in one round trip: who speaks and where they stand; items and all that is guarded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from workflow.domain.item import Item
from workflow.store.pool import Session

decode_state: Final = msgspec.json.Decoder(Item).decode


class Dialogue(msgspec.Struct, frozen=True):
    """A chat's dialogue; `state` None: it is over."""

    version: int
    state: bytes | None
    expires_at: datetime | None


class Hearing(msgspec.Struct, frozen=True):
    """Accounts by their external id (only those in force), dialogues by chat, what messages show by (chat, ref)."""

    now: datetime
    organisation_version: int
    accounts: dict[str, str]
    dialogues: dict[str, Dialogue]
    shown: dict[tuple[str, str], bytes]


class Held(msgspec.Struct, frozen=True):
    """An item as it is now; `head` is the leaf of its last event, `size` the bytes of its encoding."""

    item: Item
    version: int
    head: bytes
    size: int


NOTHING: Final[Mapping[str, Held]] = {}


class Loaded(msgspec.Struct, frozen=True):
    """Items by id; `codes` leads to their ids. Streams: (version, head). A counter that is not here was never taken."""

    now: datetime
    organisation_version: int
    items: dict[str, Held]
    codes: dict[str, str]
    flows: dict[str, str]
    streams: dict[str, tuple[int, bytes]]
    counters: dict[tuple[str, str], int]


class UnknownTenant(LookupError):
    """No tenant has that id."""


async def hearing(
    session: Session, tenant: str, bot: str, accounts: Sequence[str], chats: Sequence[str],
    refs: Sequence[tuple[str, str]] = (),
) -> Hearing:  # fmt: skip
    """Who speaks (`accounts`: external ids at `bot`), the dialogues of `chats`, and what the messages (chat, ref) show."""
    rows = await session.fetch(
        "load_hearing", tenant, bot, accounts, chats, [chat for chat, _ in refs], [ref for _, ref in refs]
    )
    if not rows:
        raise UnknownTenant(tenant)
    found = Hearing(rows[0]["at"], rows[0]["version"], {}, {}, {})
    for kind, id_, name, version, at, body in rows[1:]:
        if kind == "account":
            found.accounts[name] = str(id_)
        elif kind == "dialogue":
            found.dialogues[str(id_)] = Dialogue(version, body, at)
        else:
            found.shown[str(id_), name] = body
    return found


async def batch(
    session: Session, tenant: str, items: Sequence[str] = (), codes: Sequence[str] = (),
    flows: Sequence[str] | None = (), streams: Sequence[str] = (), counters: Sequence[tuple[str, str]] = (),
    known: Mapping[str, Held] = NOTHING,
) -> Loaded:  # fmt: skip
    """Items by id and by code, the current digests of `flows` (None: of all), streams, counters (name, period).

    `known`: items as the caller has them. The head says all that ever happened to one: where it is the same still, the
    state is not read again.
    """
    heads = [known[item].head if item in known else None for item in items]
    if codes or streams or counters or flows is None or len(flows):
        named = [name for name, _ in counters], [period for _, period in counters]
        rows = await session.fetch("load_batch", tenant, items, heads, codes, flows, streams, *named)
    else:
        rows = await session.fetch("load_items", tenant, items, heads)
    if not rows:
        raise UnknownTenant(tenant)
    found = Loaded(rows[0]["at"], int(rows[0]["number"]), {}, {}, {}, {}, {})
    for kind, id_, name, number, _at, head, body in rows[1:]:
        if kind == "item":
            item = str(id_)
            if item not in found.items:
                found.items[item] = known[item] if body is None else Held(decode_state(body), number, head, len(body))
                found.codes[name] = item
        elif kind == "flow":
            found.flows[name] = body.decode()
        elif kind == "stream":
            found.streams[str(id_)] = (number, head)
        else:
            found.counters[name, body.decode()] = number
    return found
