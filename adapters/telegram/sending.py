"""A View goes out: sent, edited, taken back, a press answered. Not here: how it looks (render/), what errors mean (outcomes.py)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Final

import structlog
from aiogram.methods import AnswerCallbackQuery, DeleteMessage, EditMessageText, SendDocument, SendMessage
from aiogram.types import InlineKeyboardMarkup, LinkPreviewOptions, Message

from adapters.telegram.files import Upload
from adapters.telegram.outcomes import outcome_of, uneditable, unreadable_markup
from adapters.telegram.pace import Pace
from adapters.telegram.render import Rendered, cut, rendered
from adapters.telegram.wire import Wire
from workflow.ports import Delivery, Outcome
from workflow.talk.text import as_text
from workflow.talk.view import Document, Notice, View
from workflow.talk.words import say

TOAST: Final = 200
"""Characters of an answer to a press."""
TEXT: Final = 4096
HTML: Final = "HTML"
UPLOAD_SECONDS: Final = 60.0
"""The relay may cut it shorter."""
NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)

log = structlog.get_logger(__name__)

Open = Callable[[str, str], AsyncIterator[bytes]]
"""`Inbox.attachment`."""


class Sending:
    """Sends through one wire at one pace. Nothing here raises for what Telegram does."""

    def __init__(self, wire: Wire, pace: Pace, most_bytes: int) -> None:
        self._wire, self._pace, self._most = wire, pace, most_bytes

    async def show(self, delivery: Delivery, view: View, open_: Open | None) -> Outcome:
        """Send, or edit what was sent before. `open_` gives the bytes of a Document."""
        if isinstance(view, Document):
            return await self._document(delivery, view, open_)
        drawn = rendered(view, language=delivery.language, private=delivery.private, attempt=delivery.attempt)
        outcome, error = await self._put(delivery, drawn.text, drawn, HTML)
        if error is not None and unreadable_markup(error):
            log.error("telegram cannot read our markup", delivery=delivery.id, reason=type(view).__name__)
            plain, _ = as_text(view, delivery.language)
            outcome, error = await self._put(delivery, cut(plain, TEXT), drawn, None)
        if error is not None and uneditable(error):
            if isinstance(view, Notice):  # a question that was answered: it stands above its answer, and has no buttons
                return Outcome("noop", ref=delivery.ref)
            await self._delete(delivery)
        return outcome

    async def withdraw(self, delivery: Delivery, reason: str) -> Outcome:
        """The message says why it is no more; where it cannot, it is deleted."""
        drawn = rendered(Notice(reason), language=delivery.language, private=delivery.private)
        outcome, error = await self._put(delivery, drawn.text, drawn, HTML)
        return await self._delete(delivery) if error is not None and uneditable(error) else outcome

    async def acknowledge(self, handle: str, text: str) -> None:
        """The toast of a press. Telegram forgets who waits after some seconds; nothing is lost with it."""
        if not handle:
            return
        toast = text if len(text) <= TOAST else text[: TOAST - 1] + "…"
        try:
            await self._wire.call(AnswerCallbackQuery(callback_query_id=handle, text=toast or None))
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody waits for it
            log.debug("press not answered", outcome=outcome_of(error, editing=False).kind)

    async def _delete(self, delivery: Delivery) -> Outcome:
        """For what cannot be edited; within 48 hours Telegram lets a bot do so."""
        delete = DeleteMessage(chat_id=int(delivery.chat), message_id=int(delivery.ref))
        outcome, _ = await self._try(delivery, lambda: self._wire.call(delete))
        return outcome

    async def _put(
        self, delivery: Delivery, text: str, drawn: Rendered, mode: str | None
    ) -> tuple[Outcome, Exception | None]:
        try:
            chat, message = int(delivery.chat), int(delivery.ref or 0)
        except ValueError:
            return Outcome("rejected", detail="no chat or message of Telegram's has such a name"), None
        if message:
            # Only inline buttons can be in an edit; what asks for a reply says it in words.
            markup = drawn.markup if isinstance(drawn.markup, InlineKeyboardMarkup) else None
            edit = EditMessageText(
                chat_id=chat, message_id=message, text=text, parse_mode=mode, reply_markup=markup,
                link_preview_options=NO_PREVIEW,
            )  # fmt: skip
            return await self._try(delivery, lambda: self._wire.call(edit))
        send = SendMessage(
            chat_id=chat, text=text, parse_mode=mode, reply_markup=drawn.markup, link_preview_options=NO_PREVIEW
        )
        return await self._try(delivery, lambda: self._wire.call(send))

    async def _try(self, delivery: Delivery, call: Callable[[], Awaitable[object]]) -> tuple[Outcome, Exception | None]:
        """One call at the pace of its chat: its outcome, and the error that it comes from."""
        wait = await self._pace.admit(delivery.chat)
        if wait:
            return Outcome("retry", after=wait, detail="the pace that Telegram allows"), None
        try:
            answer = await call()
        except Exception as error:  # noqa: BLE001 - the port promises outcomes, whatever a library raises
            outcome = outcome_of(error, editing=bool(delivery.ref))
            if outcome.kind == "retry" and outcome.after:
                self._pace.silence(delivery.chat, outcome.after)
            return Outcome(
                outcome.kind, outcome.ref, outcome.after, outcome.to, self._wire.redacted(outcome.detail)
            ), error
        finally:
            self._pace.arrived(delivery.chat)
        return Outcome("sent", ref=str(answer.message_id) if isinstance(answer, Message) else delivery.ref), None

    # ------------------------------------------------------------------------------------------------ files

    async def _document(self, delivery: Delivery, view: Document, open_: Open | None) -> Outcome:
        """The file itself. What was sent as a file is not edited: it shows the same for ever."""
        if delivery.ref:
            return Outcome("noop", ref=delivery.ref)
        if open_ is None:
            return Outcome("retry", detail="the adapter does not run")
        if view.file.bytes > self._most:
            most = f"{self._most // 2**20} MB"
            return await self._say(delivery, "text.too_large_to_send", name=view.file.name, most=most)
        drawn = rendered(view, language=delivery.language, private=delivery.private, attempt=delivery.attempt)
        async with aclosing(Upload(view.file.name, open_(delivery.chat, view.file.file))) as upload:
            try:
                await upload.begin()
            except FileNotFoundError:
                return await self._say(delivery, "refused.no_such_file")
            except Exception as error:  # noqa: BLE001 - the file's keeper is away, whatever it says; nothing was sent
                return Outcome("retry", detail=f"the file could not be read: {type(error).__name__}")
            send = SendDocument(
                chat_id=int(delivery.chat), document=upload, caption=drawn.text or None, parse_mode=HTML,
                reply_markup=drawn.markup,
            )  # fmt: skip
            outcome, _ = await self._try(delivery, lambda: self._wire.call(send, UPLOAD_SECONDS))
        # Half a file is no message: Telegram waits for the end of it.
        return Outcome("retry", detail="the file could not be read to its end") if upload.broken else outcome

    async def _say(self, delivery: Delivery, word: str, **slots: object) -> Outcome:
        return await self.show(delivery, Notice(say(word, delivery.language, **slots)), None)
