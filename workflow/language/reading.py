"""One flow being read: its desk, the names at hand, what was declared where; and how a value is read and checked against the names."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final, NamedTuple

from workflow.domain import places
from workflow.domain.tree import Field, Need, Template, Value
from workflow.grammars import words
from workflow.grammars.checks import check_condition, check_moment, check_need, check_text
from workflow.grammars.evaluate import references
from workflow.grammars.expression import read_condition, read_moment, read_need, read_value
from workflow.grammars.field import check_name
from workflow.grammars.kinds import UNKNOWN, Absence, Type
from workflow.grammars.text import read_text
from workflow.grammars.types import Checked, check
from workflow.language.desk import Desk
from workflow.language.entries import Entries, whole
from workflow.language.names import EXPORTS, Name, Names, in_chinese, of_list, sealed_in
from workflow.language.neighbours import Neighbours
from workflow.language.text.nodes import Node, Place, Scalar
from workflow.language.writing.scribe import Scribe
from workflow.organisation.model import Organisation

MOST_STEPS: Final = 60
MOST_NESTED: Final = 6
Settled = frozenset[Absence]


class Secret(NamedTuple):
    """What was filled in at a step, `fields`, is secret until the step at this place opens."""

    until: str
    fields: frozenset[str]


class Reading:
    """What is known while a flow is read from top to bottom. `asked`: what 各 is where a task's `match` looks at a person.

    `taken`: every author's name and where it was given; `results`: what each step so far may have come to when the flow goes
    on; `secrets`: steps of which that is secret still; `spots`: where each step's kind stands in the file (and its `due`, by `PLACE due`); `tiers`: of the units an item may belong to, empty when not known; `hooks`: the webhooks
    that have an address and a secret, None where no settings are at hand. `neighbours`: the flows beside this one, None where
    nobody knows which there are; `runs`: those that it runs, and where it says so first.
    """

    __slots__ = (
        "asked",
        "count",
        "desk",
        "flow",
        "form",
        "hooks",
        "names",
        "neighbours",
        "results",
        "runs",
        "secrets",
        "spots",
        "taken",
        "tiers",
        "unasked",
    )

    def __init__(self, organisation: Organisation | None, scribe: Scribe | None = None) -> None:
        self.desk = Desk(organisation, scribe)
        lists = organisation.lists if organisation is not None else ()
        self.names = Names({one.name: of_list(one) for one in lists})
        self.taken: dict[str, Scalar] = {}
        self.form: tuple[Field, ...] = ()
        self.results: dict[str, frozenset[str]] = {}
        self.spots: dict[str, Place] = {}
        self.tiers: tuple[str, ...] = ()
        self.count = 0
        self.asked = Name(UNKNOWN)
        self.hooks: Collection[str] | None = None
        self.unasked = False
        self.flow = ""
        self.neighbours: Neighbours | None = None
        self.runs: dict[str, Place] = {}
        self.secrets: dict[str, Secret] = {}

    @property
    def organisation(self) -> Organisation | None:
        return self.desk.organisation

    # ------------------------------------------------------------------------------------------- names

    def declare(self, scalar: Scalar, word: str | None = None) -> str | None:
        """A new name of the flow; None, and a finding, when it cannot be one or is taken."""
        name = scalar.text if word is None else word
        if self.desk.read("G207", scalar, lambda _: check_name(name)) is None:
            return None
        if name in places.RESERVED or name == places.SUBMITTER:
            self.desk.say("F323", whole(scalar), word=name)
            return None
        first = self.taken.setdefault(name, scalar)
        if first is not scalar:
            self.desk.say("F322", whole(scalar), word=name, line=first.place.line)
            return None
        return name

    def exported(self, scalar: Scalar, name: str) -> bool:
        """Whether a step's own field may be called so: what every step exports is taken."""
        if name in EXPORTS or name in words.EXPORTS:
            self.desk.say("F324", whole(scalar), word=name)
            return False
        return True

    # ------------------------------------------------------------------------------------------- values

    def condition(self, node: Node, example: str, settled: Settled) -> Value | None:
        """A yes or no."""
        found: Value | None = self._value(node, example, "G203", read_condition, check_condition, settled)
        return found

    def value(self, node: Node, example: str, settled: Settled, *, sealed: bool = True) -> tuple[Value, Type] | None:
        """Any value, with its type; `sealed`: it may not rest on people's own words."""
        scalar = self.desk.text(node, example)
        tree = self.desk.read("G203", scalar, read_value) if scalar is not None else None
        if scalar is None or tree is None:
            return None
        checked = check(tree, self.names, settled)
        self._told(scalar, tree)
        final = self._settled(scalar, checked, sealed=sealed)
        self.spell(scalar, tree, checked, lambda text: check(read_value(text), self.names, settled))
        return final, checked.type

    def moment(self, node: Node, example: str, settled: Settled) -> Value | None:
        """A moment, or a time after the step's opening."""
        found: Value | None = self._value(node, example, "G205", read_moment, check_moment, settled)
        return found

    def need(self, node: Node, settled: Settled) -> Need | None:
        """How many."""
        found: Need | None = self._value(node, "need: 2", "G204", read_need, check_need, settled)
        return found

    def text(self, node: Node, settled: Settled, *, counts: bool) -> Template | None:
        """A text with slots; in a number (`counts`), where `<0001>` may stand, people's own words may not."""
        scalar = self.desk.text(node, "text: <标题> …")
        tree = self.desk.read("G206", scalar, read_text) if scalar is not None else None
        if scalar is None or tree is None:
            return None
        checked = check_text(tree, self.names, settled, counts=counts)
        self._told(scalar, tree)
        found: Template = self._settled(scalar, checked, sealed=counts)
        self.spell(scalar, tree, checked, lambda text: check_text(read_text(text), self.names, settled, counts=counts))
        return found

    def _told(self, scalar: Scalar, tree: Any) -> None:
        """Say when something is kept or told that is secret still."""
        for ref in references(tree):
            secret = self.secrets.get(ref.parts[0])
            if secret is not None and secret.fields.intersection(ref.parts[1:]):
                step = secret.until.rpartition("/")[2]
                self.desk.say("F334", scalar.part(ref.span), word=".".join(ref.parts), step=step)

    def _value(
        self, node: Node, example: str, code: str,
        reader: Callable[[str], Any], checker: Callable[..., Checked], settled: Settled,
    ) -> Any:  # fmt: skip
        scalar = self.desk.text(node, example)
        tree = self.desk.read(code, scalar, reader) if scalar is not None else None
        if scalar is None or tree is None:
            return None
        checked = checker(tree, self.names, settled)
        final = self._settled(scalar, checked)
        self.spell(scalar, tree, checked, lambda text: checker(reader(text), self.names, settled))
        return final

    def spell(
        self, scalar: Scalar, written: Any, checked: Checked, again: Callable[[str], Checked], before: str = ""
    ) -> None:
        """Let the scribe know of a value: as it was `written`, as it was `checked`, and how to read and check it `again`."""
        scribe = self.desk.scribe
        if scribe is None or checked.problems:
            return

        def anew(text: str) -> Any:
            found = again(text)
            return None if found.problems else in_chinese(found.tree, self.names)

        more = scribe.names(written, checked.tree, self.names)
        scribe.value(scalar, in_chinese(checked.tree, self.names), anew, more, before)

    def _settled(self, scalar: Scalar, checked: Checked, *, sealed: bool = True) -> Any:
        """The checked tree, its problems written down: a value that rests on people's own words is one."""
        if not self.desk.problems(scalar, checked.problems) and sealed:
            for ref in sealed_in(checked.tree, self.names):
                self.desk.say("F351", scalar.part(ref.span), word=".".join(ref.parts))
        return in_chinese(checked.tree, self.names) if "." in scalar.text else checked.tree

    def optional(
        self, entries: Entries, key: str, read: Callable[[Node, str, Settled], Value | None], settled: Settled
    ) -> Value | None:
        """The value of an entry that may not be there."""
        return read(entries[key][1], f"{key}: …", settled) if key in entries else None
