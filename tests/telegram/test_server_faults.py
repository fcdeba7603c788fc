"""What goes wrong on the local server because a test said so, and what because the bot was too fast."""

from __future__ import annotations

import asyncio

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from tests.telegram.server import BotApi, Client

# ------------------------------------------------------------------------------------------------ going wrong


async def test_an_injected_refusal_does_nothing(server: BotApi, bot: Bot, yi: Client) -> None:
    server.inject("sendMessage", 502, "Bad Gateway")
    with pytest.raises(TelegramServerError, match="Bad Gateway"):
        await bot.send_message(yi.id, "x")
    assert yi.private().messages == []
    await bot.send_message(yi.id, "x")
    assert server.provoked429 == 0


async def test_a_lost_answer_leaves_the_thing_done(server: BotApi, bot: Bot, yi: Client) -> None:
    server.lose("sendMessage")
    with pytest.raises(TelegramNetworkError, match=r"ServerDisconnected|ClientOSError"):
        await bot.send_message(yi.id, "一")
    assert [message.text for message in yi.private().messages] == ["一"]
    assert len(server.called("sendMessage")) == 1


async def test_a_slow_answer_is_done_or_not(server: BotApi, bot: Bot, yi: Client) -> None:
    server.slow("sendMessage", 30)
    with pytest.raises(TelegramNetworkError, match="timeout"):
        await bot.send_message(yi.id, "做了", request_timeout=0.1)  # type: ignore[arg-type]
    server.slow("sendMessage", 0.2, done=False)
    with pytest.raises(TelegramNetworkError, match="timeout"):
        await bot.send_message(yi.id, "没做", request_timeout=0.1)  # type: ignore[arg-type]
    await asyncio.sleep(0.2)
    assert [message.text for message in yi.private().messages] == ["做了"]


async def test_nobody_listens_until_it_is_restored(server: BotApi, bot: Bot, yi: Client) -> None:
    await bot.get_me()
    await server.fail_connect()
    with pytest.raises(TelegramNetworkError, match=r"Cannot connect|ClientConnector"):
        await bot.send_message(yi.id, "x")
    await server.restore()
    await bot.send_message(yi.id, "y")
    assert [message.text for message in yi.private().messages] == ["y"]


# ------------------------------------------------------------------------------------------------ limits


async def test_a_burst_to_one_person_is_too_fast_and_others_are_not_held_up(
    server: BotApi, bot: Bot, yi: Client
) -> None:
    other = server.person(1002, "丙")
    other.private()
    for number in range(3):
        await bot.send_message(yi.id, str(number))
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(yi.id, "四")
    assert refused.value.retry_after == 1
    assert (server.provoked429, server.impatient) == (1, 0)
    await bot.send_message(other.id, "不受影响")
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(yi.id, "太急")
    assert (server.provoked429, server.impatient) == (1, 1)
    server.clock.advance(1)
    await bot.send_message(yi.id, "好了")


async def test_edits_count_and_a_group_has_twenty_a_minute(server: BotApi, bot: Bot, yi: Client) -> None:
    group = server.group(-8, "运营", [yi])
    sent = await bot.send_message(group.id, "0")
    for number in range(1, 20):
        await bot.edit_message_text(str(number), chat_id=group.id, message_id=sent.message_id)
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.edit_message_text("20", chat_id=group.id, message_id=sent.message_id)
    assert refused.value.retry_after == 3


async def test_thirty_a_second_in_all(server: BotApi, bot: Bot) -> None:
    people = [server.person(2000 + number) for number in range(33)]
    for person in people:
        person.private()
    answers = await asyncio.gather(*(bot.send_message(person.id, "x") for person in people), return_exceptions=True)
    assert 0 < server.provoked429 <= 3
    assert sum(isinstance(answer, TelegramRetryAfter) for answer in answers) == server.provoked429


async def test_an_injected_429_shuts_its_chat_for_so_long(server: BotApi, bot: Bot, yi: Client) -> None:
    server.inject("sendMessage", 429, retry_after=7, chat=yi.id)
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(yi.id, "x")
    assert refused.value.retry_after == 7
    server.clock.advance(3)
    with pytest.raises(TelegramRetryAfter) as again:
        await bot.send_message(yi.id, "x")
    assert again.value.retry_after == 4
    assert (server.provoked429, server.impatient) == (0, 1)
    server.clock.advance(4)
    await bot.send_message(yi.id, "x")
