"""Who a browser is: one signed cookie, and the CSRF token that goes with it. Nothing of it is stored.

The cookie is `nonce.issued.person.mac`, the person empty before sign-in; whether the account still stands is asked of the
engine at every request. The CSRF token is a MAC of the nonce, so that it says nothing about the cookie.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from typing import Final

from msgspec import Struct

LASTS: Final = 30 * 24 * 3600
"""Seconds until one must sign in again."""


class Session(Struct, frozen=True):
    """A browser, and whose it is. `issued` in seconds since the epoch."""

    nonce: str
    issued: int
    person: str = ""


class Sessions:
    """Makes and reads cookies with a key of its own, derived from the installation's secret."""

    def __init__(self, secret: bytes, *, name: str, secure: bool) -> None:
        if len(secret) < 32:
            raise ValueError(f"the web's secret has {len(secret)} bytes; 32 at least are needed (GUANKOU_SECRET_FILE)")
        self.name = name
        self.secure = secure
        self._cookie_key = hmac.digest(secret, b"guankou web cookie", hashlib.sha256)
        self._csrf_key = hmac.digest(secret, b"guankou web csrf", hashlib.sha256)

    def begin(self, person: str = "") -> Session:
        """A new session; signing in always begins one, so that no cookie planted before is worth anything."""
        return Session(nonce=secrets.token_urlsafe(18), issued=int(time.time()), person=person)

    def read(self, cookie: str | None) -> Session | None:
        """The session a cookie proves; None when it proves none."""
        match (cookie or "").split("."):
            case [nonce, issued, person, mac] if hmac.compare_digest(mac.encode(), self._mac(nonce, issued, person)):
                session = Session(nonce=nonce, issued=int(issued), person=_unpack(person))
                return session if time.time() - session.issued < LASTS else None
            case _:
                return None

    def write(self, session: Session) -> str:
        """The value of the cookie, without its attributes."""
        parts = (session.nonce, str(session.issued), _pack(session.person))
        return ".".join((*parts, self._mac(*parts).decode()))

    def csrf(self, session: Session) -> str:
        """What a page of this session must send back with whatever it changes."""
        return _text(hmac.digest(self._csrf_key, session.nonce.encode(), hashlib.sha256)[:18])

    def vouches(self, session: Session, token: str) -> bool:
        """Whether the CSRF token is this session's own."""
        return hmac.compare_digest(self.csrf(session).encode(), token.encode())

    def _mac(self, nonce: str, issued: str, person: str) -> bytes:
        return _text(hmac.digest(self._cookie_key, f"{nonce}.{issued}.{person}".encode(), hashlib.sha256)).encode()


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _pack(person: str) -> str:
    return _text(person.encode())


def _unpack(packed: str) -> str:
    return base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
