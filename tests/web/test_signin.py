"""Outside a demonstration: nobody gets in without a single-use address, and what is revoked is out at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from msgspec.structs import replace

from adapters.web import WebAdapter
from tests.web.conftest import Site, running
from tests.web.rig import SERVE, Browser

Until = Callable[[Callable[[], bool]], Awaitable[None]]


async def signed_in(serve: Site, person: str) -> Browser:
    serve.engine.codes["code-1"] = person
    browser = await serve.visitor()
    await browser.get("/signin/code-1")
    assert (await browser.submit("/signin/code-1")).headers["location"] == "/chat"
    await browser.get("/chat")
    return browser


async def test_the_door_says_how_to_get_in(serve: Site) -> None:
    page = (await (await serve.visitor()).get("/")).text
    assert "guankou link" in page
    assert "王芳" not in page


async def test_looking_at_an_address_does_not_use_it_up(serve: Site) -> None:
    serve.engine.codes["code-1"] = "p-wang"
    prefetcher = await serve.visitor()
    for _ in range(3):
        assert (await prefetcher.get("/signin/code-1")).status_code == 200
    browser = await serve.visitor()
    await browser.get("/signin/code-1")
    assert (await browser.submit("/signin/code-1")).status_code == 303
    assert "王芳" in (await browser.get("/chat")).text


async def test_an_address_works_once(serve: Site) -> None:
    await signed_in(serve, "p-wang")
    second = await serve.visitor()
    await second.get("/signin/code-1")
    answer = await second.submit("/signin/code-1")
    assert answer.status_code == 403
    assert "link_used" in answer.text
    assert (await second.get("/chat")).status_code == 303


async def test_guessing_addresses_is_slow(serve: Site) -> None:
    browser = await serve.visitor()
    await browser.get("/")
    answers = [await browser.submit(f"/signin/guess-{number}") for number in range(25)]
    assert answers[-1].status_code == 429


async def test_who_is_revoked_is_out(serve: Site, until: Until) -> None:
    browser = await signed_in(serve, "p-wang")
    await browser.watch()
    serve.engine.revoked.add("p-wang")
    assert (await browser.get("/chat")).status_code == 303
    listening = browser.listening
    await until(lambda: listening is not None and listening.done())


@pytest.mark.parametrize("path", ["/signin/as", "/console/clock", "/api/v1/session"])
async def test_what_is_only_for_a_demonstration_is_not_there(serve: Site, path: str) -> None:
    browser = await signed_in(serve, "p-zhou")
    answer = await browser.post(path, {"person": "p-wang"})
    assert answer.status_code in {403, 404, 405}
    assert (await browser.get("/api/v1/people")).status_code == 404
    assert "周建国" in (await browser.get("/chat")).text


async def test_the_audit_is_for_administrators(serve: Site) -> None:
    browser = await signed_in(serve, "p-wang")
    assert (await browser.get("/console/audit")).status_code == 403
    browser = await signed_in(serve, "p-zhou")
    page = await browser.get("/console/audit")
    assert page.status_code == 200
    assert "演示的时钟" not in page.text


async def test_a_public_address_is_answered_and_its_cookies_are_secure() -> None:
    async with running(replace(SERVE, public="https://guankou.example")) as site:
        browser = await site.visitor()
        site.web.desk.options = replace(
            site.web.desk.options, public=""
        )  # this client speaks plain HTTP to the loopback
        address = site.web.address
        site.web.desk.options = replace(site.web.desk.options, public="https://guankou.example")
        answer = await browser.client.get(f"{address}/", headers={"Host": "guankou.example"})
        assert answer.status_code == 200
        assert "; Secure" in answer.headers["set-cookie"]
        assert "max-age" in answer.headers["strict-transport-security"]
        assert (await browser.client.get(f"{address}/", headers={"Host": "other.example"})).status_code == 421


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::", "example.org"])
def test_a_demonstration_stays_on_loopback(host: str) -> None:
    with pytest.raises(ValueError, match="loopback only"):
        WebAdapter(replace(SERVE, demo=True, host=host))
