"""The plays of the demonstration: each an organisation with its rules, what its accounts begin with, what happens, and how it must end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from workflow.cli.demonstration import script
from workflow.cli.demonstration.acts import Scene
from workflow.cli.demonstration.assessment import ASSESSMENT


@dataclass(frozen=True)
class Credit:
    """What an account has at the beginning, in fen."""

    currency: str
    account: str
    fen: int
    reason: str


@dataclass(frozen=True)
class Play:
    """`house`: whose rules, a folder of `flows/` (empty: `flows/` itself). `expected`: how many items end how."""

    house: str
    scenes: tuple[Scene, ...]
    expected: Mapping[str, int]
    administrator: str = ""
    credits: tuple[Credit, ...] = field(default=())


DISTRICT: Final = Play(
    "", script.SCRIPT, script.EXPECTED, "郭建军",
    (
        Credit("公益币", "朝阳中心.公益币池", 100_000_00, "年度公益币额度（演示）"),
        Credit("资金", "基金池", 200_000_00, "社区基金会拨入（演示）"),
    ),
)  # fmt: skip
"""酒仙桥: activities, live-streams, orders, grants."""

CITY: Final = Play("capital", ASSESSMENT, {"done": 17, "running": 3})
"""The city: a quarter's assessment, whose last three interviews are still to be held."""

PLAYS: Final = (DISTRICT, CITY)
