"""The same server and the same template as everywhere, for those properties that are the engine's."""

from __future__ import annotations

from tests.integration.conftest import database, room, server_url, template

__all__ = ["database", "room", "server_url", "template"]
