"""What may stand behind every key, as a value: for the JSON Schema and for editors. Not here: reading it (steps.py …), what it means (meanings.py).

The keys come from the tables that the readers use; a key without a shape here takes anything, so that a new one is never refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from workflow.grammars.words import spellings
from workflow.language import keys
from workflow.language.deeds.deeds import DEEDS
from workflow.language.fields import WORDS as FIELD_WORDS
from workflow.language.kinds.living import MOST_PEOPLE
from workflow.language.kinds.own import OWED, TAKES
from workflow.language.ladder import ENDINGS
from workflow.language.organisations import lists, organisation, units
from workflow.steps.kinds.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Shape:
    """What may stand in one place; each part speaks of one form of YAML.

    `text`: a single text. `words`: the only texts there are. `items`: the shape of a list's items. `section`: a mapping with known keys.
    `named`: a mapping of names that the author gives, to this shape. `least`: how many items or names there must be. `most`: the text is a whole number, from 1 to this.
    """

    text: bool = True
    words: tuple[str, ...] = ()
    items: str = ""
    section: str = ""
    named: str = ""
    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A mapping with known keys: `words` are their English and Chinese spellings, `shapes` what stands behind them.

    `needed` must be there; of `heads` exactly one, which settles what may stand beside it (`beside`) and what must (`owed`).
    `only` one key stands there at all.
    """

    words: Mapping[str, str]
    shapes: Mapping[str, str]
    needed: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    beside: Mapping[str, frozenset[str]] = field(default_factory=dict)
    owed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only: bool = False

    @property
    def spellings(self) -> dict[str, str]:
        """Both spellings of each key, to the English one."""
        return spellings(self.words)


ANYTHING: Final = "anything"


def _pairs(table: Mapping[str, str]) -> dict[str, str]:
    """English to Chinese, from a table that holds both spellings."""
    return {word: spelling for spelling, word in table.items() if spelling != word}


_ONE_TEXT: Final = (
    "identifier", "line", "prose", "actor", "condition", "moment", "value", "need", "template", "listed", "choice", "outlet", "place", "name",
    "tier", "role", "unit", "post", "room", "language", "zone", "hours", "day", "webhook", "pool", "cell", "currency", "account", "cap", "last", "list name", "duration", "list", "score", "column", "within", "weight", "flow", "starter",
)  # fmt: skip

SHAPES: Final[dict[str, Shape]] = {
    "recurrence": Shape(),
    "merge": Shape(text=False, section="merge"),
    "rules": Shape(text=False, named="rule", least=1),
    "rule": Shape(text=False, section="rule"),
    "same": Shape(items="name", least=1),
    **{name: Shape() for name in _ONE_TEXT},
    # flows
    "start": Shape(text=False, section="start"),
    "steps": Shape(text=False, named="step", least=1),
    "step": Shape(text=False, section="step"),
    "form": Shape(text=False, named="field", least=1),
    "field": Shape(items="choice", section="field", least=1),
    "choices": Shape(items="choice", least=1),
    "columns": Shape(text=False, named="column", least=1),
    "column": Shape(items="choice", section="column", least=1),
    "actors": Shape(items="actor", least=1),
    "actions": Shape(text=False, items="action", section="action", least=1),
    "action": Shape(text=False, section="action"),
    "rung": Shape(words=tuple(ENDINGS), items="action", section="action", least=1),
    "late": Shape(words=tuple(keys.LATES), named="rung", least=1),
    "lines": Shape(items="line", least=1),
    "reminders": Shape(items="moment"),
    "places": Shape(items="place"),
    "names": Shape(items="name"),
    "headcount": Shape(most=MOST_PEOPLE),
    "outlets": Shape(items="outlet"),
    "templates": Shape(text=False, named="template", least=1),
    "values": Shape(text=False, named="value", least=1),
    "given": Shape(text=False, named="value", least=1),
    "take": Shape(words=tuple(TAKES)),
    "match": Shape(),
    "via": Shape(words=tuple(keys.VIAS)),
    "vias": Shape(words=tuple(keys.VIAS), items="via", least=1),
    "yes": Shape(words=tuple(keys.YES)),
    "rejects": Shape(words=tuple(keys.REJECTS)),
    "resumes": Shape(words=tuple(keys.RESUMES)),
    # organisations and lists
    "units": Shape(text=False, named="a unit"),
    "a unit": Shape(text=False, section="unit"),
    "people": Shape(text=False, named="a person"),
    "a person": Shape(text=False, section="person"),
    "pools": Shape(text=False, named="a pool"),
    "a pool": Shape(text=False, section="pool"),
    "rooms": Shape(text=False, named="a room"),
    "a room": Shape(text=False, section="room"),
    "all outlets": Shape(text=False, named="an outlet"),
    "an outlet": Shape(text=False, section="outlet"),
    "lines of names": Shape(items="name"),
    "posts": Shape(items="post"),
    "spans": Shape(items="hours"),
    "rows": Shape(text=False, items="row"),
    "row": Shape(text=False, named="cell"),
}  # fmt: skip

_STEP: Final = {
    "urgent": "yes", "when": "condition", "each": "listed", "where": "condition", "open": "moment", "tell": "actors", "help": "prose", "due": "moment", "late": "late",
    "reject": "rejects", "remind": "reminders", "back": "places", "resume": "resumes", "show": "names", "reopen_on": "names", "form": "form", "must": "condition", "secret": "name",
    **{word: KINDS[word].value for word in keys.WRITTEN_KINDS},
    **{key: grammar for word in keys.WRITTEN_KINDS for key, grammar in KINDS[word].keys.items()},
}  # fmt: skip

SECTIONS: Final[dict[str, Section]] = {
    "top": Section(
        keys.TOP,
        {
            "flow": "identifier", "title": "line", "start": "start", "steps": "steps", "watch": "rules", "secret": "yes",
            "help": "prose",
        },
        keys.TOP_NEEDED,
    ),
    "merge": Section(keys.MERGE, {"same": "same", "last": "last"}, ("same", "last")),
    "rule": Section(
        keys.WATCH, {"per": "value", "last": "last", "when": "condition", "do": "actions"}, keys.WATCH_NEEDED
    ),
    "start": Section(
        keys.START,
        {
            "by": "actors", "via": "vias", "at": "recurrence", "each": "listed", "where": "condition", "unit": "value",
            "form": "form", "must": "condition", "with": "values", "merge": "merge", "help": "prose",
        },
    ),
    "step": Section(
        {**keys.WRITTEN_KINDS, **keys.COMMON, **keys.SHARED, **keys.OWN},
        _STEP,
        heads=tuple(keys.WRITTEN_KINDS),
        beside={word: keys.MEANINGS[word] for word in keys.WRITTEN_KINDS},
        owed={
            word: (*(key for key, grammar in KINDS[word].keys.items() if grammar in OWED), *KINDS[word].owed)
            for word in keys.WRITTEN_KINDS
        },
    ),
    "action": Section(
        {**keys.ACTIONS, **keys.ACTION_KEYS},
        {
            "number": "templates", "set": "values", "count": "values",
            "add": "list name", "hold": "currency", "pay": "currency", "report": "values", "with": "values", "amount": "value",
            "from": "account", "to": "actors", "cap": "cap", "per": "tier", "last": "last",
            "tell": "actors", "publish": "outlets", "webhook": "outlet", "text": "template", "run": "flow", "unit": "starter"},
        heads=tuple(keys.ACTIONS),
        beside={word: DEEDS[word].beside for word in keys.ACTIONS},
        owed={word: DEEDS[word].owed for word in keys.ACTIONS if DEEDS[word].owed},
    ),
    "field": Section(_pairs(FIELD_WORDS), {"many": "choices", "one": "choices", "rows": "columns"}, only=True),
    "column": Section(
        {word: alias for word, alias in _pairs(FIELD_WORDS).items() if word != "rows"},
        {"many": "choices", "one": "choices"},
        only=True,
    ),
    "organisation": Section(
        _pairs(organisation.KEYS),
        {
            "organisation": "identifier", "title": "line", "tenant": "identifier", "time_zone": "zone", "tiers": "lines of names", "roles": "lines of names",
            "units": "units", "people": "people", "pools": "pools", "rooms": "rooms", "outlets": "all outlets", "coordinator": "role",
            "administrator": "role", "hours": "spans",
        },
        organisation.NEEDED,
    ),
    "unit": Section(_pairs(units.KEYS), {"tier": "tier", "parent": "unit"}, ("tier",)),
    "person": Section(
        _pairs(organisation.PERSON_KEYS),
        {"name": "line", "roles": "posts", "language": "language", "since": "day", "until": "day"},
    ),
    "pool": Section(_pairs(organisation.POOL_KEYS), {"of": "pool"}, ("of",)),
    "room": Section(_pairs(organisation.ROOM_KEYS), {"unit": "unit"}, ("unit",)),
    "outlet": Section(_pairs(organisation.OUTLET_KEYS), {"room": "room", "webhook": "webhook"}, only=True),
    "list": Section(_pairs(lists.KEYS), {"list": "line", "columns": "columns", "rows": "rows"}, ("list", "columns")),
}  # fmt: skip


def shape_of(section: str, key: str) -> str:
    """The shape of what stands behind a key, by its English spelling; anything, where nobody has said."""
    name = SECTIONS[section].shapes.get(key, ANYTHING)
    return name if name in SHAPES else ANYTHING
