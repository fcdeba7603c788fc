"""`guankou simulate` as somebody types into it: a script, a pipe, a terminal. It needs no database."""

from __future__ import annotations

import os
import pty
import select
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.conftest import FLOWS, PROGRAM, Terminal
from workflow.rehearsal.cases import read_cases


@pytest.fixture
def terminal() -> Terminal:
    return Terminal({"GUANKOU_DATA": "/proc/nowhere"})


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    return Path(shutil.copy(FLOWS / "activity.yaml", tmp_path))


def script(folder: Path, *lines: str) -> Path:
    path = folder / "script.txt"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_a_script_reads_like_a_terminal(terminal: Terminal, flow: Path) -> None:
    told = terminal("simulate", flow, "--script", script(flow.parent, "1", ".", "1", "jump", "quit"))
    assert "> 1\n  · 站初审: approved\n" in told.out
    assert "> jump\n  · reminded 所审核员甲, 所审核员乙\n" in told.out
    assert "所复审: waits for 所审核员甲, 所审核员乙 (1 must approve)" in told.out
    assert told.out.endswith("> quit\n")


def test_the_end_of_a_script_is_an_end(terminal: Terminal, flow: Path) -> None:
    for lines in ([], ["1"], ["1", "标题甲"], ["1", ".", "1"], ["1", ".", "save"]):
        terminal("simulate", flow, "--script", script(flow.parent, *lines))


def test_a_script_that_was_not_understood_fails(terminal: Terminal, flow: Path) -> None:
    assert (
        "T501" not in terminal("simulate", flow, "--script", script(flow.parent, "1", ".", "呵呵", "quit"), code=1).out
    )


def test_saving_puts_the_case_at_the_end_of_the_tests(terminal: Terminal, flow: Path) -> None:
    tests = flow.with_name("activity.test.yaml")
    lines = ["1", ".", "1", "save 初审过了", "quit"]
    assert f"Kept in {tests}" in terminal("simulate", flow, "--script", script(flow.parent, *lines)).out
    before = tests.read_text("utf-8")
    tests.write_text("# 我们的\n" + before, encoding="utf-8")
    lines[3] = "save 又一次"
    terminal("simulate", flow, "--script", script(flow.parent, *lines))
    assert tests.read_text("utf-8").startswith("# 我们的\n" + before)
    assert [one.name for one in read_cases(tests.read_bytes()).cases] == ["初审过了", "又一次"]
    assert "2 cases, 0 failed" in terminal("test", flow).out


def test_what_cannot_be_kept_is_said_and_nothing_is_lost(terminal: Terminal, flow: Path) -> None:
    tests = flow.with_name("activity.test.yaml")
    tests.write_text("case: 不是列表\n", encoding="utf-8")
    told = terminal("simulate", flow, "--script", script(flow.parent, "1", ".", "1", "save 一", "quit"))
    assert f"Not kept in {tests}" in told.out
    assert tests.read_text("utf-8") == "case: 不是列表\n"
    tests.unlink()
    terminal("simulate", flow, "--script", script(flow.parent, "1", ".", "save 一", "1", "save 一", "quit"))
    assert len(read_cases(tests.read_bytes()).cases) == 1, "the name was taken"


def test_a_flow_that_is_wrong_is_not_begun(terminal: Terminal, flow: Path) -> None:
    flow.write_text(flow.read_text("utf-8").replace("review: 站.审核员", "reveiw: 站.审核员"), encoding="utf-8")
    told = terminal("simulate", flow, code=2)
    assert "F301" in told.err
    assert not told.out


def test_a_pipe(terminal: Terminal, flow: Path) -> None:
    done = subprocess.run(
        [PROGRAM, "simulate", flow],
        input="1\n.\n1\n",
        env=terminal.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "站初审: approved" in done.stdout
    assert not done.stderr


class Screen:
    """A program on a terminal: what it shows is waited for, then something is typed."""

    def __init__(self, *words: object, environment: dict[str, str]) -> None:
        self.master, slave = pty.openpty()
        # Who is run in the background may have it ignored, and would hand that down; a handler is not handed down.
        heard = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.program = subprocess.Popen(
            [PROGRAM, *map(str, words)], stdin=slave, stdout=slave, stderr=slave, env=environment, close_fds=True
        )
        signal.signal(signal.SIGINT, heard)
        os.close(slave)
        self.shown = ""

    def wait(self, what: str) -> str:
        """Everything shown since the last time, once `what` is in it."""
        until = time.monotonic() + 30
        while what not in self.shown:
            ready, _, _ = select.select([self.master], [], [], max(0.0, until - time.monotonic()))
            assert ready, f"no {what!r} in {self.shown!r}"
            self.shown += os.read(self.master, 65_536).decode("utf-8", "ignore")
        seen, self.shown = self.shown, ""
        return seen

    def type(self, line: str) -> None:
        os.write(self.master, line.encode())

    def end(self) -> int:
        try:
            return self.program.wait(timeout=30)
        finally:
            self.program.kill()
            self.program.wait()
            os.close(self.master)


def test_somebody_at_a_terminal(terminal: Terminal, flow: Path) -> None:
    screen = Screen("simulate", flow, environment=terminal.environment(GUANKOU_LANGUAGE="zh", TERM="dumb"))
    assert "谁来发起" in screen.wait("> ")
    screen.type("\n")
    screen.wait("标题 [样例标题]")
    screen.type(".\n")
    assert "站初审：等 站审核员甲" in screen.wait("撤回\r\n> ")
    screen.type("2\n")
    assert "事项已驳回" in screen.wait("\r\n> ")
    screen.type("back\n")
    assert "退了一步" in screen.wait("撤回\r\n> ")
    screen.type("呵呵\n")
    screen.wait("撤回\r\n> ")
    screen.type("\x04")
    assert screen.end() == 0, "nobody at a terminal is told off for a slip"


def test_control_c_is_an_end(terminal: Terminal, flow: Path) -> None:
    screen = Screen("simulate", flow, environment=terminal.environment(TERM="dumb"))
    screen.wait("> ")
    for _ in range(3):
        time.sleep(0.3)  # a signal that comes just before the reading begins is not noticed by it
        screen.program.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            screen.program.wait(timeout=10)
            break
    assert screen.end() == 0
