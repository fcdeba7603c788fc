"""The ways between steps that cases must have walked together, and what people call them. Not here: all edges of the machine (language)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypedDict

from workflow.domain import event as e
from workflow.domain import places
from workflow.domain.definition import Definition, Edge, Step
from workflow.language.edges import all_places

_ALWAYS: Final = frozenset({"submit", "resubmit", "approve", "reject", "return", "resume"})
_LATE: Final = {"lapse": "continue", "expire": "reject", "cancel": "cancel"}
"""Edges of lateness, by what `late` must say for a step to have one."""
_ENDS: Final = {
    places.DONE: ("办结", "done"), places.REJECTED: ("结束", "the end"), places.RETURNED: ("提交人", "the submitter"),
    places.START: ("发起", "the start"),
}  # fmt: skip


_WORDS: Final = {
    "submit": ("提交后到{to}", "handing in leads to {to}"),
    "resubmit": ("退回后重新提交", "handing in again after a return"),
    "straight": ("退回后重新提交，直接回到{to}", "handing in again goes straight back to {to}"),
    "reject": ("驳回", "reject"),
    "return": ("退回到{to}", "return to {to}"),
    "resume": ("改好后直接回到{to}", "approve after a return, straight back to {to}"),
    "skip": ("条件不成立时跳过", "skip, when the condition does not hold"),
    "lapse": ("逾期后继续", "time out, and go on"),
    "expire": ("逾期驳回", "time out, which rejects"),
    "cancel": ("逾期取消", "time out, which cancels"),
}


class Way(TypedDict):
    """A way for a program: from which step (`` for the start), by what, where to, at which line of the flow, and in words."""

    step: str
    trigger: str
    target: str
    line: int
    zh: str
    en: str


def owed(definition: Definition) -> tuple[Edge, ...]:
    """The edges that the cases of a flow must walk together, in the order of the flow.

    Handing in, approve, reject, return; skip where there is a `when`; lateness where it leads somewhere (an escalation does not).
    """
    order = {step.place: n for n, step in enumerate(all_places(definition.steps))}
    wanted = (Edge(one.trigger, one.source, one.target) for one in definition.edges if _is_owed(definition, one))
    return tuple(sorted(dict.fromkeys(wanted), key=lambda one: order.get(one.source, -1)))


def walked(events: Iterable[e.Event]) -> Iterator[Edge]:
    """Every edge that a run of the item took."""
    standing: dict[int, str] = {}
    for fact in (fact for one in events for fact in one.facts):
        if isinstance(fact, e.Started):
            standing[0] = places.START
        elif isinstance(fact, e.Forked):
            standing[fact.run] = fact.place
        elif isinstance(fact, e.Moved):
            yield Edge(fact.trigger, standing[fact.run], fact.place)
            standing[fact.run] = fact.place


def described(definition: Definition, edge: Edge) -> Way:
    """A way as people would say it."""
    step = definition.places.get(edge.source)
    zh, en = _said(definition, edge)
    return Way(
        step=_path(definition, edge.source) if step is not None else "", trigger=edge.trigger.partition(">")[0], target=edge.target,
        line=step.line if step is not None else 0, zh=zh, en=en,
    )  # fmt: skip


def _is_owed(definition: Definition, edge: Edge) -> bool:
    step = definition.places.get(edge.source)
    word = edge.trigger.partition(">")[0]
    if word == "resubmit":
        return any(one.target == places.RETURNED for one in definition.edges)
    if word == "reject" and step is not None and step.body:
        return any(_rejects(definition, one, step) for one in definition.edges)
    if word in _ALWAYS:
        return True
    if step is None:
        return False
    if word == "skip":
        return step.when is not None
    return step.due is not None and _LATE.get(word) in _endings(step)


def _endings(step: Step) -> set[str]:
    return {rung.then for rung in step.late} if isinstance(step.late, tuple) else {step.late}


def _rejects(definition: Definition, edge: Edge, around: Step) -> bool:
    """Whether a way of something inside a step ends its thread as rejected, which rejects the step."""
    inner = edge.source != around.place and places.inside(edge.source, around.place)
    return inner and edge.target == places.REJECTED and _is_owed(definition, edge)


def _said(definition: Definition, edge: Edge) -> tuple[str, str]:
    word, _, onward = edge.trigger.partition(">")
    zh, en = _place(definition, edge.target)
    if word == "approve":
        return _approved(definition.places[edge.source])
    if word == "reject" and edge.target not in (places.DONE, places.REJECTED):
        return f"驳回后仍继续到{zh}", f"reject, and on to {en}"
    if word == "reject" and definition.places[edge.source].kind == "do":
        return "冻结不到，系统驳回", "a hold cannot be had, so the system rejects"
    if word == "resubmit" and onward:
        word = "straight"
    said_zh, said_en = _WORDS[word]
    return said_zh.format(to=zh), said_en.format(to=en)


def _approved(step: Step) -> tuple[str, str]:
    if step.kind in ("do", "draw", "rank"):
        return "做完", "done"
    if step.kind == "collect":
        return "收齐或到期", "enough answers, or time is up"
    return ("通过", "approve") if not step.body else ("里面都通过", "all inside approve")


def _place(definition: Definition, place: str) -> tuple[str, str]:
    name = definition.places[place].name if place in definition.places else ""
    return (f"“{name}”", f"“{name}”") if name else _ENDS.get(place, (place, place))


def _path(definition: Definition, place: str) -> str:
    """The step's names from the outside in; the row of an `each` is said once."""
    parts: list[str] = []
    whole = ""
    for part in place.split("/"):
        whole = f"{whole}/{part}" if whole else part
        parts.append("各" if part == places.ROW else definition.places[whole].name)
    return "/".join(parts)
