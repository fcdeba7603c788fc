"""The protocol over standard input and output: documents come and change, findings go out, questions are answered. Not here: any answer.

What is wrong with a text is asked of `look`, which the command line gives: the same check that `guankou lint` makes, of the text as it stands in the editor.
A text is looked at in a thread of its own, one at a time, a moment after the last keystroke; what a newer text has overtaken is dropped.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from workflow.language.files import kind_of
from workflow.language.meanings import Language
from workflow.language.writing.formatting import formatted
from workflow.lsp import answers
from workflow.lsp.completion import offers
from workflow.lsp.hover import hover
from workflow.lsp.look import Look, Looked
from workflow.lsp.page import Page
from workflow.organisation.model import Organisation

PAUSE: Final = 0.03
"""Seconds without a keystroke before a text is looked at."""
TRIGGERS: Final = [".", ":", " ", "[", "{", "<", "-"]

_log = logging.getLogger("guankou.lsp")


class Server(LanguageServer):
    """One editor's server: its documents, what was last found in each, and what is under way."""

    def __init__(self, look: Look, language: Language | None, otherwise: Language) -> None:
        super().__init__(
            "guankou", version("guankou"), text_document_sync_kind=lsp.TextDocumentSyncKind.Full, max_workers=2
        )
        self.look = look
        self.told = language
        self.language: Language = language or otherwise
        self.pages: dict[str, tuple[int | None, Page | None]] = {}
        self.found: dict[str, tuple[int | None, Looked]] = {}
        self.under_way: dict[str, asyncio.Task[None]] = {}
        self.one_at_a_time = asyncio.Lock()

    def report_server_error(self, error: Exception, source: Any) -> None:
        """To the log of the editor, not into its user's face."""
        _log.error("%s: %s", type(error).__name__, error)

    # ------------------------------------------------------------------------------------------- documents

    def page(self, uri: str) -> Page | None:
        """The document as it stands now; None for what is no file of rules."""
        document = self.workspace.get_text_document(uri)
        held = self.pages.get(uri)
        if held is None or held[0] != document.version:
            strange = uri in self.found and self.found[uri][1].kind is None
            page = None if strange else Page(document.source, kind_of(document.source), _encoding(self))
            held = self.pages[uri] = (document.version, page)
        return held[1]

    def organisation(self, uri: str) -> Organisation | None:
        """The organisation beside the document."""
        return self.found[uri][1].organisation if uri in self.found else None

    def ask(self, uri: str, pause: float) -> None:
        """Look at a document soon, and forget what was under way for it."""
        before = self.under_way.pop(uri, None)
        if before is not None:
            before.cancel()
        self.under_way[uri] = asyncio.create_task(self._look(uri, pause))

    def forget(self, uri: str) -> None:
        """The document was closed: nothing is found in it any more."""
        before = self.under_way.pop(uri, None)
        if before is not None:
            before.cancel()
        self.pages.pop(uri, None)
        self.found.pop(uri, None)
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))

    async def _look(self, uri: str, pause: float) -> None:
        await asyncio.sleep(pause)
        async with self.one_at_a_time:
            document = self.workspace.get_text_document(uri)
            source, number = document.source, document.version
            path = to_fs_path(uri) if uri.startswith("file:") else None
            text = source.encode("utf-8", "surrogatepass")
            try:
                looked = await asyncio.to_thread(self.look, Path(path) if path else None, text)
            except Exception:  # noqa: BLE001 - one text must not end an editor's session
                _log.exception("could not look at %s", uri)
                return
        if self.workspace.get_text_document(uri).version != number:
            return
        self.found[uri] = (number, looked)
        self.pages.pop(uri, None)
        shown = Page(source, looked.kind or "flow", _encoding(self)).positions
        diagnostics = [answers.diagnostic(one, shown, self.language) for one in looked.findings]
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, diagnostics, number))


def _encoding(server: Server) -> str:
    agreed = server.server_capabilities.position_encoding
    return agreed.value if isinstance(agreed, lsp.PositionEncodingKind) else str(agreed or "utf-16")


def serve(look: Look, language: Language | None, otherwise: Language) -> Server:
    """A server that is ready to start. `language` None: the editor's own, or `otherwise` where it tells none."""
    server = Server(look, language, otherwise)

    @server.feature(lsp.INITIALIZE)
    def initialize(given: lsp.InitializeParams) -> None:
        if server.told is None and given.locale:
            server.language = "zh" if given.locale.lower().startswith("zh") else "en"

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def opened(given: lsp.DidOpenTextDocumentParams) -> None:
        server.ask(given.text_document.uri, 0)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(given: lsp.DidChangeTextDocumentParams) -> None:
        server.ask(given.text_document.uri, PAUSE)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def saved(given: lsp.DidSaveTextDocumentParams) -> None:
        """What is saved may be the organisation of the others."""
        for uri in list(server.workspace.text_documents):
            server.ask(uri, 0)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(given: lsp.DidCloseTextDocumentParams) -> None:
        server.forget(given.text_document.uri)

    _answers(server)
    return server


def _answers(server: Server) -> None:
    """What the editor asks."""

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hovered(given: lsp.HoverParams) -> lsp.Hover | None:
        uri = given.text_document.uri
        page = server.page(uri)
        if page is None:
            return None
        row, column = page.positions.place(given.position)
        said = hover(page, row, column, server.organisation(uri), server.language, datetime.now(UTC))
        if said is None:
            return None
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, said[0]), page.positions.span(said[1]))

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=TRIGGERS))
    def complete(given: lsp.CompletionParams) -> lsp.CompletionList:
        uri = given.text_document.uri
        page = server.page(uri)
        if page is None:
            return lsp.CompletionList(is_incomplete=False, items=[])
        row, column = page.positions.place(given.position)
        found, before = offers(page, row, column, server.organisation(uri), server.language)
        where = lsp.Range(page.positions.position(row, column - before), page.positions.position(row, column))
        return lsp.CompletionList(is_incomplete=False, items=[answers.item(one, where) for one in found])

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(given: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        page = server.page(given.text_document.uri)
        return answers.symbols(page) if page is not None else []

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.SourceFixAll]),
    )
    def actions(given: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        uri = given.text_document.uri
        page, held = server.page(uri), server.found.get(uri)
        if page is None or held is None or held[0] != server.workspace.get_text_document(uri).version:
            return []
        return answers.actions(uri, held, page.positions, given, server.language)

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    def form(given: lsp.DocumentFormattingParams) -> list[lsp.TextEdit] | None:
        page = server.page(given.text_document.uri)
        if page is None or page.kind != "flow":
            return None
        text = formatted(page.positions.text).text
        if text is None or text == page.positions.text:
            return None
        return [lsp.TextEdit(lsp.Range(page.positions.position(0, 0), page.positions.end()), text)]
