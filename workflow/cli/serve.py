"""`guankou serve`: the engine, the web chat and the bots of one tenant, until it is stopped."""

from __future__ import annotations

import asyncio
from typing import Final

from workflow.cli import printing
from workflow.cli.house import House, Place, database, settings, the_one
from workflow.cli.serving import reached, served, until_told
from workflow.cli.tongue import say
from workflow.cli.trouble import Stop
from workflow.engine.bots import Bot
from workflow.engine.loop import run
from workflow.engine.settings import Settings
from workflow.ports import OWN
from workflow.store import tenants
from workflow.store.pool import Database
from workflow.store.tenants import Tenant

PATIENCE: Final = 10.0
"""Seconds after which a bot that does not reach its network is told of; it goes on trying."""


def serve(host: str, port: int, public: str, tenant: str) -> int:
    """Runs as the role that owns nothing, and never a demonstration, whose clock is not the world's."""
    of = settings(serving=True)
    with database(of) as place:
        run(_serve(of, place, host, port, public, tenant))
    return 0


async def _serve(of: Settings, place: Place, host: str, port: int, public: str, named: str) -> None:
    async def choose(pool: Database) -> Tenant:
        known = await tenants.all(pool)
        found = the_one(known, named) if named else the_one([one for one in known if not one.demonstration])
        if found.demonstration:
            raise Stop(
                say(
                    f"“{found.name}”是演示租户，它的时钟可以拨动，不能当真运行。",
                    f"“{found.name}” is a demonstration: its clock can be moved, so it is never served.",
                ),
                say(
                    "用 guankou demo 看演示；正式使用请 guankou apply 装入自己的组织。",
                    "Look at it with `guankou demo`; for real use, `guankou apply` your own organisation.",
                ),
            )
        return found

    async with served(of, place, choose, host=host, port=port, demo=False, public=public, elsewhere=True) as running:
        house, tenant, address = running
        printing.note(
            say(
                f"关口在 {address} 运行，租户 {tenant.name}。按 Ctrl-C 停止。",
                f"guankou serves {tenant.name} on {address}. Stop it with Ctrl-C.",
            )
        )
        printing.note(
            say(
                "加人：在另一个终端运行 guankou link 人名，把打印的地址和码交给本人。",
                "To bring somebody in: run `guankou link PERSON` in another terminal, and give them what it prints.",
            )
        )
        telling = asyncio.create_task(_bots(house, tenant, public), name="bots are told of")
        await until_told()
        telling.cancel()
    printing.note(say("已停止。", "Stopped."))


async def _bots(house: House, tenant: Tenant, public: str) -> None:
    """What became of the bots, as soon as it is known."""
    bots = [bot for bot in house.engine.bots.of(tenant.id) if bot.name != OWN]
    if bots and not public:
        printing.note(
            say(
                "没有给 --public：消息里的事项地址只能在本机打开。",
                "Without --public, the addresses of items in messages open on this machine only.",
            )
        )
    await asyncio.gather(*map(_bot, bots))


async def _bot(bot: Bot) -> None:
    health = await reached(bot, PATIENCE)
    if health.ok:
        printing.note(say(f"{bot.name}：已接通（{health.detail}）。", f"{bot.name}: reached ({health.detail})."))
    else:
        printing.note(
            say(
                f"{bot.name}：还没有接通（{health.detail}），会一直再试；guankou doctor 可以单独检查。",
                f"{bot.name}: not reached yet ({health.detail}); it is tried again and again. `guankou doctor` looks at it alone.",
            )
        )
