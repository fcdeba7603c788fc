"""One table of words: nothing has two meanings in one place, the page prints it, and a flow means the same in either language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.flows.house import FLOWS
from tests.language.flows import with_steps
from workflow.grammars import words
from workflow.grammars.respell import Language, same
from workflow.language import keys
from workflow.language.compile import compile_flow
from workflow.language.writing.formatting import formatted

PAGE = (Path(__file__).parents[2] / "docs/language.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
ALL_OF_IT = BLOCKS[0] + "".join(
    f"  {line}\n" for block in BLOCKS[1:] if not block.startswith("- case:") for line in block.splitlines()
)
RICH = with_steps(
    """\
甲: { review: [站.审核员, 所.审核员 except 负责人], need: 2 if 人数 > 5 else all, remind: no, form: { 分: int 0..9, 谁?: person 各站.协调员 } }
乙: { each: 名单, where: 各.年龄 >= 60, check: 负责人, items: [一, 二], back: [submitter, 甲], resume: here, reject: continue }
丙: { when: "count(has(乙.一) and 乙.一 == 通过) > 0 and not 甲.超时 and (类别 in (活动、讲座) or has(预算))", review: 所.审核员, due: 开始日前 2工作日 }
丁: { when: year(开始日) > 年 and 甲.result != late, check: 所.审核员, items: [场地], open: 3d before 开始日, due: 2wd1wh, remind: [1工作日, 2日] }
戊:
  when: has(丁.场地) and 丁.场地 == 通过
  do: [ { number: { 文号: "<年>-<0001 每季度>" } }, { publish: 公众号, text: <文号>：<人数 if 人数 > 5 else 6> } ]
己: { due: 5工作日, late: { 0日: { tell: 甲.doer, text: <标题> }, 1周: cancel }, steps: { 庚: { review: 中心.审核员, must: 好, form: { 好: bool } } } }
"""
)
TEXTS = {
    "activity": (FLOWS / "activity.yaml").read_text("utf-8"),
    "livestream": (FLOWS / "livestream.yaml").read_text("utf-8"),
    "fair": ALL_OF_IT,
    "trial": RICH,
}
TABLES = {name: table for name, table in vars(words).items() if isinstance(table, Mapping) and name.isupper()}


@pytest.mark.parametrize("name", TABLES)
def test_a_spelling_stands_for_one_word(name: str) -> None:
    spelt = [spelling for alias in TABLES[name].values() for spelling in alias.split(" ")]
    if name != "REMIND":  # `no` and `none` are one
        assert len(spelt) == len(set(spelt))
    assert not any(spelling.isascii() for spelling in spelt)
    assert all(word.isascii() for word in TABLES[name])


def test_every_key_has_its_spelling_from_the_table() -> None:
    held = [
        keys.TOP, keys.START, keys.COMMON, keys.SHARED, keys.OWN, keys.ACTIONS, keys.ACTION_KEYS, keys.MERGE,
    ]  # fmt: skip
    for table in held:
        assert table == {key: {**words.KEYS, "run": words.KINDS["run"]}[key] for key in table}
    assert {key for table in held for key in table} - {"run"} == set(words.KEYS)
    assert keys.WRITTEN_KINDS == words.KINDS


def test_the_page_prints_the_table() -> None:
    _, _, after = PAGE.partition("## Words · 词")
    table = after.partition("## Defaults")[0]
    listed = [
        dict(re.findall(r"`([\w ]+)` ([^·|]+?) (?=[·|])", line)) for line in table.splitlines() if line.startswith("| ")
    ]
    assert listed[1:] == [
        dict(one)
        for one in (
            words.KINDS, words.TYPES, words.FORMS, words.REJECT, words.LATE, words.RESUME, words.VIA, words.TAKE, words.YES, words.REMIND,
            words.NEED, words.OPERATORS, words.FUNCTIONS, words.SELVES, words.UNITS, words.PERIODS, words.RESULTS, words.MARKS,
            words.EXPORTS,
        )
    ]  # fmt: skip


def translated(text: str, language: Language) -> str:
    found = formatted(text, language)
    assert found.text is not None, found.findings
    assert not found.kept
    return found.text


@pytest.mark.parametrize("name", TEXTS)
def test_a_flow_means_the_same_in_either_language(name: str) -> None:
    text = TEXTS[name]
    definition = compile_flow(text, name).definition
    assert definition is not None
    zh, en = translated(text, "zh"), translated(text, "en")
    for other in (zh, en, translated(zh, "en"), translated(en, "zh")):
        compiled = compile_flow(other, name).definition
        assert compiled is not None
        assert same(compiled, definition)
        assert compiled.digest != definition.digest or other == text
    assert translated(en, "zh") == zh
    assert translated(zh, "en") == en


def test_in_chinese_no_english_word_is_left_and_in_english_no_chinese_one() -> None:
    spelt = {word for table in TABLES.values() for word in table}
    own = {"flow", "trial", "text"}
    zh = re.sub(r"[a-z]+: trial", "", translated(RICH, "zh"))
    assert set(re.findall(r"(?<![\w.])[a-z_]+(?!\w)", zh)) & spelt - own == set()
    en = translated(RICH, "en")
    names = set(
        re.findall(
            r"\w+",
            "标题 类别 活动 讲座 开始日 人数 负责人 预算 名单 姓名 年龄 甲 乙 丙 丁 戊 己 庚 分 谁 一 二 场地 文号 好",
        )
    )
    left = {word for word in re.findall(r"[^\W\d_a-z]+", en) if word not in names}
    assert left <= {"试验", "站", "所", "中心", "审核员", "协调员", "公众号"}


def test_the_words_of_the_other_order() -> None:
    en = translated(RICH, "en")
    assert "due: 2wd before 开始日" in en
    assert "open: 3d before 开始日" in en
    assert "<year>-<0001 per quarter>" in en
    assert "need: 2 if 人数 > 5 else all" in en
    assert "person every 站.协调员" in en
    assert "丁.场地 == pass" in en
    assert "乙.一 == pass) > 0" in en
    zh = translated(RICH, "zh")
    assert "会签: 2 若 人数 > 5 否则 全部" in zh
    assert "开始于: 开始日前 3日" in zh
    assert "抄送: 甲.办理人" in zh
    assert "甲.结果 != 逾期" in zh


def test_a_column_of_the_row_is_set_in_either_language() -> None:
    steps = "甲: { each: 名单, do: { set: { 各.总分: 各.年龄 + 1, 全部: 1 } } }\n乙: { rank: 甲, score: 各.总分 }"
    zh, en = translated(with_steps(steps), "zh"), translated(with_steps(steps), "en")
    assert "{ row.总分: row.年龄 + 1, 全部: 1 }" in en
    assert "{ 各.总分: 各.年龄 + 1, 全部: 1 }" in zh
    assert translated(en, "zh") == zh
    assert same(compile_flow(en).definition, compile_flow(zh).definition)


def test_names_of_authors_are_no_words() -> None:
    text = with_steps(
        "review: { review: 站.审核员, form: { text: text, due?: date } }\nwhen: { review: 所.审核员, when: has(review.due) }"
    )
    zh = translated(text, "zh")
    assert "  review: { 审核: 站.审核员, 表单: { text: 文字, due?: 日期 } }" in zh
    assert "  when: { 审核: 所.审核员, 条件: 有(review.due) }" in zh


def test_a_choice_that_looks_like_a_word_is_left_alone() -> None:
    text = with_steps(
        "甲: { review: 站.审核员, form: { 时段: [1日, 通过, late] } }\n乙: { review: 所.审核员, when: 甲.时段 == “1日” or 甲.时段 in (通过、late) }"
    )
    assert "[1日, 通过, late]" in translated(text, "en")
    assert "甲.时段 in (通过、late)" in translated(text, "en")
    assert "甲.时段 属于 (通过、late)" in translated(text, "zh")
