"""`guankou serve`: the engine and the web chat of one tenant, until it is stopped."""

from __future__ import annotations

from workflow.cli import printing
from workflow.cli.house import Place, database, settings, the_one
from workflow.cli.serving import served, until_told
from workflow.cli.tongue import say
from workflow.cli.trouble import Stop
from workflow.engine.loop import run
from workflow.engine.settings import Settings
from workflow.store import tenants
from workflow.store.pool import Database
from workflow.store.tenants import Tenant


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

    async with served(of, place, choose, host=host, port=port, demo=False, public=public) as (_, tenant, address):
        printing.note(
            say(
                f"关口在 {address} 运行，租户 {tenant.name}。按 Ctrl-C 停止。",
                f"guankou serves {tenant.name} on {address}. Stop it with Ctrl-C.",
            )
        )
        printing.note(
            say(
                "登录：在另一个终端运行 guankou link 人名，把打印的地址交给本人。",
                "To sign in: run `guankou link PERSON` in another terminal, and give the address to that person.",
            )
        )
        await until_told()
    printing.note(say("已停止。", "Stopped."))
