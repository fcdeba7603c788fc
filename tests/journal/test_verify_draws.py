"""An audit repeats every draw: another seed, another choice and a draw that was never committed to are found, whoever chained them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from tests.journal.test_verify import AT, DIGEST
from workflow.domain import event as e
from workflow.domain import lots
from workflow.journal import canonical, chain
from workflow.journal.verify import Refold, Row

SECRET = bytes(range(32))
POOL = tuple((f"名单/{n}", "") for n in range(1, 9))
SEED = lots.seed(SECRET, 1)
DRAWN = e.Drawn(0, "抽", "抽", 1, SEED, POOL, lots.draw(SEED, "抽", POOL, 3))
COMMITTED = e.Committed((("抽", lots.commitment(SECRET)),))


class Anywhere:
    """A machine that lets everything pass."""

    def legal(self, place: str, trigger: str) -> str | None:
        return f"{place}{trigger}"


def complaint(facts: Sequence[e.Fact]) -> str:
    started = e.Started("7K3M2P", "walk", DIGEST, "站", "submitter", (), "shown")
    refold = Refold("tenant", "item", {DIGEST: Anywhere()})
    event = e.Event("item", 1, AT, "c", "submit", "submitter", "web", (started, *facts))
    body = canonical.encode(event)
    return refold.add(Row(1, AT, body, chain.leaf(chain.NOTHING, body)))


def test_a_true_draw_holds() -> None:
    assert complaint((COMMITTED, DRAWN)) == ""


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ((DRAWN,), "committed"),
        ((e.Committed((("别处", lots.commitment(SECRET)),)), DRAWN), "committed"),
        ((COMMITTED, msgspec.structs.replace(DRAWN, seed=lots.seed(b"2" * 32, 1))), "committed"),
        ((COMMITTED, msgspec.structs.replace(DRAWN, round=2)), "committed"),
        ((COMMITTED, msgspec.structs.replace(DRAWN, drawn=DRAWN.drawn[::-1])), "did not draw"),
        (
            (COMMITTED, msgspec.structs.replace(DRAWN, pool=tuple(one for one in POOL if one[0] != DRAWN.drawn[0]))),
            "did not draw",
        ),
        ((COMMITTED, msgspec.structs.replace(DRAWN, path="抽/2")), "did not draw"),
    ],
)
def test_a_false_draw_is_found(facts: tuple[e.Fact, ...], said: str) -> None:
    assert said in complaint(facts)
