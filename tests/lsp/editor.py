"""An editor as the server meets it: pygls' own client, talking to the program `guankou lsp` over its standard input and output."""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

PROGRAM = Path(sys.executable).with_name("guankou")
SOON = 20


class Editor:
    """Documents that are open, their versions, and what was last published for each."""

    def __init__(self) -> None:
        self.client = LanguageClient("tests", "1")
        self.published: dict[str, asyncio.Queue[lsp.PublishDiagnosticsParams]] = defaultdict(asyncio.Queue)
        self.versions: dict[str, int] = {}
        self.capabilities = lsp.ServerCapabilities()

        self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: self.heed(params))  # noqa: PLW0108 - pygls marks what it is given, which no method lets it

    def heed(self, params: lsp.PublishDiagnosticsParams) -> None:
        """Keep what is published."""
        self.published[params.uri].put_nowait(params)

    async def open(self, path: Path | str, text: str) -> list[lsp.Diagnostic]:
        """Open a document, saved or not; what is found in it."""
        uri = path if isinstance(path, str) else path.as_uri()
        self.versions[uri] = 1
        self.client.text_document_did_open(
            lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "yaml", self.versions[uri], text))
        )
        return await self.heard(uri)

    def type(self, path: Path, text: str) -> int:
        """The document's text is this now; its version."""
        uri = path.as_uri()
        self.versions[uri] += 1
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(self.versions[uri], uri), [lsp.TextDocumentContentChangeWholeDocument(text)]
            )
        )  # fmt: skip
        return self.versions[uri]

    async def heard(self, where: Path | str) -> list[lsp.Diagnostic]:
        """What is published for the version that stands."""
        uri = where if isinstance(where, str) else where.as_uri()
        while True:
            params = await asyncio.wait_for(self.published[uri].get(), SOON)
            if params.version == self.versions[uri]:
                return list(params.diagnostics)

    async def hover(self, path: Path, line: int, character: int) -> str:
        asked = lsp.HoverParams(lsp.TextDocumentIdentifier(path.as_uri()), lsp.Position(line, character))
        said = await self.client.text_document_hover_async(asked)
        assert said is None or isinstance(said.contents, lsp.MarkupContent)
        return said.contents.value if said is not None else ""  # type: ignore[union-attr]

    async def complete(self, path: Path, line: int, character: int) -> list[lsp.CompletionItem]:
        asked = lsp.CompletionParams(lsp.TextDocumentIdentifier(path.as_uri()), lsp.Position(line, character))
        found = await self.client.text_document_completion_async(asked)
        assert isinstance(found, lsp.CompletionList)
        return list(found.items)

    async def actions(self, path: Path, where: lsp.Range, only: list[str] | None = None) -> list[lsp.CodeAction]:
        asked = lsp.CodeActionParams(
            lsp.TextDocumentIdentifier(path.as_uri()), where, lsp.CodeActionContext([], only=only)
        )
        found = await self.client.text_document_code_action_async(asked)
        return [one for one in found or [] if isinstance(one, lsp.CodeAction)]

    async def symbols(self, path: Path) -> list[lsp.DocumentSymbol]:
        asked = lsp.DocumentSymbolParams(lsp.TextDocumentIdentifier(path.as_uri()))
        found = await self.client.text_document_document_symbol_async(asked)
        return [one for one in found or [] if isinstance(one, lsp.DocumentSymbol)]

    async def form(self, path: Path) -> list[lsp.TextEdit]:
        asked = lsp.DocumentFormattingParams(
            lsp.TextDocumentIdentifier(path.as_uri()), lsp.FormattingOptions(2, insert_spaces=True)
        )
        return list(await self.client.text_document_formatting_async(asked) or [])


@asynccontextmanager
async def editing(
    *options: str, locale: str | None = "zh-cn", encodings: list[str] | None = None
) -> AsyncIterator[Editor]:
    """An editor with its server started; it ends in order, with exit code 0."""
    editor = Editor()
    await editor.client.start_io(str(PROGRAM), "lsp", *options)
    general: Any = (
        lsp.GeneralClientCapabilities(position_encodings=[lsp.PositionEncodingKind(one) for one in encodings])
        if encodings
        else None
    )
    capabilities = lsp.ClientCapabilities(general=general)
    began = await asyncio.wait_for(
        editor.client.initialize_async(lsp.InitializeParams(capabilities, process_id=None, locale=locale)), SOON
    )
    editor.capabilities = began.capabilities
    editor.client.initialized(lsp.InitializedParams())
    try:
        yield editor
        await asyncio.wait_for(editor.client.shutdown_async(None), SOON)
        editor.client.exit(None)
        server = editor.client._server
        assert server is not None
        assert await asyncio.wait_for(server.wait(), SOON) == 0
    finally:
        ended = editor.client._server
        if ended is not None and ended.returncode is None:
            ended.kill()
        await editor.client.stop()  # type: ignore[no-untyped-call]
