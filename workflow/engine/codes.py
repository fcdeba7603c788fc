"""Linking codes as people meet them: how they are made, spelt and read. Whom they link, and until when, is identity.py's."""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import Final

BYTES: Final = 16
"""Of a long code: nobody guesses 128 bits in ten minutes, however many they try."""
LONG: Final = 26
SHORT: Final = 8
"""Characters of a code that is typed: 40 bits, so its tries are counted."""
TYPED: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No I, L, O and U: nobody takes one for another."""
_MISREAD: Final = str.maketrans("OIL", "011")


def long() -> str:
    """A code for links."""
    return base64.b32encode(secrets.token_bytes(BYTES)).decode().rstrip("=")


def short() -> str:
    """A code for typing."""
    return "".join(secrets.choice(TYPED) for _ in range(SHORT))


def spelt(code: str) -> str:
    """A short code as it is printed: `K7M3-QX2P`."""
    return f"{code[:4]}-{code[4:]}"


def read(text: str) -> str:
    """The code that somebody brings, whatever its case, dashes and blanks; empty for what cannot be one."""
    code = "".join(text.upper().replace("-", " ").split())
    if len(code) == SHORT:
        code = code.translate(_MISREAD)
        return code if all(one in TYPED for one in code) else ""
    return code if len(code) == LONG and code.isascii() and code.isalnum() else ""


def is_short(code: str) -> bool:
    """Whether it is one that is typed, and could be guessed."""
    return len(code) == SHORT


def kept(code: str, key: bytes) -> bytes:
    """What is kept of a code. With a key, because forty bits are soon found again from a bare hash."""
    return hmac.digest(key, code.encode(), "sha256")
