"""What stands before every page: Host, sizes, headers, rates."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from adapters.web.guard import Rate
from adapters.web.trouble import Trouble
from tests.web.conftest import Site


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example", "", "0.0.0.0"])
async def test_a_strange_host_is_refused(site: Site, host: str) -> None:
    browser = await site.visitor()
    answer = await browser.get("/", Host=host)
    assert answer.status_code == 421
    assert site.web.address in answer.text


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
async def test_loopback_is_known_by_its_names(site: Site, name: str) -> None:
    browser = await site.visitor()
    answer = await browser.get("/", Host=f"{name}:{site.web.desk.port}")
    assert answer.status_code == 200


async def test_cookies_are_not_for_scripts_or_other_sites(site: Site) -> None:
    browser = await site.visitor()
    answer = await browser.get("/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


async def test_static_files_are_kept_for_ever_by_their_digest(site: Site) -> None:
    browser = await site.visitor()
    page = await browser.get("/")
    for path in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)):
        answer = await browser.get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    old = await browser.get("/static/0123456789abcdef/app.css")
    assert old.headers["cache-control"] == "no-cache"
    assert (await browser.get("/static/0123456789abcdef/..%2fdesk.py")).status_code == 404
    assert (await browser.get("/static/x/words.py")).status_code == 404


async def test_a_body_that_is_too_large_is_refused_by_what_it_says(site: Site) -> None:
    browser = await site.visitor("p-wang")
    answer = await browser.post("/chat/say", {"id": "x", "text": "长" * 200_000})
    assert answer.status_code == 413
    assert "20 MB" in answer.json()["next"]


async def test_a_body_that_is_too_large_is_refused_while_it_comes(site: Site) -> None:
    browser = await site.visitor("p-wang")

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 10_000

    answer = await browser.client.post(
        f"{site.web.address}/chat/say",
        content=endless(),
        headers={"X-CSRF-Token": browser.csrf, "Content-Type": "application/json"},
    )
    assert answer.status_code == 413


async def test_who_is_too_fast_waits(site: Site) -> None:
    browser = await site.visitor()
    await browser.get("/")
    answers = [await browser.submit("/signin/as", person="nobody") for _ in range(25)]
    assert [one.status_code for one in answers[:20]] == [404] * 20
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"] == "3"


def test_a_bucket_fills_again() -> None:
    now = [0.0]
    rate = Rate(2, 1.0, clock=lambda: now[0])
    rate.take("a")
    rate.take("a")
    with pytest.raises(Trouble):
        rate.take("a")
    rate.take("b")
    now[0] = 1.0
    rate.take("a")
    with pytest.raises(Trouble):
        rate.take("a")


def test_buckets_do_not_grow_without_end() -> None:
    rate = Rate(2, 1.0, keys=10)
    for number in range(1000):
        rate.take(str(number))
    assert len(rate._buckets) == 10
