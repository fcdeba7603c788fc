"""The web: chat, console, api and sign-in over HTTP. This is its door: `adapter` is what the entry point names."""

from __future__ import annotations

from adapters.web.adapter import WebAdapter
from adapters.web.desk import Options

adapter = WebAdapter

__all__ = ["Options", "WebAdapter", "adapter"]
