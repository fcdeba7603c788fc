"""`guankou replay`: past items of the store through a changed flow, and what would differ: paths, reviewers, waiting times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Literal

from workflow.cli import printing
from workflow.cli.house import House, with_house
from workflow.cli.rehearsing import Unfit
from workflow.cli.sources import UNREADABLE, flows_beside, read
from workflow.cli.tongue import say
from workflow.cli.trouble import Stop
from workflow.domain.definition import Definition
from workflow.domain.event import Resulted
from workflow.journal import canonical
from workflow.language.compile import compile_flow
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import Organisation
from workflow.rehearsal.past import Course, Replayed, replay
from workflow.rehearsal.words import STATE_WORDS
from workflow.steps.environment import RESULTS
from workflow.store import answers, listings
from workflow.store.tenants import Tenant

UNNOTICED: Final = timedelta(minutes=1)
"""A difference of times that is not worth a line."""

Output = Literal["text", "json"]


def past(flow: Path, items: int, tenant: str, output: Output) -> int:
    """0: nothing would differ; 1: something would; 2: the flow cannot be read."""
    return with_house(_past, flow=flow, items=items, tenant=tenant, output=output)


async def _past(house: House, *, flow: Path, items: int, tenant: str, output: Output) -> int:
    chosen = await house.tenant(tenant)
    organisation = await house.organisation(chosen.id)
    definition = _compiled(flow, organisation)
    lifecycle = Lifecycle(definition)
    listed = await listings.of_flow(house.database, chosen.id, definition.flow, items)
    if not listed:
        raise Stop(
            say(f"没有流程“{definition.flow}”的事项。", f"There is no item of the flow “{definition.flow}”."),
            say("流程的名称（flow:）要与过去的一样。", "The flow's name (flow:) must be that of the past."),
        )
    found: list[tuple[str, Replayed]] = []
    with printing.progress(say("事项", "items")) as step:
        for done, (item, code) in enumerate(listed, 1):
            found.append((code, await _one(house, chosen, item, definition, lifecycle, organisation)))
            step(len(listed), done)
    if output == "json":
        printing.json([_value(code, one, organisation) for code, one in found])
    else:
        _tell(found, organisation)
    return int(any(one.differs for _, one in found))


async def _one(
    house: House, tenant: Tenant, item: str, definition: Definition, lifecycle: Lifecycle, organisation: Organisation
) -> Replayed:
    rows = await listings.events(house.database, tenant.id, item)
    events = tuple(canonical.event(row.body) for row in rows)
    results = [fact for event in events for fact in event.facts if isinstance(fact, Resulted) and fact.result.apart]
    apart = {
        (one.path, one.result.round): await answers.rows(house.database, tenant.id, item, one.path, one.result.round)
        for one in results
    }
    return replay(definition, lifecycle, organisation, events, apart)


def _compiled(path: Path, organisation: Organisation) -> Definition:
    (source, *others) = read([path])
    if others or source.kind != "flow":
        raise Stop(
            say(f"{path} 不是一个流程文件。", f"{path} is not one flow's file."), say("给出改过的流程。", "Name the changed flow."), UNREADABLE,
        )  # fmt: skip
    found = compile_flow(source.text, source.name, organisation=organisation, neighbours=flows_beside(path))
    if found.definition is None:
        raise Unfit(path, source.text, found.findings)
    return found.definition


# ------------------------------------------------------------------------------------------------ told


def _tell(found: list[tuple[str, Replayed]], organisation: Organisation) -> None:
    differing = [(code, one) for code, one in found if one.differs]
    for code, one in differing:
        printing.line(f"{code}  {_ended(one)}", "bold")
        for line in _differences(one, organisation):
            printing.line(f"  {line}")
    rest = len(found) - len(differing)
    printing.line(
        say(
            f"{len(found)} 件事项重走了一遍：{len(differing)} 件会不一样，{rest} 件不变。",
            f"{len(found)} items replayed: {len(differing)} would differ, {rest} would not.",
        ),
        "yellow" if differing else "green",
    )


def _ended(one: Replayed) -> str:
    was, would = (say(STATE_WORDS.get(state, state), state) for state in (one.was.state, one.would.state))
    return was if was == would else f"{was} → {would}"


def _differences(one: Replayed, organisation: Organisation) -> Iterator[str]:
    for path in dict.fromkeys((*one.was.results, *one.would.results)):
        was, would = _came_to(one.was, path), _came_to(one.would, path)
        if was != would:
            yield f"{path}{say('：', ': ')}{was} → {would}"
        elif path in one.was.results and (change := _waiting(one, path)):
            yield f"{path}{say('：', ': ')}{change}"
    for step in dict.fromkeys((*one.was.asked, *one.would.asked)):
        before, after = one.was.asked.get(step, ()), one.would.asked.get(step, ())
        if before != after:
            yield (
                say(f"{step} 要办的人：", f"{step} asks: ")
                + f"{_named(before, organisation)} → {_named(after, organisation)}"
            )
    if one.unasked:
        given = "、".join(f"{step} {_named((who,), organisation)}" for step, who in one.unasked)
        yield say(f"不再要的意见：{given}", f"votes that nobody would ask for: {given}")
    if one.assumed:
        taken = "、".join(f"{step} {_named((who,), organisation)}" for step, who in one.assumed)
        yield say(f"当年没有问过，按通过算：{taken}", f"never asked then, taken as approved: {taken}")
    if one.lacking:
        yield say("缺的字段：", "fields it lacks: ") + "、".join(one.lacking)
    if abs(one.was.lasted - one.would.lasted) > UNNOTICED:
        yield say("总共：", "in all: ") + f"{_span(one.was.lasted)} → {_span(one.would.lasted)}"


def _came_to(course: Course, path: str) -> str:
    result = course.results.get(path)
    return say("没有这一步", "not there") if result is None else say(RESULTS[result.result], result.result)


def _waiting(one: Replayed, path: str) -> str:
    was, would = one.was.waited(path), one.would.waited(path)
    return "" if abs(was - would) <= UNNOTICED else say("等了 ", "waited ") + f"{_span(was)} → {_span(would)}"


def _span(lasted: timedelta) -> str:
    hours, minutes = divmod(int(lasted.total_seconds()) // 60, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, say("天", "d")), (hours, say("小时", "h")), (minutes, say("分", "min"))]
    said = [f"{many}{unit}" for many, unit in parts if many]
    return " ".join(said[:2]) or say("不到一分钟", "under a minute")


def _named(people: tuple[str, ...], organisation: Organisation) -> str:
    """In the organisation's order; who is not in it any more comes last, by id."""
    known = [one.name for one in organisation.people if one.id in people]
    gone = [one for one in people if organisation.person(one) is None]
    return "、".join((*known, *gone)) or say("没有人", "nobody")


def _value(code: str, one: Replayed, organisation: Organisation) -> dict[str, Any]:
    return {
        "item": code, "differs": one.differs, "was": _course(one.was, organisation), "would": _course(one.would, organisation),
        "assumed": [{"step": step, "person": _named((who,), organisation)} for step, who in one.assumed],
        "unasked": [{"step": step, "person": _named((who,), organisation)} for step, who in one.unasked],
        "lacking": list(one.lacking),
    }  # fmt: skip


def _course(course: Course, organisation: Organisation) -> dict[str, Any]:
    return {
        "state": course.state, "seconds": int(course.lasted.total_seconds()),
        "steps": [
            {
                "step": path, "result": one.result, "seconds": int((one.ended - one.began).total_seconds()),
                "doers": [_named((who,), organisation) for who in one.doers],
            }
            for path, one in course.results.items()
        ],
        "asked": {step: [_named((who,), organisation) for who in people] for step, people in course.asked.items()},
    }  # fmt: skip
