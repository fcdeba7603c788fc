"""A browser without a screen: cookies, CSRF tokens, one window on the stream, and what the window shows."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import httpx

from adapters.web import Options, WebAdapter
from tests.contract.suite import Keeper, Rig, Seen
from tests.web.stub import stubbed
from workflow.talk.view import Choice

SECRET = b"a secret of thirty-two bytes or more"


DEMO = Options(tenant="t", secret=SECRET, port=0, demo=True, beat=0.2)
SERVE = Options(tenant="t", secret=SECRET, port=0, beat=0.2)


class Page(HTMLParser):
    """The text of a piece of HTML, and its buttons with what they send."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.buttons: dict[str, dict[str, str]] = {}
        self.ids: list[str] = []
        self._button: dict[str, str] | None = None
        self._label = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if facts.get("role") == "img":
            self.text += facts["aria-label"]
        if tag == "article":
            self.ids.append(facts["data-id"])
        if tag == "button" and "data-token" in facts:
            self._button, self._label = facts, facts.get("aria-label", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._button is not None:
            self.buttons[" ".join(self._label.split())] = self._button
            self._button = None

    def handle_data(self, data: str) -> None:
        self.text += data
        self._label += data


class Browser:
    """One visitor of a running web adapter."""

    def __init__(self, adapter: WebAdapter, **headers: str) -> None:
        self.adapter = adapter
        self.client = httpx.AsyncClient(headers={"Accept": "text/html", "Accept-Language": "zh"} | headers, timeout=5)
        self.csrf = ""
        self.shown: dict[str, str] = {}
        self.toasts: list[str] = []
        self.counts: list[int] = []
        self.listening: asyncio.Task[None] | None = None
        self.open = asyncio.Event()

    async def get(self, path: str, **headers: str) -> httpx.Response:
        answer = await self.client.get(self.adapter.address + path, headers=headers)
        if found := re.search(r'<meta name="csrf" content="([^"]+)">', answer.text):
            self.csrf = found[1]
        return answer

    async def post(self, path: str, value: object, **headers: str) -> httpx.Response:
        sent = {"X-CSRF-Token": self.csrf, "Accept": "application/json"} | headers
        return await self.client.post(self.adapter.address + path, json=value, headers=sent)

    async def submit(self, path: str, **fields: str) -> httpx.Response:
        """A form of a page, as browsers send it."""
        return await self.client.post(self.adapter.address + path, data={"csrf": self.csrf} | fields)

    async def upload(self, name: str, body: bytes | AsyncIterator[bytes]) -> tuple[int, dict[str, Any]]:
        """The file itself as the body, as the pages send it."""
        headers = {"X-CSRF-Token": self.csrf, "Accept": "application/json"}
        answer = await self.client.post(
            f"{self.adapter.address}/files", params={"name": name}, content=body, headers=headers
        )
        return answer.status_code, answer.json()

    async def sign_in(self, person: str) -> httpx.Response:
        await self.get("/")
        answer = await self.submit("/signin/as", person=person)
        await self.get("/chat")
        return answer

    async def watch(self) -> None:
        """Opens a window; returns when it is open."""
        self.open.clear()
        self.listening = asyncio.create_task(self._listen())
        await asyncio.wait_for(self.open.wait(), 2)

    async def _listen(self) -> None:
        with contextlib.suppress(httpx.HTTPError):
            async with self.client.stream("GET", self.adapter.address + "/chat/stream", timeout=None) as stream:
                name = ""
                async for line in stream.aiter_lines():
                    if line.startswith("event: "):
                        name = line.removeprefix("event: ")
                    elif line.startswith("data: "):
                        self._take(name, json.loads(line.removeprefix("data: ")))

    def _take(self, name: str, told: dict[str, Any]) -> None:
        match name:
            case "message":
                self.shown[told["id"]] = told["html"]
            case "toast":
                self.toasts.append(told["text"])
            case "count":
                self.counts.append(told["n"])
                self.open.set()

    async def close(self) -> None:
        if self.listening is not None:
            self.listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.listening
        await self.client.aclose()


class WebRig(Rig):
    """For the conformance suite: the fake engine answers the pages, the suite's keeper is the inbox."""

    def __init__(self) -> None:
        self.web = self.adapter = WebAdapter(DEMO)
        stubbed(self.web)
        self.keeper = Keeper()
        self.chat = self.account = "p-wang"
        self.browser = Browser(self.web)
        self.task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.task = asyncio.create_task(self.web.run(self.keeper))
        await asyncio.wait_for(self.web.serving(), 2)
        await self.browser.sign_in("p-wang")
        await self.browser.watch()

    async def stop(self) -> None:
        assert self.task is not None
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task
        if self.browser.listening is not None:
            await self.browser.listening

    async def _send(self, path: str, value: dict[str, object], again: bool = False) -> httpx.Response:
        value = {"id": str(uuid4())} | value
        answer = await self.browser.post(path, value)
        while answer.status_code == 503:
            self.refusals += 1
            answer = await self.browser.post(path, value)
        assert answer.status_code in {200, 202}, answer.text
        return await self._send(path, value) if again else answer

    async def say(self, text: str, *, again: bool = False) -> None:
        await self._send("/chat/say", {"text": text}, again)

    async def press(self, ref: str, choice: Choice, *, again: bool = False) -> str:
        buttons = Page(self.browser.shown[ref]).buttons.values()
        button = next(one for one in buttons if one["data-token"] == choice.token)
        assert "data-confirm" not in button or choice.confirm
        answer = await self._send("/chat/press", {"token": button["data-token"], "message": ref}, again)
        return str(answer.json().get("toast", ""))

    async def seen(self, until: Callable[[list[Seen]], bool]) -> list[Seen]:
        seen: list[Seen] = []
        for _ in range(100):
            pages = {ref: Page(html) for ref, html in self.browser.shown.items()}
            seen = [Seen(ref, page.text, tuple(page.buttons)) for ref, page in pages.items()]
            if until(seen):
                break
            await asyncio.sleep(0.02)
        return seen

    async def send_file(self, name: str, body: bytes) -> None:
        _, file = await self.browser.upload(name, body)
        await self._send("/chat/say", {"text": "", "files": [file]})
