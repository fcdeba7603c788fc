"""The demonstration needs what the command line's tests make: a server, a terminal, a database."""

from __future__ import annotations

from tests.cli.conftest import database, home

__all__ = ["database", "home"]
