"""Where a flow is read: its findings, its organisation if one is at hand, and how a node becomes a mapping, a text or a grammar's tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar

from workflow.domain.finding import Finding
from workflow.grammars.errors import GrammarError
from workflow.grammars.tokens import is_slip, nearest
from workflow.language.codes import finding
from workflow.language.entries import Entries, whole
from workflow.language.keys import Table
from workflow.language.text import nodes
from workflow.language.text.nodes import Node, Place, Scalar
from workflow.language.writing.scribe import Scribe
from workflow.organisation.model import Organisation

T = TypeVar("T")
LONGEST_HELP: Final = 2000
MOST_FINDINGS: Final = 50


class EnoughError(Exception):
    """So much is wrong that reading on would help nobody."""


class Desk:
    """The findings so far, the organisation (None: its names pass unchecked, which is noted once), and a scribe if words are to be noted."""

    __slots__ = ("findings", "organisation", "scribe", "unchecked")

    def __init__(self, organisation: Organisation | None, scribe: Scribe | None = None) -> None:
        self.organisation = organisation
        self.scribe = scribe
        self.findings: list[Finding] = []
        self.unchecked: Place | None = None

    def say(self, code: str, place: Place, fix: str | None = None, *, sure: bool = False, **facts: Any) -> None:
        """Write a finding down. `sure`: its fix needs nobody's leave."""
        self.add(finding(code, place, fix, sure=sure, **facts))

    def add(self, one: Finding) -> None:
        """Write a finding down that somebody else has worded. Raises EnoughError after `MOST_FINDINGS`."""
        self.findings.append(one)
        if len(self.findings) >= MOST_FINDINGS:
            raise EnoughError

    def unknown(self, code: str, scalar_place: Place, word: str, known: Iterable[str], **facts: Any) -> None:
        """A word that should be one of those known: the nearest is the fix, else some of them are named."""
        words = list(dict.fromkeys(known))
        near = nearest(word, words)
        shown, more = words[:12], "…" if len(words) > 12 else ""
        if near:
            zh, en = f"；是不是“{near}”？", f"; did you mean “{near}”?"
        elif shown:
            zh, en = f"；有：{'、'.join(shown)}{more}", f"; there are: {', '.join(shown)}{more}"
        else:
            zh, en = "", ""
        sure = near is not None and is_slip(word, near)
        self.say(code, scalar_place, near, sure=sure, word=word, asked_zh=zh, asked_en=en, **facts)

    def unverified(self, place: Place) -> None:
        """A name of the organisation passed because none is at hand."""
        if self.unchecked is None:
            self.unchecked = place

    # ------------------------------------------------------------------------------------------- shapes

    def entries(self, node: Node, table: Table, example: str, lacks: Place | None = None) -> Entries | None:
        """A mapping's entries by the English form of their keys; None when it is none.

        `lacks`: where what is missing is said. A key that could not be read may be the one missing: then nothing is.
        """
        if not isinstance(node, nodes.Mapping):
            self.say("F303", node.place, example=example)
            return None
        held: Entries = {}
        puzzled = False
        for key, value in node.entries:
            word = table.known.get(key.text)
            if word is None:
                puzzled = True
                self.unknown("F301", whole(key), key.text, table.known)
            elif word in held:
                first = held[word][0]
                self.say("F304", whole(key), word=key.text, first=first.text, line=first.place.line)
            else:
                held[word] = (key, value)
                self.noted(key, table.known)
        missing = [key for key in table.needed if key not in held]
        if missing and not puzzled and lacks is not None:
            self.say("F302", lacks, keys="、".join(missing))
        return held

    def pairs(self, node: Node, example: str) -> tuple[tuple[Scalar, Node], ...]:
        """A mapping's keys and values, whatever they are called; at least one."""
        if not isinstance(node, nodes.Mapping):
            self.say("F303", node.place, example=example)
            return ()
        if not node.entries:
            self.say("F308", node.place)
        return node.entries

    def text(self, node: Node, example: str) -> Scalar | None:
        """A piece of text that is not empty."""
        if isinstance(node, Scalar) and node.text:
            return node
        self.say("F303", node.place, example=example)
        return None

    def words(self, node: Node, example: str) -> Iterator[Scalar]:
        """The texts of a list; a single text is a list of one. None may stand there twice."""
        seen: set[str] = set()
        if isinstance(node, nodes.Mapping):
            self.say("F303", node.place, example=example)
            return
        for item in node.items if isinstance(node, nodes.Sequence) else (node,):
            scalar = self.text(item, example)
            if scalar is None:
                continue
            if scalar.text in seen:
                self.say("F309", whole(scalar), word=scalar.text)
                continue
            seen.add(scalar.text)
            yield scalar

    def line(self, entries: Entries, key: str, longest: int, *, lines: bool = False) -> str:
        """The text of an entry, `` when it is not there; of one line unless `lines`."""
        if key not in entries:
            return ""
        scalar = self.text(entries[key][1], f"{key}: …")
        if scalar is None:
            return ""
        if len(scalar.text) > longest:
            self.say("F310", whole(scalar), most=longest)
        elif "\n" in scalar.text.strip() and not lines:
            self.say("F303", scalar.place, example=f"{key}: …")
        return scalar.text.strip()

    def help(self, entries: Entries) -> str:
        """The `help` of whatever has these entries."""
        return self.line(entries, "help", LONGEST_HELP, lines=True)

    def choice(self, entries: Entries, key: str, choices: Mapping[str, T], default: T) -> T:
        """One of a few words."""
        if key not in entries:
            return default
        scalar = self.text(entries[key][1], f"{key}: {next(iter(choices))}")
        if scalar is None:
            return default
        return self.chosen(scalar, choices, default)

    def chosen(self, scalar: Scalar, choices: Mapping[str, T], default: T) -> T:
        """What a word stands for, which must be one of a few."""
        if scalar.text in choices:
            self.noted(scalar, choices)
            return choices[scalar.text]
        near = nearest(scalar.text, list(choices))
        zh, en = (f"；是不是“{near}”？", f"; did you mean “{near}”?") if near else ("", "")
        shown = " ".join(word for word in choices if word.isascii())
        sure = near is not None and is_slip(scalar.text, near)
        self.say("F307", whole(scalar), near, sure=sure, choices=shown, asked_zh=zh, asked_en=en)
        return default

    def noted(self, scalar: Scalar, choices: Mapping[str, Any]) -> None:
        """Let the scribe know of a word that is one of these; those that stand for the same are its spellings."""
        if self.scribe is not None:
            meant = choices[scalar.text]
            self.scribe.word(scalar, (word for word, other in choices.items() if other == meant))

    def respelt(self, scalar: Scalar, *, zh: str, en: str) -> None:
        """Let the scribe know of a text that each language writes in its own way."""
        if self.scribe is not None:
            self.scribe.note(scalar, en if self.scribe.language == "en" else zh)

    # ------------------------------------------------------------------------------------------- grammars

    def read(self, code: str, scalar: Scalar, reader: Callable[[str], T]) -> T | None:
        """What a small grammar reads; None, and a finding, where it refuses."""
        try:
            return reader(scalar.text)
        except GrammarError as error:
            self.add(scalar.finding(code, error))
            return None

    def problems(self, scalar: Scalar, problems: Iterable[GrammarError], shift: int = 0) -> bool:
        """Write down what a check found in a value, whose tree was read from `shift` characters more; whether it found any."""
        any_found = False
        for problem in problems:
            any_found = True
            self.add(scalar.finding("G210", moved(problem, shift)))
        return any_found


def moved(error: GrammarError, shift: int) -> GrammarError:
    """The same error, its span counted from `shift` characters further left."""
    if not shift:
        return error
    start, end = (max(0, at - shift) for at in error.span)
    return GrammarError(
        error.message_zh, error.message_en, (start, end), error.expected, error.suggestion, sure=error.sure
    )


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in the order of the file; of several about the same words, the one said first: one mistake, one finding."""
    held: dict[tuple[int, int, int, int], Finding] = {}
    for one in findings:
        held.setdefault((one.line, one.column, one.end_line, one.end_column), one)
    return tuple(sorted(held.values(), key=lambda one: (one.line, one.column, one.code)))
