"""`guankou`: the command line. `app` says which commands there are; each command's work stands in a file of its own, loaded when called."""

from __future__ import annotations

from workflow.cli.app import app


def main() -> None:
    """The entry point of the `guankou` script."""
    app()
