"""`reopen_on`: after a return that comes straight back, only those look again who reviewed what was changed."""

from __future__ import annotations

from tests.steps.court import Court

FLOW = """
    flow: court
    title: 庭
    start: { by: 站.协调员, form: { 标题: text 2..40, 脚本: text 2..99, 预算: int 0..999, 嘉宾: { rows: { 姓名: text 2..20 } } } }
    steps:
      初审: { review: 站.审核员, reopen_on: 标题 }
      会审:
        all:
          内容关: { review: 所.审核员, reopen_on: 脚本 }
          预算关: { review: 中心.审核员, resume: here, show: [预算] }
          嘉宾关: { each: 嘉宾, review: 所.协调员, reopen_on: 标题 }
      终审: { review: 中心.协调员, resume: here }
"""


def sent_back() -> Court:
    """内容关 and the guests' rows passed; then 预算关 sent it back."""
    one = Court(FLOW)
    one.do(
        "报",
        "submit",
        form={"标题": "清明祭扫", "脚本": "第一稿", "预算": "9", "嘉宾": [{"姓名": "甲嘉"}, {"姓名": "乙嘉"}]},
    )
    one.do("甲", "approve")
    assert one.do("乙", "approve") == ""
    for _ in range(2):
        task = mine(one, "所调")[0]
        assert one.do("所调", "approve", task=task) == ""
    assert one.do("戊", "return", comment="预算高了") == ""
    assert one.place == "returned"
    return one


def mine(one: Court, person: str) -> list[tuple[int, int]]:
    assert one.item is not None
    return [
        (task.no, run.round) for run in one.item.runs.values() for task in run.tasks.values()
        if task.person == person and task.state == "open"
    ]  # fmt: skip


def test_who_reviewed_nothing_that_changed_is_not_asked_again() -> None:
    one = sent_back()
    assert one.do("报", "resubmit", form={"预算": "5"}) == ""
    assert one.place == "会审"
    assert sorted(one.owing) == ["己", "戊"]
    assert one.item is not None
    assert one.item.kept == ("会审/内容关", "会审/嘉宾关/1", "会审/嘉宾关/2")
    assert one.item.results["会审/内容关"].doers == ("乙",), "that vote still counts, and is nobody else's"
    assert one.do("戊", "approve") == ""
    assert one.place == "终审"


def test_who_reviewed_what_changed_is_asked_again_and_nobody_else() -> None:
    one = sent_back()
    assert one.do("报", "resubmit", form={"脚本": "第二稿"}) == ""
    assert sorted(one.owing) == ["丁", "丙", "乙", "己", "戊"]
    assert one.do("戊", "approve") == ""
    assert one.place == "会审"
    assert one.do("丙", "approve") == ""
    assert one.place == "终审"


def test_a_changed_list_is_another_list() -> None:
    one = sent_back()
    assert one.do("报", "resubmit", form={"嘉宾": [{"姓名": "丙嘉"}]}) == ""
    assert sorted(one.owing) == ["己", "戊", "所调"]


def test_a_change_that_concerns_a_step_before_goes_through_all_again() -> None:
    one = sent_back()
    assert one.do("报", "resubmit", form={"标题": "清明节祭扫"}) == ""
    assert (one.place, one.owing) == ("初审", ["甲"])
    assert one.item is not None
    assert one.item.kept == ()
    one.do("甲", "approve")
    assert sorted(one.owing) == ["丁", "丙", "乙", "己", "戊", "所调", "所调"]


def test_what_was_kept_once_is_kept_again_but_for_what_changes_then() -> None:
    one = sent_back()
    one.do("报", "resubmit", form={"预算": "5"})
    assert one.do("己", "return", comment="还是高") == ""
    assert one.do("报", "resubmit", form={"脚本": "第二稿"}) == ""
    assert sorted(one.owing) == ["丁", "丙", "乙", "己", "戊"]
    assert one.do("戊", "return", comment="脚本也不行") == ""
    assert one.do("报", "resubmit", form={"预算": "4"}) == ""
    assert sorted(one.owing) == ["丁", "丙", "乙", "己", "戊"], "nobody has decided about the second script"


def test_what_a_later_return_leaves_behind_lets_nothing_pass() -> None:
    one = sent_back()
    one.do("报", "resubmit", form={"预算": "5"})
    one.do("戊", "approve")
    assert one.do("中调", "return", comment="补充") == ""
    assert one.do("报", "resubmit", form={"标题": "清明节祭扫"}) == ""
    one.do("甲", "approve")
    assert "乙" in one.owing
    assert "所调" in one.owing
