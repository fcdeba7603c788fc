"""`guankou serve` and `guankou link`: nobody gets in without an address that works once; it stops when it is told to."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO

import httpx
import pytest

from tests.cli.conftest import FLOWS, PROGRAM, Terminal
from tests.telegram.server import BotApi

HOST = "127.0.0.1"
TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{10,}")


@contextmanager
def running(terminal: Terminal, *words: object, **more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program and its address; asked to stop afterwards, which it does with exit code 0 and no traceback."""
    started = subprocess.Popen(
        [PROGRAM, *map(str, words)],
        env=terminal.environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert started.stdout is not None
    try:
        yield started, address(started.stdout)
        started.send_signal(signal.SIGTERM)
        rest = started.communicate(timeout=30)[0]
        assert started.returncode == 0, rest
        assert "Traceback" not in rest
        assert not TOKEN.search(rest), "a bot's token is nobody's to read"
    finally:
        started.kill()
        started.wait()


@asynccontextmanager
async def beside(terminal: Terminal, *words: object, **more: str) -> AsyncIterator[str]:
    """The same while this loop goes on: the address."""
    with ExitStack() as stack:
        _, url = await asyncio.to_thread(stack.enter_context, running(terminal, *words, **more))
        try:
            yield url
        finally:
            await asyncio.to_thread(stack.close)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not holds():  # noqa: ASYNC110 - what is looked at tells nobody
            await asyncio.sleep(0.02)


def address(out: IO[str]) -> str:
    said = ""
    for line in out:
        said += line
        if found := re.search(r"http://[\d.]+:\d+", line):
            return found[0]
    raise AssertionError(said)


@pytest.fixture
def free() -> int:
    with socket.create_server((HOST, 0)) as found:
        return int(found.getsockname()[1])


def visit(site: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """A page, or with fields the sending of its form."""
    if not fields:
        return site.get(path)
    csrf = re.search(r'name="csrf" (?:content|value)="([^"]+)"', site.get("/").text)
    assert csrf
    return site.post(path, data={"csrf": csrf[1], **fields})


def test_in_by_an_address_that_works_once(guankou: Terminal, free: int) -> None:
    with running(guankou, "serve", "--port", free) as (_, url):
        assert url == f"http://{HOST}:{free}"
        with httpx.Client(base_url=url, headers={"Accept": "text/html"}, follow_redirects=True) as site:
            assert (
                "guankou link" in site.get("/").text
                or "管理员" in site.get("/").text
                or site.get("/").status_code == 200
            )
            assert site.get("/chat").url.path == "/"
            assert site.post("/signin/as", data={"person": "x"}).status_code in {403, 404, 405}
            told = guankou("link", "李明", "--url", url)
            place, code = told.out.splitlines()
            place = place.removeprefix(url)
            assert re.fullmatch(r"/link [0-9A-Z]{4}-[0-9A-Z]{4}", code)
            assert re.fullmatch(r"/signin/[A-Z2-7]{20,}", place)
            assert "李明" in told.err
            assert visit(site, place).status_code == 200
            assert visit(site, place, go="yes").url.path == "/chat"
            assert "活动项目三级审核" in site.get("/new").text
        with httpx.Client(base_url=url, headers={"Accept": "text/html"}) as thief:
            assert visit(thief, place, go="yes").status_code == 403
        assert "web" in guankou("org", "person", "李明").out
        with httpx.Client(base_url=url, headers={"Accept": "text/html"}, follow_redirects=True) as site:
            place = guankou("link", "李明", "--url", url).out.splitlines()[0].removeprefix(url)
            assert visit(site, place, go="yes").url.path == "/chat"
            assert guankou("unlink", "李明").out.strip() == "web: unlinked."
            assert site.get("/chat").url.path == "/", "out at once"
    assert "web" not in guankou("org", "person", "李明").out


def test_a_decision_from_the_terminal_is_seen_by_the_server(guankou: Terminal, free: int, plan: Path) -> None:
    """Two processes, one database: what the terminal does, the server shows."""
    with (
        running(guankou, "serve", "--port", free) as (_, url),
        httpx.Client(base_url=url, follow_redirects=True) as site,
    ):
        place = guankou("link", "张伟", "--url", url).out.splitlines()[0].removeprefix(url)
        visit(site, place, go="yes")
        code = guankou(
            "submit", "activity", "--as", "李明", "--set", "标题=从终端提交", "--set", "主题=培育践行主流价值", "--set", "时间=5工作日后",
            "--set", "地点=广场", "--set", "预计人数=30", "--file", f"方案={plan}", "--output", "json",
        ).json["code"]  # fmt: skip
        assert "从终端提交" in site.get(f"/item/{code}", headers={"Accept": "text/html"}).text


def test_what_it_refuses(guankou: Terminal, home: Path, tmp_path: Path, free: int) -> None:
    with socket.create_server((HOST, free)):
        told = guankou.typed("serve", "--port", free, code=1).err
        assert str(free) in told
        assert "another port" in told
    shutil.copytree(FLOWS, tmp_path / "flows")
    assert "no tenant" in guankou("serve", "--tenant", "none", code=1).err
    assert "GUANKOU_TELEGRAM_TOKEN" in guankou("serve", code=1, GUANKOU_TELEGRAM_TOKEN="nonsense").err
    assert (
        "GUANKOU_TELEGRAM_*: "
        in guankou("serve", code=1, GUANKOU_TELEGRAM_TOKEN="1:A", GUANKOU_TELEGRAM_WEBHOOK="http://a.b").err
    )


async def test_a_token_is_enough(guankou: Terminal, free: int) -> None:
    async with BotApi() as server:
        bot = {"GUANKOU_TELEGRAM_TOKEN": server.token, "GUANKOU_TELEGRAM_API_URL": server.url}
        async with beside(guankou, "serve", "--port", free, **bot) as url:
            await server.until_polled(15)
            told = await asyncio.to_thread(guankou.typed, "link", "王芳", "--bot", "telegram", code=0, **bot)
            where, code = told.out.splitlines()
            wang, thief = server.person(700, "王芳"), server.person(701, "小偷")
            wang.send("/start")
            await until(lambda: any("/link" in one.text for one in wang.private().said))
            wang.send(f"/start {where.rpartition('=')[2]}")
            await until(lambda: any("王芳" in one.text for one in wang.private().said))
            thief.send(code)
            await until(lambda: bool(thief.private().said))
            assert "王芳" not in thief.private().last.text, "the address used up the code"
            wang.send("/inbox")
            await until(lambda: len(wang.private().said) == 3)
            assert set(wang.commands()) >= {"inbox", "item", "find", "new", "mute", "lang", "help"}
            answer = await asyncio.to_thread(httpx.get, f"{url}/health")
            assert answer.json() == {"ok": True, "bots": {"telegram": True, "web": True}}
            await server.fail_connect()
            async with asyncio.timeout(15):
                while (await asyncio.to_thread(httpx.get, f"{url}/health")).json()["bots"]["telegram"]:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            await server.restore()
            await server.until_polled(15)
        assert "telegram" in (await asyncio.to_thread(guankou.typed, "org", "person", "王芳")).out
