"""What can be seen of an item on the stage, in the words of `expect`. Not here: comparing it with what is expected."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final
from zoneinfo import ZoneInfo

from workflow.domain import event as e
from workflow.domain.definition import Definition
from workflow.grammars.render import say
from workflow.grammars.values import lift
from workflow.rehearsal.children import ran
from workflow.rehearsal.purse import standing
from workflow.rehearsal.stage import Stage


def seen(stage: Stage, word: str) -> Any:
    """A tuple, a truth, a word or a mapping, as `cases.Expected.value` holds it."""
    return _SEEN[word](stage)


def standing_at(stage: Stage, word: str, written: Iterable[str]) -> dict[str, str]:
    """What these accounts have (`balances`), or what is held of them (`held`); they stand as a case writes them."""
    return {one: standing(stage.house, stage.given, stage.counters, word, one) for one in written}


def informed(stage: Stage, what: str, *, ever: bool = False) -> tuple[str, ...]:
    """Who was informed of something, by the last line or ever."""
    facts = [fact for one in (stage.events if ever else stage.recent) for fact in one.facts]
    return tuple(
        sorted({who for fact in facts if isinstance(fact, e.Informed) and fact.what == what for who in fact.to})
    )


def name_of(definition: Definition, place: str) -> str:
    """What a step is called; a reserved place by its own word."""
    return definition.places[place].name if place in definition.places else place


def _at(stage: Stage) -> tuple[str, ...]:
    return tuple(sorted({name_of(stage.definition, run.place) for run in stage.standing()}))


def _names(stage: Stage) -> dict[str, str]:
    zone = ZoneInfo(stage.house.time_zone)
    names = stage.item.names if stage.item is not None else {}
    return {
        name: say(lift(kept["value"], kept["type"]) if isinstance(kept, dict) else kept, zone)
        for name, kept in names.items()
    }


def _live(stage: Stage) -> str:
    """How the live step stands that is on now."""
    for run in stage.runs():
        step = stage.definition.places.get(run.place)
        if step is not None and "stop" in step.own and run.state == "open":
            watch = run.watch
            if watch is None or watch.stopped is None:
                return "on"
            return "unconfirmed" if watch.cuts or watch.lost else "cut" if watch.called else "off"
    return "none"


def _joined(stage: Stage) -> tuple[str, ...]:
    """Who handed in the same again."""
    facts = [fact for one in stage.events for fact in one.facts]
    return tuple(sorted({fact.person for fact in facts if isinstance(fact, e.Merged)}))


def _noticed(stage: Stage) -> tuple[str, ...]:
    """Which rules over many items became true with this one."""
    facts = [fact for one in stage.events for fact in one.facts]
    return tuple(sorted({fact.rule for fact in facts if isinstance(fact, e.Noticed)}))


_SEEN: Final[dict[str, Callable[[Stage], Any]]] = {
    "at": _at,
    "waiting": lambda stage: tuple(sorted({task.person for _, task in stage.owed()})),
    "reminded": lambda stage: informed(stage, "remind"),
    "escalated": lambda stage: bool(informed(stage, "escalate")),
    "told": lambda stage: informed(stage, "tell"),
    "state": lambda stage: stage.item.state if stage.item is not None else "start",
    "published": lambda stage: informed(stage, "publish", ever=True),
    "names": _names,
    "ran": ran,
    "reported": lambda stage: informed(stage, "report"),
    "called": lambda stage: informed(stage, "webhook", ever=True),
    "live": _live,
    "joined": _joined,
    "noticed": _noticed,
    "counted": lambda stage: {name: str(n) for name, n in stage.counts.items()},
    "results": lambda stage: {path: one.result for path, one in stage.item.results.items()} if stage.item is not None else {},
}  # fmt: skip
