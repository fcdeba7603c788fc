"""Settings come from GUANKOU_*, and a wrong one is named."""

from __future__ import annotations

from datetime import time
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


def test_quiet_hours_are_two_times_of_day_or_none(tmp_path: Path) -> None:
    assert Settings(data=tmp_path).quiet_hours == (time(22), time(7))
    assert Settings(data=tmp_path, quiet="12:30-14:00").quiet_hours == (time(12, 30), time(14))
    assert Settings(data=tmp_path, quiet="").quiet_hours is None


@pytest.mark.parametrize("value", ["22-7", "22:00", "24:00-07:00", "22:00-22:00", "22:00–07:00", "never", " "])
def test_quiet_hours_that_are_none_are_named(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANKOU_QUIET", value)
    with pytest.raises(ValidationError, match="quiet"):
        Settings()
