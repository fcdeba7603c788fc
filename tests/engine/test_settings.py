"""Settings come from GUANKOU_*, and a wrong one is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from workflow.engine import faults
from workflow.engine.settings import Settings


def test_a_fresh_machine_needs_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GUANKOU_DATA", str(tmp_path))
    settings = Settings()
    assert settings.data == tmp_path
    assert settings.secret_path == tmp_path / "secret"
    assert settings.database_url is None


def test_an_address_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANKOU_DATABASE_URL", "postgresql://app:hunter2@db/x")
    settings = Settings()
    assert "hunter2" not in repr(settings)
    assert settings.database_url is not None
    assert "hunter2" in settings.database_url.get_secret_value()


def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANKOU_BATCH", "65")
    with pytest.raises(ValidationError, match="batch"):
        Settings()


def test_a_fault_is_a_point_and_a_count() -> None:
    assert faults.read("") == (0, 0)
    assert faults.read("3") == (3, 1)
    assert faults.read("3:2") == (3, 2)
    assert faults.POINT == 0, "no test runs with a fault set"
