"""`guankou`: the command line. `app` says which commands there are; each command's work stands in a file of its own, loaded when called."""

from __future__ import annotations

import sys

from workflow.cli.app import app


def main() -> None:
    """The entry point of the `guankou` script: whatever goes wrong is told in one message, never as a traceback."""
    try:
        app()
    except Exception as error:  # noqa: BLE001 - nobody above would say it in words
        from workflow.cli.trouble import tell  # only now: what it knows of takes longer to load than `--help` may

        sys.exit(tell(error))
