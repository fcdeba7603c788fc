"""One of everything that may be shown: the vocabulary of `workflow.talk.view`, with the words that must be seen of each."""

from __future__ import annotations

from typing import Literal

from workflow.talk.options import PAGE
from workflow.talk.view import (
    Ask,
    Attachment,
    Card,
    Checklist,
    Choice,
    Line,
    Listing,
    Notice,
    Panel,
    Row,
    Style,
    View,
)

TOKEN = "Aa0_-" * 12 + "Zz9_"
"""As long as a token may be."""

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + bytes(range(256)) * 20 + b"\xff\xd9"

CARD = Card(
    "K7M3QX", "爱国卫生月周末卫生大扫除", "待所审核", (("提交人", "李明"), ("时间", "11月28日 14:00")), text="带好手套。",
    choices=(Choice(TOKEN, "通过", "good"), Choice("t2", "退回"), Choice("t3", "驳回", "bad", confirm="确定驳回吗？")),
)  # fmt: skip
DECIDED = Card("K7M3QX", "爱国卫生月周末卫生大扫除", "已通过 · 王芳 · 09:32", mark="good")

CANCEL = Choice("c", "取消", "quiet")
STARS = Ask(
    "stars", "这场活动几颗星？", hint="点选几颗星", choices=(CANCEL,),
    options=tuple(Choice(f"star{n}", "★" * n) for n in range(1, 6)),
)  # fmt: skip
PANEL = Panel(
    "红色传承",
    "直播中",
    (("值班", "吴静"), ("下次报平安", "14:30")),
    Choice("p1", "断播", "danger"),
    (Choice("p2", "正常", "good"),),
)
STOPPED = Panel(
    "红色传承",
    "已停播，未确认 · 吴静 · 14:22",
    (("到", "15:00"), ("看守", "吴静、韩雪"), ("复播", "吴静；还要 1 人")),
    choices=(Choice("p3", "复播"), Choice("p4", "详情", "quiet")),
)
GUESTS = tuple(f"嘉宾{n:02}" for n in range(1, 2 * PAGE))


def checklist(*marks: Literal["", "pass", "fail"]) -> Checklist:
    """A checklist of two lines with these marks."""
    styles: dict[str, Style] = {"pass": "good", "fail": "bad"}
    lines = tuple(
        Line(
            label,
            mark,
            tuple(
                Choice(f"{short}-{word}", f"{short}{said}", styles[word] if word == mark else "plain")
                for word, said in (("pass", "合格"), ("fail", "不合格"))
            ),
        )
        for label, short, mark in zip(("脚本逐句校对", "素材有授权"), ("一", "二"), marks, strict=True)
    )
    return Checklist(CARD, lines)


def guests(page: int) -> Listing:
    """A page of a list that is longer than one."""
    rows = tuple(Row(name, f"第 {n} 位", f"row{n}") for n, name in enumerate(GUESTS, 1))[page * PAGE :][:PAGE]
    turn = Choice("page0", "上一页", "quiet") if page else Choice("page1", "下一页", "quiet")
    return Listing(f"嘉宾 {len(GUESTS)} 位", rows, choices=(turn,))


def picker(page: int) -> Ask:
    """The same as a question of a dialogue."""
    options = tuple(Choice(f"person{n}", name) for n, name in enumerate(GUESTS, 1))[page * PAGE :][:PAGE]
    turn = Choice("page0", "上一页", "quiet") if page else Choice("page1", "下一页", "quiet")
    return Ask("person", "转交给谁？", hint="点选一人，或输入姓名查找", options=options, choices=(turn, CANCEL))


VIEWS: tuple[tuple[View, tuple[str, ...]], ...] = (
    (CARD, ("K7M3QX", "爱国卫生月周末卫生大扫除", "待所审核", "李明", "带好手套。", "通过", "退回", "驳回")),
    (
        Checklist(CARD, (Line("脚本逐句校对", "pass", (Choice("m1", "合格", "good"),)), Line("素材有授权", "", (Choice("m2", "合格", "good"),)))),
        ("K7M3QX", "脚本逐句校对", "素材有授权", "合格", "通过"),
    ),
    (
        Ask("one", "主题", hint="只选一个", problem="请从下面选。", options=(Choice("o1", "党的政策"), Choice("o2", "主流价值")), choices=(Choice("o3", "取消"),)),
        ("主题", "只选一个", "请从下面选。", "党的政策", "主流价值", "取消"),
    ),
    (Ask("text", "为什么退回？"), ("为什么退回？",)),
    (Ask("text", "地点", hint="2 到 40 个字", step=(2, 5), choices=(Choice("b", "返回"), CANCEL)), ("地点", "2 到 40 个字", "返回", "取消")),
    *((Ask(kind, f"问 {kind}", hint="怎样答", optional=True, choices=(Choice("s", "跳过"), CANCEL)), (f"问 {kind}", "怎样答", "跳过", "取消"))
      for kind in ("number", "money", "date", "datetime", "duration", "phone", "url")),
    (Ask("bool", "要场地吗？", options=(Choice("y", "是"), Choice("n", "否"))), ("要场地吗？", "是", "否")),
    (Ask("many", "平台", options=(Choice("o1", "抖音"), Choice("o2", "花椒")), chosen=("花椒",), choices=(Choice("d", "完成", "good"),)), ("平台", "抖音", "花椒", "完成")),
    (STARS, ("这场活动几颗星？", "点选几颗星", "取消")),
    (Ask("location", "您在哪里？", hint="发送位置，或写纬度和经度", choices=(CANCEL,)), ("您在哪里？", "发送位置，或写纬度和经度", "取消")),
    (Ask("photo", "现场照片", hint="1 到 9 张照片", value="一.jpg", choices=(Choice("d", "完成", "good"), CANCEL)), ("现场照片", "1 到 9 张照片", "一.jpg", "完成")),
    (Ask("file", "方案", hint="发送一个文件（pdf）", choices=(CANCEL,)), ("方案", "发送一个文件（pdf）", "取消")),
    (Ask("unit", "为哪个单位提交？", options=(Choice("u1", "大山子站"), Choice("u2", "红霞站"))), ("为哪个单位提交？", "大山子站", "红霞站")),
    (picker(0), ("转交给谁？", *GUESTS[:PAGE], "下一页", "取消")),
    (Ask("rows", "名单", value="1. 重阳", choices=(Choice("a", "加一行"), Choice("d", "完成", "good"))), ("名单", "1. 重阳", "加一行", "完成")),
    (guests(0), (f"嘉宾 {len(GUESTS)} 位", *GUESTS[:PAGE], "下一页")),
    (Card("K7M3QX", "有附件", files=(Attachment("f1", "方案.pdf", "application/pdf", 1234, "f1-token"),), choices=(Choice("t", "通过", "good"),)), ("方案.pdf", "通过")),
    (Listing("需要您处理的", (Row("大扫除", "K7M3QX", "r1"), Row("直播", "H3QX8T", "r2"))), ("需要您处理的", "大扫除", "K7M3QX", "直播")),
    (Listing("需要您处理的", empty="没有需要您处理的。"), ("没有需要您处理的。",)),
    (Notice("已退回给孙悦。", (Choice("n1", "知道了"),)), ("已退回给孙悦。", "知道了")),
    (PANEL, ("红色传承", "直播中", "吴静", "14:30", "断播", "正常")),
    (STOPPED, ("红色传承", "已停播，未确认 · 吴静 · 14:22", "15:00", "吴静、韩雪", "还要 1 人", "复播", "详情")),
)  # fmt: skip
