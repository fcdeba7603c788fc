"""`guankou ledger` and `guankou count`: from a credit to what an item paid, and where every sum comes from."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from tests.cli.conftest import FLOWS, Terminal

FLOW = """\
flow: coins
title: 公益币
start: { by: 站.协调员, form: { 标题: text 2..40, 数额: money 0..500 } }
steps:
  结算: { do: [ { pay: 公益币, amount: 数额, from: 中心.公益币池, to: 提交人 }, { count: { 场次: 1 } } ] }
"""


def test_money_from_a_credit_to_a_payment_and_back_to_where_it_came_from(home: Path, tmp_path: Path) -> None:
    guankou = Terminal({"GUANKOU_DATA": str(home), "GUANKOU_TENANT": "coins"})
    (tmp_path / "coins.yaml").write_text(FLOW, encoding="utf-8")
    guankou("apply", FLOWS / "orgs", tmp_path, "--tenant", "coins")
    assert "There is no account yet" in guankou("ledger", "list").out
    assert "Nothing was counted" in guankou("count").out

    credit = (
        "ledger",
        "credit",
        "公益币",
        "朝阳中心.公益币池",
        "100.50",
        "--as",
        "郭建军",
        "-m",
        "年初拨付",
        "--id",
        str(uuid4()),
    )
    for _ in range(2):
        assert guankou(*credit).out == "公益币\t朝阳中心.公益币池\t100.50\t0.00\n"
    for wrong, why in (
        (("公益币", "朝阳中心.公益池", "1", "--as", "郭建军", "-m", "错字"), "--new"),
        (("公益币", "朝阳中心.公益币池", "1", "--as", "李明", "-m", "无权"), "administrator"),
        (("公益币", "朝阳中心.公益币池", "-101", "--as", "郭建军", "-m", "太多"), "100.50"),
        (("公益币", "朝阳中心.公益币池", "0.005", "--as", "郭建军", "-m", "太细"), "decimals"),
        (("公益币", "朝阳中心.公益币池", "许多", "--as", "郭建军", "-m", "不是数"), "no number"),
        (("公益币", "站.公益币池", "1", "--as", "郭建军", "-m", "哪个站"), "several"),
    ):
        assert why in guankou("ledger", "credit", *wrong, code=1).err
    told = guankou("submit", "coins", "--as", "李明", "--set", "标题=理发", "--set", "数额=30", "--output", "json")
    code = told.json["code"]
    rows = guankou("ledger", "list", "--output", "json").json
    assert {(one["account"], one["balance"], one["held"]) for one in rows} == {
        ("朝阳中心.公益币池", "70.50", "0.00"), ("李明", "30.00", "0.00"),
    }  # fmt: skip
    shown = guankou("ledger", "show", "朝阳中心.公益币池").out
    assert "credited\t公益币\t+100.50\t-" in shown
    assert f"paid\t公益币\t-30.00\t{code}\t李明" in shown
    assert guankou("ledger", "show", "李明", "--output", "json").json["movements"][0]["amount"] == "+30.00"
    assert "was ever booked" in guankou("ledger", "show", "张伟", code=1).err

    assert guankou("count", "场次").out.splitlines() == [
        "场次\t朝阳中心\t1",
        "场次\t  酒仙桥所\t1",
        "场次\t    大山子站\t1",
    ]
    assert guankou("count", "--per", "所", "--in", "this year").out == "场次\t酒仙桥所\t1\n"
    assert guankou("count", "--in", "1999").out == "Nothing was counted.\n"
    assert guankou("count", "场次", "--items", "--output", "json").json == [
        {"name": "场次", "unit": "大山子站", "item": code, "day": today(guankou), "n": 1}
    ]
    assert "no tier" in guankou("count", "--per", "县", code=1).err
    assert "no stretch of days" in guankou("count", "--in", "2026-13", code=1).err
    assert guankou("audit", "verify", "--output", "json").json[0]["verified"] is True


def today(guankou: Terminal) -> str:
    """The day of the only item that was counted."""
    return str(guankou("count", "--items", "--output", "json").json[0]["day"])
