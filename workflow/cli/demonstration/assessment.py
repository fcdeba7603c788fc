"""文明城区季度测评 in the demonstration: it begins by itself, a visit in each of sixteen districts, answers, a ranking, three called in. Data only.

The districts and the rules are those of 《北京市文明城区创建测评》's bulletin; scores, answers and names are generated.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from workflow.cli.demonstration.acts import Act, Approves, ClockOn, File, FillsIn, Finds, Opens, Scene

SCORES: Final = {
    "东城区": 96, "西城区": 97, "朝阳区": 95, "海淀区": 98, "丰台区": 94, "石景山区": 93, "门头沟区": 91, "房山区": 92,
    "通州区": 90, "顺义区": 89, "昌平区": 88, "大兴区": 94, "怀柔区": 87, "平谷区": 86, "密云区": 85, "延庆区": 84,
}  # fmt: skip
QUARTER: Final = "文明城区季度测评"
LAST: Final = {"平谷区": "沈雨桐", "密云区": "韩书瑶", "延庆区": "杨子墨"}
"""Those at the end of the ranking, with who answers for them."""


def report(district: str, score: int) -> dict[str, Any]:
    """What somebody hands in who was there: how many places were seen, what was wrong, the score, the report."""
    return {
        "点位": "92",
        "问题": str(100 - score),
        "分数": str(score),
        "报告": File(f"{district}.pdf", f"{district}：实地暗访报告"),
    }


def visited(district: str, score: int) -> Iterator[Act]:
    """One district's visit, handed in and looked over."""
    visit = f"{district}实地暗访"
    yield Opens("白露", visit, words=(district, "暗访"))
    yield Finds("白露", visit, words=(district, "暗访"))
    yield FillsIn("白露", visit, answers=report(district, score))
    yield Approves("梁思明", visit)


# fmt: off
ASSESSMENT: Final = (
    Scene("季度第五个工作日，测评自己开始", "On the fifth working day of a quarter the assessment begins by itself", (
        ClockOn("白露", sees=("实地暗访",)),
    )),
    Scene("十六个区，实地暗访", "Sixteen districts visited", tuple(
        act for district, score in SCORES.items() for act in visited(district, score)
    )),
    Scene("排名、审定、约谈", "Ranked, signed, three called in", (
        ClockOn("梁思明", sees=(QUARTER, "审定"), at_most=60),
        Finds("梁思明", QUARTER, words=(QUARTER, "审定")),
        Approves("梁思明", QUARTER, asks=("邵长河",)),
        Approves("邵长河", QUARTER),
        *(Finds("邵长河", f"{district}约谈", words=("约谈", district)) for district in LAST),
    )),
)
# fmt: on
