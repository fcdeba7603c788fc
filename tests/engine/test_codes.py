"""Linking codes: long ones for links, short ones for typing, read as people write them."""

from __future__ import annotations

import pytest

from workflow.engine import codes

KEY = b"k" * 32


def test_a_long_code_has_128_bits_and_goes_into_any_link() -> None:
    made = {codes.long() for _ in range(200)}
    assert len(made) == 200
    assert {len(one) for one in made} == {codes.LONG}
    assert all(one.isascii() and one.isalnum() and one == one.upper() for one in made)
    assert all(codes.read(one) == one and not codes.is_short(one) for one in made)


def test_a_short_code_has_40_bits_of_characters_that_nobody_mistakes() -> None:
    made = {codes.short() for _ in range(500)}
    assert len(made) == 500
    assert len(codes.TYPED) ** codes.SHORT == 2**40
    assert set("".join(made)) == set(codes.TYPED)
    assert not set("ILOU") & set(codes.TYPED)
    assert all(codes.read(one) == codes.read(codes.spelt(one)) == one and codes.is_short(one) for one in made)


@pytest.mark.parametrize("typed", ["K7M3-0X1P", " k7m3 0x1p ", "K7M3OXIP", "k7m3oxlp", "K-7-M-3-0-X-1-P"])
def test_a_short_code_is_read_as_people_write_it(typed: str) -> None:
    assert codes.read(typed) == "K7M30X1P"


@pytest.mark.parametrize(
    "typed", ["", "K7M3", "K7M30X1PK", "K7M3-0X1U", "绑定码绑定码绑定", "A" * 25, "A" * 27, "A" * 25 + "é"]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert codes.read(typed) == ""


def test_what_is_kept_says_nothing_without_the_key() -> None:
    code = codes.short()
    assert codes.kept(code, KEY) == codes.kept(code, KEY)
    assert len({codes.kept(code, KEY), codes.kept(code, b"x" * 32), codes.kept(codes.short(), KEY)}) == 3
    assert len(codes.kept(code, KEY)) == 32
