"""`guankou doctor`: what is in order, what is not, and what to do."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from tests.cli.conftest import Server, Terminal
from tests.telegram.server import BotApi


def test_a_machine_in_order(guankou: Terminal) -> None:
    told = guankou("doctor").out
    for word in (
        "Python",
        "migrations: up to date",
        "role: guankou_app",
        "chaoyang",
        "secret file",
        "adapters: telegram, web",
        "telegram: no bot is set up here",
        "All is well.",
    ):
        assert word in told
    assert "一切正常" in guankou("doctor", GUANKOU_LANGUAGE="zh").out


def test_each_thing_that_is_wrong_is_named_with_what_to_do(guankou: Terminal, database: Server, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"x" * 32)
    secret.chmod(0o644)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = guankou(
            "doctor", code=1, GUANKOU_DATABASE_URL=database.owner, GUANKOU_SECRET_FILE=str(secret),
            GUANKOU_PORT=str(taken.getsockname()[1]),
        ).out  # fmt: skip
    assert "chmod 600" in told
    assert "guankou db up" in told
    assert "--port" in told
    assert told.endswith("2 to put right.\n")
    guankou("db", "up", GUANKOU_DATABASE_URL=database.app, GUANKOU_DATABASE_OWNER_URL=database.owner)
    assert "could change the audit log" in guankou("doctor", code=1, GUANKOU_DATABASE_URL=database.owner).out


def test_a_database_that_is_not_there(guankou: Terminal, tmp_path: Path) -> None:
    told = guankou("doctor", code=1, GUANKOU_DATABASE_URL=f"postgresql://guankou_app@/guankou?host={tmp_path}").out
    assert "cannot be reached" in told
    assert "secret file" in told, "the rest is looked at all the same"


def test_settings_that_are_none(guankou: Terminal) -> None:
    assert "GUANKOU_BATCH" in guankou("doctor", code=1, GUANKOU_BATCH="1000").out


async def test_a_bot_is_looked_at_and_its_token_is_told_to_nobody(guankou: Terminal) -> None:
    async with BotApi() as server:
        bot = {"GUANKOU_TELEGRAM_TOKEN": server.token, "GUANKOU_TELEGRAM_API_URL": server.url}
        assert (
            f"✓ telegram: @{server.username}" in (await asyncio.to_thread(guankou.typed, "doctor", code=0, **bot)).out
        )
        assert [call.method for call in server.calls] == ["getMe"], "whoever reads its updates goes on undisturbed"
        wrong = bot | {"GUANKOU_TELEGRAM_TOKEN": "4242424242:AAE-some-other-bot"}
        told = await asyncio.to_thread(guankou.typed, "doctor", code=1, **wrong)
        assert "✗ telegram: Unauthorized" in told.out
        assert "4242424242" not in told.out + told.err
    told = await asyncio.to_thread(guankou.typed, "doctor", code=1, **bot)
    assert "✗ telegram: not connected" in told.out
    assert "docs/settings.md" in told.out
    told = await asyncio.to_thread(guankou.typed, "doctor", code=1, GUANKOU_TELEGRAM_TOKEN="nonsense")
    assert "GUANKOU_TELEGRAM_TOKEN" in told.out
    assert "nonsense" not in told.out + told.err
