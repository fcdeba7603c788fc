"""`guankou lint`: what is wrong with flows, organisations and lists, where, and how to mend it. Needs no database."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from os import environ
from pathlib import Path
from typing import Literal

from workflow.cli import printing, sources
from workflow.cli.many import each
from workflow.cli.sources import UNREADABLE, Source
from workflow.cli.tongue import SPOKEN, say
from workflow.cli.trouble import Stop
from workflow.domain.finding import Finding
from workflow.language import report
from workflow.language.codes import level
from workflow.language.compile import compile_flow
from workflow.language.neighbours import Neighbours
from workflow.language.organisations.lists import read_list
from workflow.language.organisations.organisation import read_organisation
from workflow.language.text.slips import as_before, decode
from workflow.language.writing.mending import mended
from workflow.organisation.draft import settle
from workflow.organisation.model import NamedList, Organisation


@dataclass(frozen=True)
class Found:
    """What was found in one file."""

    path: Path
    text: bytes
    findings: Sequence[Finding]


@dataclass(frozen=True)
class Names:
    """What a flow's names may stand for; no organisation, where none is at hand or several are. `neighbours`: the flows beside it.

    `hooks`: the webhooks that this machine's settings know, None where they know none.
    """

    organisation: Organisation | None
    several: tuple[str, ...] = ()
    neighbours: Neighbours | None = None
    hooks: frozenset[str] | None = None


def lint(paths: list[Path], output: Literal["text", "json"], organisation: Path | None, *, fix: bool = False) -> int:
    """With `fix`, what is certain is mended first. 0: nothing but notes; 1: something to mend; 2 (a Stop): something cannot be read."""
    given = sources.read(paths)
    around: dict[Path, Names] = {}
    beside: dict[Path, Neighbours] = {}
    hooks = configured()
    for number, one in enumerate(given):
        if fix and one.kind != "flow":
            given[number] = mend(one, Names(None), given)
    named = names_of(sources.read(organisation_files(organisation))) if organisation is not None else None

    def known(one: Source) -> Names:
        if one.kind == "flow" and named is None and one.path.parent not in around:
            around[one.path.parent] = names_of(sources.beside(one.path))
        if one.kind == "flow" and one.path.parent not in beside:
            beside[one.path.parent] = sources.flows_beside(one.path)
        at_hand = named or around.get(one.path.parent, Names(None))
        return replace(at_hand, neighbours=beside.get(one.path.parent), hooks=hooks)

    def checked(pair: tuple[Source, Names]) -> list[Found]:
        one, names = pair
        return check(mend(one, names, given) if fix and one.kind == "flow" else one, names, given)

    pairs = [(one, known(one)) for one in given]
    found = [finding for some in each(checked, pairs) for finding in some]
    if output == "json":
        printing.json([row for one in found for row in report.rows(one.findings, str(one.path))])
    else:
        tell(found, around)
    return int(any(level(finding.code) != "note" for one in found for finding in one.findings))


def configured() -> frozenset[str] | None:
    """The webhooks that are set up on this machine, None where no setting says so."""
    if "GUANKOU_WEBHOOK_HOOKS" not in environ:
        return None
    from workflow.cli.networks import hooks  # only now: 30 ms, and it loads an adapter

    return hooks()


def check(one: Source, names: Names, given: Sequence[Source]) -> list[Found]:
    """What is wrong with one file, and with the .csv beside a list; nothing for what is clean."""
    found, beside = findings_in(one, names, given)
    table = Found(one.path.with_suffix(".csv"), one.beside or b"", beside)
    return [each for each in (Found(one.path, one.text, found), table) if each.findings]


def findings_in(one: Source, names: Names, given: Sequence[Source]) -> tuple[Sequence[Finding], Sequence[Finding]]:
    """What is wrong with the text of a file, and with the .csv beside it."""
    if one.kind == "flow":
        return compile_flow(
            one.text, one.name, organisation=names.organisation, neighbours=names.neighbours, hooks=names.hooks
        ).findings, ()
    if one.kind == "organisation":
        known = [named.name for named in lists_of(given)]
        return read_organisation(one.text, one.name, known or None)[1], ()
    reading = read_list(one.text, one.beside)
    return reading.findings, reading.csv_findings


def mend(one: Source, names: Names, given: Sequence[Source]) -> Source:
    """The file with everything mended that is certain, and what was mended said; a `.csv` is left alone."""
    text, unreadable = decode(one.text)
    if unreadable and not text:
        return one
    found = mended(text, lambda new: findings_in(replace(one, text=new.encode()), names, given)[0])
    if not found.made:
        return one
    for made in found.made:
        line = report.headline(made.finding, str(one.path), SPOKEN)
        change = f"{report.shown(made.before)} → {report.shown(made.finding.fix or '')}"
        sys.stderr.write(say(f"已改 {line}：{change}", f"mended {line}: {change}") + "\n")
    after = as_before(found.text, one.text)
    one.path.write_bytes(after)
    return replace(one, text=after)


def names_of(files: Iterable[Source]) -> Names:
    """The organisation of these files with their lists, as far as they can be read; what is wrong in them is their own finding."""
    files = list(files)
    drafts = [one for one in files if one.kind == "organisation"]
    if len(drafts) != 1:
        return Names(None, tuple(str(one.path) for one in drafts))
    return Names(organisation_of(drafts[0], lists_of(files)))


def organisation_of(file: Source, lists: Sequence[NamedList]) -> Organisation | None:
    """The organisation of a file; None where it cannot be read."""
    draft, _ = read_organisation(file.text, file.name, [one.name for one in lists])
    if draft is None:
        return None
    return settle(draft, {one.key: one.key for one in draft.people}, 1, tenant=draft.tenant or draft.id, lists=lists)


def lists_of(files: Iterable[Source]) -> list[NamedList]:
    """The lists of these files, as far as they can be read."""
    readings = [read_list(one.text, one.beside) for one in files if one.kind == "list"]
    return [one.value for one in readings if one.value is not None]


def organisation_files(path: Path) -> list[Path]:
    """The organisation's file or folder, and the lists beside that folder, unless it has some of its own."""
    if not path.exists():
        raise Stop(
            say(f"没有 {path} 这个文件。", f"There is no file {path}."), say("检查 --org。", "Check --org."), UNREADABLE
        )
    folder = path if path.is_dir() else path.parent
    lists = folder.parent / "lists"
    return [path, *([lists] if lists.is_dir() and not (path / "lists").is_dir() else [])]


def tell(found: Sequence[Found], around: dict[Path, Names]) -> None:
    """For people: each finding with its line, and how many there are."""
    for one in found:
        sys.stdout.write(report.render(one.findings, one.text, str(one.path), SPOKEN))
    for folder, names in around.items():
        if names.several:
            sys.stderr.write(
                say(
                    f"{folder} 旁边有几个组织，没有按其中任何一个核对名称；请用 --org 指明。",
                    f"There are several organisations beside {folder}, so names were checked against none; choose one with --org.",
                ) + "\n"
            )  # fmt: skip
    wrong = sum(level(finding.code) != "note" for one in found for finding in one.findings)
    if wrong:
        sys.stdout.write(say(f"{wrong} 处要改", f"{wrong} to mend") + "\n")
