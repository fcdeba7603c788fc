"""What the command line lends the server: a look at one text, as `guankou lint` would take it. Not here: taking it (cli.editor)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from workflow.domain.finding import Finding
from workflow.language.files import Kind
from workflow.organisation.model import Organisation


@dataclass(frozen=True)
class Looked:
    """What the check says of one text. `kind` None: no file of rules, nothing is said of it."""

    kind: Kind | None
    findings: Sequence[Finding] = ()
    organisation: Organisation | None = None


Look = Callable[[Path | None, bytes], Looked]
"""Look at a text under a path (None: it has no file yet)."""
