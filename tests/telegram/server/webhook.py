"""Pushes updates to an address: in order within a chat, again and again until it says 2xx. Not here: getUpdates."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.telegram.server.refusals import Json, Refusal, bad
from tests.telegram.server.updates import Queue, Update

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
SECRET_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
SECRET_LIMIT = 256
PORTS = {443, 80, 88, 8443}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
LONGEST_WAIT = 60  # units, as WEBHOOK_MAX_RESEND_TIMEOUT
LONGEST_CONNECTIONS = 100


class Webhook:
    """`unit` is what Telegram's second of back-off lasts here; `attempts` tells every delivery: (update id, status)."""

    def __init__(self, updates: Queue) -> None:
        self.updates = updates
        self.url = ""
        self.secret = ""
        self.connections = 40
        self.unit = 0.02
        self.patience = 10.0
        self.routes: dict[str, str] = {}  # public address -> where it listens in truth, as a reverse proxy does
        self.attempts: list[tuple[int, int]] = []
        self.most_at_once = 0
        self.error = ""
        self.error_date = 0
        self._queues: dict[int, deque[Update]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy = 0
        self._session: ClientSession | None = None
        self._room = asyncio.Semaphore(self.connections)

    @property
    def active(self) -> bool:
        return bool(self.url)

    @property
    def info(self) -> Json:
        """The Bot API's WebhookInfo."""
        body: Json = {"url": self.url, "has_custom_certificate": False, "pending_update_count": len(self.updates.ready)}
        if self.url:
            body["max_connections"] = self.connections
            body["allowed_updates"] = sorted(self.updates.allowed)
        if self.error:
            body |= {"last_error_date": self.error_date, "last_error_message": self.error}
        return body

    def check(self, url: str, secret: str, connections: int) -> None:
        """Refuses what Telegram refuses. Plain http only to this machine, as a server in `--local` mode allows it."""
        parts = urlsplit(url)
        if not parts.hostname:
            raise bad("bad webhook: URL host is empty")
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if parts.scheme == "https" and (parts.port or 443) not in PORTS:
            raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        if len(secret) > SECRET_LIMIT:
            raise bad("secret token is too long")
        if not SECRET_CHARACTERS.issuperset(secret):
            raise bad("secret token contains unallowed characters")
        if not 1 <= connections <= LONGEST_CONNECTIONS:
            raise bad(f"max_connections must be 1-{LONGEST_CONNECTIONS} (this server is stricter than Telegram)")

    async def set(self, url: str, secret: str, connections: int) -> None:
        """From now on everything that waits goes there; who polls is sent away."""
        await self.close()
        self.updates.interrupt(Refusal(409, "Conflict: terminated by setWebhook request"))
        self.url, self.secret, self.connections = url, secret, connections
        self.error = ""
        self._room = asyncio.Semaphore(connections)
        self._session = ClientSession(timeout=ClientTimeout(total=self.patience))
        self.updates.pushed = self._push
        for update in self.updates.ready:
            self._push(update)

    async def close(self) -> None:
        """Stops pushing; what was not confirmed waits for whoever comes next."""
        self.updates.pushed = None
        self.url = ""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self._queues.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _push(self, update: Update) -> None:
        line = update.chat or -update.id  # what belongs to no chat waits for nobody
        if line in self._queues:
            self._queues[line].append(update)
            return
        self._queues[line] = deque([update])
        task = asyncio.get_running_loop().create_task(self._drain(line))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, line: int) -> None:
        queue = self._queues[line]
        while queue:
            await self._until_taken(queue[0])
            self.updates.confirm(queue.popleft())
        del self._queues[line]

    async def _until_taken(self, update: Update) -> None:
        """The first repeat comes at once, then after 2, 4, 8… units; a Retry-After is obeyed."""
        wait = 1
        failures = 0
        while True:
            async with self._room:
                self._busy += 1
                self.most_at_once = max(self.most_at_once, self._busy)
                try:
                    status, retry_after = await self._post(update)
                finally:
                    self._busy -= 1
            self.attempts.append((update.id, status))
            if 200 <= status <= 299:
                return
            if failures and not retry_after:
                wait = min(LONGEST_WAIT, wait * 2)
            await asyncio.sleep((retry_after or (wait if failures else 0)) * self.unit)
            failures += 1

    async def _post(self, update: Update) -> tuple[int, int]:
        """The status that came back, 0 for none; and its Retry-After."""
        session = self._session
        if session is None:
            return 0, 0
        headers = {"Content-Type": "application/json"} | ({SECRET_HEADER: self.secret} if self.secret else {})
        try:
            body = json.dumps(update.body, ensure_ascii=False).encode()
            async with session.post(self._target(), data=body, headers=headers) as answer:
                await answer.read()
                if not answer.ok:
                    self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                after = answer.headers.get("Retry-After", "0")
                return answer.status, int(after) if after.isdecimal() else 0
        except (ClientError, TimeoutError, OSError) as error:
            self._failed(f"Connection failed: {type(error).__name__}")
            return 0, 0

    def _target(self) -> str:
        for public, local in self.routes.items():
            if self.url.startswith(public):
                return local + self.url.removeprefix(public)
        if urlsplit(self.url).hostname not in LOOPBACK:
            raise OSError(f"no route to {self.url}: BotApi.route says where it listens")
        return self.url

    def _failed(self, words: str) -> None:
        self.error = words
        self.error_date = int(time.time())
