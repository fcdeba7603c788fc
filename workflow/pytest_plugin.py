"""For pytest: cases of `*.test.yaml` collected as tests, where `--guankou` or the setting `guankou = true` asks for it. Not here: playing them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from workflow.cli.rehearsing import Tests
    from workflow.rehearsal.case import Case
    from workflow.rehearsal.play import Outcome


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--guankou`, `--guankou-org`, and their settings."""
    group = parser.getgroup("guankou")
    group.addoption("--guankou", action="store_true", help="collect the cases of *.test.yaml beside flows")
    group.addoption(
        "--guankou-org", metavar="PATH", help="the organisation to play them in (default: the one beside, else made up)"
    )
    parser.addini("guankou", "collect the cases of *.test.yaml beside flows", type="bool", default=False)
    parser.addini("guankou_org", "the organisation to play them in, from the root folder")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    """A file of cases, where somebody asked for them."""
    config = parent.config
    if not file_path.name.endswith(".test.yaml") or not (config.getoption("guankou") or config.getini("guankou")):
        return None
    return CaseFile.from_parent(parent, path=file_path)


class CaseFile(pytest.File):
    """One file of cases."""

    def collect(self) -> Iterator[CaseItem]:
        # Here, not above: pytest loads this module at every start, in every project of the environment.
        from workflow.cli.rehearsing import read_tests  # noqa: PLC0415
        from workflow.cli.trouble import Stop  # noqa: PLC0415

        given = self.config.getoption("guankou_org") or self.config.getini("guankou_org")
        try:
            tests = read_tests(self.path, self.config.rootpath / given if given else None)
        except Stop as stop:
            raise self.CollectError(f"{stop.what}\n{stop.next}") from stop
        for case in tests.cases:
            yield CaseItem.from_parent(self, name=case.name, tests=tests, case=case)


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, tests: Tests, case: Case, **more: Any) -> None:
        super().__init__(**more)
        self.tests, self.case = tests, case

    def runtest(self) -> None:
        outcome = self.tests.play(self.case)
        if outcome.finding is not None:
            raise OtherwiseError(outcome)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **more: Any) -> Any:
        from workflow.cli.tongue import SPOKEN  # noqa: PLC0415 (as above)
        from workflow.language import report  # noqa: PLC0415

        if isinstance(excinfo.value, OtherwiseError) and excinfo.value.outcome.finding is not None:
            return report.render(
                [excinfo.value.outcome.finding], self.tests.text, self.nodeid.partition("::")[0], SPOKEN
            )
        return super().repr_failure(excinfo, *args, **more)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.case.place.line - 1, f"{self.tests.flow.definition.flow}: {self.case.name}"


class OtherwiseError(Exception):
    """A case that goes otherwise than it says."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.finding)
        self.outcome = outcome
