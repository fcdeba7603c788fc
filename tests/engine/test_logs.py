"""No secret and nothing about a person reaches the log, whoever writes it and however."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
import structlog

from workflow.engine import logs


@pytest.fixture
def out() -> Any:
    stream = io.StringIO()
    logs.configure("debug", "json", stream)
    yield stream
    structlog.reset_defaults()


def line(out: io.StringIO) -> dict[str, Any]:
    [text] = out.getvalue().splitlines()
    found: dict[str, Any] = json.loads(text)
    return found


def test_what_is_not_on_the_list_does_not_get_out(out: io.StringIO) -> None:
    logs.logger().info("decided", item="5", comment="他家的电话是 13800000000", name="李明")
    assert line(out)["item"] == "5"
    assert line(out)["dropped"] == ["comment", "name"]
    assert "李明" not in out.getvalue()
    assert "13800000000" not in out.getvalue()


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("postgresql://app:hunter2@db/x", "hunter2"),
        ("https://api.telegram.org/bot123456789:AAF-abcdefghijklmnopqrstuvwxyz012345/getMe", "AAF-abcdef"),
        ("Authorization: Bearer abc.def", "abc.def"),
        ("/signin?code=K7Q2M9", "K7Q2M9"),
        ("x" * 43, "x" * 43),
    ],
)
def test_secrets_are_replaced(out: io.StringIO, text: str, secret: str) -> None:
    logs.logger().warning("refused", address=text)
    assert secret not in out.getvalue()
    assert "***" in line(out)["address"]


def test_a_digest_is_no_secret(out: io.StringIO) -> None:
    logs.logger().info("applied", digest="0f" * 32)
    assert line(out)["digest"] == "0f" * 32


def test_a_newline_stays_within_its_line(out: io.StringIO) -> None:
    logs.logger().info("read", path='x\n{"event":"forged"}\u2028\x1b[31m')
    assert "forged" in line(out)["path"]
    assert "\\n" in line(out)["path"]
    assert "\x1b" not in out.getvalue()


def test_an_error_is_named_without_its_words(out: io.StringIO) -> None:
    try:
        int("李明的电话")
    except ValueError:
        logs.logger().exception("failed")
    found = line(out)
    assert found["error"] == "ValueError"
    assert "test_logs.py" in found["where"]
    assert "李明" not in out.getvalue()


def test_on_a_terminal_the_line_is_for_people_and_just_as_clean() -> None:
    stream = io.StringIO()
    logs.configure("info", "text", stream)
    try:
        logs.logger().info("read", path="a\nb", name="李明")
    finally:
        structlog.reset_defaults()
    assert "李明" not in stream.getvalue()
    assert len(stream.getvalue().splitlines()) == 1
