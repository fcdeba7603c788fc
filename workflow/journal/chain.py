"""The chain of one stream: every event's leaf holds the leaf before it, so that no event can be changed alone."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

NOTHING: Final = bytes(32)
"""What stands before a stream's first event."""


def leaf(previous: bytes, body: bytes) -> bytes:
    """SHA-256(0x00 ‖ previous ‖ body): 32 bytes. `previous` is the leaf before, or `NOTHING`."""
    return sha256(b"\x00" + previous + body).digest()


def commitment(salt: bytes, body: bytes) -> bytes:
    """SHA-256(0x02 ‖ salt ‖ body): what stands in an event for words that stand in `content`."""
    return sha256(b"\x02" + salt + body).digest()
