"""The secret file, and the keys that come of it."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from workflow.engine.keys import Keys, SecretFileError, keys_of


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secret"
    first = keys_of(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys_of(path).of("token") == first.of("token")
    assert [file.name for file in path.parent.iterdir()] == ["secret"], "no draft is left behind"


def test_many_processes_that_start_together_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: keys_of(tmp_path / "secret").of("token"), range(16)))
    assert len(set(keys)) == 1


def test_each_use_has_its_own_key() -> None:
    keys = Keys(b"s" * 32)
    assert keys.of("token") != keys.of("random")
    assert len(keys.of("token")) == 32
    assert keys.of("token") != Keys(b"t" * 32).of("token")


def test_keys_print_nothing() -> None:
    assert repr(Keys(b"very secret indeed")) == "Keys(…)"


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    keys_of(path)
    path.chmod(0o644)
    with pytest.raises(SecretFileError, match="chmod 600"):
        keys_of(path)


def test_a_cut_secret_is_refused_and_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(b"short")
    with pytest.raises(SecretFileError, match="5 bytes"):
        keys_of(path)
    assert path.read_bytes() == b"short"
