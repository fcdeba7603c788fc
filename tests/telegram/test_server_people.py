"""The people on the local server: they press, type, send files, block the bot, move their groups."""

from __future__ import annotations

import asyncio

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
)
from aiogram.types import (
    BufferedInputFile,
    ForceReply,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from tests.telegram.bots import PASS, PNG, updates
from tests.telegram.server import BotApi, Client

# ------------------------------------------------------------------------------------------------ pressing


async def test_a_press_waits_for_its_answer(server: BotApi, bot: Bot, yi: Client) -> None:
    sent = await bot.send_message(yi.id, "待审", reply_markup=PASS)
    press = asyncio.create_task(yi.press(yi.private(), sent.message_id, "通过"))
    [update] = await bot.get_updates(timeout=2)
    query = update.callback_query
    assert query is not None
    assert query.data == "yes"
    assert query.from_user.id == yi.id
    assert query.message is not None
    assert query.message.message_id == sent.message_id
    await query.answer("已收到").as_(bot)
    assert await press == "已收到"
    with pytest.raises(
        TelegramBadRequest, match="query is too old and response timeout expired or query ID is invalid"
    ):
        await bot.answer_callback_query(query.id)


async def test_answers_that_are_refused(server: BotApi, bot: Bot, yi: Client) -> None:
    sent = await bot.send_message(yi.id, "待审", reply_markup=PASS)
    with pytest.raises(TelegramBadRequest, match="query ID is invalid"):
        await bot.answer_callback_query("4711")
    query = yi.pressed(None, sent.message_id, "no")
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(query.id, "x" * 201)
    server.clock.advance(60)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(query.id)
    assert await query.answered(0.01) == ""
    assert query.text is None


async def test_only_what_can_be_seen_can_be_pressed_unless_it_is_forged(bot: Bot, yi: Client) -> None:
    sent = await bot.send_message(yi.id, "待审", reply_markup=PASS)
    with pytest.raises(LookupError, match="it has \\['通过', '退回'\\]"):
        await yi.press(None, sent.message_id, "驳回")
    await bot.edit_message_text("已通过", chat_id=yi.id, message_id=sent.message_id)
    with pytest.raises(LookupError, match="has no button"):
        await yi.press(None, sent.message_id, "通过")
    yi.forged(None, sent.message_id, "yes")
    [update] = await updates(bot)
    assert update.callback_query is not None
    assert update.callback_query.data == "yes"


async def test_a_double_press_is_two_queries(server: BotApi, bot: Bot, yi: Client) -> None:
    sent = await bot.send_message(yi.id, "待审", reply_markup=PASS)
    both = asyncio.create_task(yi.double_press(None, sent.message_id, "通过"))
    await asyncio.sleep(0)
    for number, update in enumerate(await bot.get_updates(timeout=2)):
        assert update.callback_query is not None
        await bot.answer_callback_query(update.callback_query.id, f"第{number}次")
    assert await both == ("第0次", "第1次")


# ------------------------------------------------------------------------------------------------ typing and keyboards


async def test_a_forced_reply_is_a_reply_once(server: BotApi, bot: Bot, yi: Client) -> None:
    asked = await bot.send_message(yi.id, "理由？", reply_markup=ForceReply(input_field_placeholder="写理由"))
    yi.send("太贵")
    yi.send("还有")
    first, second = await updates(bot)
    assert first.message is not None
    assert first.message.reply_to_message is not None
    assert first.message.reply_to_message.message_id == asked.message_id
    assert second.message is not None
    assert second.message.reply_to_message is None


async def test_a_reply_keyboard_gives_a_location_and_goes_away(server: BotApi, bot: Bot, yi: Client) -> None:
    where = KeyboardButton(text="发送位置", request_location=True)
    board = ReplyKeyboardMarkup(keyboard=[[where], [KeyboardButton(text="取消")]], one_time_keyboard=True)
    await bot.send_message(yi.id, "在哪？", reply_markup=board)
    yi.tap("发送位置")
    [update] = await updates(bot)
    assert update.message is not None
    assert update.message.location is not None
    assert update.message.location.latitude == pytest.approx(39.984)
    assert yi.keyboard() is None
    group = server.group(-5, "运营", [yi])
    with pytest.raises(TelegramBadRequest, match="location can be requested in private chats only"):
        await bot.send_message(group.id, "在哪？", reply_markup=board)
    await bot.send_message(yi.id, "再来", reply_markup=board.model_copy(update={"one_time_keyboard": False}))
    yi.tap("取消")
    assert yi.keyboard() is not None
    await bot.send_message(yi.id, "好", reply_markup=ReplyKeyboardRemove())
    assert yi.keyboard() is None


async def test_a_contact_and_a_command_are_told_as_telegram_tells_them(bot: Bot, yi: Client) -> None:
    yi.send_contact("+8613900000000")
    yi.send("/link@guankou_bot AB12")
    contact, command = await updates(bot)
    assert contact.message is not None
    assert contact.message.contact is not None
    assert contact.message.contact.user_id == yi.id
    assert command.message is not None
    assert command.message.entities is not None
    assert [(one.type, one.offset, one.length) for one in command.message.entities] == [("bot_command", 0, 17)]


# ------------------------------------------------------------------------------------------------ files


async def test_files_go_up_and_down(server: BotApi, bot: Bot, yi: Client) -> None:
    await bot.send_document(
        yi.id, BufferedInputFile(b"%PDF-1.7 x", "合同.pdf"), caption="<b>合同</b>", parse_mode="HTML"
    )
    message = server.chat(yi.id).last
    assert message.upload is not None
    assert (message.upload.name, message.upload.data, message.text) == ("合同.pdf", b"%PDF-1.7 x", "合同")
    yi.send_file("报价.xlsx", b"PK\3\4" + b"z" * 100_000, media_type="application/vnd.ms-excel", caption="请看")
    yi.send_photo(PNG)
    document, photo = await updates(bot)
    assert document.message is not None
    assert document.message.document is not None
    assert document.message.caption == "请看"
    got = await bot.download(document.message.document)
    assert got is not None
    assert got.read() == b"PK\3\4" + b"z" * 100_000
    assert photo.message is not None
    assert photo.message.photo is not None
    largest = await bot.download(photo.message.photo[-1])
    assert largest is not None
    assert largest.read() == PNG


async def test_files_beyond_the_limits(server: BotApi, bot: Bot, yi: Client) -> None:
    server.sizes.up = 1000
    with pytest.raises(TelegramEntityTooLarge, match="Request Entity Too Large"):
        await bot.send_document(yi.id, BufferedInputFile(b"x" * 200_000, "a.bin"))
    yi.send_file("b.bin", b"x", size=(20 << 20) + 1)
    [update] = await updates(bot)
    assert update.message is not None
    assert update.message.document is not None
    with pytest.raises(TelegramBadRequest, match="Bad Request: file is too big"):
        await bot.get_file(update.message.document.file_id)
    with pytest.raises(TelegramBadRequest, match="invalid file_id"):
        await bot.get_file("nothing")
    with pytest.raises(TelegramBadRequest, match="file must be non-empty"):
        await bot.send_document(yi.id, BufferedInputFile(b"", "c.bin"))
    with pytest.raises(TelegramBadRequest, match="wrong remote file identifier specified"):
        await bot.send_document(yi.id, "nothing")
    with pytest.raises(TelegramBadRequest, match="IMAGE_PROCESS_FAILED"):
        await bot.send_photo(yi.id, BufferedInputFile(b"no picture", "x.jpg"))
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_photo(yi.id, BufferedInputFile(PNG, "x.png"), caption="x" * 1025)


# ------------------------------------------------------------------------------------------------ groups and blocking


async def test_a_blocked_bot_is_forbidden_until_it_is_wanted_again(server: BotApi, bot: Bot, yi: Client) -> None:
    yi.block()
    with pytest.raises(TelegramForbiddenError, match="Forbidden: bot was blocked by the user"):
        await bot.send_message(yi.id, "x")
    yi.unblock()
    await bot.send_message(yi.id, "x")
    kicked, back = await updates(bot)
    assert kicked.my_chat_member is not None
    assert kicked.my_chat_member.new_chat_member.status == "kicked"
    assert back.my_chat_member is not None
    assert back.my_chat_member.new_chat_member.status == "member"
    yi.deactivate()
    with pytest.raises(TelegramForbiddenError, match="Forbidden: user is deactivated"):
        await bot.send_message(yi.id, "x")


async def test_a_group_that_became_a_supergroup_says_where_it_went(server: BotApi, bot: Bot, yi: Client) -> None:
    group = server.group(-500, "运营", [yi])
    new = group.migrate()
    with pytest.raises(TelegramMigrateToChat) as moved:
        await bot.send_message(group.id, "x")
    assert moved.value.migrate_to_chat_id == new.id
    assert "group chat was upgraded to a supergroup chat" in server.refused[-1][1].description
    there, here = await updates(bot)
    assert there.message is not None
    assert there.message.migrate_to_chat_id == new.id
    assert here.message is not None
    assert here.message.migrate_from_chat_id == group.id
    new.kick()
    with pytest.raises(TelegramForbiddenError, match="Forbidden: bot was kicked from the supergroup chat"):
        await bot.send_message(new.id, "x")


async def test_other_ways_to_lose_a_group(server: BotApi, bot: Bot, yi: Client) -> None:
    group = server.group(-6, "运营", [yi])
    group.restrict()
    with pytest.raises(TelegramBadRequest, match="not enough rights to send text messages to the chat"):
        await bot.send_message(group.id, "x")
    group.kick()
    with pytest.raises(TelegramForbiddenError, match="Forbidden: bot was kicked from the group chat"):
        await bot.send_message(group.id, "x")
    group.readmit()
    await bot.send_message(group.id, "x")
    group.delete()
    with pytest.raises(TelegramForbiddenError, match="Forbidden: the group chat was deleted"):
        await bot.send_message(group.id, "x")


async def test_in_a_group_the_bot_hears_commands_replies_and_its_name(server: BotApi, bot: Bot, yi: Client) -> None:
    group = server.group(-7, "运营", [yi])
    asked = await bot.send_message(group.id, "谁来？")
    yi.send("闲聊", group.chat)
    yi.send("/inbox", group.chat)
    yi.send("/inbox@other_bot", group.chat)
    yi.send("我来", group.id, reply_to=asked.message_id)
    yi.send("@guankou_bot 在吗", group.chat)
    group.send_anonymously("/inbox")
    heard = [update.message for update in await updates(bot)]
    assert [message.text for message in heard if message] == ["/inbox", "我来", "@guankou_bot 在吗", "/inbox"]
    assert heard[-1] is not None
    assert heard[-1].sender_chat is not None
    assert heard[-1].sender_chat.id == group.id
    member = await bot.get_chat_member(group.id, yi.id)
    assert member.status == "member"
    assert (await bot.get_chat(group.id)).title == "运营"
