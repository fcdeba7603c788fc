"""Somebody with a browser, without a screen: one session of the web chat over HTTP, and one open window that is pushed to.

Only what any script may use: /api/v1, /chat, /files, /console. Nothing of the engine is known here.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import quote, urlsplit
from uuid import uuid4

TIMEOUT: Final = 30.0
"""Seconds for one request."""
PATIENT: Final = 6
"""How often a request that was put off (429, 503) is made again."""

Json = dict[str, Any]


class HttpError(Exception):
    """An answer that was not expected: its status, and what it says."""

    def __init__(self, method: str, path: str, status: int, body: bytes) -> None:
        self.status = status
        super().__init__(f"{method} {path}: {status} {body[:300].decode('utf-8', 'replace')}")


class Visitor:
    """One person's session. `cookies` may be another's to begin with: whoever is signed in may become somebody else."""

    def __init__(self, address: str, cookies: dict[str, str] | None = None) -> None:
        place = urlsplit(address)
        self.host, self.port = place.hostname or "127.0.0.1", place.port or 80
        self.cookies = dict(cookies or {})
        self.csrf = ""
        self.id = self.name = self.language = ""
        self.connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT)
        self.window: Window | None = None

    # ------------------------------------------------------------------------------------------- requests

    def request(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, bytes]:
        """One request with this session; put off, it is made again when the server says. Redirects are not followed."""
        headers = {
            "Accept": "application/json",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers |= {"X-CSRF-Token": self.csrf, "Content-Type": kind}
        for _ in range(PATIENT):
            status, answer, after = self._once(method, path, body, headers)
            if status not in (429, 503):
                return status, answer
            time.sleep(after)
        return self._once(method, path, body, headers)[:2]

    def _once(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes, float]:
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except (http.client.HTTPException, ConnectionError):  # the server closed a connection that was idle
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        said = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: one.value for name, one in SimpleCookie(cookie).items()}
        return answer.status, said, float(answer.headers.get("Retry-After") or 1)

    def get(self, path: str) -> Any:
        """The JSON there; HttpError for anything but 200."""
        status, body = self.request("GET", path)
        if status != 200:
            raise HttpError("GET", path, status, body)
        return json.loads(body)

    def post(self, path: str, value: Json, *also: int) -> tuple[int, Json]:
        """The answer's status and JSON; HttpError for what is neither 2xx nor one of `also`."""
        status, body = self.request("POST", path, json.dumps(value, ensure_ascii=False).encode(), "application/json")
        if status >= 300 and status not in also:
            raise HttpError("POST", path, status, body)
        return status, json.loads(body) if body else {}

    # ------------------------------------------------------------------------------------------- who

    def session(self) -> Json:
        """Who this is: {person, language, csrf}."""
        told: Json = self.get("/api/v1/session")
        self.csrf, self.id, self.language = told["csrf"], told["person"], told["language"]
        return told

    def people(self) -> list[Json]:
        """Whom a demonstration lets one pick."""
        found: list[Json] = self.get("/api/v1/people")
        return found

    def become(self, person: Json) -> None:
        """Be this person from now on, and open a window."""
        self.session()
        self.post("/api/v1/session", {"person": person["id"]}, 303)
        if self.session()["person"] != person["id"]:
            raise HttpError("POST", "/api/v1/session", 200, f"still not {person['name']}".encode())
        self.name = person["name"]
        self.window = Window(self)

    def close(self) -> None:
        """Leave, and close the window."""
        if self.window is not None:
            self.window.close()
        self.connection.close()

    # ------------------------------------------------------------------------------------------- the chat

    def transcript(self) -> list[Json]:
        """The newest messages, in order, as they are now."""
        found: list[Json] = self.get("/api/v1/transcript")
        return found

    def press(self, token: str, message: str, id_: str = "") -> str:
        """Press a button; its toast where it came at once, else empty (then it comes to the window)."""
        _, told = self.post("/chat/press", {"id": id_ or str(uuid4()), "token": token, "message": message})
        return str(told.get("toast", ""))

    def say(self, text: str, files: tuple[Json, ...] = ()) -> None:
        """Type something, with files."""
        self.post("/chat/say", {"id": str(uuid4()), "text": text, "files": files})

    def form(self, flow: str) -> Json:
        """A flow's whole form: {token, title, help, questions}."""
        found: Json = self.get(f"/api/v1/form/{quote(flow)}")
        return found

    def hand_in(self, token: str, answers: Json) -> list[Json]:
        """Hand a whole form in; what is wrong with it, or nothing."""
        status, told = self.post("/chat/form", {"id": str(uuid4()), "token": token, "answers": answers}, 422)
        return list(told["problems"]) if status == 422 else []

    def upload(self, name: str, body: bytes) -> Json:
        """A file, kept: {file, name, media_type, bytes}."""
        status, told = self.request("POST", f"/files?name={quote(name)}", body, "application/octet-stream")
        if status != 201:
            raise HttpError("POST", "/files", status, told)
        kept: Json = json.loads(told)
        return kept

    def download(self, file: str) -> bytes:
        """A file's bytes."""
        status, body = self.request("GET", f"/files/{quote(file)}")
        if status != 200:
            raise HttpError("GET", f"/files/{file}", status, body)
        return body

    def next_moment(self) -> bool:
        """Move the demonstration's clock on; False when nothing is due any more."""
        status, _ = self.post("/console/clock", {}, 409)
        return status == 200


class Window:
    """An open window: it hears of every message that is new or changed, and of toasts. `shown` counts the pushes by message."""

    def __init__(self, visitor: Visitor) -> None:
        self.shown: dict[str, int] = {}
        self.toasts: list[str] = []
        self.changed = threading.Condition()
        self._connection = http.client.HTTPConnection(visitor.host, visitor.port, timeout=TIMEOUT)
        cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        self._connection.request("GET", "/chat/stream", headers={"Cookie": cookie, "Accept": "text/event-stream"})
        self._answer = self._connection.getresponse()
        if self._answer.status != 200:
            raise HttpError("GET", "/chat/stream", self._answer.status, self._answer.read())
        self._thread = threading.Thread(target=self._listen, name=f"window of {visitor.name}", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """Until something is pushed, or so long."""
        with self.changed:
            self.changed.wait(seconds)

    def close(self) -> None:
        """Close it."""
        with contextlib.suppress(OSError, AttributeError):
            self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(TIMEOUT)
        self._connection.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            for name, told in self._events():
                with self.changed:
                    if name == "message":
                        self.shown[told["id"]] = self.shown.get(told["id"], 0) + 1
                    elif name == "toast":
                        self.toasts.append(told["text"])
                    self.changed.notify_all()

    def _events(self) -> Iterator[tuple[str, Json]]:
        name = ""
        while line := self._answer.readline():
            text = line.decode().rstrip("\n")
            if text.startswith("event: "):
                name = text.removeprefix("event: ")
            elif text.startswith("data: "):
                yield name, json.loads(text.removeprefix("data: "))
