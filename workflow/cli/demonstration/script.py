"""What happens in the demonstration: people, their acts, and what each act must lead to. Data only; `player` does it.

Titles, themes and figures are those of the two bulletins that the flows come from (the topics of the red live-stream
studio of 酒仙桥, the theme days of 昌平, the services of 门头沟); dates, guests, remarks and who does what are generated.
"""

from __future__ import annotations

from typing import Any, Final

from workflow.cli.demonstration.acts import (
    Act,
    Approves,
    Assigns,
    ClicksLate,
    ClockOn,
    Comments,
    Ends,
    File,
    FillsIn,
    Finds,
    Forges,
    HandsOver,
    Later,
    Nudges,
    Presses,
    Pries,
    Reads,
    Rejects,
    Resubmits,
    Returns,
    Scene,
    Submits,
    Types,
    Withdraws,
)
from workflow.cli.demonstration.grants import GRANTS
from workflow.cli.demonstration.orders import ORDERS

PLATFORMS: Final = (
    "一直播", "花椒", "抖音", "同心e桥", "直播平台五", "直播平台六", "直播平台七", "直播平台八", "短视频平台九", "短视频平台十",
    "社交平台十一", "社交平台十二", "新闻平台十三", "新闻平台十四",
)  # fmt: skip
"""The list 直播平台, whose fourteen rows the bulletin counts."""

# ------------------------------------------------------------------------------------------------ forms

PLAN: Final = "活动方案.pdf"


def activity(title: str, theme: str, days: int, place: str, people: int, budget: str = "") -> dict[str, Any]:
    """The answers of an activity's form."""
    answers = {
        "标题": title, "主题": theme, "时间": Later(days, "09:00"), "地点": place, "预计人数": str(people),
        "方案": File(PLAN, f"{title}：{place}，{people} 人"),
    }  # fmt: skip
    return answers | ({"预算": budget} if budget else {})


def livestream(
    topic: str, days: int, length: str, platforms: tuple[str, ...], guests: tuple[tuple[str, str], ...]
) -> dict[str, Any]:
    """The answers of a live-stream's form."""
    return {
        "选题": topic, "开播": Later(days), "时长": length, "平台": platforms, "脚本": File("脚本.docx", f"{topic}：脚本第一稿"),
        "嘉宾": tuple(
            {"姓名": name, "单位": unit, "承诺书": File(f"承诺书-{name}.pdf", f"{name}（{unit}）承诺遵守直播纪律")}
            for name, unit in guests
        ),
    }  # fmt: skip


TEACHER: Final = ("孟老师", "某中学教师")
VETERAN: Final = ("老郑", "某社区退伍军人")
NURSE: Final = ("小秦", "某医院护士")
DRIVER: Final = ("阿强", "某出租车公司司机")
STUDENT: Final = ("小雪", "某大学学生")

CONTENT: Final = ("许静", "邓小雨", "曹阳")
STAGE: Final = ("丁一", "沈佳", "米娅")
WATCH: Final = (*STAGE, "唐宁", "韩雪")
MOST_BEATS: Final = 90
"""Moments that a broadcast may have, whose watchers say nothing in this play."""


def three_gates(topic: str, guests: int, content: tuple[str, str], course: str = "罗勇") -> tuple[Act, ...]:
    """内容关, 流程关, 嘉宾关: side by side, all of them passed."""
    return (
        Approves(content[0], topic),
        Approves(course, topic),
        Approves("彭慧", topic, prompts=guests),
        Approves(content[1], topic, sees=("已通过",)),
    )


def on_stage(topic: str, pair: tuple[str, str]) -> tuple[Act, ...]:
    """现场关, two hours before the broadcast: two of three who are in charge on the spot. Then it is on the air, and watched."""
    return (
        ClockOn("郭建军", topic, asks=STAGE),
        Approves(pair[0], topic),
        Approves(pair[1], topic),
        ClockOn("郭建军", topic, asks=WATCH),
        Presses(pair[0], topic, button="all clear"),
    )


def looked_back(topic: str, submitter: str, viewers: str) -> tuple[Act, ...]:
    """The broadcast is over when its time is; whoever handed it in says how many watched."""
    return (
        ClockOn(submitter, topic, asks=(submitter,), at_most=MOST_BEATS),
        FillsIn(submitter, topic, answers={"观看人次": viewers, "问题": None, "回放": None}),
        Ends(submitter, topic, state="done"),
    )


# ------------------------------------------------------------------------------------------------ what happens
# fmt: off

CLEANING, SORTING = "爱国卫生月周末卫生大扫除", "垃圾分类我参与，引领文明新时尚"
TOGETHER, LECTURE = "抗疫有我 爱卫同行", "生活垃圾分类管理条例普法讲座"
PARTY_DAY, SUNSHINE, EXPRESS = "党员奉献日", "一米阳光：八送六代", "幸福直通车"
RED, COUNTRY, SCIENCE = "红色传承 走向复兴", "我和祖国共成长", "科普行动 e 起来"
EPIDEMIC, HEART, WASTE = "众志成城战疫情", "我的中国心 我的中国梦", "垃圾分类进万家"
INCIDENT: Final = "直播事故"
LABA, LEI_FENG = "腊八文化", "学雷锋志愿服务"

UNDER_WAY: Final = (
    Scene("申报", "Handed in", (
        Submits("李明", CLEANING, flow="activity", asks=("张伟", "刘洋"), sees=("站初审",),
                answers=activity(CLEANING, "丰富活跃文化生活", 20, "大山子社区广场", 400, "3000")),
        Submits("陈静", SORTING, flow="activity", asks=("杨帆", "艾玛"),
                answers=activity(SORTING, "持续深入移风易俗", 24, "红霞社区主会场", 2000, "20000")),
        Submits("吕梁", RED, flow="livestream", asks=("林国栋",),
                answers=livestream(RED, 30, "1小时30分钟", PLATFORMS, (TEACHER, VETERAN))),
        Submits("苏晴", COUNTRY, flow="livestream", asks=("林国栋",),
                answers=livestream(COUNTRY, 31, "2小时", PLATFORMS, (STUDENT, DRIVER))),
        Submits("袁圆", TOGETHER, flow="activity", asks=("郭建军", "何亨利"), sees=("站初审",),
                answers=activity(TOGETHER, "培育践行主流价值", 22, "春晖园社区", 190)),
    )),
    Scene("初审", "The first reviews", (
        Approves("艾玛", SORTING, asks=("王芳", "戴维"), sees=("approved", "艾玛")),
        Approves("林国栋", RED, asks=(*CONTENT, "罗勇", "葛瑞思", "彭慧")),
    )),
)
"""How `guankou demo` begins, so that whoever comes in finds something under way."""

REST: Final = (
    Scene("一项活动，三级审核", "An activity through its tiers", (
        Types("张伟", text="/inbox", sees=(CLEANING,)),
        Reads("张伟", CLEANING, name=PLAN),
        Pries("陈静", CLEANING),
        Comments("张伟", CLEANING, words="雨天改到室内，请准备预案。"),
        Approves("张伟", CLEANING, twice=True, asks=("王芳", "戴维"), sees=("已通过", "张伟")),
        ClicksLate("刘洋", CLEANING, by="张伟"),
        Forges("刘洋"),
        Approves("戴维", CLEANING, sees=("approved",)),
        Ends("李明", CLEANING, state="done", sees=("DX-", "已办结")),
        Types("李明", text="/mine", sees=(CLEANING, "已办结")),
    )),
    Scene("五百人以上，中心会签", "Five hundred and more: everybody at the top signs", (
        Approves("王芳", SORTING, asks=("赵敏", "钱学文")),
        Nudges("陈静", SORTING),
        Approves("赵敏", SORTING, sees=("已通过",)),
        Approves("钱学文", SORTING),
        Ends("陈静", SORTING, state="done"),
    )),
    Scene("退回、修改、重报", "Returned, amended, handed in again", (
        Submits("黄磊", EXPRESS, flow="activity", asks=("吴迪",), answers=activity(EXPRESS, "丰富活跃文化生活", 25, "银杏里社区", 320)),
        Approves("吴迪", EXPRESS, asks=("王芳",)),
        Returns("王芳", EXPRESS, reason="路线没有写清楚，请补充方案。", sees=("已退回",)),
        Resubmits("黄磊", EXPRESS, changes={"预计人数": "260", "方案": File("活动方案-二稿.pdf", "二稿：补充了路线")}, asks=("吴迪",)),
        Approves("吴迪", EXPRESS, asks=("戴维",)),
        Approves("王芳", EXPRESS),
        Ends("黄磊", EXPRESS, state="done"),
    )),
    Scene("无人可审，管理员指派", "Nobody there may review: an administrator assigns somebody", (
        Assigns("郭建军", TOGETHER, to="张伟", reason="本站唯一的审核员就是申报人，请大山子站代审。", asks=("张伟",)),
        Approves("张伟", TOGETHER, asks=("王芳",)),
        Approves("王芳", TOGETHER),
        Ends("袁圆", TOGETHER, state="done"),
    )),
    Scene("撤回、驳回、转交", "Withdrawn, rejected, handed over", (
        Submits("卢卡斯", LECTURE, flow="activity", asks=("梁爽",), sees=("站初审",),
                answers=activity(LECTURE, "宣传宣讲党的政策", 27, "北河沿站多功能厅", 120)),
        Approves("梁爽", LECTURE, asks=("王芳",)),
        Withdraws("卢卡斯", LECTURE),
        Ends("卢卡斯", LECTURE, state="withdrawn"),
        Submits("徐丽", PARTY_DAY, flow="activity", asks=("马超",), answers=activity(PARTY_DAY, "培育践行主流价值", 21, "东风苑社区", 54)),
        Rejects("马超", PARTY_DAY, reason="与双报到活动重复，并入那一项。", sees=("已驳回",)),
        Ends("徐丽", PARTY_DAY, state="rejected", sees=("并入那一项",)),
        Submits("朱琳", SUNSHINE, flow="activity", asks=("胡斌",), answers=activity(SUNSHINE, "丰富活跃文化生活", 26, "南湖巷社区", 360)),
        HandsOver("胡斌", SUNSHINE, to="董浩", reason="我下周休假。", asks=("董浩",)),
        Approves("董浩", SUNSHINE, asks=("王芳",)),
    )),
    Scene("到期不办：提醒、督办", "Late: reminded, then escalated", (
        ClockOn("孙丽华", SUNSHINE, sees=("督办", SUNSHINE)),
        Approves("王芳", SUNSHINE),
        Ends("朱琳", SUNSHINE, state="done"),
    )),
    Scene("红色直播间：申报", "The live-stream studio: handed in", (
        *(Submits(who, topic, flow="livestream", answers=livestream(topic, days, length, platforms, guests), asks=("林国栋",))
          for who, topic, days, length, platforms, guests in (
            ("吕梁", SCIENCE, 45, "1小时", PLATFORMS[:4], (STUDENT,)),
            ("苏晴", EPIDEMIC, 46, "1小时", PLATFORMS, (NURSE,)),
            ("吕梁", HEART, 47, "2小时30分钟", PLATFORMS, (VETERAN, TEACHER)),
            ("苏晴", WASTE, 48, "1小时", PLATFORMS[:2], (DRIVER,)),
            ("吕梁", LABA, 50, "1小时", PLATFORMS[:4], (TEACHER,)),
            ("苏晴", LEI_FENG, 52, "1小时", PLATFORMS[:4], (NURSE,)),
        )),
    )),
    Scene("选题关", "The first gate: the topic", (
        *(Approves("林国栋", topic, asks=("许静", "彭慧")) for topic in (COUNTRY, SCIENCE, EPIDEMIC, HEART, WASTE)),
        Rejects("林国栋", LABA, reason="与区里的腊八晚会撞期。", fails=("符合计划",), sees=("已驳回",)),
        Ends("吕梁", LABA, state="rejected"),
        Withdraws("苏晴", LEI_FENG),
        Ends("苏晴", LEI_FENG, state="withdrawn"),
    )),
    Scene("内容、流程、嘉宾三关并审", "Three gates side by side", (
        *three_gates(RED, 2, ("许静", "邓小雨")),
        Approves("葛瑞思", COUNTRY, sees=("approved",)),
        Returns("曹阳", COUNTRY, reason="第三段的年份有误，请改脚本。", sees=("已退回",)),
        Resubmits("苏晴", COUNTRY, changes={"脚本": File("脚本-第二稿.docx", "第二稿：更正了年份")}, asks=("林国栋",)),
        Approves("林国栋", COUNTRY, asks=("曹阳",)),
        *three_gates(COUNTRY, 2, ("曹阳", "许静"), "葛瑞思"),
        *three_gates(SCIENCE, 1, ("邓小雨", "曹阳")),
        *three_gates(EPIDEMIC, 1, ("许静", "曹阳")),
        *three_gates(HEART, 2, ("许静", "邓小雨"), "葛瑞思"),
        *three_gates(WASTE, 1, ("邓小雨", "曹阳")),
    )),
    Scene("现场关：开播前两小时", "The last gate: two hours before the broadcast", (
        *on_stage(RED, ("丁一", "沈佳")),
    )),
    Scene("一键停播，两人复播，事故立案", "One press stops it, two set it going again, and an incident is begun", (
        Presses("唐宁", RED, button="stop", sees=("唐宁",)),
        Presses("唐宁", RED, button="go on"),
        Presses("丁一", RED, button="go on", sees=("直播中",)),
        *looked_back(RED, "吕梁", "3700000"),
        Finds("唐宁", INCIDENT, words=("直播事故处置",)),
        FillsIn("唐宁", INCIDENT, answers={"原因": "技术", "经过": "推流软件崩溃，画面卡住，先停后复播。", "影响人次": "300"}),
        Approves("高志远", INCIDENT, asks=("吕梁", "苏晴")),
        FillsIn("吕梁", INCIDENT, answers={"措施": "推流机一律双机热备，播前一小时试推。"}),
        Ends("周文博", INCIDENT, state="done"),
    )),
    Scene("其余各场，平安播完", "The other broadcasts", (
        *on_stage(COUNTRY, ("丁一", "米娅")), *looked_back(COUNTRY, "苏晴", "2100000"),
        *on_stage(SCIENCE, ("沈佳", "米娅")), *looked_back(SCIENCE, "吕梁", "800000"),
        *on_stage(EPIDEMIC, ("丁一", "沈佳")), *looked_back(EPIDEMIC, "苏晴", "5200000"),
        *on_stage(HEART, ("沈佳", "丁一")), *looked_back(HEART, "吕梁", "1600000"),
    )),
    Scene("现场关逾时：取消", "The last gate runs out of time: cancelled", (
        ClockOn("郭建军", WASTE, asks=STAGE),
        Approves("丁一", WASTE),
        ClockOn("苏晴", WASTE, sees=("已取消",)),
        Ends("苏晴", WASTE, state="cancelled"),
        ClicksLate("沈佳", WASTE),
    )),
)
"""All that follows, until every item has come to its end."""

SCRIPT: Final = UNDER_WAY + REST + ORDERS + GRANTS
EXPECTED: Final = {"cancelled": 1, "done": 14, "rejected": 2, "withdrawn": 2}
"""How many items end how."""
# fmt: on
