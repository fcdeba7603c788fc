"""What stands in the streams of persons and of the administration because of a batch: who was refused what, what was set apart."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Final

from workflow.domain.command import SYSTEM, Command, Refused
from workflow.domain.event import Deed
from workflow.engine.pieces import Piece
from workflow.engine.round import Round
from workflow.store import ids

REPEAT_SECONDS: Final = 60.0
"""The same refusal of the same person within this time is not written down again."""


class Refusals:
    """Those of this process; it remembers the last minute's, so that nobody fills the log by insisting."""

    def __init__(self) -> None:
        self._lately: dict[tuple[str, str, str, str], float] = {}

    def deeds(self, round_: Round, pieces: Sequence[Piece]) -> dict[str, list[Deed]]:
        """What stands in streams besides items: who was refused what, and what was set apart; by stream."""
        deeds: dict[str, list[Deed]] = {}
        said: set[tuple[str, ...]] = set()
        for piece in pieces:
            command, refused = piece.command, piece.outcome
            if not isinstance(refused, Refused) or command is None:
                continue
            if piece.alerts:
                stream = ids.administration(round_.tenant)
            elif command.actor != SYSTEM and round_.organisation.person(command.actor) is not None:
                stream = command.actor
                what = (stream, command.item, command.verb, refused.reason)
                if what in said or monotonic() - self._lately.get(what, -REPEAT_SECONDS) < REPEAT_SECONDS:
                    continue
                said.add(what)
            else:
                continue
            piece.stream = stream
            facts = (("reason", refused.reason), ("item", command.item))
            deeds.setdefault(stream, []).append(
                Deed(stream, 0, round_.now, piece.entry.id, command.verb, command.actor, command.network, facts)
            )
        return deeds

    def written(self, command: Command, refused: Refused) -> None:
        """It stands there now: the same is not written again soon."""
        now = monotonic()
        if len(self._lately) > 10_000:
            self._lately = {what: at for what, at in self._lately.items() if now - at < REPEAT_SECONDS}
        self._lately[command.actor, command.item, command.verb, refused.reason] = now
