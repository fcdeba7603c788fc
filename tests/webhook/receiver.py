"""A real HTTP server that is called: it keeps what came, checks the signature as the standard's own recipe says, and answers as it is told."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

RAW = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(RAW).decode()


@dataclass
class Call:
    """One call: its headers and body, byte for byte."""

    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.body)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def genuine(self, key: bytes = RAW) -> bool:
        """Whether the signature holds: the secret's HMAC of `id.timestamp.body`."""
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return self.headers["webhook-signature"] == f"v1,{mac}"


@dataclass
class Receiver:
    """`answers`: a status a call, or None to cut the line without answering; the last for all after."""

    answers: list[int | None] = field(default_factory=lambda: [204])
    headers: dict[str, str] = field(default_factory=dict)
    slow: float = 0.0
    calls: list[Call] = field(default_factory=list)
    url: str = ""
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def heard(self, count: int) -> list[Call]:
        """Wait until so many calls came."""
        async with asyncio.timeout(20):
            while len(self.calls) < count:
                self.came.clear()
                await self.came.wait()
        return self.calls

    async def called(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(Call({name.lower(): one for name, one in request.headers.items()}, await request.read()))
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.came.set()
        await asyncio.sleep(self.slow)
        if status is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return web.Response(status=status, headers=self.headers)


@asynccontextmanager
async def receiving(*answers: int | None) -> AsyncIterator[Receiver]:
    """A receiver on loopback while the block runs."""
    receiver = Receiver(list(answers) or [204])
    app = web.Application()
    app.router.add_post("/hooks/{name}", receiver.called)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    [server] = site._server.sockets  # type: ignore[union-attr]  # the only way to the port
    receiver.url = f"http://127.0.0.1:{server.getsockname()[1]}/hooks/cut"
    try:
        yield receiver
    finally:
        await runner.cleanup()
