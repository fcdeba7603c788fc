"""The steps of a flow, in order: each with its kind, its keys, its defaults and its inner steps. Not here: the ways between them (edges.py).

Beside `each`, a step is two: the wrapper, which goes over the rows (`when each where open due late tell` are its), and the row's own
step at `PLACE/各`, which has all else, and `due` too: a row is never later than the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any, Final, Literal, cast

from workflow.domain import places
from workflow.domain.definition import Step
from workflow.domain.tree import Duration, Ref, Value
from workflow.grammars.evaluate import references
from workflow.grammars.guards import facts
from workflow.grammars.kinds import UNKNOWN
from workflow.language import keys
from workflow.language.certain import always
from workflow.language.deeds.deeds import read_actions
from workflow.language.entries import Entries, whole
from workflow.language.kinds.living import check_gates, read_reopening
from workflow.language.kinds.own import JUDGES, read_own
from workflow.language.kinds.running import exports, read_run
from workflow.language.kinds.sources import read_list
from workflow.language.kinds.voting import read_back, read_own_form, read_reminders, read_secret, read_show
from workflow.language.ladder import read_ladder
from workflow.language.names import EXPORTS, NONE, UNREAD, Name, may_lapse, of_step, row_of, unsure_of
from workflow.language.reading import MOST_NESTED, MOST_STEPS, Reading, Secret, Settled
from workflow.language.text import nodes
from workflow.language.text.nodes import Node, Scalar
from workflow.language.who import person_of, read_actors
from workflow.steps.kinds.kind import Kind
from workflow.steps.kinds.kinds import KINDS

DUE: Final = Duration((0, 0), ((3, "wd"),))
EXAMPLE: Final = "站初审: { review: 站.审核员 }"


_FIELDS: Final = tuple(one.name for one in fields(Step))
_VALUES: Final = attrgetter(*_FIELDS)


def _with(step: Step, **changes: Any) -> Step:
    """`dataclasses.replace`, in a third of the time: a step is made piece by piece, and most pieces are left as they were."""
    other = {name: value for name, value in changes.items() if getattr(step, name) is not value}
    return Step(**{**dict(zip(_FIELDS, _VALUES(step), strict=True)), **other}) if other else step


@dataclass(frozen=True, slots=True)
class Around:
    """Where a step stands: the place of what holds it, what conditions around it have settled, where a return may go, and what comes after."""

    place: str = ""
    settled: Settled = NONE
    depth: int = 1
    row: bool = False
    passed: Mapping[str, str] | None = None
    coming: Mapping[str, str] | None = None

    def inside(self, place: str, settled: Settled, *, row: bool) -> Around:
        """What stands around the steps within a step."""
        return Around(place, self.settled | settled, self.depth + 1, self.row or row, self.passed, self.coming)


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
    for n, (key, value, name) in enumerate(named):
        reading.count += 1
        if reading.count > MOST_STEPS:
            if reading.count == MOST_STEPS + 1:
                reading.desk.say("F313", whole(key), most=MOST_STEPS)
            break
        before, other = set(reading.names.bare), reading.names.bare.get(key.text)
        after = {} if beside else {one: place_in(around, one) for _, _, one in named[n + 1 :] if one is not None}
        coming = {**(around.coming or {}), **after}
        step = _Reader(reading, key, name or key.text, replace(around, passed=passed, coming=coming)).step(value)
        reading.names.later.discard(name or "")
        if step is not None and name is not None:
            found.append(step)
            if not beside:
                passed[step.name] = step.place
        elif name is not None:
            reading.names.bare[name] = UNREAD
            if not beside:
                passed[name] = place_in(
                    around, name
                )  # one may go back to what could not be read: one mistake, one finding
        elif other is not None:
            reading.names.bare[key.text] = other  # whose name was taken does not take it
        if beside and name is not None:
            fresh = set(reading.names.bare) - before
            whole_names |= {word: reading.names.bare[word] for word in fresh}
            reading.names.doubt(fresh, frozenset({(name, "other")}))
    reading.names.bare |= whole_names
    return tuple(found)


def place_in(around: Around, name: str) -> str:
    """The place of a step of that name there."""
    return f"{around.place}/{name}" if around.place else name


class _Reader:
    """One step being read."""

    __slots__ = ("around", "desk", "entries", "key", "kind", "name", "over", "place", "reading", "settled", "taken")

    def __init__(self, reading: Reading, key: Scalar, name: str, around: Around) -> None:
        self.reading, self.desk, self.key, self.name, self.around = reading, reading.desk, key, name, around
        self.place = place_in(around, name)
        self.settled = around.settled
        self.entries: Entries = {}
        self.kind: Kind = KINDS["review"]
        self.over: Name | None = None  # the list that `each` goes over
        self.taken: Name | None = None  # the list that the kind takes its rows from

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
        if kind.gated:
            check_gates(self.reading, entries[kind.word][0], self.around.passed or {})
        before = set(self.reading.names.bare)
        secrets = self.reading.secrets
        self.reading.secrets = {one: secret for one, secret in secrets.items() if secret.until != self.place}
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
            return _with(self.own(self.place), when=when, open=opens, help=help_, tell=tell)
        each, self.over = self.rows()
        row = row_of(self.over) if self.over is not None else Name(UNKNOWN)
        with reading.names.holding({"各": row}):
            where = reading.optional(entries, "where", reading.condition, self.settled)
            if where is not None:
                self.settled |= facts(where, reading.names, holds=True)
            if self.kind.word == "run":  # one step, however many rows: it only counts
                step = self.own(self.place, row=True)
                return _with(step, when=when, each=each, where=where, open=opens, help=help_, tell=tell, rows=True)
            inner = _with(self.own(f"{self.place}/{places.ROW}", row=True), help=help_)
        for one in inner.form:
            if one.name in row.parts and row.type.kind == "row" and one.name not in EXPORTS:
                self.desk.say("F322", whole(entries["form"][0]), word=one.name, line=entries["each"][0].place.line)
        whole_step = Step(
            self.name, self.place, "each", self.key.place.line, inner.who, when=when, each=each, where=where, open=opens,
            back=(), tell=tell, help=help_, remind=(), body=(inner,), rows=True,
        )  # fmt: skip
        if inner.due is None or any(ref.parts[0] == "各" for ref in references(inner.due)):
            return whole_step
        # One lateness for the whole: not one message a row.
        return _with(whole_step, due=inner.due, late=inner.late, body=(_with(inner, late=()),))

    def rows(self) -> tuple[Ref | None, Name | None]:
        """What `each` goes over, and what is known of it."""
        if self.around.row and self.kind.word != "run":
            self.desk.say("F328", whole(self.entries["each"][0]))
            return None, None
        return read_list(self.reading, self.entries["each"][1], "each: 嘉宾", self.settled)

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
        urgent = bool(self.desk.choice(entries, "urgent", keys.YES, default=False))
        step = _with(step, urgent=urgent)
        value = entries[kind.word][1]
        if kind.value == "actors":
            step = _with(step, who=read_actors(reading, value, kind.actors, f"{kind.word}: 站.审核员"))
            reading.asked = person_of(reading, step.who)
        elif kind.value == "actions":
            actions = read_actions(reading, value, self.settled, row=row or self.around.row)
            step = _with(step, own={"actions": actions})
        elif kind.value == "steps":
            inside = self.around.inside(place, self.settled, row=row)
            step = _with(step, body=read_steps(reading, value, inside, beside=kind.word == "all"))
        elif kind.value == "list":
            of, self.taken = read_list(reading, value, f"{kind.word}: 征集", self.settled)
            step = _with(step, own={"of": of})
        elif kind.value == "flow":
            step = _with(step, own=read_run(reading, value, entries, self.settled))
        step = self.owning(self.returning(self.shown(self.filled(self.timed(step)))))
        return _with(step, rows=kind.rows(step) is not None)

    def owning(self, step: Step) -> Step:
        """The kind's own keys; what is no field of every step stands in `own`."""
        if self.kind.value == "flow":
            return step  # read together: what is given is held against the flow
        if self.kind.value == "list":
            with self.reading.names.holding({"各": row_of(self.taken) if self.taken is not None else Name(UNKNOWN)}):
                own = read_own(self.reading, self.entries, self.kind, self.key, self.settled)
        else:
            own = read_own(self.reading, self.entries, self.kind, self.key, self.settled)
        need = own.pop("need", None)
        step = _with(step, need=need, own={**step.own, **own})
        if self.kind.word in JUDGES:
            JUDGES[self.kind.word](self.reading, self.entries, step)
        return step

    def timed(self, step: Step) -> Step:
        reading, entries, kind = self.reading, self.entries, self.kind
        due: Value | None = DUE if kind.hurried else None
        if "due" in entries:
            due = reading.moment(entries["due"][1], "due: 3工作日", self.settled) or DUE
            reading.spots[f"{self.place} due"] = entries["due"][1].place
        elif "late" in entries and not kind.hurried:
            self.desk.say("F331", whole(entries["late"][0]), key=entries["late"][0].text)
        reject = cast('Literal["end", "continue"]', self.desk.choice(entries, "reject", keys.REJECTS, "end"))
        return _with(step, due=due, late=self.late(), reject=reject)

    def late(self) -> Any:
        node = self.entries["late"][1] if "late" in self.entries else None
        if isinstance(node, nodes.Mapping):
            return read_ladder(self.reading, node, self.settled, self.name) or self.kind.late
        return self.desk.choice(self.entries, "late", keys.LATES, self.kind.late)

    def filled(self, step: Step) -> Step:
        """What is filled in at the step."""
        form, must = read_own_form(self.reading, self.entries, self.settled)
        secret = read_secret(self.reading, self.entries, self.around.coming or {})
        return _with(step, form=form, must=must, secret=secret)

    def shown(self, step: Step) -> Step:
        """What its prompts show, and when they are repeated."""
        remind = step.remind
        if "remind" in self.entries:
            remind = read_reminders(self.reading, self.entries, self.settled)
        return _with(step, remind=remind, show=tuple(read_show(self.reading, self.entries)))

    def returning(self, step: Step) -> Step:
        """Where its deciders may send the item back to."""
        if "back" not in self.kind.common:
            return step
        back = tuple(read_back(self.reading, self.entries, self.around.passed or {}, _row_of(step.place)))
        if "resume" in self.entries and not back:
            self.desk.say("F332", whole(self.entries["resume"][0]))
        resume = cast('Literal["again", "here"]', self.desk.choice(self.entries, "resume", keys.RESUMES, "again"))
        reopening = tuple(read_reopening(self.reading, self.entries)) if "reopen_on" in self.entries else None
        return _with(step, back=back, resume=resume, reopen_on=reopening)

    # ------------------------------------------------------------------------------------------- afterwards

    def leave(self, step: Step, fresh: set[str]) -> None:
        """What the flow knows once the step is over: its own name, and whether those within it have values."""
        reading = self.reading
        inner = step.body[0] if step.kind == "each" else step
        if inner.secret:
            reading.secrets[step.name] = Secret(inner.secret, frozenset(one.name for one in inner.form))
        skipped = step.when is not None or self.below(step)
        named: dict[str, Name] = {}
        if step.kind == "each":
            for word in fresh:
                name = reading.names.bare.pop(word)
                if name.type.kind not in {"step", "rows"} and not name.parts:
                    named[word] = name
        elif fresh:
            doubt = {(step.name, why) for why, may in (("skipped", skipped), ("late", may_lapse(step))) if may}
            if step.reject == "continue":
                doubt.add((step.name, "other"))
            reading.names.doubt(fresh, cast("Settled", frozenset(doubt)))
        over = self.over if step.each is not None else self.taken
        reading.names.bare[step.name] = of_step(step, skipped=skipped, over=over, named=self.exported(step) or named)
        results = {"通过", *(["驳回"] if step.reject == "continue" else []), *(["逾期"] if may_lapse(step) else [])}
        if skipped or reading.organisation is None:
            results.add("跳过")
        reading.results[step.name] = frozenset(results)

    def exported(self, step: Step) -> Mapping[str, Name] | None:
        """What the flow that a step runs exports; None where it runs none, or one that is not at hand."""
        known = (self.reading.neighbours or {}).get(step.own["flow"]) if step.kind == "run" else None
        return exports(known, step.name, unsure_of(step, skipped=step.when is not None)) if known is not None else None

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


def _row_of(place: str) -> str:
    """The place of the row that a place is, or lies in; empty outside of one."""
    before, found, _ = f"{place}/".partition(f"/{places.ROW}/")
    return f"{before}/{places.ROW}" if found else ""
