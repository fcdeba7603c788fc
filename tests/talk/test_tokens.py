from __future__ import annotations

import base64
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.domain.command import Refused
from workflow.talk.about import Detail, Prompt, Question
from workflow.talk.pressing import standing
from workflow.talk.tokens import OF_ITEMS, VERBS, Press, of_file, read, version_of, write

KEY = b"a key of thirty-two bytes ......"
PRESS = Press("approve", str(UUID(int=7)), 12, 3, 41)

presses = st.builds(
    Press, st.sampled_from(VERBS), st.uuids().map(str), st.integers(0, 2**32 - 1), st.integers(0, 2**16 - 1),
    st.integers(0, 2**32 - 1),
)  # fmt: skip


@given(presses, st.text(max_size=20), st.text(max_size=20))
def test_a_token_is_read_as_it_was_written(press: Press, bot: str, chat: str) -> None:
    bot, chat = (one.encode(errors="replace").decode() for one in (bot, chat))
    token = write(press, KEY, bot, chat)
    assert len(token.encode("ascii")) <= 64
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert read(token, KEY, bot, chat) == press


def test_it_is_good_in_its_own_chat_of_its_own_bot_alone() -> None:
    token = write(PRESS, KEY, "bot", "chat")
    for bot, chat in (("bot", "other"), ("other", "chat"), ("botc", "hat"), ("", "botchat")):
        assert read(token, KEY, bot, chat) == Refused("token_forged")
    assert read(token, b"another key", "bot", "chat") == Refused("token_forged")


@given(st.integers(0, 38), st.integers(1, 255))
def test_no_byte_of_it_may_change(place: int, flip: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(write(PRESS, KEY, "bot", "chat")))
    raw[place] ^= flip
    assert read(base64.urlsafe_b64encode(raw).decode(), KEY, "bot", "chat") == Refused("token_forged")


@given(st.text(max_size=80))
def test_anything_else_is_forged(token: str) -> None:
    assert read(token, KEY, "bot", "chat") == Refused("token_forged")


@pytest.mark.parametrize("token", ["", "=", "AAAA", "字", "A" * 52, "A" * 500, " " + write(PRESS, KEY, "bot", "chat")])
def test_what_was_never_written_is_forged(token: str) -> None:
    assert read(token, KEY, "bot", "chat") == Refused("token_forged")


def test_it_holds_no_state_and_no_right() -> None:
    assert Press.__struct_fields__ == ("verb", "subject", "task", "round", "extra")


def test_places_of_verbs_are_in_tokens_that_were_sent() -> None:
    """Whoever moves one makes old buttons mean something else."""
    assert VERBS[:8] == ("approve", "reject", "return", "comment", "transfer", "reassign", "terminate", "retry")
    assert frozenset({*VERBS[:15], *VERBS[26:]}) == OF_ITEMS
    assert VERBS[15:] == (
        "turn", "start", "option", "page", "edit", "add", "drop", "back", "skip", "done", "cancel", "file", "take", "hand_in",
        "decline", "assign", "clear", "stop", "restart", "answer", "record",
    )  # fmt: skip


ITEM = "00000000-0000-0000-0000-000000000007"


@pytest.mark.parametrize(
    ("press", "about"),
    [
        (Press("approve", ITEM, 3, 2), Prompt(ITEM, 3, 0, 2)), (Press("mark", ITEM, 3, 2, 5), Prompt(ITEM, 3, 0, 2)),
        (Press("comment", ITEM, 3, 2), Prompt(ITEM, 3, 0, 2)), (Press("comment", ITEM), Detail(ITEM)), (Press("nudge", ITEM), Detail(ITEM)),
        (Press("timeline", ITEM), Detail(ITEM)), (Press("option", ITEM, 9, 0, 4), Question(ITEM, 9)), (Press("cancel", ITEM, 9), Question(ITEM, 9)),
        (Press("task", ITEM, 3, 2), None), (of_file(ITEM, "x"), None), (Press("turn", extra=2), None), (Press("start", ITEM), None),
    ],
)  # fmt: skip
def test_what_a_message_must_be_about_that_nobody_remembers(press: Press, about: object) -> None:
    assert standing(write(press, KEY, "bot", "chat"), KEY, "bot", "chat") == about
    assert standing(write(press, KEY, "bot", "other"), KEY, "bot", "chat") is None


def test_files_of_an_item_have_tokens_of_their_own() -> None:
    some = {write(of_file(ITEM, f"file {n}"), KEY, "bot", "chat") for n in range(1000)}
    assert len(some) == 1000
    assert all(len(one) <= 64 for one in some)


def test_a_round_beyond_the_field_is_no_error() -> None:
    read_back = read(write(Press("approve", round=70000), KEY, "b", "c"), KEY, "b", "c")
    assert isinstance(read_back, Press)
    assert read_back.round == 65535


def test_versions_of_a_flow_have_different_tokens() -> None:
    assert version_of("ab" * 32) != version_of("ac" * 32)
    UUID(version_of("ab" * 32))
