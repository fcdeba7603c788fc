"""公益微创投 in the demonstration: blind bids, what the jury thinks of them, what is objected to, who is paid. Data only.

The round's name and rules follow the bulletins of 酒仙桥; bids, marks and objections are generated.
"""

from __future__ import annotations

from typing import Any, Final

from workflow.cli.demonstration.acts import Approves, ClockOn, Ends, File, FillsIn, Later, Scene, Submits

ROUND: Final = "2026 年第一轮"


def bid(name: str, amount: str) -> dict[str, Any]:
    """The answers of a bid."""
    return {"名称": name, "方案": File(f"{name}.pdf", f"{name}：方案与预算"), "申请额": amount}


def marks(new: int, sound: int, useful: int) -> dict[str, Any]:
    """What a juror gives."""
    return {"创新": str(new), "可行": str(sound), "效益": str(useful)}


LUNCH, SIGNS, ROOF = "银龄午餐", "手语进社区", "楼顶花园"
JUDGED: Final = {
    "汪海": {LUNCH: marks(30, 25, 25), SIGNS: marks(20, 20, 20), ROOF: marks(35, 30, 30)},
    "严敏": {LUNCH: marks(28, 25, 25), SIGNS: marks(22, 18, 20), ROOF: marks(37, 30, 28)},
    "祝福来": {LUNCH: marks(29, 24, 26), SIGNS: marks(20, 19, 20), ROOF: marks(36, 29, 29)},
}
"""What each of the jury gives to each bid."""

# fmt: off
GRANTS: Final = (
    Scene("公益微创投：立轮、投标", "A round of small grants: agreed to, and bid for", (
        Submits("蒋兰", ROUND, flow="microfund", asks=("高志远", "顾明远"),
                answers={"轮次": ROUND, "预算": "100000", "单项上限": "60000", "截标": Later(120, "18:00")}),
        Approves("高志远", ROUND),
        Approves("顾明远", ROUND, asks=("贺春", "孔晴", "白桦")),
        FillsIn("贺春", ROUND, button="answer", answers=bid(LUNCH, "45000")),
        FillsIn("孔晴", ROUND, button="answer", answers=bid(SIGNS, "60000")),
        FillsIn("白桦", ROUND, button="answer", answers=bid(ROOF, "40000")),
    )),
    Scene("开标、评审、排名", "Opened, judged, ranked", (
        ClockOn("赵敏", ROUND, asks=("赵敏",)),
        Approves("赵敏", ROUND, prompts=3, asks=tuple(JUDGED)),
        *(FillsIn(juror, ROUND, button="answer", of=(name,), answers=given)
          for juror, three in JUDGED.items() for name, given in three.items()),
        ClockOn("蒋兰", ROUND, sees=("已办结",)),
        Ends("蒋兰", ROUND, state="done"),
    )),
)
# fmt: on
