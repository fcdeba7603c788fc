"""One item under way on the real decision core: the clock that only moves when told, and every command decided at once. Not here: what cases say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from workflow.decide import Apart, Decision, decide, decision_of, gather, wake_first
from workflow.domain.command import SYSTEM, Command, Refused
from workflow.domain.effect import Add, Count, Merge, Order, Window
from workflow.domain.fold import unborn
from workflow.rehearsal.purse import opening, with_row
from workflow.rehearsal.setting import ITEM, Setting
from workflow.steps.draft import Draft, Ended, Look, Needs, WantingError, World
from workflow.verbs.join import MERGED


class PastError(Exception):
    """A jump to a moment that lies behind."""


def looked_back(ended: list[tuple[Window, str]], look: Look) -> tuple[Ended, ...]:
    """What a rule kept of the items that ended, the newest first."""
    rows = [
        Ended(item, one.at, one.body)
        for one, item in ended
        if (one.flow, one.rule, one.key) == look[:3] and (look.since is None or one.at >= look.since)
    ]
    return tuple(sorted(rows, key=lambda row: (row.at, row.item), reverse=True)[: look.most])


class Stage(Setting):
    """The same, and what happens to it: commands, and time."""

    def command(self, verb: str, actor: str, args: Mapping[str, Any] | None = None) -> Decision | Apart | Refused:
        """One command, decided until the world has all it needs; what was due comes first."""
        command = self.asked(verb, actor, args or {})
        if actor != SYSTEM:
            self.recent = []
        if self.item is not None and wake_first(self.item, command, self.now):
            self.command("wake", SYSTEM)
        return self._settled(command.id, lambda world: self._gathered(command, world))

    def decided(self, verb: str, actor: str, apply: Callable[[Draft], None]) -> Decision | Refused:
        """What `apply` writes into a draft, as one decision: for what no command says. Raises what `apply` raises."""
        command = self.asked(verb, actor, {})

        def ask(world: World) -> Decision | Needs:
            draft = Draft(self.definition, self.lifecycle, self.item or unborn("t", ITEM, self.now), command, world)
            try:
                apply(draft)
            except WantingError as wanting:
                return wanting.needs
            return Needs(counters=tuple(draft.lacks)) if draft.lacks else decision_of(draft)

        found = self._settled(command.id, ask)
        assert not isinstance(found, Apart), "a draft is an event of the item"  # noqa: S101
        return found

    def _gathered(self, command: Command, world: World) -> Decision | Apart | Refused | Needs:
        """The decision; or an answer that stands apart from the item."""
        found = gather(self.definition, self.lifecycle, self.item, command, world) if self.item is not None else None
        if found is not None:
            return found
        again = self.item is not None and command.verb == "submit"  # somebody hands in the same, or something else
        decided = decide(self.definition, self.lifecycle, None if again else self.item, command, world)
        if not again:
            return decided
        if isinstance(decided, Refused) and decided.reason == MERGED:
            return decide(self.definition, self.lifecycle, self.item, replace(command, verb="join"), world)
        return decided if isinstance(decided, Needs | Refused) else Refused("another")

    def _settled(
        self, id_: str, ask: Callable[[World], Decision | Apart | Refused | Needs]
    ) -> Decision | Apart | Refused:
        """Asked until the world has all it needs; what comes of it stands on the stage."""
        involved: dict[tuple[str, str], bool] = {}
        merges: dict[tuple[str, bytes], str] = {}
        windows: dict[Look, tuple[Ended, ...]] = {}
        while True:
            world = self.at_hand(id_, involved)
            world.merges, world.windows = merges, windows
            found = ask(world)
            if not isinstance(found, Needs):
                break
            self.counters |= {key: opening(self.house, self.given, key[0]) for key in found.counters}
            involved |= {pair: self.involved(pair[1]) for pair in found.involved}
            open_ = self.item is not None and self.item.ended is None
            merges |= {key: ITEM if open_ and self.merges.get(key, self.now) > self.now else "" for key in found.merges}
            windows |= {look: looked_back(self.ended, look) for look in found.windows}
            self.apart = {**dict.fromkeys((*found.rows, *found.counts), ()), **self.apart}
        if isinstance(found, Apart):
            given = found.given
            key = (ITEM, given.path, given.round)
            others = tuple(one for one in self.apart.get(key, ()) if one.origin != given.line.origin)
            self.apart[key] = (*others, given.line)
            if given.near:
                self.command("tally", SYSTEM, {"run": [given.run, given.round]})
        if isinstance(found, Decision):
            self._followed(found, world)
        return found

    def _followed(self, found: Decision, world: World) -> None:
        """What a decision leaves behind."""
        self.item, self.counters = found.item, world.counters
        self.events.append(found.event)
        self.recent.append(found.event)
        self.words |= {one.commitment: one.body.decode() for one in found.contents}
        for effect in found.effects:
            if isinstance(effect, Count):
                self.counts[effect.name] = self.counts.get(effect.name, 0) + effect.n
                self.counted.append(effect)
            elif isinstance(effect, Order) and effect.command.verb == "submit":
                self.children[effect.command.item] = effect.command
            elif isinstance(effect, Add):
                self.house = with_row(self.house, effect)
            elif isinstance(effect, Merge):
                self.merges[effect.flow, effect.mac] = effect.until
            elif isinstance(effect, Window):
                self.ended.append((effect, ITEM))
        if any(isinstance(one, Order) and one.command.verb == "watch" for one in found.effects):
            self.command("watch", SYSTEM)

    # ------------------------------------------------------------------------------------------- time

    def until(self, to: datetime) -> None:
        """Let time pass to a moment and one second more; every moment on the way fires when it comes. Raises PastError."""
        if to < self.now:
            raise PastError
        self.recent = []
        while self.item is not None and (at := self.item.next_at) is not None and at <= to:
            self.now = max(self.now, at)
            self.command("wake", SYSTEM)
        self.now = to + timedelta(seconds=1)
