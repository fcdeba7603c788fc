"""`collect`: who is asked and who invited, what ends it, one answer each of which the last counts, and what is secret until when."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.steps.court import START, Court
from workflow.decide import Apart, gather
from workflow.domain.command import SYSTEM, Command, Refused
from workflow.domain.item import Line, Run
from workflow.grammars.evaluate import evaluate
from workflow.grammars.expression import read_value
from workflow.organisation.model import Organisation, Person, Position, Room
from workflow.steps.draft import Needs, Random, World
from workflow.steps.electorate import among, candidates
from workflow.steps.environment import Scene
from workflow.steps.secrecy import hidden, step_at

HEAD = "flow: court\ntitle: 庭\nstart: { by: 站.协调员, form: { 标题: text 2..40 } }\nsteps:\n"
ASKED = HEAD + "  打分: { collect: 所.审核员, need: all, form: { 分: int 0..100 } }\n  审: { review: 中心.审核员 }\n"
OPEN = (
    HEAD
    + "  问卷: { collect: anyone, need: 3, due: 2天, form: { 星: stars 5, 话?: text 2..40 } }\n  审: { review: 中心.审核员 }\n"
)


class Square(Court):
    """A court where anybody may answer: answers that stand apart are kept here, by step and round, then by stream."""

    def __init__(self, text: str, extra: tuple[Position, ...] = (), more: int = 0) -> None:
        self.apart: dict[tuple[str, str, int], dict[str, Line]] = {}
        self.events_of: dict[str, int] = {}
        self.more = more
        self.left: set[str] = set()
        super().__init__(text, extra)

    @property
    def organisation(self) -> Organisation:
        house = super().organisation
        people = tuple(
            msgspec.structs.replace(one, left_at=START) if one.id in self.left else one
            for one in (*house.people, *(Person(f"众{n}", f"众{n}", f"众{n}") for n in range(self.more)))
        )
        return msgspec.structs.replace(house, people=people, rooms=(Room("站群", "站一"),))

    def answer(self, actor: str, channel: str = "", respondent: str = "", **answers: Any) -> str:
        """The refusal's reason; empty when the answer was taken. It is counted at once where there may be enough."""
        assert self.item is not None
        before = msgspec.json.encode(self.item)
        spoken = {"channel": channel, "respondent": respondent} if channel else {}
        command = Command(
            str(UUID(int=len(self.apart) + 99)),
            "t",
            self.item.id,
            "answer",
            actor,
            "test",
            {"answers": answers, **spoken},
        )
        found = gather(self.definition, self.lifecycle, self.item, command, self.world())
        if found is None:
            return self.do(actor, "answer", answers=answers, **spoken)
        if isinstance(found, Refused):
            self.refused = found
            return found.reason
        assert isinstance(found, Apart), found
        one = found.given
        assert msgspec.json.encode(self.item) == before  # an answer is nothing to its item
        self.apart.setdefault((self.item.id, one.path, one.round), {})[one.deed.stream] = one.line
        self.events_of[one.deed.stream] = self.events_of.get(one.deed.stream, 0) + 1
        if one.near:
            self.do(SYSTEM, "tally", run=[one.run, one.round])
        return ""

    def world(self) -> World:
        rows = {key: tuple(lines.values()) for key, lines in self.apart.items()}
        counts = {key: len(lines) for key, lines in rows.items()}
        run = next((run for run in self.item.runs.values() if run.state == "gathering"), None) if self.item else None
        if run is not None and self.item is not None:
            counts.setdefault((self.item.id, run.place, run.round), 0)
        return World(self.now, self.organisation, Random(b"s" * 32), rows=rows, counts=counts)

    def value(self, text: str) -> Any:
        """What an expression comes to now, in the item's own run."""
        assert self.item is not None
        view = dataclasses.replace(_View(self), world=self.world())
        return evaluate(read_value(text), Scene(view))


@dataclasses.dataclass(frozen=True)
class _View:
    court: Court
    world: Any = None

    @property
    def definition(self) -> Any:
        return self.court.definition

    @property
    def item(self) -> Any:
        return self.court.item


def run_of(court: Court, place: str) -> Run:
    assert court.item is not None
    return next(run for run in court.item.runs.values() if run.place == place)


# ------------------------------------------------------------------------------------------- who was asked by name


def test_all_who_were_asked_must_answer_and_may_do_so_again_until_then() -> None:
    court = Court(ASKED)
    assert court.submit() == ""
    assert court.owing == ["乙", "丙", "丁"]
    assert court.do("甲", "answer", answers={"分": "1"}) == "not_asked"
    assert court.do("乙", "answer", answers={"分": "101"}) == "form"
    assert court.do("乙", "answer", answers={"分": "1"}) == ""
    assert court.do("乙", "approve") == "no_task"
    assert court.do("丙", "answer", answers={"分": "2"}) == ""
    assert court.do("乙", "answer", task=(1, 1), answers={"分": "9"}) == ""
    assert court.place == "打分"
    assert court.do("丁", "answer", answers={"分": "3"}) == ""
    assert court.place == "审"
    assert court.item is not None
    result = court.item.results["打分"]
    assert [(row.origin, row.person, dict(row.values)["分"]) for row in result.rows] == [
        ("打分/1", "乙", 9), ("打分/2", "丙", 2), ("打分/3", "丁", 3),
    ]  # fmt: skip
    assert dict(result.extra)["份数"]["value"] == 3
    assert court.do("乙", "answer", task=(1, 1), answers={"分": "7"}) == "decided"
    assert court.do("丙", "answer", answers={"分": "7"}) == "answers_over"


def test_a_number_of_answers_ends_it_and_the_others_are_asked_no_more() -> None:
    court = Court(ASKED.replace("need: all", "need: 2"))
    court.submit()
    court.do("丁", "answer", answers={"分": "5"})
    court.do("乙", "answer", answers={"分": "6"})
    assert court.place == "审"
    assert court.states("丙") == ["cancelled"]


def test_in_order_one_is_asked_after_the_other() -> None:
    court = Court(ASKED.replace("need: all", "need: in order"))
    court.submit()
    assert court.owing == ["乙"]
    assert court.do("丙", "answer", answers={"分": "5"}) == "not_your_turn"
    court.do("乙", "answer", answers={"分": "5"})
    assert court.owing == ["丙"]


def test_time_ends_it_as_it_stands_and_never_as_an_approval_of_anybody() -> None:
    court = Court(ASKED.replace("need: all", "due: 3天"))
    court.submit()
    court.do("乙", "answer", answers={"分": "5"})
    court.until(START + timedelta(days=4))
    assert court.place == "审"
    assert court.item is not None
    result = court.item.results["打分"]
    assert (result.result, result.timed_out, result.doers, result.ayes) == ("approved", True, ("乙",), 0)
    assert court.states("丙") == ["cancelled"]


def test_lateness_does_what_the_flow_says_instead() -> None:
    court = Court(ASKED.replace("need: all", "due: 3天, late: reject"))
    court.submit()
    court.until(START + timedelta(days=4))
    assert court.place == "rejected"


def test_nobody_to_ask_is_the_administrators_to_settle() -> None:
    court = Court(ASKED, without=("乙", "丙", "丁"))
    court.submit()
    assert court.owing == ["管", "管二"]
    assert court.do("管", "reassign", to="甲", comment="他去填") == ""
    assert court.owing == ["甲"]
    assert court.do("甲", "answer", answers={"分": "5"}) == ""
    assert court.place == "审"


def test_who_loses_the_right_is_asked_no_more_and_holds_nobody_up() -> None:
    court = Court(ASKED)
    court.submit()
    court.do("乙", "answer", answers={"分": "5"})
    court.do("丙", "answer", answers={"分": "6"})
    court.positions = tuple(one for one in court.positions if one.person != "丁")
    assert court.do("丁", "answer", answers={"分": "7"}) == "right_lost"
    assert court.do(SYSTEM, "restaff") == ""
    assert court.place == "审"
    assert court.states("丁") == ["lost"]


def test_a_coordinator_of_the_unit_or_above_writes_down_what_was_said() -> None:
    court = Court(ASKED)
    court.submit()
    assert court.do("乙", "answer", channel="phone", respondent="丙", answers={"分": "5"}) == "coordinators_only"
    assert court.do("报", "answer", channel="letter", respondent="丙", answers={"分": "5"}) == "which_channel"
    assert court.do("报", "answer", channel="phone", answers={"分": "5"}) == "respondent_needed"
    assert court.do("报", "answer", channel="phone", respondent="甲", answers={"分": "5"}) == "not_asked"
    assert court.do("所调", "answer", channel="visit", respondent="丙", answers={"分": "5"}) == ""
    [fact] = court.facts("answered")
    assert (fact["person"], fact["channel"]) == ("丙", "visit")
    assert court.events[-1].actor == "所调"
    assert court.states("丙") == ["done"]


def test_who_answered_is_no_judge_afterwards() -> None:
    court = Court(
        HEAD
        + "  打分: { collect: 所.审核员, need: 1, form: { 分: int 0..9 } }\n  审: { review: 所.审核员, need: all }\n"
    )
    court.submit()
    court.do("丙", "answer", answers={"分": "5"})
    assert court.owing == ["乙", "丁"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("乙丙丁"), st.integers(0, 100)), max_size=12))
def test_whatever_the_order_each_has_one_answer_and_the_last_counts(said: list[tuple[str, int]]) -> None:
    court = Court(ASKED)
    court.submit()
    last: dict[str, int] = {}
    for person, score in said:
        if court.place != "打分":
            assert court.do(person, "answer", answers={"分": str(score)}) == "answers_over"
            continue
        assert court.do(person, "answer", answers={"分": str(score)}) == ""
        last[person] = score
    assert court.item is not None
    rows = court.item.results["打分"].rows if court.place != "打分" else run_of(court, "打分").rows
    assert {row.person: dict(row.values)["分"] for row in rows} == last
    assert [row.origin for row in rows] == [f"打分/{n}" for n in range(1, len(last) + 1)]
    assert (court.place != "打分") == (len(last) == 3)


# ------------------------------------------------------------------------------------------- open to everybody


def test_anybody_answers_and_the_item_learns_only_that_there_are_enough() -> None:
    square = Square(OPEN)
    square.submit()
    assert square.owing == []
    assert square.answer("外", 星="5", 话="很好") == ""
    assert square.answer("外", 星="1") == ""
    assert square.answer("报", 星="3") == ""  # who handed it in may say something too
    assert square.place == "问卷"
    assert square.answer("丁", 星="6") == "form"
    assert square.answer("无此人", 星="5") == "not_asked"
    assert square.answer("丁", 星="5") == ""
    assert square.place == "审"
    assert square.item is not None
    result = square.item.results["问卷"]
    assert (result.apart, result.rows, result.doers) == (True, (), ())
    assert square.value("mean(问卷.星)") == 3
    assert square.value("问卷.份数") == 3
    assert square.answer("外", 星="5") == "answers_over"


def test_nobody_but_the_system_counts_and_it_counts_for_itself() -> None:
    square = Square(OPEN)
    square.submit()
    square.answer("外", 星="5")
    assert square.do("管", "tally", run=[0, 1]) == "not_allowed"
    assert square.do(SYSTEM, "tally", run=[0, 1]) == "too_early"
    assert square.do(SYSTEM, "tally", run=[0, 2]) == "answers_over"
    assert square.place == "问卷"


def test_an_open_one_ends_in_time_whoever_has_answered() -> None:
    square = Square(OPEN)
    square.submit()
    square.answer("外", 星="5")
    square.until(START + timedelta(days=3))
    assert square.place == "审"
    assert square.value("问卷.份数") == 1


def test_a_room_is_invited() -> None:
    square = Square(OPEN.replace("anyone", "站群").replace("due: 2天", "due: 2天, remind: 1天"))
    square.submit()

    def rooms() -> list[str]:
        return [getattr(one, "room", "") for one in square.effects if getattr(one, "kind", "") == "invite"]

    assert rooms() == ["站群"]
    assert square.answer("外", 星="5") == ""
    square.until(START + timedelta(days=1))
    assert rooms() == ["站群", "站群"]  # a reminder asks again


def test_more_people_than_can_be_asked_are_invited_and_they_alone_may_answer() -> None:
    extra = tuple(Position(f"众{n}", "所一", "审核员") for n in range(198))
    square = Square(OPEN.replace("anyone, need: 3", "所.审核员, need: 2%"), extra, more=198)
    square.submit()
    assert run_of(square, "问卷").state == "gathering"
    assert run_of(square, "问卷").need.ayes == 5  # type: ignore[union-attr]  # 2 % of 201
    assert len([one for one in square.effects if getattr(one, "kind", "") == "invite"]) == 201
    assert square.answer("外", 星="5") == "not_asked"
    for n in range(5):
        assert square.answer(f"众{n}", 星="5") == ""
    assert square.place == "审"


@pytest.mark.parametrize(
    "who", ["所.审核员", "[所.审核员 except 乙, 站一.协调员]", "各站.审核员", "提交人", "[中心一.审核员, 甲步.办理人]"]
)
def test_one_is_among_them_who_is_one_of_the_candidates(who: str) -> None:
    court = Court(
        HEAD + f"  甲步: {{ review: 站.审核员 }}\n  打分: {{ collect: {who}, due: 1天, form: {{ 分: int }} }}\n"
    )
    court.submit()
    assert court.do("甲", "approve") == ""
    draft, run = court.view(), run_of(court, "打分")
    actors = draft.step(run).who
    asked = {one.person for one in candidates(draft, run.no, actors)[0]}
    assert asked
    assert {one.id for one in court.organisation.people if among(draft, run.no, actors, one.id)} == asked


def test_who_has_left_answers_no_more() -> None:
    square = Square(OPEN)
    square.submit()
    square.left.add("外")
    assert square.answer("外", 星="5") == "not_asked"


def test_two_hundred_are_asked_by_name() -> None:
    extra = tuple(Position(f"众{n}", "所一", "审核员") for n in range(197))
    square = Square(OPEN.replace("anyone", "所.审核员"), extra, more=197)
    square.submit()
    assert len(square.owing) == 200


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["外", "甲", "乙", "@王大爷", "@王 大爷", "@李大妈", "@１３８-0000", "@138 0000"]), st.integers(1, 5)),
        max_size=14,
    )
)  # fmt: skip
def test_one_person_one_answer_however_often_and_by_whomever_it_is_given(said: list[tuple[str, int]]) -> None:
    square = Square(OPEN.replace("need: 3, ", ""))
    square.submit()
    last: dict[str, int] = {}
    for who, stars in said:
        if who.startswith("@"):
            assert square.answer("报", "phone", who[1:], 星=str(stars)) == ""
        else:
            assert square.answer(who, 星=str(stars)) == ""
        last[who.replace(" ", "").replace("-", "").replace("１３８", "138")] = stars
    [rows] = square.apart.values() if square.apart else [{}]
    assert sorted(dict(row.values)["星"] for row in rows.values()) == sorted(last.values())
    assert sum(square.events_of.values()) == len(said)
    assert {row.person for row in rows.values()} - {""} == {who for who in last if not who.startswith("@")}


def test_the_stream_of_a_respondent_tells_nobody_who_it_is() -> None:
    one, other = Square(OPEN), Square(OPEN)
    for square in (one, other):
        square.submit()
    one.answer("报", "phone", "13800000000", 星="5")
    command = Command(
        str(UUID(int=5)),
        "t",
        str(UUID(int=7)),
        "answer",
        "报",
        "test",
        {"channel": "phone", "respondent": "13800000000", "answers": {"星": "5"}},
    )
    world = msgspec.structs.replace(other.world(), key=b"another tenant's key, 32 bytes ok")
    assert other.item is not None
    found = gather(other.definition, other.lifecycle, other.item, command, world)
    assert isinstance(found, Apart)
    assert found.given.deed.stream not in one.events_of
    assert b"13800000000" not in msgspec.json.encode(found.given.deed)


def test_an_answer_lacks_how_many_there_are_only_where_that_matters() -> None:
    square = Square(OPEN)
    square.submit()
    assert square.item is not None
    command = Command(str(UUID(int=5)), "t", square.item.id, "answer", "外", "test", {"answers": {"星": "5"}})
    bare = World(square.now, square.organisation, Random(b"s" * 32))
    assert gather(square.definition, square.lifecycle, square.item, command, bare) == Needs(
        counts=((square.item.id, "问卷", 1),)
    )


# ------------------------------------------------------------------------------------------- what is secret

SECRET = (
    HEAD
    + """  打分: { collect: 所.审核员, need: all, secret: 亮分, form: { 分: int 0..100 } }
  公示: { review: 站.审核员, back: [打分] }
  亮分: { review: 中心.审核员, back: [打分] }
  存档: { review: 中心.协调员 }
"""
)


def scored(court: Court, *scores: str) -> None:
    for person, score in zip("乙丙丁", scores, strict=True):
        assert court.do(person, "answer", answers={"分": score}) == ""


def test_it_is_secret_until_the_step_opens_and_anew_after_a_return() -> None:
    court = Court(SECRET)
    court.submit()

    def secret() -> bool:
        assert court.item is not None
        return hidden(court.definition, court.item, "打分")

    assert secret()
    scored(court, "1", "2", "3")
    assert court.place == "公示"
    assert secret()
    court.now += timedelta(hours=1)
    assert court.do("甲", "approve") == ""
    assert not secret()
    court.now += timedelta(hours=1)
    assert court.do("戊", "return", to="打分", comment="重打") == ""
    assert court.place == "打分"
    assert secret()
    scored(court, "4", "5", "6")
    court.now += timedelta(hours=1)
    assert court.do("甲", "approve") == ""
    assert not secret()
    assert court.do("戊", "approve") == ""
    assert not secret()


def test_it_stays_secret_where_the_item_ended_before() -> None:
    court = Court(SECRET)
    court.submit()
    scored(court, "1", "2", "3")
    assert court.do("甲", "reject", comment="不妥") == ""
    assert court.item is not None
    assert hidden(court.definition, court.item, "打分")


def test_conditions_use_it_once_the_step_is_there() -> None:
    court = Court(SECRET.replace("亮分: {", "亮分: { when: mean(打分.分) >= 2,"))
    court.submit()
    scored(court, "1", "2", "3")
    court.do("甲", "approve")
    assert court.place == "亮分"


@pytest.mark.parametrize(("path", "place"), [("打分", "打分"), ("评/2", "评/各"), ("并/评/3/打分", "并/评/各/打分")])
def test_a_path_leads_to_its_step(path: str, place: str) -> None:
    court = Court(
        "flow: court\ntitle: 庭\nstart: { by: 站.协调员, form: { 标题: text 2..40, 行: { rows: { 名: text 1..9 } } } }\nsteps:\n"
        "  打分: { review: 站.审核员 }\n"
        "  评: { each: 行, review: 所.审核员 }\n"
        "  并: { all: { 评二: { each: 行, steps: { 再打: { review: 所.审核员 } } } } }\n"
    )
    found = step_at(court.definition, path.replace("并/评/", "并/评二/").replace("/打分", "/再打"))
    assert found is not None
    assert found.place == place.replace("并/评/", "并/评二/").replace("/打分", "/再打")


def test_who_answered_judges_nothing_any_more_and_their_seat_beside_it_is_taken_back_at_once() -> None:
    both = (
        "  并:\n    all:\n      问: { collect: 所.审核员, need: all, form: { 分: int 0..9 } }\n"
        "      审: { review: 所.审核员, need: all }\n"
    )
    one = Court(HEAD + both)
    assert one.submit() == ""
    for n, person in enumerate(("乙", "丙", "丁")):
        assert one.do(person, "answer", answers={"分": "3"}) == ""
        assert one.states(person) == ["done", "lost"], "they do not wait for who may not decide"
        assert ("管" in one.owing) == (n == 2), "where nobody is left, the administrators are asked"


def test_where_too_few_are_asked_the_administrators_are_asked_until_there_are_enough() -> None:
    one = Court(HEAD + "  问: { collect: 所.审核员, need: 5, form: { 分: int 0..9 } }\n")
    assert one.submit() == ""
    assert one.owing == ["管", "管二"]
    assert one.do("管", "reassign", to="外", comment="缺人") == ""
    assert one.owing == ["管", "管二", "外"], "one is not five"
    assert one.do("外", "answer", answers={"分": "3"}) == ""
    assert one.do(SYSTEM, "restaff") == "nothing_changed", "three and one are not five either"
    one.positions += (Position("戊", "所一", "审核员", None, None),)
    assert one.do(SYSTEM, "restaff") == ""
    assert one.owing == ["乙", "丙", "丁", "戊"], "who answered is not asked again"
    for person in ("乙", "丙", "丁", "戊"):
        assert one.do(person, "answer", answers={"分": "3"}) == ""
    assert one.place == "done"
