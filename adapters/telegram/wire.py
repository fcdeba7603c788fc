"""The one HTTP session with the Bot API: typed calls, raw calls, streams. Not here: what an error means (outcomes.py), the pace."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final, NamedTuple, TypeVar, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import TelegramMethod
from aiohttp import ClientError, ClientTimeout
from pydantic import SecretStr

CONNECT_SECONDS: Final = 3.0
REQUEST_SECONDS: Final = 7.0
"""With the two that pace.py may wait: below a third of a chat's lease (10 s)."""
STREAM_SECONDS: Final = 300.0
SILENT_SECONDS: Final = 20.0
"""A stream that says nothing for so long is broken."""

_ANY_TOKEN: Final = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{10,}")

T = TypeVar("T")


class Raw(NamedTuple):
    """An answer as it came."""

    status: int
    body: bytes


class Wire:
    """Open while somebody uses it: `run` for its whole life, and any call outside of that for itself.

    The token stands in every address; so no error of a library leaves here or is written anywhere but through `redacted`.
    """

    def __init__(self, token: SecretStr, api_url: str) -> None:
        self._token = token.get_secret_value()
        self._session = AiohttpSession(api=TelegramAPIServer.from_base(api_url), limit=128)
        # aiogram hands it to aiohttp as it is, and a plain number would allow a connection seven seconds to be made.
        self._session.timeout = cast("float", _within(REQUEST_SECONDS))
        self._bot = Bot(self._token, session=self._session)
        self._users = 0

    @property
    def bot_id(self) -> int:
        """Who we are, as the token says."""
        return self._bot.id

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """The session is there while this lasts; the last one out closes it."""
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1
            if not self._users:
                # aiogram's own close() sleeps a quarter of a second for each of our calls outside of `run`.
                await (await self._session.create_session()).close()

    async def call(self, method: TelegramMethod[T], seconds: float = REQUEST_SECONDS) -> T:
        """A method of the Bot API. Raises what aiogram raises."""
        async with self.open():
            return await self._session(self._bot, method, timeout=cast("int", _within(seconds)))

    async def raw(self, name: str, parameters: Mapping[str, object], seconds: float) -> Raw:
        """A method whose answer is wanted undecoded. ClientError or TimeoutError when there is none."""
        async with self.open():
            session = await self._session.create_session()
            address = self._session.api.api_url(token=self._token, method=name)
            async with session.post(
                address, json=parameters, timeout=_within(seconds), allow_redirects=False
            ) as answer:
                return Raw(answer.status, await answer.read())

    async def stream(self, path: str) -> AsyncIterator[bytes]:
        """A file's bytes. OSError when they do not come."""
        waiting = ClientTimeout(total=STREAM_SECONDS, sock_connect=CONNECT_SECONDS, sock_read=SILENT_SECONDS)
        async with self.open():
            session = await self._session.create_session()
            address = self._session.api.file_url(self._token, path)
            try:
                async with session.get(address, timeout=waiting, allow_redirects=False) as answer:
                    if answer.status != 200:
                        raise FileNotFoundError(f"Telegram does not hand out the file any more (HTTP {answer.status})")
                    async for chunk in answer.content.iter_chunked(1 << 16):
                        yield chunk
            except (ClientError, TimeoutError) as error:
                raise OSError(f"the file did not arrive whole from Telegram: {type(error).__name__}") from None

    def redacted(self, text: str) -> str:
        """The text without a token, ours or any other."""
        return _ANY_TOKEN.sub("***", text.replace(self._token, "***"))


def _within(seconds: float) -> ClientTimeout:
    return ClientTimeout(total=seconds, connect=min(CONNECT_SECONDS, seconds))
