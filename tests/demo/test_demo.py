"""`guankou demo`, headless and to look at; and that it says so when something does not go as it should."""

from __future__ import annotations

import json
import re
import socket
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Server, Terminal, administer
from tests.cli.test_serve import HOST, running
from workflow.cli.demonstration import acts, watching
from workflow.cli.demonstration.player import Player
from workflow.cli.demonstration.plays import PLAYS
from workflow.cli.demonstration.telling import Telling


@pytest.fixture
def terminal(home: Path, database: Server) -> Terminal:
    """A database of its own: the demonstration's tenants and its tampering are nobody else's business."""
    terminal = Terminal(
        {"GUANKOU_DATA": str(home), "GUANKOU_DATABASE_URL": database.app, "GUANKOU_DATABASE_OWNER_URL": database.owner}
    )
    terminal("db", "up")
    return terminal


def test_it_plays_itself_and_the_log_holds_until_somebody_touches_it(terminal: Terminal, database: Server) -> None:
    told = terminal.typed("demo", "--headless", "--json", GUANKOU_LANGUAGE="zh")
    outcome = json.loads(told.out.splitlines()[-1])
    expected = sum((Counter(play.expected) for play in PLAYS), Counter[str]())
    assert outcome["by_state"] == dict(expected)
    assert outcome["items"] == expected.total()
    assert outcome["decisions"] > 100
    assert outcome["prompts_sent"] > 100
    assert outcome["audit"]["verified"]
    assert outcome["audit"]["events"] > outcome["decisions"]
    assert "全部符合预期" in told.out
    assert "✗" not in told.out
    assert not told.err
    for seen in (
        "我的中国心 我的中国梦",
        "已办结",
        "已取消",
        "已由 张伟",
        "指派张伟",
        "督办",
        "approved",
        "这个按钮无效",
        "404",
    ):
        assert seen in told.out
    verdicts = terminal("audit", "verify", "--output", "json").json
    assert sum(one["events"] for one in verdicts) == outcome["audit"]["events"]
    administer(
        database.superuser, "UPDATE event SET body = set_byte(body, 30, get_byte(body, 30) # 1) WHERE version = 4"
    )
    assert "#4" in terminal("audit", "verify", code=1).out


@pytest.fixture
def site(terminal: Terminal) -> Iterator[tuple[Terminal, str]]:
    """The demonstration to look at, on a port that is taken: the next free one is used, and that is said."""
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with running(terminal, "demo", "--port", port) as (_, url):
            assert url != f"http://{HOST}:{port}"
            yield terminal, url


def test_the_first_page_is_alive(site: tuple[Terminal, str]) -> None:
    terminal, url = site
    with httpx.Client(base_url=url, headers={"Accept": "text/html"}, follow_redirects=True) as browser:
        door = browser.get("/").text
        assert "酒仙桥所" in door
        csrf = re.search(r'name="csrf" (?:content|value)="([^"]+)"', door)
        person = re.search(r'name="person" value="([^"]+)" data-text="王芳', door)
        assert csrf
        assert person
        chat = browser.post("/signin/as", data={"csrf": csrf[1], "person": person[1]})
        assert "垃圾分类我参与，引领文明新时尚" in chat.text
    assert terminal("inbox", "--as", "林国栋", "--tenant", "demo", "--output", "json").json
    assert "never served" in terminal("serve", "--tenant", "demo", code=1).err
    assert "loopback" in terminal("demo", "--host", "0.0.0.0", code=1).err


def test_what_does_not_come_is_said_and_the_rest_goes_on(
    site: tuple[Terminal, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "PATIENCE", 0.5)
    lines: list[str] = []
    _, url = site
    player = Player(url, date.today(), Telling(lines.append))  # noqa: DTZ011 - the demonstration's first day is this one
    wrong = acts.Scene("", "", (
        acts.Types("王芳", text="/help", sees=("没有这样的话",)),
        acts.Types("王芳", text="/help", sees=("/inbox",)),
        acts.Submits("李明", "一", flow="activity", answers={"标题": "一"}, asks=("张伟",)),
        acts.Approves("张伟", "一"),
        acts.ClicksLate("刘洋", "从未提交"),
    ))  # fmt: skip
    player.play([wrong])
    assert [line.split(" · ")[:2] for line in player.unmet] == [
        ["王芳", "Types"],
        ["李明", "Submits"],
        ["刘洋", "ClicksLate"],
    ]
    assert "没有这样的话" in player.unmet[0]
    assert "标题" in player.unmet[1]
    assert not [line for line in lines if line.startswith("张伟")], "what follows about that item is left out"
