"""Outside a demonstration: nobody gets in without a single-use address, and what is revoked is out at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from msgspec.structs import replace

from adapters.web import WebAdapter
from tests.web.conftest import running
from tests.web.house import House
from tests.web.rig import SERVE

Until = Callable[[Callable[[], bool]], Awaitable[None]]


async def test_the_door_says_how_to_get_in(served: House) -> None:
    page = (await (await served.visitor()).get("/")).text
    assert "guankou link" in page
    assert "王芳" not in page


async def test_looking_at_an_address_does_not_use_it_up_and_it_works_once(served: House) -> None:
    code = await served.engine.identity.link(served.tenant, served.ids["王芳"])
    prefetcher, browser, second = [await served.visitor() for _ in range(3)]
    for _ in range(3):
        assert (await prefetcher.get(f"/signin/{code}")).status_code == 200
    await browser.get(f"/signin/{code}")
    assert (await browser.submit(f"/signin/{code}")).headers["location"] == "/chat"
    assert "王芳" in (await browser.get("/chat")).text
    await second.get(f"/signin/{code}")
    answer = await second.submit(f"/signin/{code}")
    assert answer.status_code == 403
    assert (await second.get("/chat")).status_code == 303


async def test_who_is_revoked_is_out(served: House, until: Until) -> None:
    browser = await served.visitor("王芳")
    await browser.watch()
    assert await served.engine.identity.revoke(served.tenant, "web", served.ids["王芳"])
    assert (await browser.get("/chat")).status_code == 303
    listening = browser.listening
    await until(lambda: listening is not None and listening.done())


async def test_the_audit_is_for_administrators(served: House) -> None:
    assert (await (await served.visitor("王芳")).get("/console/audit")).status_code == 403
    page = await (await served.visitor("郭建军")).get("/console/audit")
    assert page.status_code == 200
    assert "演示的时钟" not in page.text


async def test_so_is_the_list_of_the_unreached(served: House) -> None:
    wang = await served.visitor("王芳")
    assert (await wang.get("/console/chats")).status_code == 403
    assert (await wang.submit("/console/chats", chat="x")).status_code == 403
    assert (await (await served.visitor("郭建军")).get("/console/chats")).status_code == 200


async def test_guessing_addresses_is_slow() -> None:
    async with running(SERVE) as site:
        browser = await site.visitor()
        await browser.get("/")
        answers = [await browser.submit(f"/signin/guess-{number}") for number in range(25)]
        assert [one.status_code for one in answers[:20]] == [403] * 20
        assert answers[-1].status_code == 429


@pytest.mark.parametrize("path", ["/signin/as", "/console/clock", "/api/v1/session"])
async def test_what_is_only_for_a_demonstration_is_not_there(path: str) -> None:
    async with running(SERVE) as site:
        browser = await site.visitor()
        await browser.get("/")
        answer = await browser.post(path, {"person": "p-wang"})
        assert answer.status_code in {401, 403, 404, 405}
        assert "set-cookie" not in answer.headers
        assert (await browser.get("/api/v1/people")).status_code == 404


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
