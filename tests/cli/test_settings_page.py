"""docs/settings.md lists every setting and every option that the environment may give, with the default that the code has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from adapters.telegram import TelegramSettings
from adapters.webhook import WebhookSettings
from tests.cli.conftest import ROOT
from workflow.cli.app import app
from workflow.engine.settings import Settings

PAGE = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `GUANKOU_([A-Z_]+)` \| ([^|]*) \|", PAGE, re.MULTILINE))


def options() -> set[str]:
    """Variables that stand in for an option of some command."""
    group = typer.main.get_command(app)
    commands = [group, *group.commands.values()]  # type: ignore[attr-defined]
    commands += [one for command in commands[1:] for one in getattr(command, "commands", {}).values()]
    return {str(option.envvar) for command in commands for option in command.params if option.envvar}


def test_every_setting_is_listed_and_no_other() -> None:
    known = (
        {name.upper() for name in Settings.model_fields}
        | {name.removeprefix("GUANKOU_") for name in options()}
        | {f"TELEGRAM_{name.upper()}" for name in TelegramSettings.model_fields}
        | {f"WEBHOOK_{name.upper()}" for name in WebhookSettings.model_fields}
        | {"LANGUAGE"}
    )
    assert ROWS.keys() == known


@pytest.mark.parametrize(
    "name", ["batch", "poll_seconds", "orphan_seconds", "lease_seconds", "relay_chats", "attempts", "drain_seconds"]
)
def test_numbers_are_those_of_the_code(name: str, tmp_path: Path) -> None:
    assert float(ROWS[name.upper()]) == getattr(Settings(data=tmp_path), name)
