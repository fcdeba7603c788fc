"""What the bench plays: the shipped activity in the shipped organisation, handed in at one 站 and approved there and at the 所."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from workflow.domain.command import Command
from workflow.domain.definition import Definition
from workflow.language.compile import compile_flow
from workflow.language.organisation import read_organisation
from workflow.organisation.draft import OrganisationDraft

FLOWS = Path(__file__).parents[2] / "flows"
ACTIVITY = FLOWS / "activity.yaml"
ORGANISATION = FLOWS / "orgs" / "jiuxianqiao.yaml"

TENANT = "00000000-0000-7000-8000-0000000000aa"
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
    """The id of item `no`, in order as those of version 7 are."""
    return str(UUID(int=(0x0000_0000_0000_7000_8000 << 48) + no))


def command_id(no: int, step: int) -> str:
    """The id of the command that takes item `no` beyond step 1 (站初审) or 2 (所复审); 0 hands it in."""
    return str(UUID(int=(0x0000_0001_0000_7000_8000 << 48) + (step << 40) + no))


def submission(item: str, submitter: str, file: str, now: datetime) -> Command:
    """An activity for six hundred people, so that it goes on to the 中心 after the 所."""
    form = {
        "标题": "清明祭扫：缅怀革命先烈",
        "主题": "培育践行主流价值",
        "时间": (now + timedelta(days=14)).strftime("%Y-%m-%d 09:30"),
        "地点": "酒仙桥街道烈士陵园东门",
        "预计人数": "600",
        "方案": file,
    }
    args = {"flow": "activity", "form": form}
    return Command(command_id(UUID(item).int & 0xFFFF_FFFF, 0), TENANT, item, "submit", submitter, "web", args)


def approve(item: str, person: str, task: int) -> Command:
    """An approval as the button of a prompt says it: the task and its round are named. Station's is task 1, the 所's 2."""
    command = command_id(UUID(item).int & 0xFFFF_FFFF, task)
    return Command(command, TENANT, item, "approve", person, "web", {"task": (task, 1)})
