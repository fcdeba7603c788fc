"""Cards, checklists, panels and notices as they are sent."""

from __future__ import annotations

from msgspec.structs import replace

from adapters.telegram.render import rendered
from tests.telegram.render.strict import drawn, labels, tokens
from workflow.talk.view import Attachment, Card, Checklist, Choice, Document, Line, Notice, Panel, View

LINK = "https://review.example.org/item/K7M3QX"


def zh(view: View, attempt: int = 1) -> str:
    return drawn(rendered(view, language="zh", private=True, attempt=attempt))


def en(view: View, attempt: int = 1) -> str:
    return drawn(rendered(view, language="en", private=True, attempt=attempt))


def quiet(*some: str) -> tuple[Choice, ...]:
    return tuple(Choice(f"q-{one}", one, "quiet") for one in some)


PROMPT = Card(
    "K7M3QX", "清明祭扫直播", "站初审 · 第 1 步，共 4 步", (("提交人", "李明（城东所）"), ("嘉宾", "王芳\n赵磊")),
    text="请核对脚本。", files=(Attachment("f1", "脚本<终稿>.pdf", "application/pdf", 1_420_000), Attachment("f2", "说明.txt", "text/plain", 820)), link=LINK,
    choices=(Choice("a", "通过", "good"), Choice("b", "退回"), Choice("c", "驳回", "bad"), *quiet("意见", "转交", "详情")),
)  # fmt: skip


def test_a_prompt() -> None:
    assert zh(PROMPT) == (
        "<b>K7M3QX 清明祭扫直播</b>\n"
        "站初审 · 第 1 步，共 4 步\n"
        "\n"
        "提交人：李明（城东所）\n"
        "嘉宾：\n"
        "王芳\n"
        "赵磊\n"
        "\n"
        "<blockquote>请核对脚本。</blockquote>\n"
        "\n"
        "📎 脚本&lt;终稿&gt;.pdf · 1.4 MB\n"
        "📎 说明.txt · 820 B\n"
        "🔗 https://review.example.org/item/K7M3QX\n"
        "[通过]+ [退回] [驳回]!\n"
        "[意见] [转交] [详情]"
    )


def test_a_prompt_in_english() -> None:
    card = Card(
        "K7M3QX", "Livestream", "First review · step 1 of 4", (("Submitted by", "Li Ming"),),
        choices=(Choice("a", "Approve", "good"), Choice("b", "Return"), Choice("c", "Reject", "bad"), *quiet("Comment", "Hand over", "Details")),
    )  # fmt: skip
    assert en(card, attempt=3) == (
        "<i>[resent #2]</i>\n"
        "<b>K7M3QX Livestream</b>\n"
        "First review · step 1 of 4\n"
        "\n"
        "Submitted by: Li Ming\n"
        "[Approve]+ [Return] [Reject]!\n"
        "[Comment] [Hand over] [Details]"
    )


def test_a_resend_says_so_first() -> None:
    assert zh(PROMPT, attempt=2).startswith("<i>〔重发 #1〕</i>\n<b>K7M3QX")


def test_what_became_of_it() -> None:
    decided = Card("K7M3QX", "清明祭扫直播", "已通过 · 王芳 · 09:32", link=LINK, mark="good")
    assert zh(decided) == f"<b>K7M3QX 清明祭扫直播</b>\n✅ 已通过 · 王芳 · 09:32\n\n🔗 {LINK}"
    assert "\n❌ " in zh(replace(decided, mark="bad"))
    assert "\n☑️ " in zh(replace(decided, mark="quiet"))
    assert rendered(decided, language="zh", private=True).markup is None


def test_what_is_dangerous_stands_alone() -> None:
    card = Card("K7M3QX", "直播", choices=(Choice("n", "催办"), Choice("w", "撤回", "danger"), *quiet("意见", "经过")))
    assert zh(card) == "<b>K7M3QX 直播</b>\n[催办]\n[撤回]!\n[意见] [经过]"


def test_long_words_are_folded() -> None:
    assert "<blockquote expandable>" in zh(replace(PROMPT, text="宽" * 400))
    assert "<blockquote expandable>" in zh(replace(PROMPT, text="一行\n" * 10))
    assert "<blockquote>" in zh(replace(PROMPT, text="宽" * 300))


def test_files_are_handed_out_by_name_while_they_are_few() -> None:
    few = tuple(Attachment(f"f{n}", f"{n}.pdf", "application/pdf", 1000, token=f"t{n}") for n in range(1, 4))
    shown = rendered(Card("K7M3QX", "直播", files=few), language="zh", private=True)
    assert labels(shown) == [["📎 1.pdf", "📎 2.pdf", "📎 3.pdf"]]
    many = tuple(Attachment(f"f{n}", f"{n}.pdf", "application/pdf", 1000, token=f"t{n}") for n in range(1, 10))
    shown = rendered(Card("K7M3QX", "直播", files=many), language="zh", private=True)
    assert "📎 9. 9.pdf · 1 kB" in shown.text
    assert labels(shown) == [["📎 1", "📎 2", "📎 3"], ["📎 4", "📎 5", "📎 6"], ["📎 7", "📎 8", "📎 9"]]
    assert tokens(shown) == [f"t{n}" for n in range(1, 10)]


def marks(n: int, mark: str = "") -> tuple[Choice, ...]:
    styles = {"pass": "good", "fail": "bad", "na": "quiet"}
    labels = {"pass": "通过", "fail": "不通过", "na": "不适用"}
    return tuple(
        Choice(f"{n}-{one}", label, styles[one] if one == mark else "plain")  # type: ignore[arg-type]
        for one, label in labels.items()
    )


def test_a_checklist_is_ticked_in_place() -> None:
    view = Checklist(
        replace(PROMPT, files=(), facts=(), text="", choices=(Choice("a", "通过", "good"), *quiet("详情"))),
        (
            Line("脚本逐句校对", "pass", marks(1, "pass")), Line("素材有授权", "fail", marks(2, "fail")),
            Line("嘉宾已报备", "na", marks(3, "na")), Line("应急预案", "", marks(4)),
        ),
    )  # fmt: skip
    assert zh(view) == (
        "<b>K7M3QX 清明祭扫直播</b>\n"
        "站初审 · 第 1 步，共 4 步\n"
        "\n"
        "☑ 1. 脚本逐句校对\n"
        "☒ 2. 素材有授权\n"
        "⊘ 3. 嘉宾已报备\n"
        "☐ 4. 应急预案\n"
        "\n"
        f"🔗 {LINK}\n"
        "[☑ 1 通过]+ [1 不通过] [1 不适用]\n"
        "[2 通过] [☒ 2 不通过]! [2 不适用]\n"
        "[3 通过] [3 不通过] [⊘ 3 不适用]\n"
        "[4 通过] [4 不通过] [4 不适用]\n"
        "[通过]+\n"
        "[详情]"
    )


def test_a_checklist_too_long_for_one_keyboard_offers_what_is_not_marked_yet() -> None:
    lines = tuple(Line(f"第 {n} 项", "pass" if n <= 20 else "", marks(n)) for n in range(1, 61))
    shown = rendered(Checklist(PROMPT, lines), language="zh", private=True)
    rows = labels(shown)
    assert rows[0][0] == "21 通过"
    assert sum(map(len, rows)) <= 100
    assert {"a", "b", "c"} <= set(tokens(shown)), "the decision is always there"
    assert "☐ 60. 第 60 项" in shown.text


def test_a_panel_has_its_stop_above_all() -> None:
    view = Panel(
        "红色传承", "直播中 · 已 42 分钟", (("平安回报", "15:30 前"),),
        Choice("s", "断播", "danger"), (Choice("o", "平安"), Choice("e", "延长")),
    )  # fmt: skip
    assert zh(view) == "<b>红色传承</b>\n直播中 · 已 42 分钟\n\n平安回报：15:30 前\n[⛔ 断播]!\n[平安] [延长]"
    assert en(replace(view, stop=None, choices=())) == "<b>红色传承</b>\n直播中 · 已 42 分钟\n\n平安回报: 15:30 前"


def test_a_notice() -> None:
    assert zh(Notice("K7M3QX 已退回。")) == "K7M3QX 已退回。"
    assert en(Notice("Open it.", (Choice("t", "Open", "good"),)), attempt=2) == (
        "<i>[resent #1]</i>\nOpen it.\n[Open]+"
    )


def test_nothing_to_see_is_still_a_message() -> None:
    for empty in ("", " \n ", "\u200d", "\u2800", "\u3164"):
        assert zh(Notice(empty)) == "—"


def test_a_file_says_what_it_belongs_to() -> None:
    file = Attachment("f", "脚本.pdf", "application/pdf", 100)
    assert zh(Document(file, "K7M3QX《直播》")) == "K7M3QX《直播》"
    assert zh(Document(file)) == "脚本.pdf"
    assert len(rendered(Document(file, "宽" * 2000), language="zh", private=True).text) == 1024
