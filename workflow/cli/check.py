"""`guankou check`: what is true of a flow on every path, beside an organisation. Needs no database. Not here: the proof (workflow/proof)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from workflow.cli import lint, printing, sources
from workflow.cli.sources import UNREADABLE, Source
from workflow.cli.tongue import SPOKEN, say
from workflow.cli.trouble import Stop
from workflow.domain.definition import Definition
from workflow.language import report
from workflow.language.codes import level
from workflow.language.compile import compile_flow
from workflow.organisation.calendar import Calendar
from workflow.organisation.holidays import china
from workflow.organisation.model import Organisation
from workflow.proof import words
from workflow.proof.prove import Proof, Proven, prove


def check(paths: list[Path], output: Literal["text", "json"], organisation: Path | None) -> int:
    """0: nothing is certainly wrong; 1: something is, or a flow has errors, which lint tells; 2 (a Stop): it cannot be read."""
    flows = [one for one in sources.read(paths) if one.kind == "flow"]
    if not flows:
        shown = " ".join(map(str, paths))
        raise Stop(
            say(f"{shown} 里没有流程。", f"There is no flow in {shown}."),
            say("给出一个流程文件。", "Name the file of a flow."),
            UNREADABLE,
        )
    today = datetime.now(UTC).date()
    given = lint.names_of(sources.read(lint.organisation_files(organisation))) if organisation is not None else None
    told: list[dict[str, Any]] = []
    wrong = False
    for one in flows:
        names = given or lint.names_of(sources.beside(one.path))
        compiled = compile_flow(
            one.text, one.name, organisation=names.organisation, neighbours=sources.flows_beside(one.path)
        )
        if compiled.definition is None:
            wrong = True
            errors = [each for each in compiled.findings if level(each.code) == "error"]
            told.append({"file": str(one.path), "findings": report.rows(errors, str(one.path))})
            if output == "text":
                sys.stdout.write(report.render(errors, one.text, str(one.path), SPOKEN))
            continue
        proof = prove(compiled.definition, dated(names.organisation, today), today, compiled.findings)
        wrong = wrong or any(each.certain for each in proof.found)
        told.append(row(one, compiled.definition, proof))
        if output == "text":
            sys.stdout.write(text(one, compiled.definition, proof, names))
    if output == "json":
        printing.json(told)
    return int(wrong)


def dated(organisation: Organisation | None, today: date) -> Organisation | None:
    """The organisation with the days off that are known of this year and the next: an organisation's file has none."""
    if organisation is None:
        return None
    calendar = Calendar.of(
        china([today.year, today.year + 1]), time_zone=organisation.time_zone, hours=organisation.calendar.hours
    )
    return msgspec.structs.replace(organisation, calendar=calendar)


def row(one: Source, definition: Definition, proof: Proof) -> dict[str, Any]:
    """A proof for a program: a finding as lint has it, and `certain`, `path_zh`, `path_en` and `known` (a field, what it can only be)."""
    findings = []
    for each in proof.found:
        (shown,) = report.rows([each.finding], str(one.path))
        path = each.path
        findings.append({
            **shown, "certain": each.certain,
            "path_zh": words.told(definition, path, "zh") if path else None,
            "path_en": words.told(definition, path, "en") if path else None,
            "known": dict(words.known(proof.space, path)) if path else {},
        })  # fmt: skip
    return {
        "file": str(one.path), "flow": definition.flow, "states": proof.states, "paths": proof.paths, "returns": proof.returns,
        "sorts": proof.sorts, "whole": proof.whole, "findings": findings,
    }  # fmt: skip


def text(one: Source, definition: Definition, proof: Proof, names: lint.Names) -> str:
    """A proof for people."""
    lines = [say(
        f"{one.path}：走了 {proof.states} 个状态、{proof.paths} 条路径、{proof.returns} 种退回",
        f"{one.path}: {proof.states} states, {proof.paths} paths, {proof.returns} returns",
    )]  # fmt: skip
    if proof.sorts > 1:
        lines[0] += say(f"（{proof.sorts} 种发起）", f" ({proof.sorts} sorts of beginnings)")
    if not proof.whole:
        lines.append(say("状态太多：条件都当作可真可假来走", "too many states: every condition was taken for open"))
    if names.organisation is None:
        lines.append(
            say(
                "手边没有（唯一的）组织：没有核对人（用 --org 指定）",
                "no (single) organisation is at hand: people were not looked at (give --org)",
            )
        )
    shown = "".join(_told(one, definition, proof, each) for each in proof.found)
    sure = sum(each.certain for each in proof.found)
    closing = say(
        f"{sure} 处一定，{len(proof.found) - sure} 处可能", f"{sure} certain, {len(proof.found) - sure} possible"
    )
    return "\n".join(lines) + "\n" + shown + (closing + "\n" if proof.found else "")


def _told(one: Source, definition: Definition, proof: Proof, each: Proven) -> str:
    shown = report.render([each.finding], one.text, str(one.path), SPOKEN)
    if each.path is None or not each.path.moves:
        return shown
    return shown + "".join(f"      {line}\n" for line in _path(definition, proof, each, SPOKEN))


def _path(definition: Definition, proof: Proof, each: Proven, language: words.Language) -> Iterable[str]:
    assert each.path is not None  # noqa: S101 (asked above)
    sure = say("一定；", "certain; ") if each.certain else say("可能；", "possible; ")
    yield sure + say("路径：", "path: ") + words.told(definition, each.path, language)
    knows: Sequence[tuple[str, str]] = words.known(proof.space, each.path)
    if knows:
        yield say("此时：", "there: ") + say("；", "; ").join(f"{name} = {what}" for name, what in knows)
