"""`live`: its opening, the all-clear, the one press that stops it, going on again, what its webhooks say, its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.steps.court import START, Court
from workflow.domain.command import SYSTEM
from workflow.domain.effect import HOOK, Send
from workflow.domain.item import Run, Watch
from workflow.organisation.model import Position

HEAD = """
    flow: court
    title: 庭
    start: { by: 站.协调员, form: { 标题: text 2..40, 脚本?: text 1..99, 人数?: int 0..9 } }
    steps:
"""
LIVE = """
      直播:
        live: 所.审核员
        due: 1小时
        beat: 10分钟
        stop: [ { webhook: 断流 }, { tell: 中心.审核员 }, { count: { 停: 1 } } ]
        restart: 2
      归档: { do: [ { count: { 停播: 直播.停播次数, 漏报: 直播.漏报次数 } } ] }
"""
MINUTE = timedelta(minutes=1)


def on_air(text: str = HEAD + LIVE) -> Court:
    """An item whose live step has just opened; 乙, 丙 and 丁 watch."""
    one = Court(text)
    assert one.submit() == ""
    assert one.owing == ["乙", "丙", "丁"]
    return one


def run_of(one: Court) -> Run:
    assert one.item is not None
    return next(run for run in one.item.runs.values() if run.place.endswith("直播"))


def watch_of(one: Court) -> Watch:
    watch = run_of(one).watch
    assert watch is not None
    return watch


def sent(one: Court, kind: str) -> list[str]:
    """To whom of the last decisions something of this kind was sent."""
    return [effect.person or effect.room for effect in one.effects if isinstance(effect, Send) and effect.kind == kind]


def beats(one: Court) -> list[tuple[datetime, int]]:
    return [(moment.at, moment.n) for moment in run_of(one).moments if moment.kind == "beat" and moment.n < 2]


# ------------------------------------------------------------------------------------------------ the all-clear


def test_the_all_clear_is_owed_every_beat_and_sets_the_next() -> None:
    one = on_air()
    assert beats(one) == [(START + 10 * MINUTE, 0)]
    one.now = START + 9 * MINUTE
    assert one.do("丙", "clear") == ""
    assert beats(one) == [(START + 19 * MINUTE, 0)]
    one.until(START + 18 * MINUTE)
    assert watch_of(one).missed == 0
    assert one.facts("missed") == []


def test_a_missed_all_clear_nudges_who_watches_then_tells_the_coordinator_above() -> None:
    one = on_air()
    one.until(START + 10 * MINUTE)
    assert sent(one, "beat") == ["乙", "丙", "丁"]
    assert sent(one, "silent") == []
    assert (watch_of(one).missed, watch_of(one).silent) == (1, 1)
    assert beats(one) == [(START + 15 * MINUTE, 1), (START + 20 * MINUTE, 0)]
    one.until(START + 15 * MINUTE)
    assert sent(one, "silent") == ["中调"]
    assert one.do("乙", "clear") == ""
    assert watch_of(one).silent == 0
    assert beats(one) == [(START + 25 * MINUTE, 0)]
    one.until(START + 24 * MINUTE)
    assert watch_of(one).missed == 1
    assert len(sent(one, "silent")) == 1


def test_what_was_missed_while_the_system_was_down_is_missed_once() -> None:
    one = on_air(HEAD + LIVE.replace("due: 1小时", "due: 12小时"))
    one.now = START + timedelta(hours=6)
    assert one.do(SYSTEM, "wake") == ""
    assert watch_of(one).missed == 1
    assert beats(one)[-1][0] == START + timedelta(hours=6, minutes=10)


def test_without_a_beat_none_is_owed() -> None:
    one = on_air(HEAD + LIVE.replace("        beat: 10分钟\n", ""))
    assert beats(one) == []
    one.until(START + 59 * MINUTE)
    assert one.facts("missed") == []


# ------------------------------------------------------------------------------------------------ the stop


def test_one_press_stops_it_and_does_all_its_deeds_at_once() -> None:
    one = on_air()
    one.until(START + 3 * MINUTE)
    assert one.do("丁", "stop", task=(3, 1)) == ""
    watch = watch_of(one)
    assert (watch.stopped, watch.by, watch.stops, watch.cuts) == (one.now, "丁", 1, (1,))
    assert sent(one, "cut") == [HOOK + "断流"]
    assert sent(one, "tell") == ["戊", "己"]
    assert [fact["n"] for fact in one.facts("counted")] == [1]
    assert beats(one) == [], "who is off the air owes no all-clear"
    assert one.owing == ["乙", "丙", "丁"], "they watch on"
    assert {row[1] for row in one.rows.values()} == {"open"}


def test_the_second_press_is_told_who_stopped_it() -> None:
    one = on_air()
    one.do("丁", "stop")
    assert one.do("乙", "stop") == "off_air"
    assert one.refused is not None
    assert one.refused.facts == {"person": "丁", "at": one.now}
    assert one.do("乙", "clear") == "off_air"
    assert one.do("戊", "stop") == "no_task", "only who watches may"


def test_a_deed_that_fails_hinders_neither_the_stop_nor_the_others() -> None:
    one = Court(
        HEAD.replace("人数?", "人数")
        + LIVE.replace("{ count: { 停: 1 } }", "{ set: { 比: 1 / 人数 } }, { tell: 中心.协调员 }")
    )
    one.submit(人数="0")
    assert one.do("乙", "stop") == ""
    assert watch_of(one).by == "乙"
    assert sent(one, "tell") == ["戊", "己", "中调"]
    assert sent(one, "undone") == ["管", "管二"]
    [undone] = [fact for fact in one.facts("informed") if fact["what"] == "undone"]
    assert undone["why"].startswith("3 set: ")


def test_the_webhook_confirms_the_cut_and_only_the_stop_that_called_it() -> None:
    one = on_air()
    one.do("丁", "stop")
    version = watch_of(one).version
    assert one.item is not None
    assert version == one.item.version
    args = {"version": version, "deed": 1, "hook": "cut", "arrived": True}
    assert one.do("丁", "confirm", **args) == "not_allowed"
    assert one.do(SYSTEM, "confirm", **{**args, "version": version - 1}) == "nothing_changed"
    assert one.do(SYSTEM, "confirm", **args) == ""
    assert (watch_of(one).cuts, watch_of(one).lost, watch_of(one).called) == ((), (), 1)
    assert one.do(SYSTEM, "confirm", **args) == "nothing_changed"


def test_a_webhook_that_never_arrives_sends_the_watchers_to_cut_by_hand() -> None:
    one = on_air()
    one.do("丁", "stop")
    args = {"version": watch_of(one).version, "deed": 1, "hook": "cut"}
    assert one.do(SYSTEM, "confirm", **args, arrived=False) == ""
    assert watch_of(one).lost == (1,)
    assert sent(one, "uncut") == ["乙", "丙", "丁"]
    assert one.do(SYSTEM, "confirm", **args, arrived=True) == "", "revived by hand, it arrived after all"
    assert (watch_of(one).cuts, watch_of(one).lost) == ((), ())


def test_a_minute_without_word_of_the_cut_and_the_watchers_are_asked_to_make_sure() -> None:
    one = on_air()
    one.do("丁", "stop")
    one.until(START + MINUTE)
    assert sent(one, "unheard") == ["乙", "丙", "丁"]
    heard = on_air()
    heard.do("丁", "stop")
    heard.do(SYSTEM, "confirm", version=watch_of(heard).version, deed=1, hook="cut", arrived=True)
    heard.until(START + 5 * MINUTE)
    assert sent(heard, "unheard") == []
    again = on_air()
    again.do("丁", "stop")
    again.do("丁", "restart")
    again.do("乙", "restart")
    again.until(START + 5 * MINUTE)
    assert sent(again, "unheard") == [], "what went on again has nothing to cut"


# ------------------------------------------------------------------------------------------------ going on again


def test_two_different_watchers_set_it_going_again() -> None:
    one = on_air()
    assert one.do("乙", "restart") == "on_air"
    one.do("丁", "stop")
    one.until(START + 5 * MINUTE)
    assert one.do("丁", "restart") == ""
    assert one.do("丁", "restart") == "agreed_already"
    assert watch_of(one).stopped is not None
    assert one.do("乙", "restart") == ""
    watch = watch_of(one)
    assert (watch.stopped, watch.agreed, watch.cuts, watch.stops) == (None, (), (), 1)
    assert beats(one) == [(START + 15 * MINUTE, 0)]
    assert sorted(sent(one, "restarted")) == ["丁", "丙"]
    one.do("丙", "stop")
    assert watch_of(one).agreed == (), "whoever agreed before agreed to something else"


def test_a_confirmation_that_comes_after_it_went_on_changes_nothing() -> None:
    one = on_air()
    one.do("丁", "stop")
    version = watch_of(one).version
    one.do("丁", "restart")
    one.do("乙", "restart")
    assert one.do(SYSTEM, "confirm", version=version, deed=1, hook="cut", arrived=True) == "nothing_changed"


# ------------------------------------------------------------------------------------------------ its opening and its end


def test_it_is_over_when_it_is_due_and_exports_what_was_counted() -> None:
    one = on_air()
    one.until(START + 10 * MINUTE)
    one.do("乙", "clear")
    one.do("乙", "stop")
    one.until(START + 60 * MINUTE)
    assert one.place == "done"
    assert one.item is not None
    assert one.item.results["直播"].result == "approved"
    assert {fact["name"]: fact["n"] for fact in one.facts("counted")} == {"停": 1, "停播": 1, "漏报": 1}
    assert one.do("乙", "stop", task=(1, 1)) == "decided"


GATES = """
      内容关: { review: 站.审核员, reject: continue }
"""


def test_it_opens_only_when_all_before_it_passed() -> None:
    one = Court(HEAD + GATES + LIVE)
    one.submit()
    assert one.do("甲", "reject", comment="不行") == ""
    assert one.place == "suspended"
    assert one.item is not None
    assert one.item.pause is not None
    assert (one.item.pause.reason, one.item.pause.detail) == ("gates", ("内容关", "内容关"))
    assert one.owing == ["管", "管二"]
    assert one.do("管", "retry", comment="再审一遍") == ""
    assert (one.place, one.owing) == ("内容关", ["甲"]), "a retry goes through the gate again"
    assert one.do("甲", "approve") == ""
    assert one.place == "直播"


def test_what_waits_for_its_moment_is_looked_at_when_that_comes() -> None:
    text = HEAD + GATES + LIVE.replace("        due: 1小时\n", "        open: 2026-11-23 12:00\n        due: 1小时\n")
    one = Court(text)
    one.submit()
    one.do("甲", "reject", comment="不行")
    assert run_of(one).state == "shut"
    one.until(START + timedelta(hours=3))
    assert one.place == "suspended"
    one.do("管", "retry", comment="再审一遍")
    assert (one.place, one.owing) == ("内容关", ["甲"])
    one.do("甲", "approve")
    assert one.place == "直播"
    assert one.owing == ["乙", "丙", "丁"]


def test_a_rejection_inside_a_step_before_counts_and_a_skip_does_not() -> None:
    text = (
        HEAD
        + """
      会审:
        all:
          甲审: { review: 站.审核员, reject: continue }
          乙审: { when: has(脚本), review: 中心.审核员 }
    """
        + LIVE
    )
    one = Court(text)
    one.submit()
    assert one.do("甲", "reject", comment="不行") == ""
    assert one.place == "suspended"
    assert one.item is not None
    assert one.item.pause is not None
    assert one.item.pause.detail[0] == "会审/甲审"
    again = Court(text)
    again.submit()
    again.do("甲", "approve")
    assert again.place == "直播"


def test_nobody_to_watch_is_the_coordinators_above() -> None:
    one = Court(HEAD + LIVE, without=("乙", "丙", "丁"))
    one.submit()
    assert one.owing == ["所调"]
    assert one.facts("informed")[-1]["what"] == "unstaffed"
    assert one.do("所调", "stop") == ""


def test_who_loses_the_post_watches_no_more_and_who_has_it_does() -> None:
    one = on_air()
    one.positions = (
        *(each for each in one.positions if each.person != "丙"),
        Position("外", "所一", "审核员", None, None),
    )
    assert one.do(SYSTEM, "restaff") == ""
    assert one.owing == ["乙", "丁", "外"]
    assert one.do("丙", "stop") == "no_task"
    assert one.do("外", "stop") == ""


def test_an_administrator_has_somebody_watch_too_or_instead() -> None:
    one = on_air()
    assert one.do("管", "reassign", place="直播", to="外") == "comment_needed"
    assert one.do("管", "reassign", place="直播", to="外", comment="现场缺人") == ""
    assert one.owing == ["乙", "丙", "丁", "外"]
    assert one.do("管", "reassign", task=(2, 1), to="甲", comment="换人") == ""
    assert one.owing == ["乙", "丁", "外", "甲"]
    assert one.do("管", "reassign", place="直播", to="甲", comment="再来") == "already_in_step"
    assert one.do("甲", "stop") == ""


def test_who_watches_is_not_asked_to_hurry_and_is_no_doer() -> None:
    one = on_air()
    assert one.do("报", "nudge") == "nobody_owes"
    one.until(START + timedelta(hours=1))
    assert one.item is not None
    result = one.item.results["直播"]
    assert (result.doers, result.timed_out) == ((), False), "its end is its due, and no lateness"


# ------------------------------------------------------------------------------------------------ its algebra


class Broadcast(RuleBasedStateMachine):
    """Whatever watchers press, whenever: against a plain model of what must be so."""

    @initialize()
    def begin(self) -> None:
        self.one = on_air(HEAD + LIVE.replace("due: 1小时", "due: 5小时"))
        self.off = ""
        self.agreed: set[str] = set()
        self.stops = self.missed = 0
        self.last = START
        self.end = START + timedelta(hours=5)

    @property
    def over(self) -> bool:
        return self.one.item is None or self.one.item.ended is not None

    @rule(minutes=st.integers(1, 50))
    def time_passes(self, minutes: int) -> None:
        to = self.one.now + minutes * MINUTE
        if not self.off and not self.over:
            owed = self.last + 10 * MINUTE
            while owed <= to and owed < self.end:
                self.missed += 1
                owed += 10 * MINUTE
            self.last = owed - 10 * MINUTE
        self.one.until(to)

    @rule(who=st.sampled_from("乙丙丁"))
    def all_clear(self, who: str) -> None:
        if not self.over:
            assert self.one.do(who, "clear") == ("off_air" if self.off else "")
            self.last = self.last if self.off else self.one.now

    @rule(who=st.sampled_from("乙丙丁"))
    def stop(self, who: str) -> None:
        if not self.over:
            calls = len(sent(self.one, "cut"))
            assert self.one.do(who, "stop") == ("off_air" if self.off else "")
            assert len(sent(self.one, "cut")) == calls + (not self.off)
            if not self.off:
                self.off, self.agreed, self.stops = who, set(), self.stops + 1

    @rule(who=st.sampled_from("乙丙丁"))
    def go_on(self, who: str) -> None:
        if self.over:
            return
        expected = "on_air" if not self.off else "agreed_already" if who in self.agreed else ""
        assert self.one.do(who, "restart") == expected
        if not expected:
            self.agreed.add(who)
            if len(self.agreed) == 2:
                self.off, self.last = "", self.one.now

    @invariant()
    def as_the_model_says(self) -> None:
        item = self.one.item
        if item is None or item.ended is not None:
            return
        watch = run_of(self.one).watch
        assert (watch.stops if watch else 0) == self.stops
        assert (watch.missed if watch else 0) == self.missed
        assert (watch.by if watch and watch.stopped else "") == self.off
        assert bool(beats(self.one)) == (not self.off and self.last + 10 * MINUTE < self.end)
        moments = [moment.at for moment in run_of(self.one).moments]
        assert moments == sorted(moments)


TestBroadcast = Broadcast.TestCase
TestBroadcast.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_what_is_on_the_air_is_watched_and_stopped_though_the_item_is_suspended() -> None:
    one = on_air(
        HEAD
        + """
      直播:
        live: 所.审核员
        due: 1小时
        late: { 0日: { pay: 公益币, amount: 20, from: 中心.公益币池, to: 提交人 }, 2日: continue }
        stop: [ { tell: 中心.审核员, text: 停 }, { webhook: 断流 } ]
        restart: 1
"""
    )
    one.until(START + timedelta(hours=1))
    assert one.place == "suspended"
    assert one.do("乙", "clear") == ""
    assert one.do("丙", "stop") == ""
    assert sent(one, "cut") == [HOOK + "断流"]
    assert {effect.step for effect in one.effects if isinstance(effect, Send) and effect.kind in ("tell", "cut")} == {
        "直播"
    }
    assert one.do("丙", "restart") == ""
