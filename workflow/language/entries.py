"""What an organisation's file and a list's have in common: keys in two languages, names, and lists of words, each with its findings.

Not here: what the keys mean, and the keys of flows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeVar

from workflow.domain.finding import Finding
from workflow.grammars.errors import GrammarError
from workflow.grammars.field import check_name
from workflow.grammars.tokens import is_slip, nearest
from workflow.language.text import nodes
from workflow.language.text.nodes import Node, Place, Scalar, Sequence, found
from workflow.language.text.reader import MAX_FINDINGS

T = TypeVar("T")
Entries = dict[str, tuple[Scalar, Node]]
"""The entries of a mapping by their key's English form: the key as written, and its value."""


def whole(scalar: Scalar) -> Place:
    """Where a scalar's text stands, without its quotation marks."""
    return scalar.part((0, len(scalar.text)))


def written(top: Entries, section: str) -> dict[str, Scalar]:
    """The names under a section, also of what could not be read there: who uses one of those made no mistake."""
    node = top[section][1] if section in top else None
    return {key.text: key for key, _ in node.entries} if isinstance(node, nodes.Mapping) else {}


class Notes:
    """What is found while one file is read, in the order it was noticed."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def say(self, code: str, zh: str, en: str, place: Place, fix: str | None = None, *, sure: bool = False) -> None:
        """Note one finding. `sure`: its fix needs nobody's leave."""
        self.findings.append(found(code, zh, en, place, fix, sure=sure))

    def ordered(self) -> tuple[Finding, ...]:
        """The findings in the order of the file, no more than a person reads."""
        return tuple(sorted(self.findings, key=lambda one: (one.line, one.column))[:MAX_FINDINGS])

    def unknown(self, code: str, what: tuple[str, str], word: str, known: Collection[str], place: Place) -> None:
        """A word that should be one of those known; `what` it should be, in Chinese and English."""
        meant = nearest(word, list(known))
        shown = list(known)[:12]
        more = "…" if len(known) > len(shown) else ""
        zh, en = (f"；是不是“{meant}”？", f"; did you mean “{meant}”?") if meant else ("", "")
        if not meant and shown:
            zh, en = f"；有：{'、'.join(shown)}{more}", f"; there are: {', '.join(shown)}{more}"
        self.say(
            code,
            f"没有“{word}”这个{what[0]}{zh}",
            f"there is no {what[1]} “{word}”{en}",
            place,
            meant,
            sure=meant is not None and is_slip(word, meant),
        )

    def grammar(self, code: str, scalar: Scalar, read: Callable[[str], T]) -> T | None:
        """What a grammar reads from a scalar; None, and a finding, where it refuses."""
        try:
            return read(scalar.text)
        except GrammarError as error:
            self.findings.append(scalar.finding(code, error))
            return None

    # ------------------------------------------------------------------------------------------- shapes

    def entries(self, node: Node, keys: Mapping[str, str]) -> Entries:
        """The entries of a mapping whose keys are known: `keys` maps each spelling to the English one."""
        held: Entries = {}
        meant: Entries = {}
        example = " … ".join(f"{key}:" for key in dict.fromkeys(keys.values()))
        for key, value in self.pairs(node, example):
            word = keys.get(key.text)
            if word is None:
                self.unknown("O403", ("键", "key"), key.text, keys, whole(key))
                if (near := nearest(key.text, list(keys))) is not None:
                    meant.setdefault(keys[near], (key, value))
            elif word in held:
                first = held[word][0]
                self.say(
                    "O406",
                    f"“{key.text}”就是第 {first.place.line} 行的“{first.text}”，只写一个",
                    f"“{key.text}” is the “{first.text}” of line {first.place.line}; write one of them",
                    whole(key),
                )
            else:
                held[word] = (key, value)
        # a key that was only misspelt is read as what it meant, so that nothing else is said to be missing
        return {**meant, **held}

    def pairs(self, node: Node, example: str) -> Iterator[tuple[Scalar, Node]]:
        """Keys and values of a mapping, whatever they are called."""
        if isinstance(node, nodes.Mapping):
            yield from node.entries
        else:
            self.say("O404", f"这里要写成 {example}", f"here it must look like {example}", node.place)

    def named(
        self, top: Entries, section: str, keys: Mapping[str, str], example: str, taken: dict[str, Scalar]
    ) -> Iterator[tuple[Scalar, Entries]]:
        """The things of a section by their names, which differ from those in `taken` and are put there."""
        if section not in top:
            return
        for key, value in self.pairs(top[section][1], f"{section}: {{ … }}"):
            if self.name(key, taken) is None:
                continue
            if isinstance(value, nodes.Mapping):
                yield key, self.entries(value, keys)
            else:
                zh, en = f"这里要写成 {key.text}: {example}", f"here it must look like {key.text}: {example}"
                self.say("O404", zh, en, value.place)

    def words(self, node: Node, example: str) -> Iterator[Scalar]:
        """The scalars of a list; a single scalar is a list of one."""
        for item in node.items if isinstance(node, Sequence) else (node,):
            if isinstance(item, Scalar) and item.text:
                yield item
            else:
                self.say("O404", f"这里要写成 {example}", f"here it must look like {example}", item.place)

    def text(self, entries: Entries, key: str, longest: int) -> str | None:
        """The text of an entry, None when it is not there or not one line of 1 to `longest` characters."""
        if key not in entries:
            return None
        node = entries[key][1]
        if isinstance(node, Scalar) and 0 < len(node.text.strip()) <= longest and "\n" not in node.text:
            return node.text.strip()
        zh, en = f"这里要一行文字，1 到 {longest} 个字", f"one line of 1 to {longest} characters is needed here"
        self.say("O404", zh, en, node.place)
        return None

    def scalar(self, entries: Entries, key: str, example: str) -> Scalar | None:
        """The scalar of an entry, None when the entry is not there or is no scalar."""
        if key not in entries:
            return None
        node = entries[key][1]
        if isinstance(node, Scalar) and node.text:
            return node
        self.say("O404", f"这里要写成 {example}", f"here it must look like {example}", node.place)
        return None

    def needed(self, entries: Entries, keys: Collection[str], place: Place) -> bool:
        """Whether all these keys are there; `place` is that of the thing which lacks them."""
        absent = [key for key in keys if key not in entries]
        if absent:
            self.say("O402", f"还缺 {'、'.join(absent)}", f"missing: {', '.join(absent)}", place)
        return not absent

    def name(self, scalar: Scalar, taken: dict[str, Scalar]) -> str | None:
        """A name that nothing in `taken` has yet; it is put there."""
        if self.grammar("O405", scalar, check_name) is None:
            return None
        first = taken.setdefault(scalar.text, scalar)
        if first is scalar:
            return scalar.text
        self.say(
            "O406",
            f"“{scalar.text}”在第 {first.place.line} 行已经用了；同名的话流程里分不清",
            f"“{scalar.text}” is taken already in line {first.place.line}; a flow could not tell the two apart",
            whole(scalar),
        )
        return None
