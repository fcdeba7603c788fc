"""`guankou lint` where this machine's settings know webhooks: a flow that calls another one is told so."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import ROOT
from tests.webhook.receiver import SECRET
from workflow.cli import networks
from workflow.cli.lint import lint
from workflow.cli.trouble import Stop

FLOW = ROOT / "flows/livestream.yaml"


def set_up(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    hooks = {name: {"url": "https://app.example.org/x", "secret": SECRET} for name in names}
    monkeypatch.setenv("GUANKOU_WEBHOOK_HOOKS", json.dumps(hooks))


def test_without_settings_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GUANKOU_WEBHOOK_HOOKS", raising=False)
    assert networks.hooks() is None
    assert lint([FLOW], "text", None) == 0


def test_a_hook_without_address_and_secret_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(monkeypatch, "app")
    assert networks.hooks() == frozenset({"app"})
    assert lint([FLOW], "json", None) == 1
    [found] = json.loads(capsys.readouterr().out)
    assert (found["code"], found["level"]) == ("O458", "warning")
    assert "cut" in found["message_en"]
    set_up(monkeypatch, "app", "cut")
    assert lint([FLOW], "text", None) == 0


def test_a_setting_that_is_none_is_said_to_be_so_without_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANKOU_WEBHOOK_HOOKS", json.dumps({"cut": {"url": "nowhere", "secret": SECRET}}))
    with pytest.raises(Stop) as stopped:
        networks.hooks()
    assert "GUANKOU_WEBHOOK_HOOKS" in str(stopped.value.args)
    assert SECRET not in str(stopped.value.args)
