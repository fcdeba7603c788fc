"""`guankou answers`: what people answered to a `collect`, as a table or as JSON."""

from __future__ import annotations

from typing import Literal

from workflow.cli import printing
from workflow.cli.house import House, with_house
from workflow.cli.tongue import say
from workflow.domain.command import Refused
from workflow.engine.collected import collected

Output = Literal["text", "json"]


def answers(code: str, step: str, person: str, tenant: str, output: Output) -> int:
    """The answers to a step, as somebody who oversees the item may read them."""
    return with_house(_answers, code=code, step=step, person=person, tenant=tenant, output=output)


async def _answers(house: House, code: str, step: str, person: str, tenant: str, output: Output) -> None:
    chosen = await house.tenant(tenant)
    reader = await house.person(chosen.id, person)
    found = await collected(house.engine.read, chosen.id, reader.id, code, step)
    if isinstance(found, Refused):
        raise await house.refused(chosen.id, found)
    if output == "json":
        printing.json(
            {"step": found.step, "answers": [dict(zip(found.columns, row, strict=True)) for row in found.rows]}
        )
        return
    printing.line(say(f"“{found.step}”收到 {len(found.rows)} 份", f"“{found.step}”: {len(found.rows)} answers"), "bold")
    printing.table((say("谁", "who"), say("时间", "at"), *found.columns[2:]), found.rows)
