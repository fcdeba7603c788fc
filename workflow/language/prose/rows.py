"""A draw and a ranking in words: which rows, how many, by what. Not here: when the step comes (step)."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.domain import tree
from workflow.domain.definition import Step
from workflow.language.prose.values import Pen, number


def taken(pen: Pen, step: Step) -> Iterator[str]:
    """What a step does that takes its rows from a list."""
    rows = ".".join(step.own["of"].parts)
    if step.kind == "draw":
        need = step.need if step.need is not None else tree.Number((0, 0), 1)
        yield pen.say("step.draw", rows=rows, need=_many(pen, need)) + (pen.say("default") if _one(need) else "")
        if "spread" in step.own:
            yield pen.say("draw.spread", column=step.own["spread"])
        yield pen.say("draw.seed")
        return
    yield pen.say("step.rank", rows=rows, score=pen.value(step.own["score"].tree))
    within = step.own.get("within")
    if step.need is not None:
        yield pen.say("rank.need", need=_many(pen, step.need))
    if within is not None:
        yield pen.say("rank.within", condition=pen.condition(within))
    if step.need is None and within is None:
        yield pen.say("rank.all") + pen.say("default")


def _many(pen: Pen, need: tree.Need) -> str:
    match need:
        case tree.Everyone() | tree.InOrder():
            return pen.say("rows.all")
        case tree.Number(percent=True):
            return pen.say("rows.percent", need=pen.value(need))
        case tree.Number(value=value):
            return pen.say("rows.number", need=number(value))
        case tree.NeedChoose():
            return pen.say(
                "rows.if",
                condition=pen.condition(need.condition),
                then=_many(pen, need.then),
                otherwise=_many(pen, need.otherwise),
            )
    return pen.say("rows.number", need=pen.value(need))


def _one(need: tree.Need) -> bool:
    return isinstance(need, tree.Number) and need.value == 1 and not need.percent
