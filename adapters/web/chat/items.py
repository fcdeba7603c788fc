"""One item on a page of its own: its card, where it is in its flow, and what happened to it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web.desk import Desk, Visitor
from adapters.web.trouble import Trouble
from workflow.domain.command import Refused


class Items:
    """Items that the signed-in person may see."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.tenant = desk.options.tenant

    def routes(self) -> list[Route]:
        """Where they are found."""
        return [Route("/item/{code}", self.desk.page(self.item))]

    async def item(self, request: Request, visitor: Visitor) -> Response:
        """The card, the flow's picture and the timeline."""
        read, code = self.desk.engine.read, request.path_params["code"].upper()
        card = await read.item(self.tenant, visitor.id, code)
        if isinstance(card, Refused):
            raise Trouble(404, "item")
        return self.desk.show(
            "item",
            visitor,
            waiting=await read.waiting(self.tenant, visitor.id),
            code=code,
            card=card,
            picture=await read.picture(self.tenant, visitor.id, code, visitor.language),
            timeline=await read.timeline(self.tenant, visitor.id, code),
        )
