"""Bots of aiogram's that speak to the local server, with nothing of ours in between."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Update

from tests.telegram.server import BotApi

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def keyboard(*rows: tuple[tuple[str, str], ...]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=text, callback_data=data) for text, data in row] for row in rows],
    )


PASS = keyboard((("通过", "yes"), ("退回", "no")))


@contextlib.asynccontextmanager
async def connected(server: BotApi, token: str = "") -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url), timeout=5)
    try:
        yield Bot(token or server.token, session=session)
    finally:
        if session._session is not None:
            await session._session.close()  # AiohttpSession.close() sleeps a quarter of a second besides


async def updates(bot: Bot, offset: int = 0) -> list[Update]:
    return await bot.get_updates(offset=offset, timeout=0)
