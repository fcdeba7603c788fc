"""The play: all is as expected, the documentation tells the same story, and what does not come is said."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Server, Terminal, database, home
from tests.telegram.play import __main__ as play
from tests.telegram.play.book import Book, steady
from tests.telegram.play.phone import Phone, Unmet, hold, until
from tests.telegram.play.story import Story
from tests.telegram.server import BotApi
from workflow.cli.house import Place

__all__ = ["database", "home"]

PAGE = Path(__file__).parents[2] / "docs/telegram.md"
SEEN = (
    "我还不认识这个账号", "您有 6 件待办", "待办 1 项", "⚠️ 开播", "已退回 · 林国栋", "还有几项没有标记", "这一步已由 林国栋", "这一步已由 罗勇",
    "☑ 5 通过", "✅ 已办结", "群“同心e桥”", "全部符合预期",
)  # fmt: skip


def test_all_is_as_expected_and_the_documentation_tells_it(home: Path, database: Server, tmp_path: Path) -> None:
    terminal = Terminal(
        {"GUANKOU_DATA": str(home), "GUANKOU_DATABASE_URL": database.app, "GUANKOU_DATABASE_OWNER_URL": database.owner}
    )
    terminal("db", "up")
    page = tmp_path / "page.md"
    page.write_text("\n".join(["before", *play.MARKS, "after", ""]), encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "tests.telegram.play", "--json", "--write", page], env=terminal.environment(), cwd=PAGE.parents[1],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    assert not [one for one in SEEN if one not in told.stdout]
    figures = json.loads(told.stdout.splitlines()[-1])
    assert figures["by_state"] == play.EXPECTED
    assert figures["audit"]["verified"]
    assert figures["audit"]["events"] > figures["decisions"] > 10
    assert figures["provoked_429"] == 0
    now = page.read_text(encoding="utf-8")
    assert now.startswith("before\n")
    assert now.endswith("after\n")
    documented = steady(play.told_in(PAGE.read_text(encoding="utf-8"))).splitlines()
    assert steady(play.told_in(now)).splitlines() == documented, (
        "run `python -m tests.telegram.play --write docs/telegram.md`, and read what changed"
    )


def test_what_moves_from_run_to_run_is_steady_and_nothing_else() -> None:
    told = "K7M2QX 定于 2026-12-01 19:30（周二）前办理，/link K7M3-QX2P，http://127.0.0.1:8100/item/K7M2QX"
    again = "ABCDEF 定于 2027-01-11 09:05（周一）前办理，/link 0000-ZZZZ，http://127.0.0.1:8101/item/ABCDEF"
    assert steady(told) == steady(again) != told
    assert (
        steady("已通过 · 林国栋 · 09:00")
        == steady("已通过 · 林国栋 · 11月23日 17:30")
        != steady("已通过 · 许静 · 09:00")
    )
    assert steady("已有 0 人") != steady("已有 1 人")


async def test_what_does_not_come_is_said() -> None:
    with pytest.raises(Unmet, match="月亮"):
        await until("月亮", lambda: None, 0.05)
    with pytest.raises(Unmet, match="没有"):
        hold("没有", held=False)
    async with BotApi() as server:
        told: list[str] = []
        book = Book(told.append)
        phone = Phone("王芳", server.person(7, "王芳"))
        with book.scene("一场") as scene:
            phone.scene = scene
            await phone.type("/start")
        assert told == ["\n— 一场 —\n王芳 ▸ /start"]


class Wrong(Story):
    """Expects what cannot be."""

    async def tell(self) -> None:
        await self.linked()
        hold("月亮是方的", held=False)


async def test_a_play_that_fails_says_what_and_how_far_it_came(home: Path, database: Server) -> None:
    scenes: list[str] = []
    place = Place(database.app, database.owner, embedded=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GUANKOU_DATA", str(home))
        figures, unmet = await play.played(place, Book(scenes.append), Wrong)
    assert unmet == ["月亮是方的"]
    assert figures.items == 0
    assert "/link" in scenes[0]
