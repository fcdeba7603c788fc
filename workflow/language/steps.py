"""The steps of a flow, in order: each with its kind, its keys, its defaults and its inner steps. Not here: the ways between them (edges.py).

Beside `each`, a step is two: the wrapper, which goes over the rows (`when each where open due late tell` are its), and the row's own
step at `PLACE/各`, which has all else, and `due` too: a row is never later than the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast

from workflow.domain import places
from workflow.domain.definition import Step
from workflow.domain.tree import Duration, Ref, Value
from workflow.grammars.evaluate import references
from workflow.grammars.guards import facts
from workflow.grammars.kinds import UNKNOWN, name_of
from workflow.grammars.tokens import is_name, nearest
from workflow.language import keys, nodes
from workflow.language.actions import read_actions
from workflow.language.certain import always
from workflow.language.entries import Entries, whole
from workflow.language.ladder import read_ladder
from workflow.language.names import EXPORTS, NONE, UNREAD, Name, may_lapse, of_step, row_of, with_columns
from workflow.language.nodes import Node, Scalar
from workflow.language.own import read_own
from workflow.language.reading import MOST_NESTED, MOST_STEPS, Reading, Settled
from workflow.language.voting import read_back, read_own_form, read_reminders, read_show
from workflow.language.who import read_actors
from workflow.steps.kind import Kind
from workflow.steps.kinds import KINDS

DUE: Final = Duration((0, 0), ((3, "wd"),))
EXAMPLE: Final = "站初审: { review: 站.审核员 }"


@dataclass(frozen=True, slots=True)
class Around:
    """Where a step stands: the place of what holds it, what conditions around it have settled, and where a return may go."""

    place: str = ""
    settled: Settled = NONE
    depth: int = 1
    row: bool = False
    passed: Mapping[str, str] | None = None

    def inside(self, place: str, settled: Settled, *, row: bool) -> Around:
        """What stands around the steps within a step."""
        return Around(place, self.settled | settled, self.depth + 1, self.row or row, self.passed)


def read_steps(reading: Reading, node: Node, around: Around, *, beside: bool = False) -> tuple[Step, ...]:
    """The steps of a mapping, one after the other, or side by side (`beside`)."""
    if around.depth > MOST_NESTED:
        reading.desk.say("F314", node.place, most=MOST_NESTED)
        return ()
    found: list[Step] = []
    passed = dict(around.passed or {})
    whole_names: dict[str, Name] = {}
    named = [(key, value, reading.declare(key)) for key, value in reading.desk.pairs(node, EXAMPLE)]
    reading.names.later |= {name for _, _, name in named if name is not None}
    for key, value, name in named:
        reading.count += 1
        if reading.count > MOST_STEPS:
            if reading.count == MOST_STEPS + 1:
                reading.desk.say("F313", whole(key), most=MOST_STEPS)
            break
        before = set(reading.names.bare)
        step = _Reader(reading, key, name or key.text, replace(around, passed=passed)).step(value)
        reading.names.later.discard(name or "")
        if step is not None and name is not None:
            found.append(step)
            if not beside:
                passed[step.name] = step.place
        elif name is not None:
            reading.names.bare[name] = UNREAD
        if beside and name is not None:
            fresh = set(reading.names.bare) - before
            whole_names |= {word: reading.names.bare[word] for word in fresh}
            reading.names.doubt(fresh, frozenset({(name, "other")}))
    reading.names.bare |= whole_names
    return tuple(found)


class _Reader:
    """One step being read."""

    __slots__ = ("around", "desk", "entries", "key", "kind", "name", "place", "reading", "settled")

    def __init__(self, reading: Reading, key: Scalar, name: str, around: Around) -> None:
        self.reading, self.desk, self.key, self.name, self.around = reading, reading.desk, key, name, around
        self.place = f"{around.place}/{name}" if around.place else name
        self.settled = around.settled
        self.entries: Entries = {}
        self.kind: Kind = KINDS["review"]

    def step(self, node: Node) -> Step | None:
        """The step; None where it cannot be told what it does."""
        entries = self.desk.entries(node, keys.STEP_TABLE, f"{self.key.text}: {{ review: 站.审核员 }}")
        if entries is None:
            return None
        self.entries = entries
        kind = self.which(node)
        if kind is None:
            return None
        self.kind = kind
        self.reading.spots[self.place] = whole(entries[kind.word][0])
        for key, (written, _) in entries.items():
            if key != kind.word and key not in keys.MEANINGS[kind.word]:
                self.desk.say("F306", whole(written), key=written.text, kind=kind.word)
        before = set(self.reading.names.bare)
        step = self.read()
        self.leave(step, set(self.reading.names.bare) - before)
        return step

    def which(self, node: Node) -> Kind | None:
        words = [word for word in self.entries if word in keys.WRITTEN_KINDS]
        for extra in words[1:]:
            first, second = self.entries[words[0]][0], self.entries[extra][0]
            self.desk.say("F321", whole(second), first=first.text, word=second.text)
        if not words and isinstance(node, nodes.Mapping) and len(self.entries) == len(node.entries):
            self.desk.say("F320", whole(self.key), kinds=" ".join(keys.WRITTEN_KINDS))
        return KINDS[words[0]] if len(words) == 1 else None

    def read(self) -> Step:
        reading, entries = self.reading, self.entries
        when = reading.optional(entries, "when", reading.condition, self.settled)
        if when is not None:
            self.settled |= facts(when, reading.names, holds=True)
            holds = always(when, reading)
            if holds is not None:
                self.desk.say("F371" if holds else "F370", entries["when"][1].place)
        opens = reading.optional(entries, "open", reading.moment, self.settled)
        help_ = self.desk.help(entries)
        tell = read_actors(reading, entries["tell"][1], "tell", "tell: 站.协调员") if "tell" in entries else ()
        if "each" not in entries:
            if "where" in entries:
                self.desk.say("F329", whole(entries["where"][0]))
            return replace(self.own(self.place), when=when, open=opens, help=help_, tell=tell)
        each, row = self.rows()
        with reading.names.holding({"各": row}):
            where = reading.optional(entries, "where", reading.condition, self.settled)
            if where is not None:
                self.settled |= facts(where, reading.names, holds=True)
            inner = replace(self.own(f"{self.place}/{places.ROW}", row=True), help=help_)
        for one in inner.form:
            if one.name in row.parts and row.type.kind == "row" and one.name not in EXPORTS:
                self.desk.say("F322", whole(entries["form"][0]), word=one.name, line=entries["each"][0].place.line)
        whole_step = Step(
            self.name, self.place, "each", self.key.place.line, inner.who, when=when, each=each, where=where, open=opens,
            back=(), tell=tell, help=help_, remind=(), body=(inner,),
        )  # fmt: skip
        if inner.due is None or any(ref.parts[0] == "各" for ref in references(inner.due)):
            return whole_step
        # One lateness for the whole: not one message a row.
        return replace(whole_step, due=inner.due, late=inner.late, body=(replace(inner, late=()),))

    def rows(self) -> tuple[Ref | None, Name]:
        """What `each` goes over, and one row of it."""
        node = self.entries["each"][1]
        unknown = Name(UNKNOWN)
        if self.around.row:
            self.desk.say("F328", whole(self.entries["each"][0]))
            return None, unknown
        if self.reading.organisation is None and isinstance(node, Scalar) and self.may_be_listed(node.text):
            self.desk.unverified(whole(node))
            return Ref((0, len(node.text)), (node.text,), ((0, len(node.text)),)), unknown
        found = self.reading.value(node, "each: 嘉宾", self.settled, sealed=False)
        if found is None:
            return None, unknown
        tree, kind = found
        if isinstance(tree, Ref) and kind.kind in {"rows", "unknown"}:
            listed = self.reading.names.find(tree.parts)
            for column in kind.columns:
                if column in EXPORTS:
                    self.desk.say("F324", node.place, word=column)
            return tree, row_of(listed[0]) if listed is not None and kind.kind == "rows" else unknown
        zh, en = name_of(kind)
        word = node.text if isinstance(node, Scalar) else ""
        if kind.kind != "unknown":
            self.desk.say("F327", node.place, word=word, zh=zh, en=en)
        return None, unknown

    def may_be_listed(self, word: str) -> bool:
        """Whether a word that the flow does not know, nor nearly so, may be an organisation's list."""
        names = self.reading.names
        return is_name(word) and names.find((word,)) is None and nearest(word, list(names.names(()))) is None

    # ------------------------------------------------------------------------------------------- the step itself

    def own(self, place: str, *, row: bool = False) -> Step:
        """The step without what belongs to an `each` around it."""
        reading, entries, kind = self.reading, self.entries, self.kind
        step = Step(
            self.name,
            place,
            kind.word,
            self.key.place.line,
            back=(),
            remind=None if kind.hurried else (),
            late=kind.late,
        )
        value = entries[kind.word][1]
        if kind.value == "actors":
            step = replace(step, who=read_actors(reading, value, "decide", f"{kind.word}: 站.审核员"))
        elif kind.value == "actions":
            actions = read_actions(reading, value, self.settled, row=row or self.around.row)
            step = replace(step, own={"actions": actions})
        elif kind.value == "steps":
            inside = self.around.inside(place, self.settled, row=row)
            step = replace(step, body=read_steps(reading, value, inside, beside=kind.word == "all"))
        return self.owning(self.returning(self.shown(self.filled(self.timed(step)))))

    def owning(self, step: Step) -> Step:
        """The kind's own keys; what is no field of every step stands in `own`."""
        own = read_own(self.reading, self.entries, self.kind, self.key, self.settled)
        need = own.pop("need", None)
        return replace(step, need=need, own={**step.own, **own})

    def timed(self, step: Step) -> Step:
        reading, entries, kind = self.reading, self.entries, self.kind
        due: Value | None = DUE if kind.hurried else None
        if "due" in entries:
            due = reading.moment(entries["due"][1], "due: 3工作日", self.settled) or DUE
        elif "late" in entries and not kind.hurried:
            self.desk.say("F331", whole(entries["late"][0]), key=entries["late"][0].text)
        reject = cast('Literal["end", "continue"]', self.desk.choice(entries, "reject", keys.REJECTS, "end"))
        return replace(step, due=due, late=self.late(), reject=reject)

    def late(self) -> Any:
        node = self.entries["late"][1] if "late" in self.entries else None
        if isinstance(node, nodes.Mapping):
            return read_ladder(self.reading, node, self.settled, self.name) or self.kind.late
        return self.desk.choice(self.entries, "late", keys.LATES, self.kind.late)

    def filled(self, step: Step) -> Step:
        """What is filled in at the step."""
        form, must = read_own_form(self.reading, self.entries, self.settled)
        return replace(step, form=form, must=must)

    def shown(self, step: Step) -> Step:
        """What its prompts show, and when they are repeated."""
        remind = step.remind
        if "remind" in self.entries:
            remind = read_reminders(self.reading, self.entries, self.settled)
        return replace(step, remind=remind, show=tuple(read_show(self.reading, self.entries)))

    def returning(self, step: Step) -> Step:
        """Where its deciders may send the item back to."""
        if "back" not in self.kind.common:
            return step
        back = tuple(read_back(self.reading, self.entries, self.around.passed or {}))
        if "resume" in self.entries and not back:
            self.desk.say("F332", whole(self.entries["resume"][0]))
        resume = cast('Literal["again", "here"]', self.desk.choice(self.entries, "resume", keys.RESUMES, "again"))
        return replace(step, back=back, resume=resume)

    # ------------------------------------------------------------------------------------------- afterwards

    def leave(self, step: Step, fresh: set[str]) -> None:
        """What the flow knows once the step is over: its own name, and whether those within it have values."""
        reading = self.reading
        skipped = step.when is not None or self.below(step)
        if step.kind == "each":
            for word in fresh:
                del reading.names.bare[word]
        elif fresh:
            doubt = {(step.name, why) for why, may in (("skipped", skipped), ("late", may_lapse(step))) if may}
            if step.reject == "continue":
                doubt.add((step.name, "other"))
            reading.names.doubt(fresh, cast("Settled", frozenset(doubt)))
        name = of_step(step, skipped=skipped)
        if step.each is not None and (listed := reading.names.find(step.each.parts)) is not None:
            name = with_columns(name, row_of(listed[0]))
        reading.names.bare[step.name] = name
        results = {"通过", *(["驳回"] if step.reject == "continue" else []), *(["逾期"] if may_lapse(step) else [])}
        if skipped or reading.organisation is None:
            results.add("跳过")
        reading.results[step.name] = frozenset(results)

    def below(self, step: Step) -> bool:
        """Whether the step's tiers all lie below a unit from which items start: then it is skipped there."""
        organisation, tiers = self.reading.organisation, self.reading.tiers
        if organisation is None or not step.who or not self.kind.votes:
            return False
        asked = [one.who.parts[0] for one in step.who if len(one.who.parts) == 2 and not one.who.every]
        if len(asked) < len(step.who) or any(tier not in organisation.tiers for tier in asked):
            return False
        highest = min(organisation.tier_index(tier) for tier in asked)
        lies = [highest > organisation.tier_index(tier) for tier in tiers]
        if lies and all(lies):
            self.desk.say("O465", self.reading.spots[self.place])
        return any(lies)
