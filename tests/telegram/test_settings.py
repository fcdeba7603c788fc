"""The settings: a token alone is enough, what is wrong is named, and the token is never shown."""

from __future__ import annotations

from importlib.metadata import entry_points

import pytest
from pydantic import ValidationError

from adapters.telegram import TelegramSettings, adapter
from adapters.telegram.bot import TelegramAdapter

TOKEN = "4242424242:AAE-guankou_tests-no_real_bot_at_all_x"
SECRET = b"a secret of thirty-two bytes or more"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in TelegramSettings.model_fields:
        monkeypatch.delenv(f"GUANKOU_TELEGRAM_{name.upper()}", raising=False)


@pytest.mark.parametrize("token", [None, "", "  "])
def test_without_a_token_there_is_no_telegram(token: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if token is not None:
        monkeypatch.setenv("GUANKOU_TELEGRAM_TOKEN", token)
    assert adapter(tenant="t", secret=SECRET) is None


def test_a_token_alone_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANKOU_TELEGRAM_TOKEN", f" {TOKEN}\n")
    [point] = entry_points(group="guankou.adapters", name="telegram")
    made = point.load()(tenant="t", secret=SECRET)
    assert isinstance(made, TelegramAdapter)
    assert made.profile.network == "telegram"
    settings = TelegramSettings()
    assert settings.api_url == "https://api.telegram.org"
    assert settings.webhook == ""


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("TOKEN", "AAE-guankou", "as BotFather gives it"),
        ("TOKEN", "4242424242:AAE guankou", "copy it whole"),
        ("API_URL", "api.telegram.org", "whole address"),
        ("API_URL", "ftp://api.telegram.org", "whole address"),
        ("WEBHOOK", "bot.example.org/x", "whole address"),
        ("WEBHOOK", "http://bot.example.org/x", "https"),
        ("WEBHOOK_PORT", "70000", "65535"),
    ],
)
def test_what_is_wrong_is_said_without_what_was_set(
    name: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"GUANKOU_TELEGRAM_{name}", value)
    with pytest.raises(ValidationError, match=words) as caught:
        TelegramSettings()
    assert value not in str(caught.value)


def test_a_webhook_over_http_needs_a_server_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANKOU_TELEGRAM_WEBHOOK", "http://127.0.0.1:8443/x/")
    monkeypatch.setenv("GUANKOU_TELEGRAM_API_URL", "http://127.0.0.1:8081/")
    settings = TelegramSettings()
    assert (settings.webhook, settings.api_url) == ("http://127.0.0.1:8443/x", "http://127.0.0.1:8081")


def test_the_token_is_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANKOU_TELEGRAM_TOKEN", TOKEN)
    settings = TelegramSettings()
    made = adapter(tenant="t", secret=SECRET, settings=settings)
    for one in (settings, settings.model_dump(), made, vars(made)):
        assert TOKEN not in repr(one)
        assert TOKEN.partition(":")[2] not in repr(one)
