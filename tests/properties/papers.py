"""A plain model of votes: three reviews one after the other, who owes one, and what comes of it. Its engines: test_engine_model.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from tests.properties.histories import street

FLOW = """
flow: model
title: 模型
start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..5000 } }
steps:
  一审: { review: 站.审核员 }
  二审: { review: 所.审核员, need: 2, back: [提交人, 一审], due: 2天 }
  三审: { when: 人数 >= 500, review: 中心.审核员, need: all, due: 1天, late: continue }
  编号: { do: [ { number: { 项目编号: M-<0001> } }, { count: { 场次: 1 } } ] }
"""
ORGANISATION = street(
    "双: { name: 吴双, roles: [站一.审核员, 所一.审核员] }",
    "丙: { name: 赵丙, roles: [所一.审核员] }",
    "己: { name: 周己, roles: [中心一.审核员] }",
)
HOLDERS = {"一审": ("甲", "双"), "二审": ("双", "乙", "丙"), "三审": ("戊", "己")}
TIER = {"一审": "站", "二审": "所", "三审": "中心"}
NEXT = {"一审": "二审", "二审": "三审", "三审": "done"}
PEOPLE = ("报", "甲", "双", "乙", "丙", "戊", "己", "管", "外")
ENDS = ("done", "rejected", "withdrawn", "terminated")
LATE = timedelta(days=1)
MOST_ROUNDS = 8


@dataclass
class Paper:
    """One item as the model sees it: a place, who owes a vote there, and a few numbers."""

    item: str
    code: str
    big: bool
    place: str = ""
    owing: set[str] = field(default_factory=set)
    sitting: set[str] = field(default_factory=set)
    parts: dict[str, str] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)
    cast: list[tuple[str, str, str]] = field(default_factory=list)
    ayes: int = 0
    noes: int = 0
    need: int = 0
    stuck: bool = False

    @property
    def ended(self) -> bool:
        return self.place in ENDS

    @property
    def worn(self) -> bool:
        """Whether it went round so often that the engine would ask the administrators next."""
        return max(self.rounds.values()) >= MOST_ROUNDS

    def enter(self, place: str) -> None:
        if place == "三审" and not self.big:
            place = "done"
        self.place, self.ayes, self.noes, self.stuck = place, 0, 0, False
        able = {one for one in HOLDERS.get(place, ()) if self.may_sit(one)}
        self.need = {"一审": 1, "二审": 2, "三审": max(len(able), 1)}.get(place, 0)
        if place in HOLDERS:
            self.rounds[place] = self.rounds.get(place, 0) + 1
            self.stuck = len(able) < self.need
        self.owing = set() if self.stuck else able
        self.sitting = set(self.owing)

    def may_sit(self, person: str) -> bool:
        tier = TIER.get(self.place, "")
        return person != "报" and self.parts.get(person, tier) == tier

    def allows(self, verb: str, actor: str, to: str = "") -> bool:
        """Whether somebody may do this now."""
        if verb in ("approve", "reject"):
            return actor in self.owing
        if verb == "return":
            return actor in self.owing and (to == "submitter" or self.place == "二审")
        if verb == "transfer":
            return actor in self.owing and self.may_sit(to) and to not in self.sitting
        if verb == "reassign":
            return actor == "管" and self.stuck and self.may_sit(to) and to not in self.sitting
        if verb == "resubmit":
            return actor == "报" and self.place == "returned"
        if verb == "withdraw":
            return actor == "报" and not self.ended
        if verb == "terminate":
            return actor == "管" and not self.ended
        return verb == "comment" and actor in ("报", "管")

    def do(self, verb: str, actor: str, to: str = "", big: bool | None = None) -> None:
        """What follows when it is done."""
        if verb in ("approve", "reject", "return"):
            self.cast.append((self.place, actor, verb))
            self.parts.setdefault(actor, TIER[self.place])
            self.owing.discard(actor)
            self.ayes += verb == "approve"
            self.noes += verb == "reject"
        if verb == "return":
            self.enter("returned" if to == "submitter" else to)
        elif verb == "transfer":
            self.owing, self.sitting = self.owing - {actor} | {to}, self.sitting - {actor} | {to}
        elif verb == "reassign":
            self.owing, self.sitting = self.owing | {to}, self.sitting | {to}
            self.need = len(self.sitting) if self.place == "三审" else self.need
            self.stuck = len(self.sitting) < self.need
        elif verb == "resubmit":
            self.big = self.big if big is None else big
            self.enter("一审")
        elif verb in ("withdraw", "terminate"):
            self.enter("withdrawn" if verb == "withdraw" else "terminated")
        elif verb in ("approve", "reject") and not self.stuck:
            if self.ayes >= self.need:
                self.enter(NEXT[self.place])
            elif self.noes and (self.place != "二审" or self.ayes + len(self.owing) < self.need):
                self.enter("rejected")
