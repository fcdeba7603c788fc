"""What editors need: `guankou schema` writes the JSON Schema of flows, `guankou lsp` answers an editor over standard input and output."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from workflow.cli import lint, sources
from workflow.cli.lint import Names
from workflow.cli.sources import Source
from workflow.cli.tongue import SPOKEN, say
from workflow.cli.trouble import Stop
from workflow.language.files import kind_of
from workflow.language.meanings import Language
from workflow.language.schema import schema as schema_of
from workflow.lsp.look import Looked
from workflow.lsp.server import serve

_Stamp = tuple[tuple[str, int, int], ...]
"""Files with their size and time of change: while these are the same, so is the organisation read from them."""


def schema(language: Language | None, output: Path | None) -> int:
    """Write the schema to a file, or to standard output."""
    text = json.dumps(schema_of(language or SPOKEN), ensure_ascii=False, indent=1) + "\n"
    if output is None:
        sys.stdout.write(text)
        return 0
    output.write_text(text, encoding="utf-8")
    sys.stderr.write(say(f"已写入 {output}", f"written to {output}") + "\n")
    return 0


def lsp(language: Language | None, organisation: Path | None) -> int:
    """Serve one editor until it goes."""
    serve(Looking(organisation), language, SPOKEN).start_io()
    return 0


@dataclass(frozen=True)
class Unsaved(Source):
    """A text that has no file yet, so that its id need not be the file's name."""

    @property
    def name(self) -> str:
        return ""


class Looking:
    """The command line's own check, of texts as they stand in an editor. `organisation`: check names against this one, not that beside the file."""

    def __init__(self, organisation: Path | None) -> None:
        self.organisation = organisation
        self.read: dict[Path, tuple[_Stamp, Names]] = {}
        if organisation is not None:
            lint.organisation_files(organisation)  # one that is not there is said before an editor waits

    def __call__(self, path: Path | None, text: bytes) -> Looked:
        """What `guankou lint` would say of the file with this text."""
        if path is None:
            one: Source = Unsaved(Path(), kind_of(text), text)
        elif path.suffix not in {".yaml", ".yml"} or sources.is_test(path):
            return Looked(None)
        else:
            try:
                one = sources.source_of(path, text)
            except Stop:
                one = Source(path, kind_of(text), text)
        names = self.names(path) if one.kind == "flow" else Names(None)
        if one.kind == "flow" and path is not None:
            names = replace(names, neighbours=sources.flows_beside(path))
        return Looked(one.kind, lint.findings_in(one, names, [one])[0], names.organisation)

    def names(self, path: Path | None) -> Names:
        """The organisation for a flow; read again only when its files change."""
        where = self.organisation or (path.parent if path is not None else None)
        if where is None:
            return Names(None)
        try:
            stamp = _stamp(self.folders(where))
            held = self.read.get(where)
            if held is None or held[0] != stamp:
                held = self.read[where] = (stamp, lint.names_of(self.sources(where, path)))
        except (Stop, OSError):
            return Names(None)
        return held[1]

    def folders(self, where: Path) -> list[Path]:
        return lint.organisation_files(where) if self.organisation is not None else [where / "orgs", where / "lists"]

    def sources(self, where: Path, path: Path | None) -> Sequence[Source]:
        if self.organisation is not None:
            return sources.read(lint.organisation_files(where))
        return sources.beside(path) if path is not None else []


def _stamp(places: Sequence[Path]) -> _Stamp:
    files = [file for place in places for file in ([place] if place.is_file() else sorted(place.rglob("*")))]
    stats = [(file, file.stat()) for file in files]
    return tuple((str(file), stat.st_mtime_ns, stat.st_size) for file, stat in stats)
