"""What begins by itself, what is a duplicate, and rules over many items, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from workflow.domain import tree
from workflow.domain.definition import Definition, Start, Watch
from workflow.language.prose.deeds import deeds
from workflow.language.prose.step import Rule, sentences_of
from workflow.language.prose.values import Pen
from workflow.language.prose.words import listed
from workflow.steps.windows import WINDOW


def by_itself(pen: Pen, start: Start) -> Iterator[Rule]:
    """`at`, `each`, `where` and `with`."""
    if start.at is None:
        return
    said = [pen.say("start.at", when=recurs(pen, start.at))]
    if start.each is not None:
        said.append(pen.say("start.each", rows=pen.reference(start.each)))
    if start.where is not None:
        said.append(pen.say("start.where", condition=pen.condition(start.where)))
    if start.values:
        values = [pen.say("start.with.one", name=name, value=pen.value(value)) for name, value in start.values]
        said.append(pen.say("start.with", values=listed(pen.language, values)))
    yield Rule(sentences_of(pen, said))


def unit_of(pen: Pen, start: Start) -> str:
    """Which unit an item belongs to."""
    if start.unit is not None:
        return pen.say("start.unit.named", unit=pen.value(start.unit))
    if not start.by_people:
        return pen.say("start.unit.top") + pen.say("default")
    return pen.say("start.unit.anyone" if start.anyone else "start.unit") + pen.say("default")


def duplicates(pen: Pen, start: Start) -> Iterator[Rule]:
    """`merge`."""
    if start.merge is not None:
        fields, last = listed(pen.language, start.merge.same), pen.duration(start.merge.last)
        yield Rule(sentences_of(pen, [pen.say("start.merge", fields=fields, last=last)]))


def recurs(pen: Pen, at: tree.Recurrence) -> str:
    """`每季度第 5 个工作日 09:00`."""
    if at.clock is not None:
        clock = pen.say("clock", clock=f"{at.clock[0]:02}:{at.clock[1]:02}")
    else:
        clock = "" if at.duration is not None else pen.say("clock.none")
    facts: dict[str, Any] = {"clock": clock}
    if at.duration is not None:
        facts["duration"] = pen.duration(at.duration)
    if at.days:
        facts["days"] = listed(pen.language, [pen.say(f"weekday.{day}") for day in at.days])
    if at.nth is not None:
        facts["nth"] = pen.say(f"nth.{at.nth.which}", n=at.nth.n)
        facts["month"] = (
            pen.say("recur.month.of_year" if at.every == "year" else "recur.month.n", n=at.month) if at.month else ""
        )
    return pen.say(f"recur.{at.every}", **facts)


def watched(pen: Pen, definition: Definition) -> Iterator[Rule]:
    """Each rule, and what it does."""
    for rule in definition.watch:
        per = pen.say("watch.per", per=pen.value(rule.per)) if rule.per is not None else ""
        condition = pen.condition(_as_written(rule.when, rule))
        yield Rule(pen.say("watch", name=rule.name, last=_last(pen, rule.last), per=per, condition=condition))
        for said in deeds(pen, definition, rule.actions):
            yield Rule(said, item=True)


def _last(pen: Pen, last: tree.Last) -> str:
    if last.count:
        return pen.say("window.count", n=last.count)
    if last.duration is not None:
        return pen.say("window.duration", duration=pen.duration(last.duration))
    return pen.say("window.before" if last.before else "window.this", period=pen.say(f"period.{last.period}"))


def _as_written(value: Any, rule: Watch) -> Any:
    """The condition with what stands in its functions, as the flow says it."""
    if isinstance(value, tree.Ref):
        return rule.columns[int(value.parts[1])] if value.parts[0] == WINDOW else value
    if isinstance(value, tree.Node):
        held = {name: _as_written(getattr(value, name), rule) for name in value.__struct_fields__ if name != "span"}
        return msgspec.structs.replace(value, **held)
    if isinstance(value, tuple):
        return tuple(_as_written(one, rule) for one in value)
    return value
