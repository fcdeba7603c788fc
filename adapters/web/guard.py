"""Before any page: the Host header, the size of bodies, the security headers, and the limits of rate. Knows no person."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.trouble import Trouble

BODY: Final = 256 * 1024
"""Bytes of any body but a file's."""
FILE: Final = 20 * 1024 * 1024
"""Bytes of one file."""

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=(), usb=()",
}


class Guard:
    """ASGI: refuses a strange Host, stops a body that grows too large, and puts the security headers on every answer.

    `hosts` is asked at each request, since the port may be known only once the server listens; `sizes` are the paths
    whose bodies may be larger than others; `refuse` puts a trouble into words.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Callable[[], frozenset[str]],
        sizes: Mapping[str, int],
        secure: bool,
        refuse: Callable[[Request, Trouble], Response],
    ) -> None:
        self.app = app
        self.hosts = hosts
        self.sizes = sizes
        self.refuse = refuse
        self.headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = dict(scope["headers"])
        limit = self.sizes.get(scope["path"], BODY)
        taken = 0

        async def measured() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise Trouble(413)
            return message

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    answer.setdefault(name, value)
                answer.setdefault("Cache-Control", "no-store")
            await send(message)

        length = headers.get(b"content-length", b"0")
        if headers.get(b"host", b"").decode("latin-1").lower() not in self.hosts():
            await self.refuse(Request(scope), Trouble(421, "host"))(scope, receive, sealed)
        elif length.isdigit() and int(length) > limit:
            await self.refuse(Request(scope), Trouble(413))(scope, receive, sealed)
        else:
            await self.app(scope, measured, sealed)


class Rate:
    """Token buckets: `burst` at once, `each` more a second, for each key; the longest unused keys are forgotten."""

    def __init__(
        self, burst: float, each: float, *, keys: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.burst = burst
        self.each = each
        self.keys = keys
        self.clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> None:
        """One from the key's bucket; Trouble 429 when it is empty."""
        now = self.clock()
        left, at = self._buckets.pop(key, (self.burst, now))
        left = min(self.burst, left + (now - at) * self.each)
        self._buckets[key] = (left - 1 if left >= 1 else left, now)
        if len(self._buckets) > self.keys:
            self._buckets.popitem(last=False)
        if left < 1:
            raise Trouble(429)
