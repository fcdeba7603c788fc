"""Flows that nobody wrote: nested, with every key there is, for what must hold of them all."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.language.flows import HEAD

WHO = (
    "站.审核员",
    "所.审核员",
    "中心.审核员",
    "[所.审核员, 中心.审核员]",
    "负责人",
    "所.组织委员",
    "所.审核员 except 负责人",
)
WHEN = (
    "人数 >= 100",
    "has(预算) and 预算 > 5万",
    "类别 in (活动、讲座) or not 人数 > 3",
    "count(名单) > 2",
    "开始日 > 2026-12-01",
)
DUE = ("2工作日", "开始日前 2日", "开始日 18:00")
LATE = (
    "escalate",
    "continue",
    "reject",
    "cancel",
    "{ 0日: { tell: 所.协调员 }, 2工作日: cancel }",
    "{ 1日: { publish: 公众号, text: <标题>晚了 }, 3日: continue }",
)
NEED = ("2", "all", "in order", "60%", "2 if 人数 > 50 else 1")
DEEDS = (
    "{ publish: [公众号, 站群], text: <标题>办好了 }",
    "{ count: { 场次: 人数 } }",
    "{ tell: [提交人, 各站.协调员] }",
)
VOTED = {
    "remind": ("no", "[1工作日, 开始日前 1日]"), "show": ("[标题, 人数]",), "resume": ("here",), "form": ("{ 评分: int 0..10, 意见?: text 1..200 }",),
    "need": NEED, "help": ("看清楚",), "tell": ("[负责人, 站群]",), "open": ("开始日前 3日",),
}  # fmt: skip


class Imagining:
    """One flow on its way: every name once."""

    def __init__(self, draw: st.DrawFn, size: int) -> None:
        self.draw, self.left, self.named = draw, size, 0

    def one(self, choices: tuple[str, ...]) -> str:
        return self.draw(st.sampled_from(choices))

    def often(self) -> bool:
        return self.draw(st.integers(0, 3)) == 0

    def steps(self, depth: int, passed: list[str], *, row: bool, beside: bool = False) -> str:
        held, known = [], list(passed)
        for _ in range(self.draw(st.integers(2 if beside else 1, 3))):
            name = f"步{self.named}"
            self.named += 1
            held.append(f"{name}: {self.step(depth, known, row=row)}")
            if not beside:
                known.append(name)
        return "{ " + ", ".join(held) + " }"

    def step(self, depth: int, passed: list[str], *, row: bool) -> str:
        self.left -= 1
        kinds = ["review", "check", "do"] + (["all", "steps"] if depth < 3 and self.left > 0 else [])
        kind = self.one(tuple(kinds))
        keys = {"when": self.one(WHEN)} if self.often() else {}
        each = kind != "do" and not row and self.often()
        if each:
            keys["each"] = "名单"
            if self.often():
                keys["where"] = "各.年龄 >= 60"
        if kind == "do":
            return (
                "{ " + ", ".join([*(f"{key}: {value}" for key, value in keys.items()), f"do: {self.one(DEEDS)}"]) + " }"
            )
        if kind in {"all", "steps"}:
            keys[kind] = self.steps(depth + 1, passed, row=row or each, beside=kind == "all")
            if self.often():
                keys |= {"due": self.one(DUE), "late": self.one(LATE)}
        else:
            keys |= self.voted(kind, passed)
        if self.often():
            keys["reject"] = "continue"
        return "{ " + ", ".join(f"{key}: {value}" for key, value in keys.items()) + " }"

    def voted(self, kind: str, passed: list[str]) -> dict[str, str]:
        keys = {kind: self.one(WHO)}
        if kind == "check":
            keys["items"] = "[场地, 设备]" if self.often() else "[名单齐全]"
        keys |= {key: self.one(values) for key, values in VOTED.items() if self.often()}
        if self.often():
            keys |= {"due": self.one(DUE), "late": self.one(LATE)}
        if passed and self.often():
            keys["back"] = f"[提交人, {self.one(tuple(passed))}]"
        return keys


@st.composite
def flows(draw: st.DrawFn, size: int = 10) -> str:
    """The text of a flow `trial`; names of the organisation unchecked, it compiles or has a finding."""
    imagining = Imagining(draw, draw(st.integers(1, size)))
    inside = imagining.steps(1, [], row=False)
    return HEAD.replace("steps:\n", f"steps: {inside}\n")
