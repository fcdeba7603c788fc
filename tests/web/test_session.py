"""Cookies prove who somebody is, and nothing else does."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web import session
from adapters.web.session import Sessions

SESSIONS = Sessions(b"k" * 32, name="guankou_8080", secure=False)


@given(st.text(max_size=40))
def test_a_cookie_is_read_as_it_was_written(person: str) -> None:
    made = SESSIONS.begin(person)
    assert SESSIONS.read(SESSIONS.write(made)) == made


@given(st.text(max_size=120))
def test_whatever_else_comes_as_a_cookie_proves_nothing(cookie: str) -> None:
    assert SESSIONS.read(cookie) is None


def test_no_cookie_proves_nothing() -> None:
    assert SESSIONS.read(None) is None


@given(st.integers(0, 200), st.sampled_from("Aa0_-.z"))
def test_one_changed_character_spoils_it(place: int, character: str) -> None:
    cookie = SESSIONS.write(SESSIONS.begin("p-wang"))
    place %= len(cookie)
    changed = cookie[:place] + character + cookie[place + 1 :]
    assert (SESSIONS.read(changed) is None) == (changed != cookie)


def test_another_installation_proves_nothing_here() -> None:
    theirs = Sessions(b"K" * 32, name="guankou_8080", secure=False)
    assert SESSIONS.read(theirs.write(theirs.begin("p-wang"))) is None


def test_a_cookie_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    cookie = SESSIONS.write(SESSIONS.begin("p-wang"))
    later = time.time() + session.LASTS + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert SESSIONS.read(cookie) is None


def test_a_csrf_token_belongs_to_one_session() -> None:
    mine, theirs = SESSIONS.begin("p-wang"), SESSIONS.begin("p-wang")
    assert SESSIONS.vouches(mine, SESSIONS.csrf(mine))
    assert not SESSIONS.vouches(theirs, SESSIONS.csrf(mine))
    assert not SESSIONS.vouches(mine, "")
    assert not SESSIONS.vouches(mine, "关口")


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 at least"):
        Sessions(b"short", name="x", secure=False)
