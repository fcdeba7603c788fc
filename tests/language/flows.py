"""A small flow to spoil in many ways, and how what is found is looked at."""

from __future__ import annotations

from tests.flows.house import house
from workflow.domain.definition import Definition
from workflow.domain.finding import Finding
from workflow.language.compile import Compiled, compile_flow

HEAD = """\
flow: trial
title: 试验
start:
  by: 站.协调员
  form:
    标题: text 2..40
    类别: [活动, 讲座]
    开始日: datetime >= 1工作日后
    人数: int 1..500
    负责人: person 所.审核员
    预算?: money 0..200000
    名单: { rows: { 姓名: text 2..20, 年龄: int 1..120 } }
steps:
"""
FIRST = "  甲: { review: 站.审核员 }\n"


def with_steps(steps: str) -> str:
    """A flow of these steps, each written at the left margin."""
    return HEAD + "".join(f"  {line}\n" for line in steps.strip("\n").split("\n"))


def compiled(text: str, *, checked: bool = True) -> Compiled:
    """The flow `trial`, beside the shipped organisation unless `checked` is false."""
    return compile_flow(text, "trial", organisation=house() if checked else None)


def definition(text: str, *, checked: bool = True) -> Definition:
    """A flow in which nothing is wrong."""
    found = compiled(text, checked=checked)
    assert found.definition is not None, found.findings
    return found.definition


def under(text: str, one: Finding) -> str:
    """What a finding underlines."""
    lines = text.split("\n")
    if one.line == one.end_line:
        return lines[one.line - 1][one.column - 1 : one.end_column - 1]
    return "\n".join(lines[one.line - 1 : one.end_line])


def said(text: str, *, checked: bool = True) -> list[tuple[str, str, str | None]]:
    """The findings that are no notes: code, what is underlined, fix."""
    return [
        (one.code, under(text, one), one.fix)
        for one in compiled(text, checked=checked).findings if one.code not in {"O450", "O461", "O463"}
    ]  # fmt: skip
