"""Files up as streams, down as attachments."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.web.conftest import Site
from tests.web.rig import Browser


async def upload(browser: Browser, name: str, body: bytes | AsyncIterator[bytes]) -> tuple[int, dict[str, object]]:
    answer = await browser.client.post(
        f"{browser.adapter.address}/files",
        params={"name": name},
        content=body,
        headers={"X-CSRF-Token": browser.csrf, "Accept": "application/json"},
    )
    return answer.status_code, answer.json()


async def test_a_file_comes_back_as_it_went(demo: Site) -> None:
    browser = await demo.visitor("p-li")
    body = bytes(range(256)) * 4000
    status, kept = await upload(browser, "方案 终稿.pdf", body)
    assert status == 201
    assert (kept["name"], kept["bytes"]) == ("方案 终稿.pdf", len(body))
    answer = await browser.get(f"/files/{kept['file']}")
    assert answer.content == body


@pytest.mark.parametrize(
    "name", ['a".pdf', "a\r\nSet-Cookie: x=y", "../../etc/passwd", "<script>.html", "名" * 300, "\u202egpj.exe", ""]
)
async def test_no_name_breaks_out_of_its_header(demo: Site, name: str) -> None:
    browser = await demo.visitor("p-li")
    _, kept = await upload(browser, name, b"x")
    answer = await browser.get(f"/files/{kept['file']}")
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; filename*=UTF-8''")
    assert disposition.isascii()
    assert not set('\r\n"<>/\\ ') & set(disposition.removeprefix("attachment; "))
    assert "set-cookie" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_a_file_of_a_kind_that_is_not_taken_says_why(demo: Site) -> None:
    status, told = await upload(await demo.visitor("p-li"), "x.exe", b"MZ...")
    assert status == 422
    assert "file_type" in str(told["what"])


async def test_a_file_that_is_too_large_is_stopped_while_it_comes(demo: Site) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(400):
            sent += 1
            yield b"x" * 100_000

    browser = await demo.visitor("p-li")
    status, told = await upload(browser, "x.bin", endless())
    assert status == 413
    assert "20 MB" in str(told["next"])
    assert demo.engine.kept == {}


async def test_twenty_megabytes_are_taken(demo: Site) -> None:
    status, kept = await upload(await demo.visitor("p-li"), "x.bin", b"x" * (20 * 1024 * 1024))
    assert (status, kept["bytes"]) == (201, 20 * 1024 * 1024)


async def test_a_file_that_one_may_not_see_is_like_none(demo: Site) -> None:
    answer = await (await demo.visitor("p-li")).get("/files/f999")
    assert answer.status_code == 404
