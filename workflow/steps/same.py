"""When two submissions are the same: a keyed MAC over what they answer to some fields. Not here: joining them (verbs.join)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

import msgspec

from workflow.domain.definition import Merge
from workflow.domain.effect import Merge as Open
from workflow.domain.item import Value
from workflow.steps.draft import Draft, Needs, WantingError
from workflow.steps.environment import Scene

_ENCODER = msgspec.json.Encoder(order="sorted")


def mac_of(draft: Draft, merge: Merge, values: Mapping[str, Value]) -> bytes:
    """32 bytes that are the same for the same answers (words as they were written, not sealed) to the same form of the flow:
    whatever else a new version changes, what was handed in under the old one fits it.

    Without the tenant's key nobody can try out what they stand for; with their window they are forgotten.
    """
    said = [[name, _plain(values.get(name))] for name in merge.same]
    form = hashlib.sha256(_ENCODER.encode(draft.definition.start.form)).hexdigest()
    return draft.world.secret(f"merge\n{draft.definition.flow}\n{form}\n{_ENCODER.encode(said).decode()}")


def twin(draft: Draft, mac: bytes) -> str:
    """The open item that is the same, or ``."""
    key = draft.definition.flow, mac
    if key not in draft.world.merges:
        raise WantingError(Needs(merges=(key,)))
    return draft.world.merges[key]


def keep_open(draft: Draft, merge: Merge, mac: bytes) -> None:
    """From now on, and as long as the window lasts, the same joins this item."""
    until: datetime = Scene(draft).shift(draft.now, merge.last, 1)
    draft.effects.append(Open(draft.definition.flow, mac, until))


def _plain(value: Value) -> Value:
    """Words without the differences that nobody means: blanks and capital letters."""
    if isinstance(value, str):
        return " ".join(value.split()).casefold()
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value
