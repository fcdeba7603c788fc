"""The places every flow has besides its own steps. A run stands at one place of its flow's machine."""

from __future__ import annotations

START = "start"
RETURNED = "returned"
SUSPENDED = "suspended"
DONE = "done"
REJECTED = "rejected"
CANCELLED = "cancelled"
WITHDRAWN = "withdrawn"
TERMINATED = "terminated"

ENDS = frozenset({DONE, REJECTED, CANCELLED, WITHDRAWN, TERMINATED})
RESERVED = ENDS | {START, RETURNED, SUSPENDED}

SUBMITTER = "submitter"
"""A return's target when it goes to who handed the item in (提交人)."""

ROW = "各"
"""The last part of the place where one row of an `each` stands."""


def inside(place: str, step: str) -> bool:
    """Whether `place` is `step` itself or lies within it."""
    return place == step or place.startswith(step + "/")
