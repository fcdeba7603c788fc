"""Answers to open `collect`s in a round: streams of their own beside the item, which is only guarded. What an answer is, verbs.answer says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from workflow.decide import Apart
from workflow.domain import ids
from workflow.domain.command import SYSTEM, Command
from workflow.domain.event import Deed
from workflow.journal import chain
from workflow.store.commit import Batch, FileRow, GuardRow
from workflow.talk.values import files_in


@dataclass(slots=True)
class Answering:
    """One person's stream as the round changes it. `version` and `head` are those of its row; `guarded`: the item, at its row's version."""

    version: int
    head: bytes
    guarded: tuple[str, int] = ("", 0)
    deeds: list[Deed] = field(default_factory=list)


@dataclass(slots=True)
class Streams:
    """The streams of a round, by id, and who is to count in it: one command a step, however many answers ask for it."""

    known: dict[str, Answering] = field(default_factory=dict)
    _causes: dict[tuple[str, str, int], str] = field(default_factory=dict)

    def lacking(self, streams: Iterable[str]) -> list[str]:
        """Those that are not at hand."""
        return [one for one in dict.fromkeys(streams) if one and one not in self.known]

    def keep(self, streams: Iterable[str], found: dict[str, tuple[int, bytes]]) -> None:
        """Take these in, as they stand; what was not found has no answer yet."""
        for one in streams:
            self.known[one] = Answering(*found.get(one, (0, chain.NOTHING)))

    def take(self, apart: Apart, item: str, version: int, tenant: str) -> Command | None:
        """Add an answer, good while its item is at `version`; a command to count, where there may be enough."""
        given = apart.given
        stream = self.known[given.deed.stream]
        stream.guarded = (item, version)
        stream.deeds.append(given.deed)
        if not given.near:
            return None
        cause = self._causes.setdefault((item, given.path, given.round), given.deed.command)
        args = {"run": [given.run, given.round]}
        return Command(ids.order(item, cause, "tally"), tenant, item, "tally", SYSTEM, SYSTEM, args)


def write(batch: Batch, group: int, answering: Answering) -> None:
    """What a stream gets, as rows: every answer given, the last of them as the one that counts."""
    item, version = answering.guarded
    *earlier, last = answering.deeds
    batch.put_answer(group, last, answering.version, answering.head, earlier=earlier)
    batch.guards.append(GuardRow(group, item, version))
    for deed in answering.deeds:
        values = dict(deed.facts)["values"]
        batch.files += [FileRow(group, item, file) for _, value in values for file in files_in(value)]
