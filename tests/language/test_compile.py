"""What a flow's text comes to: its steps with every default filled in, its edges, its digest; the same in either language."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import msgspec
import pytest

from tests.flows.house import FLOWS, house
from tests.language.flows import FIRST, HEAD, definition, said, with_steps
from workflow.domain import places
from workflow.domain.definition import Action, Definition, Edge, Rung, Step
from workflow.domain.tree import Duration, Everyone, InOrder, Number
from workflow.language import keys
from workflow.language.compile import compile_flow, digest_of
from workflow.language.edges import stranded
from workflow.lifecycle import Lifecycle
from workflow.steps.kinds.kinds import KINDS

SHIPPED = sorted(path for path in FLOWS.glob("*.yaml") if not path.name.endswith(".test.yaml"))


def shipped(name: str) -> Definition:
    found = compile_flow((FLOWS / f"{name}.yaml").read_bytes(), name, organisation=house())
    assert found.definition is not None, found.findings
    return found.definition


def edge(one: Definition, trigger: str, source: str) -> Edge:
    (found,) = [each for each in one.edges if (each.trigger, each.source) == (trigger, source)]
    return found


# --------------------------------------------------------------------------------------------- the shipped flows


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_flow_is_clean_and_its_machine_builds(path: Path) -> None:
    found = compile_flow(path.read_bytes(), path.stem, organisation=house())
    assert {one.code for one in found.findings} <= {"O461"}
    assert found.definition is not None
    Lifecycle(found.definition)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_trigger_of_a_place_leads_to_one_place(path: Path) -> None:
    ways = [(one.trigger, one.source) for one in shipped(path.stem).edges]
    assert len(ways) == len(set(ways))


def test_the_places_of_the_live_stream() -> None:
    assert list(shipped("livestream").places) == [
        "选题关", "三关并审", "三关并审/内容关", "三关并审/流程关", "三关并审/嘉宾关", "三关并审/嘉宾关/各", "现场关", "直播", "复盘", "回放审", "归档",
    ]  # fmt: skip


# --------------------------------------------------------------------------------------------- values


def test_the_digest_is_of_the_bytes() -> None:
    text = with_steps("甲: { review: 站.审核员 }")
    assert definition(text).digest == hashlib.sha256(text.encode()).hexdigest() == digest_of(text.encode())
    assert digest_of(text + "\n") != digest_of(text)


def test_text_and_bytes_and_twice_give_the_same() -> None:
    text = (FLOWS / "livestream.yaml").read_text("utf-8")
    assert compile_flow(text) == compile_flow(text.encode()) == compile_flow(text)


def test_defaults() -> None:
    one = definition(with_steps("甲: { review: 站.审核员 }\n乙: { all: { 丙: { review: 所.审核员 } } }"))
    review, parallel = one.places["甲"], one.places["乙"]
    assert review.need == Number((0, 0), 1)
    assert review.due == Duration((0, 0), ((3, "wd"),))
    assert (review.remind, review.late, review.reject, review.resume) == (None, "escalate", "end", "again")
    assert (review.back, review.show, review.form, review.tell) == ((places.SUBMITTER,), (), (), ())
    assert (review.when, review.open, review.each, review.where, review.must) == (None,) * 5
    assert (parallel.due, parallel.back, parallel.remind) == (None, (), ())
    assert one.start.via == ("chat", "web", "api")


def test_what_is_written_is_there() -> None:
    one = definition(
        with_steps("""
先: { review: 站.审核员 }
甲:
  check: [所.审核员, 中心.审核员 except 提交人]
  items: [场地, 设备]
  need: in order
  open: 开始日前 2日
  due: 开始日
  remind: [1日, 2日]
  late: { 0日: { tell: 所.协调员 }, 2工作日: reject }
  reject: continue
  back: [提交人, 先]
  resume: here
  show: [标题, 人数]
  form: { 分: int 0..9 }
  must: 分 > 3
  tell: [站群, 提交人]
  help: 看清楚再签
""")
    )
    step = one.places["甲"]
    assert [actor.who.parts for actor in step.who] == [("所", "审核员"), ("中心", "审核员")]
    assert step.who[1].but is not None
    assert isinstance(step.need, InOrder)
    assert step.own == {"items": ("场地", "设备")}
    assert step.remind is not None
    assert len(step.remind) == 2
    assert isinstance(step.late, tuple)
    first, last = step.late
    assert first.actions == (Action("tell", to=first.actions[0].to),)
    assert (last.after.parts, last.then) == (((2, "wd"),), "reject")
    assert (step.reject, step.back, step.resume, step.show) == (
        "continue",
        (places.SUBMITTER, "先"),
        "here",
        ("标题", "人数"),
    )
    assert [field.name for field in step.form] == ["分"]
    assert step.must is not None
    assert [actor.who.parts[0] for actor in step.tell] == ["站群", "提交人"]
    assert step.help == "看清楚再签"
    assert step.line == 15


def test_no_reminders() -> None:
    for written in ("no", "[]"):
        assert definition(with_steps(f"甲: {{ review: 站.审核员, remind: {written} }}")).places["甲"].remind == ()


def test_an_each_is_a_wrapper_and_a_row() -> None:
    one = definition(
        with_steps(
            "先: { review: 站.审核员 }\n"
            "甲: { each: 名单, where: 各.年龄 > 60, when: 人数 > 3, open: 1日, due: 5日, late: cancel, tell: 站群, remind: 2日,"
            " check: 站.审核员, need: all, items: [身份], reject: continue, back: [提交人, 先], resume: here, form: { 备注?: text 1..9 } }"
        )
    )
    wrapper, row = one.places["甲"], one.places["甲/各"]
    assert wrapper.kind == "each"
    assert wrapper.body == (row,)
    for key in ("when", "each", "where", "open", "tell"):
        assert getattr(wrapper, key), key
        assert not getattr(row, key), key
    assert wrapper.due == row.due is not None
    assert (wrapper.late, row.late) == ("cancel", ()), "lateness is the whole's, once"
    assert (wrapper.remind, len(row.remind or ())) == ((), 1), "reminders are the row's: its people owe something"
    assert (wrapper.reject, row.reject) == ("end", "continue")
    assert (wrapper.back, row.back, row.resume) == ((), (places.SUBMITTER, "先"), "here")
    assert isinstance(row.need, Everyone)
    assert row.own == {"items": ("身份",)}
    assert [field.name for field in row.form] == ["备注"]


def test_a_due_that_rests_on_the_row_is_the_rows_alone() -> None:
    text = (
        HEAD.replace("年龄: int 1..120", "入场: datetime")
        + "  甲: { each: 名单, review: 站.审核员, due: 各.入场, late: cancel }\n"
    )
    one = definition(text)
    assert (one.places["甲"].due, one.places["甲"].late) == (None, "escalate")
    assert one.places["甲/各"].due is not None
    assert one.places["甲/各"].late == "cancel"


def test_names_are_settled() -> None:
    one = definition(
        with_steps(
            "甲: { review: 站.审核员, reject: continue }\n"
            "乙: { when: 甲.result == approved and 类别 == 活动 and item.round < 9, review: 所.审核员 }"
        )
    )
    written = msgspec.json.encode(one.places["乙"].when).decode()
    for word in ("结果", "轮次", '"通过"', '"活动"'):
        assert word in written
    for word in ("result", "round", "approved"):
        assert word not in written


# --------------------------------------------------------------------------------------------- in English


ENGLISH = """\
flow: trial
title: Trial
start:
  by: 站.协调员
  via: [chat, web]
  form:
    title: text 2..40
    people: int 1..500
    list: { rows: { name: text 2..20 } }
  must: people > 2
  help: think first
steps:
  first: { check: 站.审核员, items: [place, things], need: all, due: 1wd, late: continue, reject: continue, resume: here }
  both:
    all:
      one: { review: 所.审核员, back: [submitter, first], tell: 站群, form: { score: int 0..9 }, must: score > 2 }
      two: { each: list, review: 中心.审核员, open: 1h, show: [title], remind: no, help: look }
  last: { when: people > 5, steps: { do1: { do: [ { number: { no: A-<0001 per year> } }, { set: { double: people * 2 } } ] } } }
  out: { do: [ { publish: 公众号, text: <title> }, { tell: submitter }, { count: { n: 1 } } ] }
"""
CHINESE = """\
流程: trial
名称: Trial
发起:
  由: 站.协调员
  途径: [聊天, 网页]
  表单:
    title: 文字 2..40
    people: 整数 1..500
    list: { 列表: { name: 文字 2..20 } }
  必须: people > 2
  说明: think first
步骤:
  first: { 关口: 站.审核员, 清单: [place, things], 会签: 全部, 限时: 1工作日, 逾期: 继续, 驳回: 继续, 续办: 原处 }
  both:
    并行:
      one: { 审核: 所.审核员, 退回到: [提交人, first], 抄送: 站群, 表单: { score: 整数 0..9 }, 必须: score > 2 }
      two: { 逐项: list, 审核: 中心.审核员, 开始于: 1小时, 出示: [title], 提醒: 不提醒, 说明: look }
  last: { 条件: people > 5, 依次做: { do1: { 自动: [ { 编号: { no: A-<0001 每年> } }, { 设为: { double: people * 2 } } ] } } }
  out: { 自动: [ { 发布: 公众号, 文字: <title> }, { 抄送: 提交人 }, { 计数: { n: 1 } } ] }
"""


def test_both_languages_give_the_same_flow() -> None:
    assert _bare(definition(ENGLISH)) == _bare(definition(CHINESE))


def _bare(one: Definition) -> object:
    """A definition without what depends on its text: digest, source, spans."""
    plain = msgspec.to_builtins(
        dataclasses.asdict(dataclasses.replace(one, digest="", source="", title="")), str_keys=True
    )

    def stripped(value: object) -> object:
        if isinstance(value, dict):
            return {key: stripped(each) for key, each in value.items() if not str(key).endswith(("span", "spans"))}
        return [stripped(each) for each in value] if isinstance(value, list | tuple) else value

    return stripped(plain)


def test_every_alias_is_one_words_alone() -> None:
    for table in (
        keys.TOP, keys.START, keys.MERGE, keys.WATCH,
        {**keys.WRITTEN_KINDS, **keys.COMMON, **keys.SHARED, **keys.OWN},
        {**keys.ACTIONS, **keys.ACTION_KEYS},
    ):  # fmt: skip
        assert len(set(table.values())) == len(table)
        assert not set(table) & set(table.values())


def test_every_own_key_of_a_kind_has_an_alias() -> None:
    assert {key for kind in KINDS.values() for key in kind.keys} == set(keys.OWN)


# --------------------------------------------------------------------------------------------- edges


NESTED = """
先: { review: 站.审核员 }
并:
  all:
    左:
      steps:
        左一: { review: 站.审核员 }
        左二: { review: 所.审核员, back: [左一, 先, 提交人], resume: here }
    右: { each: 名单, steps: { 右一: { review: 站.审核员 }, 右二: { review: 所.审核员, back: [右一] } } }
后: { review: 中心.审核员, reject: continue, back: [先], resume: here }
"""


def test_one_step_leads_to_the_next_and_the_last_to_the_end() -> None:
    one = definition(with_steps(NESTED))
    assert edge(one, "submit", places.START).target == "先"
    assert edge(one, "approve", "先") == Edge("approve", "先", "并", "approved")
    assert edge(one, "approve", "并").target == "后"
    assert edge(one, "approve", "并/左/左一").target == "并/左/左二"
    for last in ("并/左/左二", "并/左", "并/右", "并/右/各", "并/右/各/右二", "后"):
        assert edge(one, "approve", last).target == places.DONE, last
    assert edge(one, "reject", "先").target == places.REJECTED
    assert edge(one, "reject", "后").target == places.DONE, "reject: continue"
    assert edge(one, "skip", "先").target == "并"
    assert edge(one, "cancel", "并").target == places.CANCELLED


def test_returns_go_from_where_the_target_stands() -> None:
    one = definition(with_steps(NESTED))
    returns = {each for each in one.edges if each.trigger.startswith("return>")}
    assert returns == {
        Edge("return>submitter", "先", places.RETURNED),
        Edge("return>submitter", "并", places.RETURNED),
        Edge("return>并/左/左一", "并/左/左二", "并/左/左一"),
        Edge("return>先", "并", "先"),
        Edge("return>并/右/各/右一", "并/右/各/右二", "并/右/各/右一"),
        Edge("return>先", "后", "先"),
    }


def test_straight_back_to_who_sent_it() -> None:
    one = definition(with_steps(NESTED))
    here = {each for each in one.edges if each.trigger.startswith(("resume>", "resubmit>"))}
    assert here == {
        Edge("resubmit>并", places.RETURNED, "并"),
        Edge("resume>并/左/左二", "并/左/左一", "并/左/左二", "approved"),
        Edge("resume>并", "先", "并", "approved"),
        Edge("resume>后", "先", "后", "approved"),
    }
    assert edge(one, "resubmit", places.RETURNED).target == "先"


def test_the_item_as_a_whole() -> None:
    one = definition(with_steps(NESTED))
    tops = {"先", "并", "后"}
    for trigger, end in (("withdraw", places.WITHDRAWN), ("terminate", places.TERMINATED)):
        found = {each.source for each in one.edges if each.trigger == trigger}
        assert found == {*tops, places.RETURNED, places.SUSPENDED}
        assert {each.target for each in one.edges if each.trigger == trigger} == {end}
    assert {each.source for each in one.edges if each.trigger == "suspend"} == tops
    assert {each.target for each in one.edges if each.trigger.startswith("retry>")} == tops
    assert {each.source for each in one.edges if each.trigger.startswith("retry>")} == {places.SUSPENDED}


def test_no_edge_stands_twice() -> None:
    one = definition(with_steps(NESTED))
    assert len(one.edges) == len(set(one.edges))
    Lifecycle(one)


def test_a_kind_that_forgets_its_ways_would_be_found() -> None:
    one = definition(with_steps("甲: { review: 站.审核员 }\n乙: { review: 所.审核员 }"))
    assert stranded(one.edges, one.places) == (None, None)
    no_way_on = [each for each in one.edges if each.target != "乙"]
    assert stranded(no_way_on, one.places) == ("乙", None)
    no_way_out = [each for each in one.edges if each.source != "乙"]
    assert stranded(no_way_out, one.places) == (None, "乙")


def test_a_ladder_is_a_tuple_of_rungs() -> None:
    step: Step = definition(
        with_steps(
            "甲: { review: 站.审核员, late: { 0日: [ { tell: 所.协调员 }, { count: { 逾期: 1 } } ], 5工作日: 继续 } }"
        )
    ).places["甲"]
    assert isinstance(step.late, tuple)
    assert all(isinstance(rung, Rung) for rung in step.late)
    assert [action.word for action in step.late[0].actions] == ["tell", "count"]
    assert step.late[1].then == "continue"


def test_the_starts_help_is_shown_with_the_flows() -> None:
    text = HEAD.replace("title: 试验", "title: 试验\nhelp: 一").replace(
        "  by: 站.协调员", "  by: 站.协调员\n  help: 二"
    )
    assert definition(text + FIRST).help == "一\n二"
    assert said(HEAD.replace("  by: 站.协调员", "  by: 站.协调员\n  help: []") + FIRST) == [("F303", "[]", None)]
