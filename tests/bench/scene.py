"""What the bench plays: the shipped activity in the shipped organisation, handed in at one 站 and approved there and at the 所."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from workflow.domain.command import Command
from workflow.domain.definition import Definition
from workflow.language.compile import compile_flow
from workflow.language.organisations.organisation import read_organisation
from workflow.organisation.draft import OrganisationDraft

FLOWS = Path(__file__).parents[2] / "flows"
ACTIVITY = FLOWS / "activity.yaml"
ORGANISATION = FLOWS / "orgs" / "jiuxianqiao.yaml"

SUBMITTER, REVIEWER, SECOND = "黄磊", "吴迪", "王芳"
"""协调员 and 审核员 of 银杏里站, and one of the two 审核员 of the 所."""


def activity() -> Definition:
    """The flow that is timed."""
    compiled = compile_flow(ACTIVITY.read_text(encoding="utf-8"), ACTIVITY.stem)
    assert compiled.definition is not None, compiled.findings
    return compiled.definition


def organisation_draft() -> OrganisationDraft:
    """The organisation it is timed in."""
    draft, findings = read_organisation(ORGANISATION.read_bytes(), ORGANISATION.stem)
    assert draft is not None, findings
    return draft


def item_id(no: int) -> str:
    """The id of item `no`, in order as those of version 7 are. (bench.item_of in seed.sql is the same.)"""
    return f"00000000-0000-7000-8000-{no:012x}"


def command_id(no: int, step: int) -> str:
    """The id of the command that takes item `no` beyond step 1 (站初审) or 2 (所复审); 0 hands it in."""
    return f"00000001-0000-7000-8000-{(step << 40) + no:012x}"


class Cast(msgspec.Struct, frozen=True):
    """Who plays: the ids that the tenant and its people have. `file` is the plan that is handed in."""

    tenant: str
    submitter: str
    reviewer: str
    second: str
    file: str

    def submission(self, no: int, now: datetime) -> Command:
        """An activity for six hundred people, so that it goes on to the 中心 after the 所."""
        form = {
            "标题": "清明祭扫：缅怀革命先烈",
            "主题": "培育践行主流价值",
            "时间": (now + timedelta(days=14)).strftime("%Y-%m-%d 09:30"),
            "地点": "酒仙桥街道烈士陵园东门",
            "预计人数": "600",
            "方案": self.file,
        }
        args = {"flow": "activity", "form": form}
        return Command(command_id(no, 0), self.tenant, item_id(no), "submit", self.submitter, "web", args)

    def approval(self, no: int, step: int) -> Command:
        """An approval as a prompt's button says it, with the task and its round: 站初审 is task 1, 所复审 task 2."""
        person = self.reviewer if step == 1 else self.second
        args = {"task": (step, 1)}
        return Command(command_id(no, step), self.tenant, item_id(no), "approve", person, "web", args)
