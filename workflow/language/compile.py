"""A flow's text to its `Definition`, with everything that was found on the way. Not here: printing findings (report.py), applying a flow."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from workflow.domain.definition import Definition
from workflow.domain.finding import Finding
from workflow.language.codes import level
from workflow.language.deadlines import check_deadlines
from workflow.language.desk import EnoughError, in_order
from workflow.language.edges import all_places, edges_of, stranded
from workflow.language.entries import Entries, whole
from workflow.language.keys import TOP_TABLE, YES
from workflow.language.kinds.running import check_cycles
from workflow.language.neighbours import Face, Neighbours, face
from workflow.language.reading import Reading
from workflow.language.staffing import check_staffing
from workflow.language.start import read_start
from workflow.language.steps import Around, read_steps
from workflow.language.text.nodes import Place
from workflow.language.text.reader import read
from workflow.language.watch import read_watch
from workflow.language.writing.scribe import Scribe
from workflow.organisation.model import Organisation

LONGEST_TITLE: Final = 60
EXAMPLE: Final = "flow: … title: … start: … steps: …"
_ID: Final = re.compile("[a-z][a-z0-9-]{1,39}")
_TOP: Final = Place(1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a text comes to: a definition unless something found is an error, the findings in the order of the file, and its face."""

    definition: Definition | None
    findings: tuple[Finding, ...]
    face: Face | None = None


def compile_flow(
    text: str | bytes, name: str = "", *, organisation: Organisation | None = None, scribe: Scribe | None = None,
    hooks: Collection[str] | None = None, neighbours: Neighbours | None = None,
) -> Compiled:  # fmt: skip
    """Compile one flow. Never raises for a text, whatever it holds.

    `name`: the file's name without its ending, which the flow must have; `` when there is no file. `organisation`: whose
    names the flow uses; without one they pass, and one note says so. `scribe`: notes how its words would be spelt. `hooks`: the
    webhooks that are set up, where that is known. `neighbours`: the flows beside it, for what it runs; None: nobody knows them.
    """
    document = read(text)
    if document.root is None:
        return Compiled(None, document.findings)
    reading = Reading(organisation, scribe)
    reading.hooks = hooks
    reading.neighbours = neighbours
    definition = None
    with suppress(EnoughError):
        top = reading.desk.entries(document.root, TOP_TABLE, EXAMPLE, _TOP)
        if top is not None:
            definition = _definition(reading, top, name, text)
        if reading.desk.unchecked is not None:
            reading.desk.say("O450", reading.desk.unchecked)
    found = in_order((*document.findings, *_apart(reading.desk.findings, document.findings)))
    if any(level(one.code) == "error" for one in found):
        definition = None
    known = {word: name.type for word, name in reading.names.bare.items()}
    return Compiled(definition, found, face(definition, known) if definition is not None else None)


def digest_of(text: str | bytes) -> str:
    """What stands for a version of a flow: the SHA-256 of its bytes, in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text).hexdigest()


def _definition(reading: Reading, top: Entries, name: str, text: str | bytes) -> Definition | None:
    flow = reading.flow = _identifier(reading, top, name)
    title = reading.desk.line(top, "title", LONGEST_TITLE)
    help_ = reading.desk.help(top)
    secret = reading.desk.choice(top, "secret", YES, default=False)
    start = read_start(reading, top["start"][1], whole(top["start"][0])) if "start" in top else None
    steps = read_steps(reading, top["steps"][1], Around()) if "steps" in top else ()
    watch = read_watch(reading, top["watch"][1]) if "watch" in top else ()
    if start is None or not steps or any(level(one.code) == "error" for one in reading.desk.findings):
        return None
    check_cycles(reading)
    known = {step.place: step for step in all_places(steps)}
    edges = edges_of(steps)
    for code, place in zip(("F373", "F372"), stranded(edges, known), strict=True):
        if place is not None:
            reading.desk.say(code, reading.spots.get(place, _TOP), word=place)
    check_deadlines(reading.desk, steps, reading.spots)
    source = text if isinstance(text, str) else text.decode()
    said = "\n".join(one for one in (help_, start.help) if one)
    definition = Definition(flow, digest_of(text), title, start, steps, known, edges, said, source, secret, watch)
    if reading.organisation is not None:
        check_staffing(reading.desk, definition, reading.organisation, reading.spots)
    return definition


def _identifier(reading: Reading, top: Entries, name: str) -> str:
    scalar = reading.desk.text(top["flow"][1], "flow: activity") if "flow" in top else None
    if scalar is None:
        return ""
    if not _ID.fullmatch(scalar.text):
        reading.desk.say("F311", whole(scalar))
    elif name and scalar.text != name:
        reading.desk.say("F312", whole(scalar), name if _ID.fullmatch(name) else None, file=name)
    return scalar.text


def _apart(mine: list[Finding], text: tuple[Finding, ...]) -> list[Finding]:
    """What was found about the meaning, but not in lines where the text itself is at fault: one mistake, one finding."""
    lines = {line for one in text for line in range(one.line, one.end_line + 1)}
    return [one for one in mine if one.line not in lines]
