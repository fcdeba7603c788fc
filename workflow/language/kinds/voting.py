"""What a step has at which people act: its checklist, its own form, its reminders, where a return may go, what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from workflow.domain import places
from workflow.domain.tree import Field, Value
from workflow.grammars import words
from workflow.grammars.kinds import UNKNOWN
from workflow.grammars.words import spellings
from workflow.language.entries import Entries, whole
from workflow.language.fields import read_form
from workflow.language.names import EXPORTS, Name, of_field
from workflow.language.reading import Reading, Settled
from workflow.language.text import nodes
from workflow.language.text.nodes import Node, Scalar
from workflow.steps.rows import WHO

LONGEST_LINE: Final = 100
NEVER: Final = dict.fromkeys(spellings(words.REMIND), ())
SUBMITTERS: Final = dict.fromkeys(("提交人", places.SUBMITTER), places.SUBMITTER)
GIVERS: Final = dict.fromkeys(("各.提交人", "row.submitter"), "各.提交人")
_UNSHOWN: Final = frozenset({"提交人", "本件", "各"})


def read_lines(reading: Reading, key: str, node: Node) -> tuple[str, ...]:
    """The lines of a checklist."""
    if isinstance(node, nodes.Sequence) and not node.items:
        reading.desk.say("F308", node.place)
    lines = list(reading.desk.words(node, f"{key}: [导向正确, 符合计划]"))
    for line in lines:
        if len(line.text) > LONGEST_LINE:
            reading.desk.say("F310", whole(line), most=LONGEST_LINE)
        reading.exported(line, line.text)
    return tuple(line.text for line in lines)


def read_own_form(reading: Reading, entries: Entries, settled: Settled) -> tuple[tuple[Field, ...], Value | None]:
    """The step's own form, and its condition, in which the form's fields are bare."""
    if "form" not in entries:
        if "must" in entries:
            reading.desk.say("F330", whole(entries["must"][0]))
        return (), None
    form = read_form(reading, entries["form"][1], own=True)
    with reading.names.holding({one.name: of_field(one) for one in form}):
        return form, reading.optional(entries, "must", reading.condition, settled)


def read_secret(reading: Reading, entries: Entries, coming: Mapping[str, str]) -> str:
    """The place of the step until whose opening nobody reads what is filled in; `coming` are the steps after this one, by name."""
    if "secret" not in entries:
        return ""
    if "form" not in entries:
        reading.desk.say("F380", whole(entries["secret"][0]))
        return ""
    scalar = reading.desk.text(entries["secret"][1], "secret: 开标")
    if scalar is None:
        return ""
    if scalar.text not in coming:
        reading.desk.unknown("F381", whole(scalar), scalar.text, list(coming))
    return coming.get(scalar.text, "")


def read_reminders(reading: Reading, entries: Entries, settled: Settled) -> tuple[Value, ...] | None:
    """The moments of the reminders; None is the default, `no` and an empty list are none."""
    if "remind" not in entries:
        return None
    node = entries["remind"][1]
    if isinstance(node, Scalar) and node.text in NEVER:
        reading.desk.noted(node, NEVER)
        return ()
    items = node.items if isinstance(node, nodes.Sequence) else (node,)
    found = [reading.moment(item, "remind: [1工作日, 2工作日]", settled) for item in items]
    return tuple(one for one in found if one is not None)


def read_back(reading: Reading, entries: Entries, passed: Mapping[str, str], row: str = "") -> Iterator[str]:
    """The places a return may go to; `passed` are the steps before this one, by name; `row` the place of the row it lies in."""
    if "back" not in entries:
        if not reading.unasked:
            yield places.SUBMITTER
        return
    fields = {one.name for one in reading.form}
    for scalar in reading.desk.words(entries["back"][1], "back: [提交人, 站初审]"):
        word, known = scalar.text, ["提交人", *passed]
        if word in SUBMITTERS:
            reading.desk.noted(scalar, SUBMITTERS)
            if reading.unasked:
                reading.desk.say("F400", whole(scalar), word=word)
            yield places.SUBMITTER
        elif word in passed:
            yield passed[word]
        elif word in reading.taken and word not in fields:
            zh, en = f"；可以退到：{'、'.join(known)}", f"; it may go back to: {', '.join(known)}"
            reading.desk.say("F326", whole(scalar), word=word, asked_zh=zh, asked_en=en)
        elif word in GIVERS:
            reading.desk.noted(scalar, GIVERS)
            if row and reading.names.bare.get("各", Name(UNKNOWN)).parts.get(WHO) is not None:
                yield row
            elif not row or reading.names.bare["各"].type.kind != "unknown":
                reading.desk.say("F333", whole(scalar))
        else:
            reading.desk.unknown("F325", whole(scalar), word, known)


def read_show(reading: Reading, entries: Entries) -> Iterator[str]:
    """The names that stand on the prompt."""
    if "show" not in entries:
        return
    known = [word for word in reading.names.bare if word not in _UNSHOWN]
    known += [word for word in reading.names.bare.get("各", Name(UNKNOWN)).parts if word not in EXPORTS]
    for scalar in reading.desk.words(entries["show"][1], "show: [标题, 方案]"):
        if scalar.text not in known:
            reading.desk.unknown("F363", whole(scalar), scalar.text, known)
        yield scalar.text
