"""The local Bot API server, spoken to by aiogram over HTTP: the account, what is sent, edited, deleted."""

from __future__ import annotations

import contextlib
from html import escape

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import EditMessageText, LogOut
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyParameters,
)
from aiohttp import ClientResponseError
from hypothesis import given
from hypothesis.strategies import sampled_from, text

from tests.telegram.bots import PASS, connected
from tests.telegram.server import BotApi, Client, Refusal
from tests.telegram.server.entities import Html

# ------------------------------------------------------------------------------------------------ the account


async def test_the_bot_knows_itself(server: BotApi, bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.is_bot) == (server.bot_id, "guankou_bot", True)
    assert me.can_read_all_group_messages is False


async def test_a_wrong_token_is_unauthorised_and_one_without_a_colon_is_nothing(server: BotApi) -> None:
    async with connected(server, "99:wrong") as stranger:
        with pytest.raises(TelegramUnauthorizedError, match="Unauthorized"):
            await stranger.get_me()
        with pytest.raises(ClientResponseError, match="404"):
            async for _ in stranger.session.stream_content(f"{server.url}/file/botx/y"):
                pass


async def test_a_method_that_does_not_exist_is_not_found(bot: Bot) -> None:
    with pytest.raises(TelegramNotFound, match="Not Found: method not found"):
        await bot(LogOut())


async def test_commands_are_kept_per_language_and_scope(server: BotApi, bot: Bot, yi: Client) -> None:
    inbox, find = BotCommand(command="inbox", description="待办"), BotCommand(command="find", description="查找")
    await bot.set_my_commands([inbox], scope=BotCommandScopeAllPrivateChats(), language_code="zh")
    await bot.set_my_commands([inbox, find], scope=BotCommandScopeAllPrivateChats())
    chinese = await bot.get_my_commands(scope=BotCommandScopeAllPrivateChats(), language_code="zh")
    assert [(one.command, one.description) for one in chinese] == [("inbox", "待办")]
    assert await bot.get_my_commands() == []
    assert yi.commands() == ["inbox"]
    assert server.person(5, language_code="fr").commands() == ["inbox", "find"]
    await bot.set_my_commands([find], scope=BotCommandScopeChat(chat_id=yi.id))
    assert yi.commands() == ["find"]


@pytest.mark.parametrize(
    ("command", "description", "words"),
    [("Inbox", "x", "BOT_COMMAND_INVALID"), ("inbox", "", "BOT_COMMAND_DESCRIPTION_INVALID")],
)
async def test_commands_that_telegram_would_not_take(bot: Bot, command: str, description: str, words: str) -> None:
    with pytest.raises(TelegramBadRequest, match=words):
        await bot.set_my_commands([BotCommand(command=command, description=description)])


# ------------------------------------------------------------------------------------------------ sending


async def test_a_message_stands_in_the_chat_as_the_person_sees_it(server: BotApi, bot: Bot, yi: Client) -> None:
    sent = await bot.send_message(
        yi.id, "<b>春季直播</b> 第 <i>2</i> 步 😀 <code>a&lt;b</code>", parse_mode="HTML", reply_markup=PASS
    )
    message = server.chat(yi.id).last
    assert message.id == sent.message_id
    assert message.text == "春季直播 第 2 步 😀 a<b" == sent.text
    assert [(one["type"], one["offset"], one["length"]) for one in message.entities] == [
        ("bold", 0, 4), ("italic", 7, 1), ("code", 14, 3),
    ]  # fmt: skip
    assert message.buttons == ["通过", "退回"]
    assert message.from_bot
    assert sent.chat.first_name == "乙"


async def test_who_never_wrote_is_not_found(server: BotApi, bot: Bot) -> None:
    server.person(7, "丙")
    with pytest.raises(TelegramBadRequest, match="Bad Request: chat not found"):
        await bot.send_message(7, "您好")


async def test_numbers_of_messages_run_through_private_chats_and_start_anew_in_a_supergroup(
    server: BotApi,
    bot: Bot,
    yi: Client,
) -> None:
    group = server.group(-500, "运营", [yi])
    first = (await bot.send_message(yi.id, "一")).message_id
    second = (await bot.send_message(group.id, "二")).message_id
    assert second == first + 1
    supergroup = group.migrate()
    assert (await bot.send_message(supergroup.id, "三")).message_id == 2  # 1 is the notice of the migration


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("   ", "text must be non-empty"),
        ("x" * 4097, "message is too long"),
        ("😀" * 2049, "message is too long"),
        ("<script>x</script>", 'Unsupported start tag "script" at byte offset 0'),
        ("中<b><i>x</b></i>", 'Unmatched end tag at byte offset 10, expected "</i>", found "</b>"'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("a <= b>", 'Unsupported start tag "=" at byte offset 2'),
        ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("&#xd83d;", "Text contains invalid Unicode characters"),
    ],
)
async def test_texts_that_telegram_does_not_take(bot: Bot, yi: Client, text: str, words: str) -> None:
    with pytest.raises(TelegramBadRequest) as refused:
        await bot.send_message(yi.id, text, parse_mode="HTML")
    assert words in refused.value.message


async def test_an_empty_text_and_an_unknown_parse_mode(bot: Bot, yi: Client) -> None:
    with pytest.raises(TelegramBadRequest, match="Bad Request: message text is empty"):
        await bot.send_message(yi.id, "")
    with pytest.raises(TelegramBadRequest, match="unsupported parse_mode"):
        await bot.send_message(yi.id, "x", parse_mode="BB")


async def test_the_limits_of_a_text_count_what_is_left_after_parsing(server: BotApi, bot: Bot, yi: Client) -> None:
    await bot.send_message(yi.id, "<b>" + "x" * 4096 + "</b>", parse_mode="HTML")
    assert len(server.chat(yi.id).last.text) == 4096
    await bot.send_message(yi.id, '  <a href="https://guankou.example">开</a> \n', parse_mode="HTML")
    message = server.chat(yi.id).last
    assert message.text == "开"
    assert message.entities == [{"type": "text_link", "offset": 0, "length": 1, "url": "https://guankou.example/"}]


async def test_a_quote_that_opens_and_a_link_that_is_none(server: BotApi, bot: Bot, yi: Client) -> None:
    await bot.send_message(yi.id, '<blockquote expandable>长</blockquote><a href="nowhere">x</a>', parse_mode="HTML")
    assert [entity["type"] for entity in server.chat(yi.id).last.entities] == ["expandable_blockquote"]


@pytest.mark.parametrize(
    ("button", "words"),
    [
        (InlineKeyboardButton(text="x", callback_data="x" * 65), "BUTTON_DATA_INVALID"),
        (InlineKeyboardButton(text="x", callback_data="批" * 22), "BUTTON_DATA_INVALID"),
        (InlineKeyboardButton(text="x"), "Text buttons are unallowed in the inline keyboard"),
        (
            InlineKeyboardButton(text="x", url="nowhere"),
            "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
        ),
        (InlineKeyboardButton(text=" ", callback_data="x"), "inline keyboard button text is empty"),
        (InlineKeyboardButton(text="x", callback_data="x", style="purple"), "danger, primary, success"),
    ],
)
async def test_buttons_that_telegram_does_not_take(
    bot: Bot, yi: Client, button: InlineKeyboardButton, words: str
) -> None:
    with pytest.raises(TelegramBadRequest) as refused:
        await bot.send_message(yi.id, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))
    assert words in refused.value.message
    assert yi.private().messages == []


async def test_sixty_four_bytes_are_taken_and_styles_are(server: BotApi, bot: Bot, yi: Client) -> None:
    button = InlineKeyboardButton(text="急停", callback_data="批" * 21 + "x", style="danger")
    await bot.send_message(yi.id, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))
    assert server.chat(yi.id).last.rows[0][0]["style"] == "danger"


async def test_a_reply_names_a_message_that_stands(bot: Bot, yi: Client) -> None:
    said = yi.send("在吗")
    answer = await bot.send_message(yi.id, "在", reply_parameters=ReplyParameters(message_id=said))
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.message_id == said
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(yi.id, "在", reply_parameters=ReplyParameters(message_id=999))
    await bot.send_message(
        yi.id, "在", reply_parameters=ReplyParameters(message_id=999, allow_sending_without_reply=True)
    )


async def test_what_is_no_parameter_is_refused(server: BotApi, bot: Bot, yi: Client) -> None:
    with pytest.raises(TelegramBadRequest, match='unknown parameter "message_effect_id"'):
        await bot.send_message(yi.id, "x", message_effect_id="5")
    assert server.refused[-1][0] == "sendMessage"


# ------------------------------------------------------------------------------------------------ editing and deleting


async def test_an_edit_takes_place_and_without_a_keyboard_the_old_one_goes(
    server: BotApi, bot: Bot, yi: Client
) -> None:
    sent = await bot.send_message(yi.id, "待审", reply_markup=PASS)
    await bot.edit_message_text("已通过 · 乙", chat_id=yi.id, message_id=sent.message_id)
    [message] = server.chat(yi.id).messages
    assert (message.text, message.buttons, message.edited) == ("已通过 · 乙", [], True)


async def test_edits_that_are_refused(bot: Bot, yi: Client) -> None:
    sent = await bot.send_message(yi.id, "待审", reply_markup=PASS)
    edit = EditMessageText(chat_id=yi.id, message_id=sent.message_id, text="待审", reply_markup=PASS)
    with pytest.raises(
        TelegramBadRequest, match="message is not modified: specified new message content and reply markup"
    ):
        await bot(edit)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("x", chat_id=yi.id, message_id=999)
    with pytest.raises(TelegramBadRequest, match="message identifier is not specified"):
        await bot.edit_message_text("x", chat_id=yi.id)
    own = yi.send("我的")
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("x", chat_id=yi.id, message_id=own)
    await bot.delete_message(yi.id, sent.message_id)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot(edit)
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(yi.id, sent.message_id)


async def test_only_inline_keyboards_can_be_edited_in_and_under(server: BotApi, bot: Bot, yi: Client) -> None:
    asked = await bot.send_message(yi.id, "理由？", reply_markup=ForceReply())
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("好", chat_id=yi.id, message_id=asked.message_id)
    sent = await bot.send_message(yi.id, "待审", reply_markup=PASS)
    forced = EditMessageText(chat_id=yi.id, message_id=sent.message_id, text="x")
    object.__setattr__(forced, "reply_markup", ForceReply())  # aiogram itself would not take it
    with pytest.raises(TelegramBadRequest, match="inline keyboard expected"):
        await bot(forced)
    await bot.edit_message_reply_markup(chat_id=yi.id, message_id=sent.message_id)
    assert server.chat(yi.id).last.buttons == []


async def test_after_two_days_nothing_is_deleted(server: BotApi, bot: Bot, yi: Client) -> None:
    sent = await bot.send_message(yi.id, "旧")
    server.clock.advance(48 * 3600 + 5)
    with pytest.raises(TelegramBadRequest, match="message can't be deleted for everyone"):
        await bot.delete_message(yi.id, sent.message_id)


# ------------------------------------------------------------------------------------------------ marks


@given(text())
def test_whatever_is_escaped_reads_as_it_was_written(words: str) -> None:
    assert Html(escape(words)).read() == (words, [])


@given(text(), sampled_from(["b", "i", "u", "s", "code", "pre", "blockquote", "tg-spoiler"]))
def test_an_entity_covers_its_words_in_utf16_units(words: str, tag: str) -> None:
    plain, entities = Html(f"😀<{tag}>{escape(words)}</{tag}>。").read()
    assert plain == f"😀{words}。"
    covered = plain.encode("utf-16-le")
    for entity in entities:
        begin, end = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
        assert covered[begin:end].decode("utf-16-le") == words
    assert len(entities) == bool(words)


@given(text(alphabet="<>/ab i=\"'&lt;#x1中"))
def test_any_text_at_all_is_read_or_refused(words: str) -> None:
    with contextlib.suppress(Refusal):
        Html(words).read()
