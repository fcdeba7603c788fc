"""The pytest plugin in projects of its own: off unless asked, each case a test, a failure with its line."""

from __future__ import annotations

import shutil
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.flows.house import FLOWS
from tests.rehearsal.rig import HEAD

pytest_plugins = ["pytester"]
SETTINGS = "asyncio_default_fixture_loop_scope = function\n"


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder with the shipped activity and two cases, the second of which is wrong in its last line."""
    monkeypatch.setattr("workflow.cli.tongue.SPOKEN", "en")
    good = HEAD + "    - 张三 通过 站初审\n"
    bad = HEAD.replace("case: 试", "case: 错") + "    - 张三 通过 站初审\n    - expect: { at: 站初审 }\n"
    shutil.copy(FLOWS / "activity.yaml", pytester.path)
    (pytester.path / "activity.test.yaml").write_text(good + bad, encoding="utf-8")
    pytester.makeini(f"[pytest]\n{SETTINGS}")
    return pytester


def test_it_is_registered() -> None:
    assert [one.value for one in entry_points(group="pytest11") if one.name == "guankou"] == ["workflow.pytest_plugin"]


def test_it_is_off_unless_asked(project: pytest.Pytester) -> None:
    assert project.runpytest_inprocess().ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_each_case_is_a_test_and_a_failure_has_its_line(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("--guankou", "-v")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines([
        "*activity.test.yaml::试 PASSED*", "*activity.test.yaml::错 FAILED*", "*activity: 错*",
        "activity.test.yaml:11:21 T515 at: expected *站初审*, found *所复审*", "*11 |     - expect: { at: 站初审 }*", "*^^^^^^*",
        "FAILED activity.test.yaml::错 - activity.test.yaml:11:21 T515 *",
    ])  # fmt: skip
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*OtherwiseError*")


def test_a_setting_asks_as_well(project: pytest.Pytester) -> None:
    project.makeini(f"[pytest]\n{SETTINGS}guankou = true\n")
    project.runpytest_inprocess("-k", "试").assert_outcomes(passed=1, deselected=1)


def test_a_single_case_by_its_id(project: pytest.Pytester) -> None:
    project.runpytest_inprocess("--guankou", "activity.test.yaml::试").assert_outcomes(passed=1)


@pytest.mark.parametrize("how", ["option", "setting"])
def test_an_organisation_of_one_s_own(project: pytest.Pytester, how: str) -> None:
    """酒仙桥 has no 站.志愿者, so the case's post is refused there, and taken where an organisation is made up."""
    tests = project.path / "activity.test.yaml"
    tests.write_text(
        HEAD.replace("站.审核员: [张三, 李四]", "站.审核员: 张三, 站.志愿者: 陈八") + "    - 张三 通过 站初审\n",
        encoding="utf-8",
    )
    project.runpytest_inprocess("--guankou").assert_outcomes(passed=1)
    path = FLOWS / "orgs/jiuxianqiao.yaml"
    if how == "setting":
        project.makeini(f"[pytest]\n{SETTINGS}guankou_org = {path}\n")
    result = project.runpytest_inprocess("--guankou", *([f"--guankou-org={path}"] if how == "option" else []))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*T521*站.志愿者*"])


def test_a_file_that_cannot_be_read_is_an_error_with_its_line(project: pytest.Pytester) -> None:
    (project.path / "activity.test.yaml").write_text(HEAD + "    - 张三 同意 站初审\n", encoding="utf-8")
    result = project.runpytest_inprocess("--guankou")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*activity.test.yaml:5:10 T501 *"])


def test_a_file_without_its_flow_is_an_error(project: pytest.Pytester) -> None:
    Path(project.path / "activity.yaml").unlink()
    result = project.runpytest_inprocess("--guankou")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*There is no flow activity.yaml beside*"])


def test_pytest_starts_without_loading_the_language(project: pytest.Pytester) -> None:
    project.makepyfile(
        "import sys\ndef test_light():\n    assert 'workflow.rehearsal' not in sys.modules\n    assert 'workflow.pytest_plugin' in sys.modules\n"
    )
    (project.path / "activity.test.yaml").unlink()
    project.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:cov").assert_outcomes(passed=1)
