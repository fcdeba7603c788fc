"""`guankou simulate`: the terminal of a rehearsal. Lines come from people, a file or a pipe. Not here: the conversation (rehearsal.session)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from workflow.cli import sources
from workflow.cli.rehearsing import Flow, read_flow, tests_beside
from workflow.cli.tongue import SPOKEN, say
from workflow.rehearsal.asking import Ask, Asker, Save
from workflow.rehearsal.cases import read_cases
from workflow.rehearsal.session import Session


def simulate(flow: Path, organisation: Path | None, script: Path | None) -> int:
    """0: the end was reached; 1: a script said something that was not understood."""
    given = read_flow(flow, organisation)
    lines = None if script is None else iter(sources.bytes_of(script).decode("utf-8-sig", "replace").splitlines())
    return _converse(Session(given.definition, given.organisation, Asker(SPOKEN)), given, lines)


def _converse(session: Session, flow: Flow, lines: Iterator[str] | None) -> int:
    watched = lines is None and sys.stdin.isatty()
    puzzled = False
    talk = session.talk()
    try:
        turn = next(talk)
        while True:
            if isinstance(turn, Save):
                turn = talk.send(_append(tests_beside(flow.path), turn.text))
                continue
            puzzled |= not turn.understood
            sys.stdout.write(turn.said)
            sys.stdout.flush()
            line = _line(turn, lines, watched)
            if line is None:
                break
            turn = talk.send(line)
    except StopIteration:
        pass
    return int(puzzled and not watched)


def _line(turn: Ask, lines: Iterator[str] | None, watched: bool) -> str | None:
    """The next line; None at the end of them. What was not typed by anybody is shown, so that the record reads like a terminal."""
    if not turn.prompt:
        return None
    try:
        if lines is None:
            line = input(turn.prompt)
        else:
            sys.stdout.write(turn.prompt)
            line = next(lines)
    except (EOFError, KeyboardInterrupt, StopIteration):
        sys.stdout.write("\n")
        return None
    if not watched:
        sys.stdout.write(line + "\n")
    return line


def _append(path: Path, text: str) -> str:
    """Put a case at the end of a file of cases, if the file is one then; in any case say what came of it."""
    try:
        before = path.read_text("utf-8") if path.exists() else ""
        whole = (
            before + ("" if not before or before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n") + text
        )
        if found := read_cases(whole).findings:
            why = found[0].message_zh if SPOKEN == "zh" else found[0].message_en
            return say(f"没有存进 {path}：{why}\n", f"Not kept in {path}: {why}\n")
        with path.open("a", encoding="utf-8") as file:
            file.write(whole[len(before) :])
    except (OSError, UnicodeError) as error:
        return say(f"没有存进 {path}：{error}\n{text}", f"Not kept in {path}: {error}\n{text}")
    return say(f"存进了 {path}\n", f"Kept in {path}\n")
