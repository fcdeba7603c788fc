"""A draw that anyone can repeat: a seed that is committed to before and revealed after, and the order it gives. Nothing of steps.

The seeds of one draw are a chain of SHA-256: the commitment is its end, the seed of round 1 the link before it, and so on. Hashing a
revealed seed as often as its round's number gives the commitment, and no seed tells the one of the round after it.
A row's lot is SHA-256(seed ‖ 0x00 ‖ path ‖ 0x00 ‖ origin), all but the seed in UTF-8; the lowest lots are drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

LENGTH = 64
"""How many rounds one commitment serves."""

Pool = Sequence[tuple[str, str]]
"""The rows that a draw is made from: origin, and the value of the column that it is spread over (empty without one)."""


def commitment(secret: bytes) -> str:
    """What is said before: 64 hex digits."""
    return _hashed(secret, LENGTH).hex()


def seed(secret: bytes, round_: int) -> str:
    """The seed of a round, from 1 to `LENGTH`: 64 hex digits. Raises ValueError."""
    if not 1 <= round_ <= LENGTH:
        message = f"no seed for round {round_}"
        raise ValueError(message)
    return _hashed(secret, LENGTH - round_).hex()


def opens(revealed: str, round_: int, committed: str) -> bool:
    """Whether a revealed seed is the one that was committed to."""
    try:
        return _hashed(bytes.fromhex(revealed), round_).hex() == committed
    except ValueError:
        return False


def lot(revealed: str, path: str, origin: str) -> bytes:
    """What a row draws; the lowest come first."""
    return hashlib.sha256(b"\x00".join((bytes.fromhex(revealed), path.encode(), origin.encode()))).digest()


def draw(revealed: str, path: str, pool: Pool, need: int) -> tuple[str, ...]:
    """The rows drawn, at most `need`, in the order of drawing.

    Where they are spread over values, nobody is drawn second from one value before somebody was drawn from every other that has
    rows left: in each turn the values take theirs in the order of their lots.
    """
    turns: dict[str, int] = {}
    ordered: list[tuple[int, bytes, str]] = []
    for own, origin, value in sorted((lot(revealed, path, origin), origin, value) for origin, value in pool):
        turn = turns.get(value, 0) if value else 0
        turns[value] = turn + 1
        ordered.append((turn, own, origin))
    if any(value for _, value in pool):
        ordered.sort()
    return tuple(origin for _, _, origin in ordered[:need])


def wrong(
    revealed: str, round_: int, committed: str, path: str, pool: Iterable[tuple[str, str]], drawn: tuple[str, ...]
) -> str:
    """What an audit finds wrong with a draw, or nothing."""
    if not opens(revealed, round_, committed):
        return f"the seed of the draw {path} is not the one that was committed to"
    if draw(revealed, path, tuple(pool), len(drawn)) != drawn:
        return f"the draw {path} did not draw what its seed gives"
    return ""


def _hashed(value: bytes, times: int) -> bytes:
    for _ in range(times):
        value = hashlib.sha256(value).digest()
    return value
