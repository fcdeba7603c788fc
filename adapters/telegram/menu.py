"""The commands, set as the bot's menu in each language. Their words are talk's. Nothing else is set about the bot."""

from __future__ import annotations

from typing import Final

import structlog
from aiogram.methods import SetMyCommands
from aiogram.types import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats

from adapters.telegram.outcomes import outcome_of
from adapters.telegram.wire import Wire
from workflow.talk.menu import menu
from workflow.talk.words import LANGUAGES

DEFAULT: Final = "zh"
"""For clients in any other language."""

log = structlog.get_logger(__name__)


def menus() -> tuple[SetMyCommands, ...]:
    """One menu for each language and kind of chat, and one for whoever speaks neither."""
    return tuple(
        SetMyCommands(
            commands=[
                BotCommand(command=one.word, description=" ".join(filter(None, (one.argument, one.description))))
                for one in menu(language, private=private)
            ],
            scope=BotCommandScopeAllPrivateChats() if private else BotCommandScopeAllGroupChats(),
            language_code=code,
        )
        for private in (True, False)
        for language, code in ((DEFAULT, None), *((one, one) for one in LANGUAGES))
    )


async def set_menus(wire: Wire) -> None:
    """Set them all; what fails is told in the log, and the bot works without."""
    for one in menus():
        try:
            await wire.call(one)
        except Exception as error:  # noqa: BLE001 - a menu is a convenience
            log.warning("menu not set", network="telegram", outcome=outcome_of(error, editing=True).kind)
            return
