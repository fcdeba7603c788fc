from __future__ import annotations

import json

import pytest

from workflow.journal import chain, export
from workflow.journal.export import BrokenExport


def lines() -> list[bytes]:
    one = chain.leaf(chain.NOTHING, '{"人":1}'.encode())
    two = chain.leaf(one, b'{"b":2}')
    other = chain.leaf(chain.NOTHING, b"{}")
    return [
        export.begin("tenant"),
        export.event("s1", 1, '{"人":1}'.encode(), one),
        export.event("s1", 2, b'{"b":2}', two),
        export.stream("s1", "item", 2, two),
        export.event("s2", 1, b"{}", other),
        export.stream("s2", "person", 1, other),
        export.end(2, 3),
    ]


def test_an_export_holds() -> None:
    assert export.check(lines()) == (2, 3)
    assert json.loads(lines()[1])["body"] == '{"人":1}', "bodies stand exactly as they were hashed"


@pytest.mark.parametrize("gone", range(7))
def test_no_line_may_be_missing(gone: int) -> None:
    with pytest.raises(BrokenExport):
        export.check([line for place, line in enumerate(lines()) if place != gone])


@pytest.mark.parametrize("place", [1, 2, 4])
def test_no_body_may_be_changed(place: int) -> None:
    changed = lines()
    values = json.loads(changed[place])
    values["body"] += " "
    changed[place] = json.dumps(values).encode()
    with pytest.raises(BrokenExport, match=f"line {place + 1}"):
        export.check(changed)


@pytest.mark.parametrize(
    "mess",
    [
        [],
        [b"not json"],
        [b'{"guankou":"something else"}'],
        [*lines(), export.end(2, 3)],
        [*lines()[:-1], export.end(9, 9)],
        [lines()[0], lines()[4], lines()[1]],
    ],
)
def test_a_mess_is_told_so(mess: list[bytes]) -> None:
    with pytest.raises(BrokenExport):
        export.check(mess)
