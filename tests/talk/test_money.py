"""What people read of money: what was held, paid and given back, what was short, and that a cap cut a payment."""

from __future__ import annotations

from tests.talk.stage import Stage, flow_of
from workflow.domain import ledger
from workflow.domain.command import Answer, Command
from workflow.talk.about import Status
from workflow.talk.timeline import timeline

FLOW = """
flow: coins
title: 公益币
start: { by: 站.协调员, form: { 标题: text 2..40, 数额: money 0..500 } }
steps:
  冻结: { do: { hold: 公益币, amount: 100, from: 中心.公益币池 } }
  审核: { review: 站.审核员 }
  支付: { do: { pay: 公益币, amount: 数额, from: 中心.公益币池, to: 提交人, cap: 80 每日 } }
"""


def told(stage: Stage, language: str = "") -> list[str]:
    return [one.text for one in timeline(stage.item(), stage.scene("李明", language)) if one.kind in KINDS]


KINDS = {"held", "paid", "released", "lacked"}


def begun(fen: int) -> Stage:
    stage = Stage(flow_of(FLOW))
    centre = stage.organisation.root().id
    stage.counters[ledger.balance("公益币", f"{centre}.公益币池"), ""] = fen
    form = {"标题": "清明", "数额": "90"}
    command = Command("", "t", "", "submit", "李明", "", {"flow": "coins", "form": form})
    assert isinstance(stage.decide(command), Answer), stage.refused
    return stage


def test_the_history_says_what_was_held_paid_and_given_back() -> None:
    stage = begun(120_00)
    pool = f"{stage.organisation.root().id}.公益币池"
    stage.vote("张伟")
    assert told(stage) == [
        f"冻结 {pool} 的公益币 100.00",
        f"支付公益币 80.00：{pool} → 李明（应付 90.00，到了上限）",
        f"退回 {pool} 的公益币 20.00",
    ]
    assert told(stage, "en") == [
        f"held 100.00 公益币 of {pool}",
        f"paid 80.00 公益币: {pool} → 李明 (90.00 were due; the cap was reached)",
        f"gave 20.00 公益币 back to {pool}",
    ]


def test_what_was_short_stands_in_the_history_and_on_the_submitter_s_card() -> None:
    stage = begun(99_99)
    pool = f"{stage.organisation.root().id}.公益币池"
    assert told(stage) == [f"{pool} 的公益币只有 99.99，不够冻结 100.00，系统驳回"]
    assert stage.item().place == "rejected"
    card = stage.show("李明", Status(stage.item().id))
    assert f"系统于 09:00 驳回：{pool} 的公益币只有 99.99，不够冻结 100.00" in str(card)
    assert "too little to hold 100.00" in str(stage.show("李明", Status(stage.item().id), "en"))
