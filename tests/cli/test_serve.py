"""`guankou serve` and `guankou link`: nobody gets in without an address that works once; it stops when it is told to."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx
import pytest

from tests.cli.conftest import FLOWS, PROGRAM, Terminal

HOST = "127.0.0.1"


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
    finally:
        started.kill()
        started.wait()


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
            place = told.out.strip().removeprefix(url)
            assert re.fullmatch(r"/signin/[A-Z2-7]{20,}", place)
            assert "李明" in told.err
            assert visit(site, place).status_code == 200
            assert visit(site, place, go="yes").url.path == "/chat"
            assert "活动项目三级审核" in site.get("/new").text
        with httpx.Client(base_url=url, headers={"Accept": "text/html"}) as thief:
            assert visit(thief, place, go="yes").status_code == 403
    assert "web" in guankou("org", "person", "李明").out


def test_a_decision_from_the_terminal_is_seen_by_the_server(guankou: Terminal, free: int, plan: Path) -> None:
    """Two processes, one database: what the terminal does, the server shows."""
    with (
        running(guankou, "serve", "--port", free) as (_, url),
        httpx.Client(base_url=url, follow_redirects=True) as site,
    ):
        place = guankou("link", "张伟", "--url", url).out.strip().removeprefix(url)
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
