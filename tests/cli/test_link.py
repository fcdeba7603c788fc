"""`guankou link` and `guankou unlink`: an address for each network that has one, a code to type, and out again."""

from __future__ import annotations

import asyncio
import re

from tests.cli.conftest import Terminal
from tests.telegram.server import BotApi

TYPED = re.compile(r"/link [0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")


def test_without_another_bot_there_is_the_web_and_a_code(guankou: Terminal) -> None:
    told = guankou("link", "李明", "--url", "https://review.example/")
    address, code = told.out.splitlines()
    assert re.fullmatch(r"https://review\.example/signin/[A-Z2-7]{26}", address)
    assert TYPED.fullmatch(code)
    assert "李明" in told.err
    assert "10 minutes" in told.err
    assert "telegram" not in told.err, "who has no bot there need not hear of it"
    [address] = guankou("link", "李明", "--bot", "web").out.splitlines()
    assert "/signin/" in address
    assert "李明 本人" in guankou("link", "李明", GUANKOU_LANGUAGE="zh").err


def test_a_bot_that_is_not_there_has_no_address(guankou: Terminal) -> None:
    told = guankou("link", "李明", "--bot", "telegram")
    [code] = told.out.splitlines()
    assert TYPED.fullmatch(code)
    assert "no bot is set up here" in told.err
    assert "web" in guankou("link", "李明", "--bot", "carrier-pigeon", code=1).err
    assert "guankou org show" in guankou("link", "谁", code=1).err


async def test_a_bot_says_where_it_is(guankou: Terminal) -> None:
    async with BotApi() as server:
        bot = {"GUANKOU_TELEGRAM_TOKEN": server.token, "GUANKOU_TELEGRAM_API_URL": server.url}
        terminal = Terminal({**guankou.variables, **bot})
        told = await asyncio.to_thread(terminal.typed, "link", "李明", "--bot", "telegram")
        address, code = told.out.splitlines()
        found = re.fullmatch(rf"https://t\.me/{server.username}\?start=([A-Z2-7]{{26}})", address)
        assert found
        assert len(found[1]) <= 64, "what a deep link may carry"
        assert TYPED.fullmatch(code)
        assert "Unclosed" not in told.err
        assert len((await asyncio.to_thread(terminal.typed, "link", "李明")).out.splitlines()) == 3
    told = await asyncio.to_thread(terminal.typed, "link", "李明", "--bot", "telegram")
    assert "no answer" in told.err
    assert TYPED.fullmatch(told.out.strip())
    assert server.token not in told.err + told.out


def test_who_has_no_account_has_none_to_lose(guankou: Terminal) -> None:
    told = guankou("unlink", "王芳", "--bot", "telegram", code=1).err
    assert "no account there" in told
    assert "guankou org person" in told
