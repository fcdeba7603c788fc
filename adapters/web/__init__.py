"""The web: chat, console, api and sign-in over HTTP. This is its door: `adapter` is what the entry point names."""

from __future__ import annotations

from adapters.web.adapter import WebAdapter
from adapters.web.desk import Options

__all__ = ["Options", "WebAdapter", "adapter"]


def adapter(
    *, tenant: str, secret: bytes, host: str = "127.0.0.1", port: int = 8080, demo: bool = False, public: str = ""
) -> WebAdapter:
    """The web for one tenant; `attach` its engine before it runs. ValueError for a demonstration that is not on loopback."""
    return WebAdapter(Options(tenant=tenant, secret=secret, host=host, port=port, demo=demo, public=public))
