"""The commands menu: in each language, set at the start, in the words of talk."""

from __future__ import annotations

import pytest

from adapters.telegram.menu import menus
from tests.telegram.rig import rigged, until
from workflow.talk.commands import command_in
from workflow.talk.menu import menu


@pytest.mark.parametrize(("speaks", "language"), [("zh-hans", "zh"), ("en", "en"), ("fr", "zh")])
async def test_people_find_the_commands_in_their_language(speaks: str, language: str) -> None:
    async with rigged() as rig:
        await until(lambda: len(rig.server.called("setMyCommands")) == len(menus()))
        one = rig.server.person(800_001, language_code=speaks)
        one.private()
        assert one.commands() == [entry.word for entry in menu(language)]
        rig.server.group(-4001, "红霞站", [one])
        assert one.commands(-4001) == [entry.word for entry in menu(language, private=False)]
        assert not [refused for refused in rig.server.refused if refused[0] == "setMyCommands"]


def test_every_command_of_the_menu_is_understood_when_it_is_tapped() -> None:
    for one in menus():
        for command in one.commands:
            found = command_in(f"/{command.command}", bare=False)
            assert found is not None
            assert found.word != "unknown", command.command
            assert command.description.strip()


async def test_a_menu_that_cannot_be_set_keeps_nobody_from_working() -> None:
    async with rigged() as rig:
        rig.server.inject("setMyCommands", 400, "Bad Request: BOT_COMMAND_INVALID", times=99)
        await rig.stop()
        await rig.start()
        await rig.say("还在")
        assert len(rig.keeper.kept) == 1
