"""What is kept apart from items, brought where a decision or a view wants it: answers to a `collect`, items of a `run`, how many there are, sums, words."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.domain.effect import Count, Effect
from workflow.domain.item import Line
from workflow.engine import children
from workflow.engine.children import Key
from workflow.engine.definitions import Definitions
from workflow.steps.draft import Needs
from workflow.store import answers, ledger, listings
from workflow.store.pool import Session


async def bring(
    session: Session, definitions: Definitions, tenant: str, needs: Needs, rows: dict[Key, tuple[Line, ...]],
    counts: dict[Key, int], times: dict[Key, int] | None = None,
) -> None:  # fmt: skip
    """Add the rows, and the numbers of rows, that were wanted. `times`: how often somebody had answered when they were read."""
    for key in needs.rows:
        if times is not None:  # first: who answers in between is missed by the rows, and found out
            times[key] = await answers.times(session, tenant, *key)
        found = await answers.rows(session, tenant, *key)
        rows[key] = found or await children.rows(session, definitions, tenant, key)
    for key in needs.counts:
        counts[key] = await answers.count(session, tenant, *key)


async def bring_sums(
    session: Session, tenant: str, needs: Needs, sums: dict[tuple[str, str, str], dict[str, int]]
) -> None:
    """Add what units counted."""
    for since, until in dict.fromkeys((key[1], key[2]) for key in needs.sums):
        names = [name for name, *days in needs.sums if (since, until) == tuple(days)]
        sums.update({(name, since, until): {} for name in names})
        for one in await ledger.counted(session, tenant, names, since, until):
            sums[one.name, since, until][one.unit] = one.n


async def bring_words(session: Session, tenant: str, needs: Needs, words: dict[str, str | None]) -> None:
    """Add people's words; None: they were erased."""
    if needs.words:
        found = await listings.contents(session, tenant, list(needs.words))
        words.update({one: found.get(one) for one in needs.words})


def count(sums: dict[tuple[str, str, str], dict[str, int]], effects: Iterable[Effect]) -> None:
    """What a decision counted is there for the next of its round."""
    for effect in effects if sums else ():
        if isinstance(effect, Count):
            for (name, since, until), found in sums.items():
                if name == effect.name and since <= effect.period <= until:
                    found[effect.unit] = found.get(effect.unit, 0) + effect.n
