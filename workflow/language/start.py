"""How an item begins: who may start it, from where, and what they hand in; or when it begins by itself, and with what. Not here: forms (fields.py)."""

from __future__ import annotations

from typing import Final

from workflow.domain.definition import Merge, Start
from workflow.domain.tree import Actor, Duration, Field, Recurrence, Ref, Value
from workflow.grammars.kinds import UNKNOWN, Type, name_of
from workflow.grammars.periods import read_last
from workflow.grammars.recurrence import EXAMPLE as RECURS
from workflow.grammars.recurrence import read_recurrence
from workflow.grammars.types import Checked
from workflow.language.entries import Entries, whole
from workflow.language.fields import read_form
from workflow.language.handed import read_unit, read_with
from workflow.language.keys import MERGE_TABLE, START_TABLE, VIAS
from workflow.language.names import NONE, Name, of_field, of_list, row_of
from workflow.language.reading import Reading
from workflow.language.text.nodes import Node, Place, Scalar
from workflow.language.who import ANYONE, read_actors

EXAMPLE: Final = "start: { by: 站.协调员, form: { 标题: text 2..40 } }"
MERGING: Final = "merge: { same: [事项, 电话], last: 7日 }"
ITSELF: Final = ("each", "with")
"""What only a flow that begins by itself uses."""
UNLIKE: Final = frozenset({"file", "photo", "checkin"})
"""Fields that are never the same twice."""
TIME: Final = Type("datetime")


def read_start(reading: Reading, node: Node, place: Place) -> Start:
    """The start; `place` is its key's. Its fields are the first names of the flow."""
    desk = reading.desk
    entries = desk.entries(node, START_TABLE, EXAMPLE)
    if entries is None:
        return Start()
    by = read_actors(reading, entries["by"][1], "start", "by: 站.协调员") if "by" in entries else ()
    reading.unasked = "by" not in entries
    anyone = any(one.who.parts[0] == ANYONE for one in by)
    form: tuple[Field, ...] = read_form(reading, entries["form"][1], own=False) if "form" in entries else ()
    reading.form = form
    reading.names.bare |= {one.name: of_field(one) for one in form}
    if "must" in entries and "form" not in entries:
        desk.say("F330", whole(entries["must"][0]))
    must = reading.optional(entries, "must", reading.condition, NONE) if form else None
    reading.tiers = () if anyone else _tiers(reading, by)
    start = Start(
        tuple(one for one in by if one.who.parts[0] != ANYONE), anyone, _via(reading, entries), form, must, desk.help(entries),
        merge=_merge(reading, entries),
    )  # fmt: skip
    return _by_itself(reading, entries, start, place)


def _via(reading: Reading, entries: Entries) -> tuple[str, ...]:
    if "via" not in entries:
        return Start().via
    words = [
        reading.desk.chosen(one, VIAS, "") for one in reading.desk.words(entries["via"][1], "via: [chat, web, api]")
    ]
    found = tuple(dict.fromkeys(word for word in words if word))
    if not words:
        reading.desk.say("F308", entries["via"][1].place)
    return found or Start().via


def _tiers(reading: Reading, by: tuple[Actor, ...]) -> tuple[str, ...]:
    """The tiers of the units from which an item may start."""
    organisation = reading.organisation
    if organisation is None:
        return ()
    found: list[str] = []
    for one in by:
        first = one.who.parts[0]
        unit = organisation.unit(first)
        if first in organisation.tiers:
            found.append(first)
        elif unit is not None:
            found.append(unit.tier)
    return tuple(dict.fromkeys(found))


# ----------------------------------------------------------------------------------------------- by itself


def _by_itself(reading: Reading, entries: Entries, start: Start, place: Place) -> Start:
    """`at`, `each`, `where`, `unit` and `with`."""
    desk = reading.desk
    at = _at(reading, entries["at"][1]) if "at" in entries else None
    if "at" not in entries:
        for key in ITSELF:
            if key in entries:
                desk.say("F401", whole(entries[key][0]), key=entries[key][0].text)
    elif "must" in entries and "by" not in entries:
        desk.say("F409", whole(entries["must"][0]))
    if "where" in entries and "each" not in entries:
        desk.say("F329", whole(entries["where"][0]))
    each, row = _each(reading, entries["each"][1]) if "each" in entries else (None, None)
    held = {"各": row} if row is not None else {}
    with reading.names.holding(held):
        where = reading.optional(entries, "where", reading.condition, NONE) if "each" in entries else None
        unit = read_unit(reading, entries["unit"][1], "unit: 站", NONE) if "unit" in entries else None
    values = _with(reading, entries, start.form, held, place) if "at" in entries else ()
    if "by" not in entries or unit is not None:
        reading.tiers = _homes(reading, unit, each)
    return Start(
        start.by,
        start.anyone,
        start.via,
        start.form,
        start.must,
        start.help,
        at,
        each,
        where,
        unit,
        values,
        start.merge,
    )


def _at(reading: Reading, node: Node) -> Recurrence | None:
    scalar = reading.desk.text(node, f"at: {RECURS}")
    tree = reading.desk.read("G212", scalar, read_recurrence) if scalar is not None else None
    if scalar is not None and tree is not None:
        reading.spell(scalar, tree, Checked(tree, TIME, ()), lambda text: Checked(read_recurrence(text), TIME, ()))
    return tree


def _each(reading: Reading, node: Node) -> tuple[Ref | None, Name]:
    """A list of the organisation, or the units of a tier; and what 各 is."""
    scalar, organisation = reading.desk.text(node, "each: 区"), reading.organisation
    if scalar is None:
        return None, Name(UNKNOWN)
    span = (0, len(scalar.text))
    tree = Ref(span, (scalar.text,), (span,))
    if organisation is None:
        reading.desk.unverified(whole(scalar))
        return tree, Name(UNKNOWN)
    if scalar.text in organisation.tiers:
        return tree, row_of(Name(Type("rows")))
    listed = organisation.list_named(scalar.text)
    if listed is None:
        reading.desk.unknown(
            "F405", whole(scalar), scalar.text, [*(one.name for one in organisation.lists), *organisation.tiers]
        )
        return None, Name(UNKNOWN)
    return tree, row_of(of_list(listed))


def _with(
    reading: Reading, entries: Entries, form: tuple[Field, ...], held: dict[str, Name], place: Place
) -> tuple[tuple[str, Value], ...]:
    """The values of the form; of its own fields none has one yet."""
    fields = {one.name: one for one in form}
    values: tuple[tuple[str, Value], ...] = ()
    if "with" in entries:
        bare = reading.names.bare
        reading.names.bare = {word: name for word, name in bare.items() if word not in fields} | held
        try:
            values = read_with(reading, entries["with"][1], fields, NONE)
        finally:
            reading.names.bare = bare
    given = {key.text for key, _ in getattr(entries["with"][1], "entries", ())} if "with" in entries else set()
    lacking = [one.name for one in form if not one.optional and one.name not in given]
    if lacking and given <= fields.keys():  # a name that was only misspelt is the one that is missing
        where = (
            whole(entries["with"][0]) if "with" in entries else whole(entries["at"][0]) if "at" in entries else place
        )
        reading.desk.say("F403", where, fields="、".join(lacking))
    return values


def _homes(reading: Reading, unit: Value | None, each: Ref | None) -> tuple[str, ...]:
    """The tiers of the units that an item may belong to, where no starter's unit says so; empty where it cannot be told."""
    organisation = reading.organisation
    if organisation is None:
        return ()
    if unit is None:
        return (organisation.root().tier,)
    if isinstance(unit, Ref) and unit.parts == ("各",) and each is not None and each.parts[0] in organisation.tiers:
        return each.parts
    field = next((one for one in reading.form if isinstance(unit, Ref) and (one.name,) == unit.parts), None)
    return (field.tier,) if field is not None and field.tier in organisation.tiers else ()


# ----------------------------------------------------------------------------------------------- duplicates


def _merge(reading: Reading, entries: Entries) -> Merge | None:
    if "merge" not in entries:
        return None
    key, node = entries["merge"]
    if "by" not in entries:
        reading.desk.say("F406", whole(key))
    inner = reading.desk.entries(node, MERGE_TABLE, MERGING, whole(key))
    if inner is None:
        return None
    same = tuple(_same(reading, inner["same"][1])) if "same" in inner else ()
    last = _lasts(reading, inner["last"][1]) if "last" in inner else None
    return Merge(same, last) if same and last is not None else None


def _same(reading: Reading, node: Node) -> list[str]:
    fields = {one.name: one for one in reading.form}
    found = []
    for scalar in reading.desk.words(node, "same: [事项, 电话]"):
        field = fields.get(scalar.text)
        if field is None:
            reading.desk.unknown("F402", whole(scalar), scalar.text, fields)
        elif field.type in UNLIKE or any(column.type in UNLIKE for column in field.columns):
            zh, en = name_of(Type(field.type))
            reading.desk.say("F407", whole(scalar), word=scalar.text, zh=zh, en=en)
        else:
            found.append(scalar.text)
    if not found and not isinstance(node, Scalar) and not getattr(node, "items", True):
        reading.desk.say("F308", node.place)
    return found


def _lasts(reading: Reading, node: Node) -> Duration | None:
    scalar = reading.desk.text(node, MERGING)
    last = reading.desk.read("G211", scalar, read_last) if scalar is not None else None
    if scalar is None or last is None:
        return None
    reading.spell(scalar, last, Checked(last, TIME, ()), lambda text: Checked(read_last(text), TIME, ()))
    if last.duration is None:
        reading.desk.say("F408", whole(scalar))
    return last.duration
