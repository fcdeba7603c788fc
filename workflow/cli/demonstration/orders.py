"""点派接评 in the demonstration: an order, who takes it, what they did, how it was rated, and what was paid. Data only.

The services are those of 门头沟's 一米阳光; who orders, who serves and when is generated.
"""

from __future__ import annotations

from typing import Any, Final

from workflow.cli.demonstration.acts import Approves, Ends, File, FillsIn, Presses, Scene, Submits


def order(station: str, what: str, kind: str, place: str, phone: str) -> dict[str, Any]:
    """The answers of an order's form."""
    return {"站": station, "事项": what, "服务类型": kind, "地点": place, "电话": phone}


def served(hours: str) -> dict[str, Any]:
    """What somebody hands in who was there."""
    photos = (File("到达.png", "到达"), File("完成.png", "完成"))
    return {"到达": "geo:39.9687,116.4867", "照片": photos, "时长": hours}


# fmt: off
HAIRCUT, WALK = "给行动不便的老人上门理发", "陪独居老人去医院复查"

ORDERS: Final = (
    Scene("点派接评：点单、抢单、服务、评价", "Ordered, taken, served, rated", (
        Submits("谢军", HAIRCUT, flow="dispatch", asks=("李明",), answers=order("大山子站", HAIRCUT, "理发", "大山子社区 3 号楼", "13800138000")),
        Approves("李明", HAIRCUT, asks=("江涛", "白雪")),
        Presses("白雪", HAIRCUT, button="take"),
        FillsIn("白雪", HAIRCUT, answers=served("1小时30分钟"), asks=("谢军",)),
        FillsIn("谢军", HAIRCUT, answers={"满意度": "5", "意见": "手艺好，人也热心。"}),
        Ends("谢军", HAIRCUT, state="done"),
    )),
    Scene("差评要回访", "A poor mark is followed up", (
        Submits("程远", WALK, flow="dispatch", asks=("陈静",), answers=order("红霞站", WALK, "陪诊", "红霞社区 7 号楼", "13900139000")),
        Approves("陈静", WALK, asks=("田甜",)),
        Presses("田甜", WALK, button="take"),
        FillsIn("田甜", WALK, answers=served("3小时"), asks=("程远",)),
        FillsIn("程远", WALK, answers={"满意度": "2", "意见": "到得晚了。"}, asks=("陈静",)),
        FillsIn("陈静", WALK, answers={"方式": "电话回访", "满意度": "4"}),
        Ends("程远", WALK, state="done"),
    )),
)
# fmt: on
