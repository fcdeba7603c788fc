"""Money, lists and reports in a flow's text: what is refused and where, what is bounded, both spellings, the words of the rule and the picture."""

from __future__ import annotations

import pytest

from tests.language.flows import definition, said, with_steps
from workflow.language.compile import compile_flow
from workflow.language.graph.inscribe import Inscriber
from workflow.language.prose import prose
from workflow.language.writing.formatting import formatted

GOOD = """
甲: { review: 站.审核员, form: { 数额: money 0..5000, 时长: duration <= 8小时, 多少: int 0.. } }
办:
  do:
    - { hold: 资金, amount: 甲.数额 + 50, from: 中心.活动经费 }
    - { pay: 公益币, amount: 10 * 甲.时长 / 1小时, from: 朝阳中心.公益币池, to: 甲.办理人 }
    - { pay: 资金, amount: min(甲.多少、100), from: 基金池, to: 站 }
    - { pay: 资金, amount: 甲.多少, from: 基金池, to: 负责人, cap: 500.50 每季度 }
    - { set: { 每份: 甲.数额 / 2 } }
    - { pay: 资金, amount: 每份, from: 基金池, to: 本件.单位 }
    - { add: 直播平台, with: { 名称: 标题, 类别: 直播 } }
    - { report: { 场次: 场次, 人均: 人次 / 场次 }, per: 所, last: 上季度, to: [中心.协调员, 站群], text: <标题> }
逐项: { each: 名单, do: { pay: 资金, amount: 各.年龄, from: 基金池, to: 提交人 } }
"""


def test_nothing_is_wrong_with_what_is_right() -> None:
    assert said(with_steps(GOOD)) == []


@pytest.mark.parametrize(
    ("deed", "found"),
    [
        ("hold: 资金, amount: 5", [("F302", "hold", None)]),
        ("hold: 资金, amount: 5, from: 池, cap: 3 每日", [("F355", "cap", None)]),
        ("pay: 资金, amount: 5, from: 池", [("F302", "pay", None)]),
        ("pay: 资金, amount: 类别, from: 池, to: 提交人", [("F390", "类别", None)]),
        ("pay: 资金, amount: 开始日 - 现在, from: 池, to: 提交人", [("F390", "开始日 - 现在", None)]),
        ("pay: 资金, amount: 预算, from: 池, to: 提交人", [("G210", "预算", None)]),
        ("pay: 资金, amount: 5, from: 池, to: 人数", [("F391", "人数", None)]),
        ("pay: 资金, amount: 5, from: 池, to: 甲", [("F391", "甲", None)]),
        ("pay: 资金, amount: 5, from: 池, to: 名单", [("F391", "名单", None)]),
        ("pay: 资金, amount: 5, from: 池, to: 各站.协调员", [("F391", "各站.协调员", None)]),
        ("pay: 资金, amount: 5, from: 池, to: 群众", [("F391", "群众", None)]),
        ("pay: 资金, amount: 5, from: 池, to: 负责任", [("F391", "负责任", "负责人")]),
        ("pay: 资金, amount: 5, from: 甲.办里人, to: 提交人", [("G210", "办里人", "办理人")]),
        ("pay: 资金, amount: 5, from: 中新.池, to: 提交人", [("O451", "中新", "中心")]),
        ("pay: 资金, amount: 5, from: 池, to: 提交人, cap: 80", [("G211", "", None)]),
        ("pay: 资金, amount: 甲.无限, from: 池, to: 提交人", [("F392", "甲.无限", None)]),
        ("pay: 资金, amount: sum(名单.年龄), from: 池, to: 提交人", [("F392", "sum(名单.年龄)", None)]),
        ("pay: 资金, amount: max(甲.无限、3), from: 池, to: 提交人", [("F392", "max(甲.无限、3)", None)]),
        (
            "pay: 资金, amount: 1 if 人数 > 3 else 甲.无限, from: 池, to: 提交人",
            [("F392", "1 if 人数 > 3 else 甲.无限", None)],
        ),
        ("add: 直播平合, with: { 名称: 类别 }", [("O455", "直播平合", "直播平台")]),
        ("add: 直播平台", [("F302", "add", None)]),
        ("add: 直播平台, with: { 名称: 类别 }", [("F302", "with", None)]),
        ("add: 直播平台, with: { 名称: 类别, 类别: 直搏 }", [("G210", "直搏", "直播")]),
        ("add: 直播平台, with: { 名称: 类别, 类列: 直播 }", [("F393", "类列", "类别")]),
        ("add: 直播平台, with: { 名称: 人数, 类别: 直播 }", [("F394", "人数", None)]),
        ("report: { 场次: 场次 }", [("F302", "report", None)]),
        ("report: { 很多: 场次 > 3 }, to: 提交人", [("F395", "场次 > 3", None)]),
        ("report: { 场次: 场次 }, last: 10, to: 提交人", [("F396", "10", None)]),
        ("report: { 场次: 场次 }, last: 3工作日, to: 提交人", [("F396", "3工作日", None)]),
        ("report: { 场次: 场次 }, per: 县, to: 提交人", [("O451", "县", None)]),
        ("report: { 场次: 甲.场次 }, to: 提交人", [("G210", "场次", None)]),
    ],
)
def test_what_is_wrong_and_where(deed: str, found: list[tuple[str, str, str | None]]) -> None:
    text = with_steps(f"甲: {{ review: 站.审核员, form: {{ 无限: money }} }}\n乙: {{ do: {{ {deed} }} }}")
    assert [one[:2] for one in said(text)] == [one[:2] for one in found]
    for one, expected in zip(said(text), found, strict=True):
        if expected[2] is not None:
            assert one[2] == expected[2]


def test_without_an_organisation_names_pass() -> None:
    assert said(with_steps(GOOD), checked=False) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_spellings_mean_the_same(language: str) -> None:
    flow = with_steps(GOOD)
    written = formatted(flow, language).text  # type: ignore[arg-type]
    assert written is not None
    assert ("支付:" in written) == (language == "zh")
    assert ("500.50 每季度" in written) == (language == "zh")
    assert ("last quarter" in written) == (language == "en")
    again = compile_flow(written, "trial")
    assert again.definition is not None, again.findings
    assert formatted(written, language).text == written  # type: ignore[arg-type]


def test_the_rule_and_the_picture_say_it_all() -> None:
    flow = definition(with_steps(GOOD))
    zh, en = prose(flow, "zh"), prose(flow, "en")
    for word in (
        "冻结",
        "“中心”的账户“活动经费”",
        "“朝阳中心”的账户“公益币池”",
        "500.50",
        "每季度",
        "直播平台",
        "上季度",
        "每个所一行",
    ):
        assert word in zh, word
    for word in (
        "hold",
        "the account “活动经费” of the 中心",
        "500.50",
        "each quarter",
        "the quarter before",
        "one line for each 所",
    ):
        assert word in en, word
    lines = "\n".join(Inscriber("zh").lines(flow.places["办"]))
    for word in ("冻结 资金", "支付 公益币", "加入 直播平台", "报送 场次、人均"):
        assert word in lines, word
