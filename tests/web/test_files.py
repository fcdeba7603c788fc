"""Files up as streams, down as attachments."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.web.conftest import Site


async def test_a_file_comes_back_as_it_went(site: Site) -> None:
    browser = await site.visitor("p-li")
    body = bytes(range(256)) * 4000
    status, kept = await browser.upload("方案 终稿.pdf", body)
    assert status == 201
    assert (kept["name"], kept["bytes"]) == ("方案 终稿.pdf", len(body))
    answer = await browser.get(f"/files/{kept['file']}")
    assert answer.content == body


@pytest.mark.parametrize(
    "name", ['a".pdf', "a\r\nSet-Cookie: x=y", "../../etc/passwd", "<script>.html", "名" * 300, "\u202egpj.exe", ""]
)
async def test_no_name_breaks_out_of_its_header(site: Site, name: str) -> None:
    browser = await site.visitor("p-li")
    _, kept = await browser.upload(name, b"x")
    answer = await browser.get(f"/files/{kept['file']}")
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; filename*=UTF-8''")
    assert disposition.isascii()
    assert not set('\r\n"<>/\\ ') & set(disposition.removeprefix("attachment; "))
    assert "set-cookie" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_a_file_that_is_too_large_is_stopped_while_it_comes(site: Site) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(400):
            sent += 1
            yield b"x" * 100_000

    browser = await site.visitor("p-li")
    status, told = await browser.upload("x.bin", endless())
    assert status == 413
    assert "20 MB" in str(told["next"])
    assert site.stub.kept == {}


async def test_twenty_megabytes_are_taken(site: Site) -> None:
    status, kept = await (await site.visitor("p-li")).upload("x.bin", b"x" * (20 * 1024 * 1024))
    assert (status, kept["bytes"]) == (201, 20 * 1024 * 1024)


async def test_a_file_that_one_may_not_see_is_like_none(site: Site) -> None:
    answer = await (await site.visitor("p-li")).get("/files/f999")
    assert answer.status_code == 404
