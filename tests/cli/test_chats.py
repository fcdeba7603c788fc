"""`guankou chats`: whom nothing reaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from tests.cli.conftest import FLOWS, Terminal


def test_who_has_no_chat_and_is_owed_something(guankou: Terminal, submit: Callable[..., str]) -> None:
    guankou = replace(guankou, variables=guankou.variables | {"GUANKOU_TENANT": "nobody-linked"})
    guankou("apply", FLOWS, "--tenant", "nobody-linked")
    submit("还没有人绑定聊天", at=guankou)
    rows = {one["who"]: one for one in guankou("chats", "--output", "json").json}
    one = rows["张伟"]
    assert (one["why"], one["network"], one["chat"], one["elsewhere"]) == ("no chat", "", "", False)
    assert one["letters"] >= 1
    assert datetime.fromisoformat(one["since"]).tzinfo is not None
    assert "张伟\t-\thas no chat" in guankou("chats").out
    assert "张伟\t-\t还没有会话" in guankou("chats", GUANKOU_LANGUAGE="zh").out


def test_everybody_is_reached(guankou: Terminal) -> None:
    guankou("apply", FLOWS, "--tenant", "nobody-owed")
    assert "Everybody is reached" in guankou("chats", "--tenant", "nobody-owed").out
    assert "都送到了" in guankou("chats", "--tenant", "nobody-owed", GUANKOU_LANGUAGE="zh").out
    assert guankou("chats", "--tenant", "nobody-owed", "--output", "json").json == []
