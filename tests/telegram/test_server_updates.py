"""How the local server tells of updates: offsets, long polls, what comes again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
)
from aiohttp import ClientSession, web

from tests.telegram.bots import PASS, updates
from tests.telegram.server import BotApi, Client

# ------------------------------------------------------------------------------------------------ polling


async def test_an_offset_confirms_and_what_is_not_confirmed_comes_again(bot: Bot, yi: Client) -> None:
    yi.send("一")
    yi.send("二")
    first, second = await updates(bot)
    assert second.update_id == first.update_id + 1
    assert [update.update_id for update in await updates(bot)] == [first.update_id, second.update_id]
    assert [update.update_id for update in await updates(bot, second.update_id)] == [second.update_id]
    assert [update.update_id for update in await updates(bot)] == [second.update_id]
    assert await updates(bot, second.update_id + 1) == []


async def test_a_negative_offset_counts_from_the_end(bot: Bot, yi: Client) -> None:
    for text in "一二三":
        yi.send(text)
    [update] = await updates(bot, -1)
    assert update.message is not None
    assert update.message.text == "三"


async def test_a_long_poll_waits_and_a_second_one_ends_it(server: BotApi, bot: Bot, yi: Client) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await server.until_polled()
    second = asyncio.create_task(bot.get_updates(timeout=5))
    with pytest.raises(TelegramConflictError, match="Conflict: terminated by other getUpdates request; make sure that"):
        await first
    yi.send("在")
    [update] = await second
    assert update.message is not None
    assert update.message.text == "在"


async def test_who_hangs_up_does_not_wait_any_more(server: BotApi, bot: Bot, yi: Client) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=5))
    await server.until_polled()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    async with asyncio.timeout(1):
        while server.updates.polled.is_set():  # noqa: ASYNC110 -- the server notices it in its own time
            await asyncio.sleep(0.005)
    yi.send("一")
    assert len(await updates(bot)) == 1


async def test_allowed_updates_hold_for_what_comes_later(server: BotApi, bot: Bot, yi: Client) -> None:
    sent = await bot.send_message(yi.id, "待审", reply_markup=PASS)
    await bot.get_updates(timeout=0, allowed_updates=["callback_query"])
    yi.send("不听")
    yi.pressed(None, sent.message_id, "yes")
    assert [update.event_type for update in await updates(bot)] == ["callback_query"]
    with pytest.raises(TelegramBadRequest, match='unknown kind of update "presses"'):
        await bot.get_updates(timeout=0, allowed_updates=["presses"])


async def test_updates_again_out_of_order_and_undecodable(server: BotApi, bot: Bot, yi: Client) -> None:
    yi.send("一")
    [first] = await updates(bot)
    await updates(bot, first.update_id + 1)
    server.redeliver(first.update_id)
    assert [update.update_id for update in await updates(bot, first.update_id + 1)] == [first.update_id]
    assert await updates(bot, first.update_id + 1) == []
    late = server.raw({"update_id": first.update_id - 5, "poll_answer": {"poll_id": "1", "option_ids": []}})
    assert late == first.update_id - 5
    assert server.raw({"message": {"nonsense": True}}) == first.update_id + 1
    async with ClientSession() as plain, plain.get(f"{server.url}/bot{bot.token}/getUpdates") as answer:
        told = (await answer.json())["result"]
    assert [one["update_id"] for one in told] == [late, first.update_id + 1]
    assert told[1]["message"] == {"nonsense": True}


# ------------------------------------------------------------------------------------------------ the webhook


class Listener:
    """Where the webhook leads: answers with what `answers` says next, then 200."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.heard: list[tuple[int, str]] = []  # update id, secret
        self.open = asyncio.Event()
        self.open.set()
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.heard.append((body["update_id"], request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")))
        await self.open.wait()
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    async def until_heard(self, times: int) -> None:
        async with asyncio.timeout(2):
            while len(self.heard) < times:  # noqa: ASYNC110 -- the answers belong to the other side
                await asyncio.sleep(0.005)


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    listening = Listener()
    app = web.Application()
    app.router.add_post("/hook", listening.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listening.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield listening
    listening.open.set()
    await runner.cleanup()


async def test_a_webhook_gets_the_secret_and_what_waited_already(bot: Bot, yi: Client, listener: Listener) -> None:
    yi.send("先到")
    await bot.set_webhook(listener.url, secret_token="s3cret", max_connections=7)
    await listener.until_heard(1)
    yi.send("后到")
    await listener.until_heard(2)
    assert [secret for _, secret in listener.heard] == ["s3cret", "s3cret"]
    assert listener.heard[0][0] < listener.heard[1][0]
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections, info.pending_update_count) == (listener.url, 7, 0)


async def test_a_webhook_and_a_poll_exclude_each_other(server: BotApi, bot: Bot, listener: Listener) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=5))
    await server.until_polled()
    await bot.set_webhook(listener.url)
    with pytest.raises(TelegramConflictError, match="Conflict: terminated by setWebhook request"):
        await waiting
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates(timeout=0)
    await bot.delete_webhook()
    assert await updates(bot) == []


async def test_what_is_not_taken_comes_again_in_order_within_its_chat(
    server: BotApi,
    bot: Bot,
    yi: Client,
    listener: Listener,
) -> None:
    listener.answers = [500, 503, 500]
    await bot.set_webhook(listener.url)
    bing = server.person(1002, "丙")
    yi.send("一")
    yi.send("二")
    await listener.until_heard(5)
    first = listener.heard[0][0]
    assert [update for update, _ in listener.heard] == [first, first, first, first, first + 1]
    assert [status for _, status in server.webhook.attempts[:4]] == [500, 503, 500, 200]
    assert (
        await bot.get_webhook_info()
    ).last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
    bing.send("三")
    await listener.until_heard(6)


async def test_chats_do_not_wait_for_each_other_and_connections_are_counted(
    server: BotApi,
    bot: Bot,
    listener: Listener,
) -> None:
    await bot.set_webhook(listener.url, max_connections=2)
    listener.open.clear()
    for number in range(4):
        server.person(3000 + number).send("同时")
    await listener.until_heard(2)
    await asyncio.sleep(0.05)
    assert len(listener.heard) == 2
    listener.open.set()
    await listener.until_heard(4)
    assert server.webhook.most_at_once == 2


async def test_a_listener_that_is_gone_keeps_its_updates(server: BotApi, bot: Bot, yi: Client) -> None:
    await bot.set_webhook("https://bot.example.org/hook")  # no route leads there
    yi.send("一")
    await asyncio.sleep(0.05)
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.last_error_message) == (1, "Connection failed: OSError")
    await bot.delete_webhook()
    assert len(await updates(bot)) == 1


async def test_a_public_address_leads_to_where_it_listens(
    server: BotApi,
    bot: Bot,
    yi: Client,
    listener: Listener,
) -> None:
    server.route("https://bot.example.org", listener.url.removesuffix("/hook"))
    await bot.set_webhook("https://bot.example.org/hook")
    yi.send("一")
    await listener.until_heard(1)
    server.redeliver(listener.heard[0][0])
    await listener.until_heard(2)
    assert listener.heard[0] == listener.heard[1]
    await bot.delete_webhook(drop_pending_updates=True)
    assert await updates(bot) == []


@pytest.mark.parametrize(
    ("url", "secret", "words"),
    [
        ("http://bot.example.org/hook", "", "An HTTPS URL must be provided for webhook"),
        ("https://bot.example.org:9000/", "", "Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ("https://bot.example.org/", "with space", "secret token contains unallowed characters"),
        ("https://bot.example.org/", "x" * 257, "secret token is too long"),
    ],
)
async def test_webhooks_that_telegram_does_not_take(bot: Bot, url: str, secret: str, words: str) -> None:
    with pytest.raises(TelegramBadRequest, match=words):
        await bot.set_webhook(url, secret_token=secret)
