"""`hold` and `pay`: what is set aside, paid, capped, given back; nothing is ever made or lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.steps.court import Court
from workflow.domain import ledger
from workflow.domain.effect import Number
from workflow.domain.event import Event

HEAD = """
    flow: court
    title: 庭
    start: { by: 站.协调员, form: { 标题: text 2..40, 数额?: money 0..5000 } }
    steps:
"""
POOL = ledger.balance("公益币", "中心一.公益币池")
HOLD = (
    HEAD
    + """
      冻结: { do: { hold: 公益币, amount: 50, from: 中心.公益币池 } }
      初审: { review: 站.审核员 }
      支付: { do: [ { pay: 公益币, amount: 20, from: 中心.公益币池, to: 提交人 }, { count: { 笔数: 1 } } ] }
      终审: { review: 所.审核员 }
"""
)


def court(text: str, **balances: int) -> Court:
    made = Court(text)
    made.counters = {(name, ""): fen for name, fen in balances.items()}
    return made


def rich(text: str, fen: int = 100_00) -> Court:
    return court(text, **{POOL: fen})


def money(one: Court) -> dict[str, int]:
    """What every account has, and what is held of it; nothing of what has nothing."""
    return {name: fen for (name, _), fen in one.counters.items() if ledger.parts(name) is not None and fen}


def test_what_is_held_is_no_longer_there_and_paid_out_of_first() -> None:
    one = rich(HOLD)
    assert one.submit() == ""
    assert money(one) == {POOL: 50_00, ledger.held("公益币", "中心一.公益币池"): 50_00}
    assert one.do("甲", "approve") == ""
    assert money(one) == {
        POOL: 50_00,
        ledger.held("公益币", "中心一.公益币池"): 30_00,
        ledger.balance("公益币", "报"): 20_00,
    }
    assert one.item is not None
    assert one.item.paid == {"支付#1": 20_00}


@pytest.mark.parametrize("end", ["done", "rejected", "withdrawn", "terminated"])
def test_what_is_held_is_given_back_however_the_item_ends(end: str) -> None:
    one = rich(HOLD)
    one.submit()
    match end:
        case "done":
            one.do("甲", "approve")
            one.do("乙", "approve")
        case "rejected":
            one.do("甲", "reject", comment="不")
        case "withdrawn":
            one.do("报", "withdraw")
        case "terminated":
            one.do("管", "terminate", comment="停")
    assert one.place == end
    paid = {ledger.balance("公益币", "报"): 20_00} if end == "done" else {}
    assert money(one) == {POOL: 100_00 - sum(paid.values()), **paid}
    assert one.item is not None
    assert not one.item.holds


def test_what_is_held_is_given_back_when_lateness_cancels() -> None:
    one = rich(HOLD.replace("{ review: 站.审核员 }", "{ review: 站.审核员, due: 1日, late: cancel }"))
    one.submit()
    one.until(one.now + timedelta(days=2))
    assert one.place == "cancelled"
    assert money(one) == {POOL: 100_00}


def test_a_hold_that_cannot_be_had_is_a_rejection_that_names_what_was_short() -> None:
    one = rich(HOLD, 49_99)
    assert one.submit() == ""
    assert one.place == "rejected"
    assert money(one) == {POOL: 49_99}
    assert one.facts("lacked") == [
        {
            "fact": "lacked",
            "currency": "公益币",
            "account": "中心一.公益币池",
            "asked": 50_00,
            "there": 49_99,
            "deed": "冻结#1",
        }
    ]
    assert one.item is not None
    assert one.item.results["冻结"].reason == "short"


def test_a_do_is_done_whole_or_not_at_all() -> None:
    text = (
        HEAD
        + """
      办: { do: [ { count: { 场次: 1 } }, { number: { 文号: <0001> } }, { hold: 公益币, amount: 50, from: 中心.公益币池 } ] }
"""
    )
    one = rich(text, 10_00)
    assert one.submit() == ""
    assert (one.place, one.facts("counted"), one.facts("named"), money(one)) == ("rejected", [], [], {POOL: 10_00})
    assert one.counters["court/文号", ""] == 0


def test_a_payment_without_cover_waits_for_the_administrator_and_is_made_once_there_is_some() -> None:
    one = rich(
        HEAD
        + """
      支付: { do: [ { count: { 笔数: 1 } }, { pay: 公益币, amount: 20, from: 中心.公益币池, to: 提交人 } ] }
""",
        19_99,
    )
    assert one.submit() == ""
    assert one.item is not None
    assert one.item.pause is not None
    assert one.item.pause.reason == "uncovered"
    assert "19.99" in one.item.pause.detail[0]
    assert money(one) == {POOL: 19_99}
    one.counters[POOL, ""] += 1
    assert one.do("管", "retry", comment="补足了") == ""
    assert one.place == "done"
    assert money(one) == {ledger.balance("公益币", "报"): 20_00}
    assert len(one.facts("counted")) == 1


def test_after_a_return_a_deed_holds_anew_and_pays_only_what_is_lacking() -> None:
    one = rich(
        HEAD
        + """
      冻结: { do: { hold: 公益币, amount: 数额 if has(数额) else 50, from: 中心.公益币池 } }
      支付: { do: { pay: 公益币, amount: 20, from: 中心.公益币池, to: 提交人 } }
      终审: { review: 所.审核员 }
"""
    )
    one.submit()
    one.do("乙", "return", comment="改")
    assert money(one)[ledger.held("公益币", "中心一.公益币池")] == 30_00
    one.do("报", "resubmit", form={"数额": "10"})
    assert money(one) == {
        POOL: 70_00, ledger.held("公益币", "中心一.公益币池"): 10_00, ledger.balance("公益币", "报"): 20_00,
    }  # fmt: skip
    one.do("丙", "approve")
    assert money(one) == {POOL: 80_00, ledger.balance("公益币", "报"): 20_00}


def test_a_cap_pays_what_is_left_under_it_and_says_so() -> None:
    text = HEAD + "\n      支付: { do: { pay: 公益币, amount: 数额, from: 中心.公益币池, to: 提交人, cap: 80 每日 } }\n"
    text = text.replace("数额?:", "数额:")
    one = rich(text, 1000_00)
    for amount, paid in (("50", 50_00), ("50", 30_00), ("5", 0)):
        one.item, before = None, one.counters.get((ledger.balance("公益币", "报"), ""), 0)
        one.events.clear()
        assert one.submit(数额=amount) == ""
        assert one.place == "done"
        assert one.counters[ledger.balance("公益币", "报"), ""] - before == paid
    assert one.facts("paid") == [
        {
            "fact": "paid",
            "currency": "公益币",
            "source": "中心一.公益币池",
            "target": "报",
            "amount": 0,
            "deed": "支付#1",
            "asked": 5_00,
        }
    ]
    one.item = None
    one.events.clear()
    one.now += timedelta(days=1)
    one.submit(数额="50")
    assert one.facts("paid")[0]["amount"] == 50_00


@pytest.mark.parametrize(
    ("account", "found"),
    [
        ("提交人", "报"),
        ("中心", "中心一"),
        ("所一.账", "所一.账"),
        ("基金池", "基金池"),
        ("初审.办理人", "甲"),
        ("本件.单位", "站一"),
    ],
)
def test_who_an_account_is(account: str, found: str) -> None:
    one = rich(
        HEAD
        + f"""
      初审: {{ review: 站.审核员 }}
      支付: {{ do: {{ pay: 公益币, amount: 1, from: 中心.公益币池, to: {account} }} }}
"""
    )
    one.submit()
    assert one.do("甲", "approve") == ""
    assert one.place == "done"
    assert money(one) == {POOL: 99_00, ledger.balance("公益币", found): 1_00}


def test_everything_a_decision_needs_is_asked_for_at_once() -> None:
    """Court answers one `Needs` and no second: two accounts, a number and a cap come in one."""
    one = rich(
        HEAD
        + """
      办:
        do:
          - number: { 文号: <0001> }
          - pay: 公益币
            amount: 1
            from: 中心.公益币池
            to: 提交人
            cap: 80 每日
          - pay: 公益币
            amount: 2
            from: 提交人
            to: 基金池
            cap: 9 每月
"""
    )
    one.counters[ledger.balance("公益币", "报"), ""] = 5_00
    assert one.submit() == ""
    assert one.place == "done"
    assert money(one) == {POOL: 99_00, ledger.balance("公益币", "报"): 4_00, ledger.balance("公益币", "基金池"): 2_00}


def booked(events: list[Event]) -> dict[str, int]:
    """What the log says of every account."""
    found: dict[str, int] = {}
    for event in events:
        for fact in event.facts:
            for name, change in ledger.entries(fact):
                found[name] = found.get(name, 0) + change
    return {name: fen for name, fen in found.items() if fen}


ACTS = st.lists(
    st.tuples(st.sampled_from(["甲", "乙", "丙", "报", "管"]), st.sampled_from(["approve", "reject", "return", "resubmit", "withdraw", "terminate", "retry"]), st.integers(0, 60)),
    max_size=9,
)  # fmt: skip


@settings(max_examples=120)
@given(items=st.lists(st.tuples(st.integers(0, 60), ACTS), min_size=1, max_size=4), fen=st.integers(0, 120_00))
def test_money_is_neither_made_nor_lost_over_random_items(
    items: list[tuple[int, list[tuple[str, str, int]]]], fen: int
) -> None:
    text = (
        HEAD.replace("数额?:", "数额:")
        + """
      冻结: { do: { hold: 公益币, amount: 数额, from: 中心.公益币池 } }
      初审: { review: 站.审核员 }
      支付: { do: [ { pay: 公益币, amount: 数额 / 3 + 7, from: 中心.公益币池, to: 提交人, cap: 40 每月 }, { hold: 公益币, amount: 1, from: 提交人 } ] }
      终审: { review: 所.审核员 }
      还: { do: { pay: 公益币, amount: 2, from: 提交人, to: 基金池 } }
"""
    )
    one = rich(text, fen)
    log: list[Event] = []
    holding = 0
    for amount, acts in items:
        one.item = None
        one.events, one.rows = [], {}
        one.submit(数额=str(amount))
        for actor, verb, again in acts:
            one.do(actor, verb, comment="理由", **({"form": {"数额": str(again)}} if verb == "resubmit" else {}))
            assert all(value >= 0 for value in one.counters.values())
        assert one.item is not None
        assert one.item.ended is None or not one.item.holds
        holding += sum(hold.amount for hold in one.item.holds.values())
        log += one.events
    books = booked(log)
    assert sum(books.values()) == 0
    assert sum(money(one).values()) == fen
    assert sum(n for name, n in money(one).items() if name.startswith(ledger.HELD)) == holding
    assert {name: n for name, n in books.items() if name != POOL} == {
        name: n for name, n in money(one).items() if name != POOL
    }
    assert one.counters.get((POOL, ""), 0) == fen + books.get(POOL, 0)


def test_what_was_short_must_be_short_still_when_it_is_written() -> None:
    one = rich(HOLD, 49_00)
    assert one.submit() == ""
    assert one.place == "rejected"
    guards = [effect for effect in one.effects if isinstance(effect, Number)]
    assert guards == [Number(POOL, "", 49_00, 49_00)]


def test_a_payment_that_fails_does_not_count_towards_its_cap() -> None:
    live = """
      直播:
        live: 所.审核员
        due: 1小时
        stop: { pay: 公益币, amount: 20, from: 中心.公益币池, to: 提交人, cap: 80 每日 }
    """
    one = rich(HEAD + live, 0)
    assert one.submit() == ""
    assert one.do("乙", "stop") == ""
    assert not any(one.counters.values())
