"""The conversation: the page, what is pushed to it, and what is pressed, said and filled in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from adapters.web import updates
from adapters.web.desk import Desk, Visitor
from adapters.web.trouble import Trouble
from adapters.web.windows import Closed, Shown, Toast
from workflow.ports import Blob
from workflow.talk.menu import menu

PAGE: Final = 60
"""Messages of one page of the transcript."""

Id = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
"""The browser's own id of what it sends (a UUID): the same again is the same update."""
Token = Annotated[str, msgspec.Meta(max_length=64)]
Ref = Annotated[str, msgspec.Meta(max_length=100)]
Text = Annotated[str, msgspec.Meta(max_length=8000)]

log = structlog.get_logger(__name__)


class Press(msgspec.Struct, frozen=True):
    """The body of POST /chat/press."""

    id: Id
    token: Token
    message: Ref = ""


class File(msgspec.Struct, frozen=True):
    """A file uploaded before, as POST /files named it."""

    file: Ref
    name: Annotated[str, msgspec.Meta(max_length=255)]
    media_type: Ref = ""
    bytes: int = 0


class Say(msgspec.Struct, frozen=True):
    """The body of POST /chat/say."""

    id: Id
    text: Text = ""
    files: Annotated[tuple[File, ...], msgspec.Meta(max_length=20)] = ()
    reply_to: Ref = ""


class Fill(msgspec.Struct, frozen=True):
    """The body of POST /chat/form."""

    id: Id
    token: Annotated[str, msgspec.Meta(max_length=200)]
    answers: dict[str, Any]


class Conversation:
    """The chat of whoever is signed in."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.tenant = desk.options.tenant

    def routes(self) -> list[Route]:
        """Where it is found."""
        desk = self.desk
        return [
            Route("/chat", desk.page(self.window)),
            Route("/chat/messages", desk.page(self.messages)),
            Route("/chat/stream", desk.page(self.stream)),
            Route("/chat/press", desk.change(self.press), methods=["POST"]),
            Route("/chat/say", desk.change(self.say), methods=["POST"]),
            Route("/chat/form", desk.change(self.fill), methods=["POST"]),
        ]

    async def window(self, request: Request, visitor: Visitor) -> Response:
        """The page with the newest messages."""
        messages = await self.desk.engine.read.transcript(self.tenant, visitor.id, limit=PAGE)
        flows = await self.desk.engine.read.flows(self.tenant, visitor.id, visitor.language)
        return self.desk.show(
            "chat",
            visitor,
            waiting=await self.desk.engine.read.waiting(self.tenant, visitor.id),
            messages=self.desk.render.messages(visitor.language, messages),
            earlier=messages[0].no if len(messages) == PAGE else 0,
            flows=flows,
            commands=[one for one in menu(visitor.language) if one.word != "link"],
        )

    async def messages(self, request: Request, visitor: Visitor) -> Response:
        """The newest messages, or those before one: HTML for a window that missed something or scrolls up."""
        before = request.query_params.get("before", "0")
        if not before.isdecimal() or len(before) > 18:
            raise Trouble(400)
        messages = await self.desk.engine.read.transcript(self.tenant, visitor.id, before=int(before), limit=PAGE)
        earlier = str(messages[0].no) if len(messages) == PAGE else "0"
        return HTMLResponse(self.desk.render.messages(visitor.language, messages), headers={"X-Earlier": earlier})

    async def stream(self, request: Request, visitor: Visitor) -> Response:
        """Server-sent events: `count`, `message`, `toast`."""
        headers = {"X-Accel-Buffering": "no"}
        return StreamingResponse(self._pushes(visitor), media_type="text/event-stream", headers=headers)

    async def _pushes(self, visitor: Visitor) -> AsyncIterator[str]:
        windows, language = self.desk.windows, visitor.language
        queue = windows.open(visitor.id)
        try:
            yield "retry: 1000\n\n"
            yield await self._count(visitor)
            while True:
                try:
                    async with asyncio.timeout(self.desk.options.beat):
                        push = await queue.get()
                except TimeoutError:
                    if await self.desk.person(visitor.id) is None:
                        return
                    yield ": still here\n\n"
                    continue
                match push:
                    case Shown(id, view):
                        yield _event("message", {"id": id, "html": self.desk.render.pushed(language, id, view)})
                        if queue.empty():
                            yield await self._count(visitor)
                    case Toast(text):
                        yield _event("toast", {"text": text})
                    case Closed():
                        return
        finally:
            windows.leave(visitor.id, queue)

    async def _count(self, visitor: Visitor) -> str:
        return _event("count", {"n": await self.desk.engine.read.waiting(self.tenant, visitor.id)})

    # ------------------------------------------------------------------------------------------------ what comes in

    async def press(self, request: Request, visitor: Visitor) -> Response:
        """A button; 200 with its toast when there is one at once, else 202."""
        press = await self.desk.body(request, Press)
        handle = f"{visitor.id}/{press.id}"
        body = updates.Press(account=visitor.id, token=press.token, message=press.message, handle=handle)
        answer = self.desk.presses.setdefault(handle, asyncio.get_running_loop().create_future())
        try:
            await self._accept(handle, body)
            await asyncio.wait({answer}, timeout=self.desk.options.patience)
        finally:
            self.desk.presses.pop(handle, None)
        if answer.done():
            return JSONResponse({"toast": answer.result()})
        return JSONResponse({}, status_code=202)

    async def say(self, request: Request, visitor: Visitor) -> Response:
        """Text, files, or both."""
        said = await self.desk.body(request, Say)
        if not said.text.strip() and not said.files:
            raise Trouble(400)
        files = tuple(Blob(f"{visitor.id}/{one.file}", one.name, one.media_type, one.bytes) for one in said.files)
        body = updates.Say(account=visitor.id, text=said.text, files=files, reply_to=said.reply_to)
        await self._accept(f"{visitor.id}/{said.id}", body)
        return JSONResponse({}, status_code=202)

    async def fill(self, request: Request, visitor: Visitor) -> Response:
        """A whole form; 422 with what is wrong with which answer, and then nothing was handed in."""
        filled = await self.desk.body(request, Fill)
        problems = await self.desk.engine.read.check(self.tenant, visitor.id, filled.token, filled.answers)
        if problems:
            told = [{"name": one.name, "text": one.text} for one in problems]
            return JSONResponse({"error": "form", "problems": told}, status_code=422)
        body = updates.Fill(account=visitor.id, token=filled.token, answers=filled.answers)
        await self._accept(f"{visitor.id}/{filled.id}", body)
        return JSONResponse({}, status_code=202)

    async def _accept(self, source: str, body: updates.Body) -> None:
        try:
            await self.desk.inbox.accept([updates.update(source, body)])
        except Exception as error:  # whatever the database said: it is not ours to tell apart, only not to acknowledge
            log.warning("web.not_accepted", error=type(error).__name__)
            raise Trouble(503) from error


def _event(name: str, facts: dict[str, object]) -> str:
    return f"event: {name}\ndata: {json.dumps(facts, ensure_ascii=False)}\n\n"
