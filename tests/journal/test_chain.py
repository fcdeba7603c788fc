from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

import pytest

from workflow.journal import chain
from workflow.journal.verify import Row, links

AT = datetime(2026, 1, 1, tzinfo=UTC)


def stream(*bodies: bytes) -> list[Row]:
    rows, head = [], chain.NOTHING
    for version, body in enumerate(bodies, 1):
        head = chain.leaf(head, body)
        rows.append(Row(version, AT, body, head))
    return rows


def test_a_leaf_is_what_the_documents_say() -> None:
    assert chain.leaf(chain.NOTHING, b"{}") == sha256(b"\x00" + bytes(32) + b"{}").digest()
    assert chain.commitment(b"salt", "站".encode()) == sha256(b"\x02salt" + "站".encode()).digest()


def test_a_whole_chain_holds() -> None:
    rows = stream(b"1", b"2", b"3")
    assert links("s", rows, version=3, head=rows[-1].leaf) is None


def test_every_bit_of_every_body_matters() -> None:
    rows = stream(b"one", b"two", b"three")
    for place, row in enumerate(rows):
        for bit in range(8 * len(row.body)):
            body = bytearray(row.body)
            body[bit // 8] ^= 1 << bit % 8
            changed = [*rows[:place], Row(row.version, AT, bytes(body), row.leaf), *rows[place + 1 :]]
            bad = links("s", changed, version=3, head=rows[-1].leaf)
            assert bad is not None
            assert bad.version == place + 1


@pytest.mark.parametrize(
    ("attack", "version", "what"),
    [
        (lambda rows: [rows[0], rows[2]], 2, "missing"),
        (lambda rows: rows[:2], 3, "3 events"),
        (lambda rows: [rows[0], rows[1], rows[1], rows[2]], 3, "missing"),
        (lambda rows: [rows[1], rows[0], rows[2]], 1, "missing"),
        (lambda rows: [*rows, Row(4, AT, b"4", bytes(32))], 4, "changed"),
        (lambda rows: [*rows, Row(4, AT, b"4", chain.leaf(rows[-1].leaf, b"4"))], 4, "3 events"),
        (lambda rows: stream(b"one", b"2", b"three"), 3, "head"),
        (lambda rows: [], 1, "0 are stored"),
    ],
    ids=["deleted", "tail cut", "doubled", "reordered", "added", "added well", "rewritten", "emptied"],
)
def test_attacks_on_a_stream_are_found(attack: object, version: int, what: str) -> None:
    rows = stream(b"one", b"two", b"three")
    bad = links("s", attack(rows), version=3, head=rows[-1].leaf)  # type: ignore[operator]
    assert bad is not None
    assert bad.version == version
    assert what in bad.what


def test_one_streams_events_do_not_fit_another() -> None:
    ours, theirs = stream(b"one", b"two"), stream(b"uno", b"two")
    bad = links("s", [ours[0], theirs[1]], version=2, head=theirs[1].leaf)
    assert bad is not None
    assert bad.version == 2
