"""`review` 审核: people approve, reject or return."""

from __future__ import annotations

from workflow.steps.kinds.kind import VOTED, Kind, way_out
from workflow.steps.votes import open_for_votes, restaff, weigh

REVIEW = Kind(
    "review", "actors", open_for_votes, weigh, way_out, keys={"need": "need", "weight": "weight"}, free=frozenset({"weight"}), common=VOTED, votes=True, hurried=True,
    restaff=restaff,
)  # fmt: skip
