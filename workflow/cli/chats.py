"""`guankou chats`: whom nothing reaches, where, since when and why."""

from __future__ import annotations

from typing import Final, Literal

from workflow.cli import printing
from workflow.cli.house import House, with_house
from workflow.cli.tongue import say

Output = Literal["text", "json"]

WHY: Final = {
    "unreachable": ("会话拒收", "chat refuses"),
    "dead": ("多次未送达", "given up"),
    "no chat": ("还没有会话", "has no chat"),
}

COLUMNS: Final = (
    ("谁", "who"), ("渠道", "channel"), ("原因", "why"), ("自", "since"), ("条数", "messages"), ("其他渠道", "elsewhere"),
    ("网络的说法", "the network says"), ("会话", "chat"),
)  # fmt: skip


def unreached(tenant: str, output: Output) -> int:
    """The list of the unreached."""
    return with_house(_unreached, tenant=tenant, output=output)


async def _unreached(house: House, tenant: str, output: Output) -> None:
    chosen = await house.tenant(tenant)
    rows = await house.engine.unreached.rows(chosen.id)
    if output == "json":
        printing.json(rows)
        return
    if not rows:
        printing.line(say("都送到了。", "Everybody is reached."), "green")
        return
    printing.table(
        [say(*one) for one in COLUMNS],
        [
            (
                one.who, one.network or "-", say(*WHY[one.why]), f"{one.since:%Y-%m-%d %H:%M}", one.letters,
                say("已送到", "shown") if one.elsewhere else "-", one.detail or "-", one.chat or "-",
            )
            for one in rows
        ],
    )  # fmt: skip
