"""PURE: what each fact does to a live step's watch (`item.Watch`). The fold of whole items is fold.py's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace

from workflow.domain import event as e
from workflow.domain.item import Run, Watch


def watch_of(run: Run, at: datetime) -> Watch:
    """How it stands; a step that nobody has touched yet is on the air since it opened."""
    return run.watch if run.watch is not None else Watch(run.opened_at or at)


def cleared(run: Run, at: datetime, fact: e.Cleared) -> Run:
    """报平安: what was missed in a row is over."""
    return replace(run, watch=replace(watch_of(run, at), cleared=at, silent=0), moments=fact.moments)


def missed(run: Run, at: datetime, fact: e.Missed) -> Run:
    """漏报."""
    watch = watch_of(run, at)
    return replace(run, watch=replace(watch, missed=watch.missed + 1, silent=watch.silent + 1), moments=fact.moments)


def stopped(run: Run, at: datetime, fact: e.Stopped, version: int) -> Run:
    """停播: off the air since now. Nobody owes an all-clear until it is on again."""
    watch = watch_of(run, at)
    after = replace(
        watch, stops=watch.stops + 1, silent=0, stopped=at, by=fact.person, version=version, cuts=fact.hooks, lost=(),
        called=len(fact.hooks), agreed=(),
    )  # fmt: skip
    return replace(run, watch=after, moments=fact.moments)


def confirmed(run: Run, at: datetime, fact: e.Confirmed) -> Run:
    """Whether a webhook of the stop arrived is known now."""
    watch = watch_of(run, at)
    others = tuple(one for one in watch.lost if one != fact.deed)
    lost = others if fact.arrived else (*others, fact.deed)
    return replace(run, watch=replace(watch, cuts=tuple(one for one in watch.cuts if one != fact.deed), lost=lost))


def agreed(run: Run, at: datetime, fact: e.Agreed) -> Run:
    """Somebody wants to go on."""
    watch = watch_of(run, at)
    return replace(run, watch=replace(watch, agreed=(*watch.agreed, fact.person)))


def restarted(run: Run, at: datetime, fact: e.Restarted) -> Run:
    """复播: on the air again, and the all-clear is owed from now on."""
    after = replace(
        watch_of(run, at), cleared=at, silent=0, stopped=None, by="", version=0, cuts=(), lost=(), called=0, agreed=()
    )
    return replace(run, watch=after, moments=fact.moments)


APPLY: Final[Mapping[type, Callable[[Run, datetime, Any], Run]]] = {
    e.Cleared: cleared, e.Missed: missed, e.Confirmed: confirmed, e.Agreed: agreed, e.Restarted: restarted,
}  # fmt: skip
"""What needs nothing but the run; a stop also notes its event's version."""
