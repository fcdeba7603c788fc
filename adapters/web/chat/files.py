"""Files up, as a stream, and down, as attachments that no browser opens by itself."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from adapters.web.desk import Desk, Visitor
from adapters.web.trouble import Trouble
from workflow.domain.command import Refused

NAME: Final = 120
"""Characters of a file's name that are kept."""


class Files:
    """Files of items, and those about to be handed in."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.tenant = desk.options.tenant

    def routes(self) -> list[Route]:
        """Where they are found."""
        return [
            Route("/files", self.desk.change(self.upload), methods=["POST"]),
            Route("/files/{file}", self.desk.page(self.download)),
        ]

    async def upload(self, request: Request, visitor: Visitor) -> Response:
        """The body is the file itself, `?name=` its name. Answers with its id, its sniffed type and its size."""
        name = request.query_params.get("name", "")[-NAME:].strip() or "file"
        kept = await self.desk.engine.files.upload(self.tenant, visitor.id, name, request.stream())
        if isinstance(kept, Refused):
            what = self.desk.engine.read.refusal(kept, visitor.language)
            return JSONResponse({"error": kept.reason, "what": what, "next": ""}, status_code=422)
        told = {"file": kept.file, "name": kept.name, "media_type": kept.media_type, "bytes": kept.bytes}
        return JSONResponse(told, status_code=201)

    async def download(self, request: Request, visitor: Visitor) -> Response:
        """The file, to be saved."""
        found = await self.desk.engine.files.download(self.tenant, visitor.id, request.path_params["file"])
        if isinstance(found, Refused):
            raise Trouble(404, "file")
        attachment, chunks = found
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(attachment.name, safe='')}",
            "Content-Length": str(attachment.bytes),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        }
        return StreamingResponse(
            chunks, media_type=attachment.media_type or "application/octet-stream", headers=headers
        )
