"""Flows and their cases as files: which belong together, the organisation they are rehearsed in, what came of them. Not here: playing (rehearsal), printing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from workflow.cli import sources
from workflow.cli.lint import Names, names_of, organisation_files
from workflow.cli.sources import UNREADABLE
from workflow.cli.tongue import SPOKEN, say
from workflow.cli.trouble import Stop
from workflow.domain.definition import Definition, Edge
from workflow.domain.finding import Finding
from workflow.language import report
from workflow.language.codes import level
from workflow.language.compile import compile_flow
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import Organisation
from workflow.rehearsal.case import Case
from workflow.rehearsal.cases import read_cases
from workflow.rehearsal.play import Outcome, play
from workflow.rehearsal.ways import Way, described, owed

ENDING: Final = ".test.yaml"


@dataclass(frozen=True)
class Flow:
    """A flow that can be rehearsed. `organisation` None: one is made up."""

    path: Path
    definition: Definition
    lifecycle: Lifecycle
    organisation: Organisation | None


@dataclass(frozen=True)
class Tests:
    """One file of cases with its flow. `text` is what a finding's line is shown from."""

    path: Path
    text: bytes
    flow: Flow
    cases: tuple[Case, ...]

    def play(self, case: Case) -> Outcome:
        """Play one of the cases."""
        return play(case, self.flow.definition, self.flow.lifecycle, self.flow.organisation)


@dataclass(frozen=True)
class Played:
    """A file of cases, played. `outcomes` and `seconds` stand in the order of its cases."""

    tests: Tests
    outcomes: list[Outcome] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def wrong(self) -> list[Outcome]:
        """What went otherwise than it says."""
        return [one for one in self.outcomes if one.finding is not None]

    @property
    def unwalked(self) -> list[Way]:
        """The ways that no case walked."""
        walked: set[Edge] = {edge for one in self.outcomes for edge in one.walked}
        definition = self.tests.flow.definition
        return [described(definition, edge) for edge in owed(definition) if edge not in walked]

    @property
    def ways(self) -> int:
        """How many ways there are to walk."""
        return len(owed(self.tests.flow.definition))


class Unfit(Stop):
    """A file that cannot be rehearsed for what is wrong in it: `path`, `text` and `findings`."""

    def __init__(self, path: Path, text: bytes, findings: Iterable[Finding]) -> None:
        self.path, self.text = path, text
        self.findings = [one for one in findings if level(one.code) == "error"]
        super().__init__(
            say(f"{path} 里有 {len(self.findings)} 处要先改好：", f"{path} has {len(self.findings)} to mend first:"),
            report.render(self.findings, text, str(path), SPOKEN).rstrip(), UNREADABLE,
        )  # fmt: skip


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files of cases at or below the paths; a flow stands for the file beside it. Raises Stop for what is not there."""
    return list(dict.fromkeys(file for path in paths for file in _walk(path)))


def without(paths: Iterable[Path]) -> list[Path]:
    """The flows in these folders that have no file of cases beside them."""
    flows = (
        one.path
        for path in paths
        if path.is_dir() and any(path.rglob("*.yaml"))
        for one in sources.read([path])
        if one.kind == "flow"
    )
    return [flow for flow in flows if not tests_beside(flow).is_file()]


def tests_beside(flow: Path) -> Path:
    """Where the cases of a flow stand."""
    return flow.with_name(flow.stem + ENDING)


def flow_beside(tests: Path) -> Path:
    """Which flow a file of cases is about."""
    return tests.with_name(tests.name.removesuffix(ENDING) + ".yaml")


def read_flow(path: Path, organisation: Path | None) -> Flow:
    """Compile a flow, its names checked against `organisation`, else against the only one beside it. Raises Stop."""
    (source,) = sources.read([path])
    given = sources.beside(path) if organisation is None else sources.read(organisation_files(organisation))
    names: Names = names_of(given)
    if organisation is not None and names.organisation is None:
        raise Stop(
            say(f"{organisation} 里没有一个读得懂的组织。", f"{organisation} holds no organisation that can be read."),
            say(f"先运行 guankou lint {organisation}。", f"Run `guankou lint {organisation}` first."), UNREADABLE,
        )  # fmt: skip
    found = compile_flow(
        source.text, source.name, organisation=names.organisation, neighbours=sources.flows_beside(path)
    )
    if found.definition is None:
        raise Unfit(path, source.text, found.findings)
    return Flow(path, found.definition, Lifecycle(found.definition), names.organisation)


def read_tests(path: Path, organisation: Path | None) -> Tests:
    """A file of cases and its flow. Raises Stop for what cannot be read, Unfit for what is wrong in it."""
    flow = flow_beside(path)
    if not flow.is_file():
        raise Stop(
            say(f"{path} 旁边没有流程 {flow.name}。", f"There is no flow {flow.name} beside {path}."),
            say("测试与流程放在一起，名称相同。", "Cases stand beside their flow and are called like it."), UNREADABLE,
        )  # fmt: skip
    text = sources.bytes_of(path)
    read = read_cases(text)
    if read.findings:
        raise Unfit(path, text, read.findings)
    return Tests(path, text, read_flow(flow, organisation), read.cases)


def _walk(path: Path) -> Iterator[Path]:
    if path.is_dir():
        found = [
            one
            for one in sorted(path.rglob(f"*{ENDING}"))
            if not any(part.startswith(".") for part in one.relative_to(path).parts)
        ]
        if not found:
            raise Stop(
                say(f"{path} 里没有 *{ENDING}。", f"There is no *{ENDING} in {path}."),
                say("docs/testing.md 说明测试怎么写。", "docs/testing.md says how to write one."), UNREADABLE,
            )  # fmt: skip
        yield from found
        return
    wanted = path if path.name.endswith(ENDING) else tests_beside(path)
    if not path.exists() or not wanted.is_file():
        raise Stop(
            say(f"没有 {path if not path.exists() else wanted} 这个文件。", f"There is no file {path if not path.exists() else wanted}."),
            say("给出测试、流程或文件夹。", "Name cases, a flow or a folder."), UNREADABLE,
        )  # fmt: skip
    yield wanted
