"""Handing something in: which flows there are, and the whole form of one. It is sent to POST /chat/form."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web.desk import Desk, Visitor
from adapters.web.trouble import Trouble
from workflow.domain.command import Refused


class Forms:
    """What the signed-in person may begin."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.tenant = desk.options.tenant

    def routes(self) -> list[Route]:
        """Where it is found."""
        return [Route("/new", self.desk.page(self.flows)), Route("/new/{flow}", self.desk.page(self.form))]

    async def flows(self, request: Request, visitor: Visitor) -> Response:
        """The flows that the person may begin."""
        read = self.desk.engine.read
        flows = await read.flows(self.tenant, visitor.id, visitor.language)
        return self.desk.show("new", visitor, waiting=await read.waiting(self.tenant, visitor.id), flows=flows)

    async def form(self, request: Request, visitor: Visitor) -> Response:
        """One flow's form."""
        read = self.desk.engine.read
        form = await read.form(self.tenant, visitor.id, request.path_params["flow"], visitor.language)
        if isinstance(form, Refused):
            raise Trouble(404, "flow", detail=read.refusal(form, visitor.language))
        waiting = await read.waiting(self.tenant, visitor.id)
        return self.desk.show("form", visitor, waiting=waiting, form=form, flow=request.path_params["flow"])
