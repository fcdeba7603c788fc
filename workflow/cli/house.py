"""What a command needs opened around it: settings, the database up to date, the engine, a tenant, a person. Not here: any command."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import asyncpg

from workflow.cli.tongue import SPOKEN, say
from workflow.cli.trouble import Stop
from workflow.domain.command import Refused
from workflow.engine.bots import Bot
from workflow.engine.engine import Engine
from workflow.engine.keys import Keys, keys_of
from workflow.engine.logs import configure
from workflow.engine.loop import run
from workflow.engine.settings import Settings
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import Organisation, Person
from workflow.store import embedded, flows, migrate, roles, tenants
from workflow.store.pool import Database
from workflow.store.tenants import Tenant

T = TypeVar("T")

FEW: Final = 2
"""Connections of a command that does one thing."""
MANY: Final = 8
"""Connections of a process that serves."""


@dataclass(frozen=True)
class Place:
    """Where the database is. `app` is the role that owns nothing; `owner` (None: not known here) migrates."""

    app: str
    owner: str | None
    embedded: bool


def settings(*, serving: bool = False) -> Settings:
    """The settings, with the log set up for them; a command that does one thing logs only what is wrong, unless told to."""
    found = Settings()
    told = "log_level" in found.model_fields_set
    configure(found.log_level if serving or told else "error", found.log_format)
    return found


@contextmanager
def database(of: Settings) -> Iterator[Place]:
    """The database that the settings name, else the embedded one, running while the block runs."""
    if of.database_url is None and of.database_owner_url is None:
        with embedded.use(of.data) as server:
            yield Place(server.app_url, server.owner_url, embedded=True)
        return
    owner = of.database_owner_url.get_secret_value() if of.database_owner_url is not None else None
    yield Place(of.database_url.get_secret_value() if of.database_url is not None else "", owner, embedded=False)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """One connection, for what is no business of the engine."""
    try:
        connection = await asyncpg.connect(url, timeout=10, server_settings={"application_name": "guankou"})
    except (OSError, TimeoutError, asyncpg.CannotConnectNowError) as error:
        why = str(error) or type(error).__name__
        raise Stop(
            say(f"连不上数据库：{why}", f"The database cannot be reached: {why}"),
            say(
                "检查地址（GUANKOU_DATABASE_URL）和服务器是否在运行。",
                "Check the address (GUANKOU_DATABASE_URL), and that the server runs.",
            ),
        ) from error
    try:
        yield connection
    finally:
        await connection.close()


async def up_to_date(place: Place) -> list[str]:
    """Migrate the embedded database; refuse another one that is not up to date. Names what was applied."""
    if place.embedded and place.owner is not None:
        async with connected(place.owner) as owner:
            return await migrate.migrate(owner)
    if not place.app:
        raise Stop(
            say(
                "只设了 GUANKOU_DATABASE_OWNER_URL，没有 GUANKOU_DATABASE_URL。",
                "GUANKOU_DATABASE_OWNER_URL is set, GUANKOU_DATABASE_URL is not.",
            ),
            say(
                "应用以不拥有表的角色登录：请设 GUANKOU_DATABASE_URL。",
                "The application signs in as the role that owns nothing: set GUANKOU_DATABASE_URL.",
            ),
        )
    async with connected(place.app) as app:
        lacking = await migrate.pending(app)
        if lacking:
            raise Stop(
                say(
                    f"数据库结构没有升级：还缺 {len(lacking)} 个迁移（{lacking[0]} …）。",
                    f"The schema is not up to date: {len(lacking)} migrations are pending ({lacking[0]} …).",
                ),
                say(
                    "先运行 guankou db up（设好 GUANKOU_DATABASE_OWNER_URL）。",
                    "Run `guankou db up` first, with GUANKOU_DATABASE_OWNER_URL set.",
                ),
            )
        await not_the_owner(app)
    return []


async def not_the_owner(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Refuse to work as a role that could change the log."""
    role = await roles.role(connection)
    if role.changes_the_log:
        raise Stop(
            say(
                f"角色 {role.name} 能改审计日志，不能用它运行。",
                f"The role {role.name} could change the audit log; nothing runs as it.",
            ),
            say(
                "GUANKOU_DATABASE_URL 用 guankou_app 登录；属主只用于 GUANKOU_DATABASE_OWNER_URL 和 guankou db up。",
                "Let GUANKOU_DATABASE_URL sign in as guankou_app; the owner is for GUANKOU_DATABASE_OWNER_URL and `guankou db up`.",
            ),
        )


class House:
    """An open engine, and the few things that every command asks of it first."""

    def __init__(self, settings: Settings, engine: Engine, database: Database, keys: Keys, place: Place) -> None:
        self.settings, self.engine, self.database, self.keys, self.place = settings, engine, database, keys, place

    async def tenants(self, named: str = "") -> Sequence[Tenant]:
        """The tenant of that name; without a name, all of them."""
        return [await self.tenant(named)] if named else await tenants.all(self.database)

    async def tenant(self, named: str) -> Tenant:
        """The tenant of that name; without a name the only one, demonstrations counting only where there is nothing else."""
        known = await tenants.all(self.database)
        return the_one(known, named) if named else the_one([one for one in known if not one.demonstration] or known)

    async def machines(self, tenant: str) -> Mapping[str, Lifecycle]:
        """The machine of every version of a flow that ever was in force."""
        await self.engine.definitions.ensure(tenant, await flows.digests(self.database, tenant))
        return self.engine.definitions.lifecycles(tenant)

    async def organisation(self, tenant: str) -> Organisation:
        """Who is there, as it stands."""
        return await self.engine.read.organisation(tenant)

    async def person(self, tenant: str, named: str) -> Person:
        """Somebody by the key of the organisation's file, by name, or by id."""
        if not named:
            raise Stop(say("以谁的身份？", "As whom?"), say("加上 --as 人名。", "Add --as PERSON."))
        people = [one for one in (await self.organisation(tenant)).people if one.left_at is None]
        found = [one for one in people if named in (one.id, one.key)] or [one for one in people if one.name == named]
        if len(found) == 1:
            return found[0]
        if found:
            raise Stop(
                say(f"有 {len(found)} 个人叫“{named}”。", f"{len(found)} people are called “{named}”."),
                say("改用组织文件里的键：", "Use the key of the organisation's file: ")
                + "、".join(one.key for one in found),
            )
        raise Stop(
            say(f"没有“{named}”这个人，或已离任。", f"There is nobody called “{named}”, or they have left."),
            say("guankou org show 列出所有人。", "`guankou org show` lists everybody."),
        )

    async def refused(self, tenant: str, refused: Refused) -> Stop:
        """A refusal, as the end of a command."""
        sentence = await self.engine.read.told(tenant, refused, SPOKEN)
        return Stop(sentence.replace("\n", "\n         "))


Bots = Callable[[Database, Keys], Awaitable[Sequence[Bot]]]
"""Who speaks for which tenant, once the tenants are known."""


@asynccontextmanager
async def opened(of: Settings, place: Place, *, bots: Bots | None = None) -> AsyncIterator[House]:
    """The engine on an up-to-date database. Without bots only what this command itself does is done: nobody else's work is taken on."""
    await up_to_date(place)
    pool = await Database.open(place.app, size=MANY if bots else FEW)
    try:
        keys = keys_of(of.secret_path)
        speaking = await bots(pool, keys) if bots else ()
        async with Engine.open(of, pool, speaking, keys=keys, alone=bots is None) as engine:
            yield House(of, engine, pool, keys, place)
    finally:
        await pool.close()


def with_house(work: Callable[..., Awaitable[int | None]], **arguments: Any) -> int:
    """Run `work(house, **arguments)` in an open house; its answer is the command's exit code (None: 0)."""
    of = settings()

    async def main(place: Place) -> int:
        async with opened(of, place) as house:
            return int(await work(house, **arguments) or 0)

    with database(of) as place:
        return run(main(place))


def the_one(known: Sequence[Tenant], named: str = "") -> Tenant:
    """The tenant of that name, or the only one; a Stop that names those there are."""
    chosen = [one for one in known if named in ("", one.name)]
    if len(chosen) == 1:
        return chosen[0]
    there = say("有：", "There are: ") + ", ".join(one.name for one in known)
    if len(chosen) > 1:
        raise Stop(say("有几个租户，请用 --tenant 指明。", "There are several tenants; name one with --tenant."), there)
    what = (
        say(f"没有租户“{named}”。", f"There is no tenant “{named}”.")
        if named
        else say("还没有租户。", "There is no tenant yet.")
    )
    raise Stop(what, there if known else _apply_first())


def _apply_first() -> str:
    return say("先运行 guankou apply，装入一个组织。", "Put an organisation into force first: `guankou apply PATH`.")
