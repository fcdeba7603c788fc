"""Chats: leased to one relay at a time, owed what they do not show yet, and read back as transcripts. No network is known here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import asyncpg
import msgspec

from workflow.store.pool import Database, Session


class Hush(msgspec.Struct, frozen=True):
    """Whom not to disturb: `bots` whose messages make a sound, and the hours (tenant's clock) in which what may wait does.

    At most `singly` unsent prompts go to one private chat one by one; beyond, a delivery about `digest` stands for them.
    """

    bots: tuple[str, ...] = ()
    began: time | None = None
    ended: time | None = None
    singly: int = 0
    digest: bytes = b""


SOUND = Hush()
"""Nobody is spared anything."""


class Owed(msgspec.Struct, frozen=True):
    """The oldest thing owed to a chat, claimed. `ref` empty: send it, as attempt `attempt`; else edit that message.

    (`stream`, `topic`, `no`) is the delivery. `wanted` comes back with the result: what is asked for meanwhile stays owed.
    `person` is whom it is for ("" in a room) and `language` theirs, `sent` how often it was shown, `tries` how often it
    failed since, `line` its number in the transcript; `late`: it has been owed for more than a day.
    """

    chat: str
    external: str
    bot: str
    person: str
    private: bool
    epoch: int
    stream: str
    topic: int
    no: int
    line: int
    about: bytes
    ref: str
    wanted: int
    sent: int
    attempt: int
    tries: int
    urgent: bool
    at: datetime
    language: str = "zh"
    late: bool = False


class Result(msgspec.Struct, frozen=True):
    """What became of a claimed delivery (its fields as `Owed` has them): `word`, after which the chat is free again.

    shown · again (the message is gone: send anew) · ambiguous (nobody knows) · later (not sent) · paced (not sent, and no
    failure) · moved (to chat `to`) · dead (given up, with `detail`) · unreachable (the chat refuses; until it speaks
    again). `after`: seconds of silence.
    """

    chat: str
    epoch: int
    stream: str
    topic: int
    no: int
    wanted: int
    word: str
    ref: str = ""
    after: float = 0.0
    to: str = ""
    detail: str = ""


class Letter(msgspec.Struct, frozen=True):
    """What nobody was reached with; `why` is `dead`, `no chat` or `unreachable`."""

    stream: str
    topic: int
    delivery_no: int
    person: str
    chat: str
    about: bytes
    at: datetime
    why: str
    detail: str


class Unreached(msgspec.Struct, frozen=True):
    """A chat (or, with `chat` empty, a person) that was not reached: `why` as in `Letter`, with how many `letters`, since when.

    `person` is empty for a room; `elsewhere`: all of it was shown in another chat of theirs.
    """

    chat: str
    bot: str
    person: str
    room: str
    why: str
    since: datetime
    letters: int
    detail: str
    elsewhere: bool


class Shown(msgspec.Struct, frozen=True):
    """One line of a transcript: a delivery (`stream` `id`, `topic`, `delivery_no`), or a command (`mine`, its `id`).

    `body`: what a delivery is about, or a command as it came, until it is settled. `words`: what the person typed.
    """

    no: int
    mine: bool
    at: datetime
    id: str
    topic: int
    delivery_no: int
    body: bytes | None
    words: str | None
    answer: bytes | None
    sent: int
    attempt: int
    ref: str

    @property
    def about(self) -> bytes:
        """What a delivery is about; empty for a command."""
        return b"" if self.mine else self.body or b""


async def claim(
    session: Session,
    tenant: str,
    bots: Sequence[str],
    limit: int,
    lease_s: float,
    chats: Sequence[str] | None = None,
    hush: Hush = SOUND,
) -> list[Owed]:
    """Lease chats that are owed something (of `chats`, or any), at most `limit`, and claim the oldest delivery of each.

    Those come first who wait longest.
    """
    if hush.singly and hush.bots:
        await session.run("digest_owed", tenant, hush.bots, hush.began, hush.ended, hush.singly, hush.digest)
    rows = await session.fetch(
        "claim_owed", tenant, bots, limit, timedelta(seconds=lease_s), chats, hush.bots, hush.began, hush.ended
    )
    return [
        Owed(
            chat=str(row["chat_id"]), external=row["external_id"], bot=row["bot"], person=str(row["reader"] or ""),
            private=row["private"], epoch=row["epoch"], stream=str(row["stream_id"]), topic=row["topic"],
            no=row["delivery_no"], line=row["chat_no"], about=row["about"], ref=row["message_ref"] or "",
            wanted=row["wanted"], sent=row["sent"], attempt=row["attempt"], tries=row["tries"] - 1, urgent=row["urgent"],
            at=row["at"], language=row["language"] or "zh", late=row["late"],
        )
        for row in rows
    ]  # fmt: skip


async def record(database: Database, tenant: str, results: Sequence[Result]) -> list[Result]:
    """Write down what became of deliveries and free their chats. Back come those of workers whose lease was over.

    Nothing was recorded of these: somebody else has sent, or will.
    """
    columns = [
        (one.chat, one.epoch, one.stream, one.topic, one.no, one.wanted, one.word, one.ref, one.after, one.detail)
        for one in results
    ]
    if not results:
        return []
    rows = await database.fetch("record_outcomes", tenant, *map(list, zip(*columns, strict=True)))
    fenced = {(str(row["chat_id"]), row["epoch"]) for row in rows}
    for one in results:
        if one.word == "moved" and (one.chat, one.epoch) not in fenced:
            await move(database, tenant, one.chat, one.to)
    return [one for one in results if (one.chat, one.epoch) in fenced]


async def move(database: Database, tenant: str, chat: str, to: str) -> None:
    """A chat is called `to` by its network now; where that is a chat of ours already, it takes over what is owed.

    Buttons are good in the chat that they were made for, and messages are found in no other: what can be pressed is sent anew.
    """
    try:
        async with database.transaction() as session:
            if await session.run("rename_chat", tenant, chat, to):
                await session.run("show_anew", tenant, chat)
                await session.run("forget_refs", tenant, chat)
                return
    except asyncpg.UniqueViolationError:
        pass  # It spoke under its new name at this instant, and is beside us now.
    async with database.transaction() as session:
        other = await session.value("chat_beside", tenant, chat, to)
        if other is not None and str(other) != chat:
            await session.run("show_anew", tenant, chat)
            await session.run("readdress_owed", tenant, chat, other)
            await session.run("readdress_accounts", tenant, chat, other)
            await session.run("readdress_room", tenant, chat, other)


async def next_wake(
    session: Session, tenant: str, bots: Sequence[str] | None = None, hush: Hush = SOUND
) -> float | None:
    """Seconds until a chat that is owed something may be written to; at most 0: now. None: nothing is owed."""
    left = await session.value("next_wake", tenant, bots, hush.bots, hush.began, hush.ended)
    return left.total_seconds() if isinstance(left, timedelta) else None


async def dead(session: Session, tenant: str) -> list[Letter]:
    """The dead letters, oldest first."""
    return [
        Letter(
            str(row["stream_id"]), row["topic"], row["delivery_no"], str(row["person_id"] or ""),
            str(row["chat_id"] or ""), row["about"], row["at"], row["why"], row["detail"],
        )
        for row in await session.fetch("dead_letters", tenant)
    ]  # fmt: skip


async def unreached(session: Session, tenant: str, limit: int = 500) -> list[Unreached]:
    """Whom nothing reaches somewhere, the longest first."""
    return [
        Unreached(
            str(row["chat_id"] or ""), row["bot"], str(row["person_id"] or ""), row["room"], row["why"], row["since"],
            row["letters"], row["detail"], row["elsewhere"],
        )
        for row in await session.fetch("unreached", tenant, limit)
    ]  # fmt: skip


async def revive(session: Session, tenant: str, chat: str) -> None:
    """Try again what was given up in a chat, and a chat that refused."""
    await session.run("revive_chat", tenant, chat)


async def known(session: Session, tenant: str, chat: str) -> bool:
    """Whether there is such a chat."""
    return bool(await session.value("chat_known", tenant, chat))


async def find(session: Session, tenant: str, bot: str, external: str) -> str | None:
    """The id of a chat that its network calls `external`."""
    found = await session.value("find_chat", tenant, bot, external)
    return None if found is None else str(found)


async def reader(session: Session, tenant: str, bot: str, external: str) -> str | None:
    """Whose private chat this is; None of a room, and where nobody's account is linked."""
    found = await session.value("chat_reader", tenant, bot, external)
    return None if found is None else str(found)


async def open_chat(session: Session, tenant: str, bot: str, external: str, *, private: bool = True) -> str:
    """The same, made when missing."""
    return str(await session.value("open_chat", tenant, bot, external, private))


async def bind_room(session: Session, tenant: str, room: str, chat: str) -> None:
    """What is told to the organisation's room goes to this chat from now on."""
    await session.run("bind_room", tenant, room, chat)


async def transcript(
    session: Session, tenant: str, chat: str, after: int = 0, before: int = 0, limit: int = 100
) -> list[Shown]:
    """The newest `limit` lines with `after` < no (and no < `before`, unless 0), in order: deliveries and commands."""
    rows = await session.fetch("transcript", tenant, chat, after, before, limit)
    return [
        Shown(
            no=row["no"], mine=row["mine"], at=row["at"], id=str(row["id"]), topic=row["topic"],
            delivery_no=row["delivery_no"], body=row["body"], words=row["words"], answer=row["answer"], sent=row["sent"],
            attempt=row["attempt"], ref=row["message_ref"],
        )
        for row in reversed(rows)
    ]  # fmt: skip
