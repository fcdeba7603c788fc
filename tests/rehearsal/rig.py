"""One flow compiled, and cases of it played: what the tests of the rehearsal have in common."""

from __future__ import annotations

from tests.flows.house import FLOWS, house
from workflow.domain.definition import Definition
from workflow.language.compile import compile_flow
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import Organisation
from workflow.rehearsal.case import Case
from workflow.rehearsal.cases import read_cases
from workflow.rehearsal.play import Outcome, play

ACTIVITY_TEXT = (FLOWS / "activity.yaml").read_text("utf-8")
HEAD = """\
- case: 试
  people: { 站.协调员: 李明, 站.审核员: [张三, 李四], 所.审核员: 王五 }
  start: { by: 李明, form: { 标题: 读书会, 主题: 学习实践科学理论, 时间: 5工作日后, 地点: 书房, 预计人数: 30, 方案: a.pdf } }
  then:
"""


def compiled(text: str, organisation: Organisation | None = None) -> Definition:
    """A flow in which nothing is wrong."""
    found = compile_flow(text, organisation=organisation)
    assert found.definition is not None, found.findings
    return found.definition


ACTIVITY = compiled(ACTIVITY_TEXT, house())


def cases(text: str) -> tuple[Case, ...]:
    """Cases in which nothing is wrong."""
    read = read_cases(text)
    assert not read.findings, read.findings
    return read.cases


def played(
    *lines: str, head: str = HEAD, definition: Definition = ACTIVITY, organisation: Organisation | None = None
) -> Outcome:
    """A case of these lines, played."""
    (case,) = cases(head + "".join(f"    - {line}\n" for line in lines))
    return play(case, definition, Lifecycle(definition), organisation or (house() if definition is ACTIVITY else None))
