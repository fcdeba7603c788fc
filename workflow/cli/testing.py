"""`guankou test`: cases played, what went otherwise said with its line, and the ways no case walked. Needs no database."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from workflow.cli import junit, printing
from workflow.cli.rehearsing import Played, Tests, files_of, read_tests, without
from workflow.cli.tongue import SPOKEN, say
from workflow.cli.trouble import Stop
from workflow.language import report


def test(
    paths: list[Path], organisation: Path | None, output: Literal["text", "json"], junit_file: Path | None, strict: bool
) -> int:
    """0: every case goes as it says; 1: one does not (`strict`: or a way is walked by none); 2: a file cannot be read."""
    files = files_of(paths)
    stops: list[Stop] = []
    played = [Played(tests) for file in files if (tests := _read(file, organisation, stops)) is not None]
    whole, done = sum(len(one.tests.cases) for one in played), 0
    with printing.progress(say("用例", "cases")) as step:
        for one in played:
            for case in one.tests.cases:
                began = time.perf_counter()
                one.outcomes.append(one.tests.play(case))
                one.seconds.append(time.perf_counter() - began)
                done += 1
                step(whole, done)
    if junit_file is not None:
        junit_file.write_text(junit.xml(played), encoding="utf-8")
    lonely = without(paths)
    if output == "json":
        printing.json(_value(played, lonely))
    else:
        tell(played, lonely)
    for stop in stops:
        sys.stderr.write(f"guankou: {stop.what}\n{stop.next}\n")
    wrong = any(one.wrong or (strict and one.unwalked) for one in played) or (strict and bool(lonely))
    return 2 if stops else int(wrong)


def _read(file: Path, organisation: Path | None, stops: list[Stop]) -> Tests | None:
    """One file; what stops it is kept, so that the others are played nevertheless."""
    try:
        return read_tests(file, organisation)
    except Stop as stop:
        stops.append(stop)
        return None


def tell(played: Sequence[Played], lonely: Iterable[Path]) -> None:
    """For people: each case in a line, what went otherwise with its place, then the ways that nobody walked."""
    for one in played:
        printing.line(f"{one.tests.path}", "bold")
        for outcome in one.outcomes:
            good = outcome.finding is None
            printing.line(
                f"  {say('通过', 'ok') if good else say('不对', 'failed'):<6} {outcome.case.name}",
                "green" if good else "red",
            )
            if outcome.finding is not None:
                sys.stdout.write(report.render([outcome.finding], one.tests.text, str(one.tests.path), SPOKEN))
    for one in played:
        _ways(one)
    for flow in lonely:
        printing.line(say(f"{flow} 还没有测试", f"{flow} has no tests yet"), "yellow")
    many, wrong = sum(len(one.outcomes) for one in played), sum(len(one.wrong) for one in played)
    left = sum(len(one.unwalked) for one in played)
    printing.line(
        say(
            f"{many} 个用例，{wrong} 个不对，{left} 条路没有走过",
            f"{many} cases, {wrong} failed, {left} ways not walked",
        )
    )


def _ways(one: Played) -> None:
    left = one.unwalked
    name = one.tests.flow.definition.flow
    if not left:
        printing.line(say(f"{name}：{one.ways} 条路都走过了", f"{name}: all {one.ways} ways were walked"), "green")
        return
    printing.line(
        say(
            f"{name}：{one.ways} 条路里 {len(left)} 条没有用例走过",
            f"{name}: of {one.ways} ways, {len(left)} no case walked",
        ),
        "yellow",
    )
    for (line, step), ways in groupby(left, key=lambda way: (way["line"], way["step"])):
        said = say("；", "; ").join(way[SPOKEN] for way in ways)
        where = f"{one.tests.flow.path}:{line} {step}" if step else str(one.tests.flow.path)
        printing.line(f"  {where}{say('：', ': ')}{said}")


def _value(played: Sequence[Played], lonely: Iterable[Path]) -> dict[str, Any]:
    return {
        "cases": [
            {
                "file": str(one.tests.path), "flow": one.tests.flow.definition.flow, "case": outcome.case.name,
                "line": outcome.case.place.line, "ok": outcome.finding is None, "seconds": round(seconds, 6),
                "failure": report.rows([outcome.finding], str(one.tests.path))[0] if outcome.finding is not None else None,
                "expected": outcome.expected, "found": outcome.found,
            }
            for one in played for outcome, seconds in zip(one.outcomes, one.seconds, strict=True)
        ],
        "unwalked": [
            {"file": str(one.tests.flow.path), "flow": one.tests.flow.definition.flow, **way} for one in played for way in one.unwalked
        ],
        "untested": [str(flow) for flow in lonely],
    }  # fmt: skip
