"""A plain model of what the language can besides votes: a task that is grabbed, an asked collect, money that is held, a child.

Its engines: test_language_model.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from tests.properties.histories import ADMINISTRATORS, street
from workflow.domain import ids

FLOW = """
flow: errand
title: 跑腿
start: { by: 站.协调员, form: { 标题: text 2..40, 数额: int 1..9 } }
steps:
  冻结: { do: { hold: 公益币, amount: 数额, from: 中心.池 } }
  派单: { task: 所.审核员, take: grab, form: { 时长: int 1..9 } }
  打分: { collect: 站.审核员, need: all, due: 2天, form: { 分: int 0..9 } }
  核查: { run: spot, unit: 本件.单位, with: { 名称: 标题 } }
  复核: { review: 中心.审核员 }
  结算: { do: { pay: 公益币, amount: 派单.时长 if 派单.时长 <= 数额 else 数额, from: 中心.池, to: 派单.办理人 } }
"""
CHILD = """
flow: spot
title: 核查
start: { form: { 名称: text 1..40 } }
steps:
  看: { review: 站.审核员 }
"""
ORGANISATION = street(
    "辛: { name: 冯辛, roles: [站一.审核员] }",
    "丙: { name: 赵丙, roles: [所一.审核员, 中心一.审核员] }",
    "双: { name: 吴双, roles: [所一.审核员, 中心一.审核员] }",
)
DOERS, SCORERS, JUDGES = {"乙", "丙", "双"}, {"甲", "辛"}, {"丙", "双", "戊"}
PEOPLE = ("报", "甲", "辛", "乙", "丙", "双", "戊", "管", "外")
PLACES = ("派单", "打分", "核查", "复核")
ENDS = ("done", "rejected", "withdrawn", "terminated")
DUE = timedelta(days=2)


@dataclass
class Errand:
    """One item as the model sees it: a place, who owes what there, what is held for it and paid, and what became of its child."""

    item: str
    amount: int
    place: str = "派单"
    offers: set[str] = field(default_factory=lambda: set(DOERS))
    declined: set[str] = field(default_factory=set)
    owner: str = ""
    scored: set[str] = field(default_factory=set)
    held: int = 0
    hours: int = 0
    paid: int = 0
    child: str = ""
    told: list[tuple[str, str]] = field(default_factory=list)
    child_told: list[tuple[str, str]] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        return self.place in ENDS

    @property
    def stuck(self) -> bool:
        return self.place == "派单" and not self.owner and not self.offers

    @property
    def owing(self) -> set[str]:
        match self.place:
            case "派单":
                return {self.owner} if self.owner else self.offers or ADMINISTRATORS
            case "打分":
                return SCORERS - self.scored
            case "复核":
                return JUDGES - {self.owner}
        return set()

    @property
    def child_owing(self) -> set[str]:
        return SCORERS if self.child == "看" else set()

    def allows(self, verb: str, actor: str) -> bool:
        """Whether somebody may do this now."""
        if verb in ("withdraw", "terminate"):
            return actor == ("报" if verb == "withdraw" else "管") and not self.ended
        if verb == "reassign":  # whoever is asked already; what comes of it is only told where nobody is
            return actor == "管" and self.place in ("派单", "打分", "复核")
        if self.place == "派单":
            mine = actor == self.owner if self.owner else actor in self.offers
            return mine and verb in ("decline", "done" if self.owner else "take")
        if self.place == "打分":  # said again, it is the last that counts
            return verb == "answer" and actor in SCORERS
        return self.place == "复核" and verb in ("approve", "reject") and actor in self.owing

    def do(self, verb: str, actor: str, to: str = "", hours: int = 3) -> None:
        """What follows when it is done."""
        if verb in ("take", "done", "answer", "approve", "reject"):
            self.told.append((verb, actor))
        match verb:
            case "withdraw" | "terminate":
                self.end("withdrawn" if verb == "withdraw" else "terminated")
            case "take":
                self.owner, self.offers = actor, set()
            case "reassign":
                self.owner = to
            case "decline":
                self.declined.add(actor)
                self.offers, self.owner = DOERS - self.declined, ""
            case "done":
                self.place, self.hours = "打分", hours
            case "answer":
                self.scored.add(actor)
                if self.scored == SCORERS:
                    self.check()
            case "approve" | "reject":
                self.paid = min(self.hours, self.amount) if verb == "approve" else 0
                self.end("done" if verb == "approve" else "rejected")

    def check(self) -> None:
        self.place, self.child = "核查", "看"

    def do_to_child(self, verb: str, actor: str) -> None:
        """Its child is decided, and it hears of that."""
        if verb != "terminate":
            self.child_told.append((verb, actor))
        self.child = {"approve": "done", "reject": "rejected", "terminate": "terminated"}[verb]
        if verb == "approve":
            self.place = "复核"
        else:
            self.end("rejected")

    def end(self, place: str) -> None:
        self.place, self.held = place, 0
        self.child = "cancelled" if self.child == "看" else self.child


def child_of(one: Errand) -> str:
    """The item that its step 核查 sets going."""
    return ids.child(one.item, "核查", 1, -1)
