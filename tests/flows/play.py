"""Plays the cases of a `FLOW.test.yaml` on the real decision core: a fake clock, fake people, everything in memory.

A case is a play: who holds which post, what is handed in, then lines in order. Each line is a sentence (`张三 通过 站初审`), a
jump of the clock (`after: 3工作日`, `until: 开播前 2小时`), or an expectation. What a line may hold is described in docs/language.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from workflow.decide import Decision, decide, wake_first
from workflow.domain import event as e
from workflow.domain import places
from workflow.domain.command import SYSTEM, Command, Refused
from workflow.domain.definition import Definition, Edge
from workflow.domain.effect import Count
from workflow.domain.fold import refold
from workflow.domain.item import Item
from workflow.grammars.evaluate import evaluate_moment
from workflow.grammars.expression import read_moment
from workflow.language import nodes
from workflow.language.reader import read
from workflow.lifecycle import Lifecycle
from workflow.organisation.calendar import Calendar
from workflow.organisation.model import Organisation, Person, Position, Unit
from workflow.steps.draft import Needs, Random, World
from workflow.steps.environment import Scene

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""When every case begins: a Monday, nine o'clock in Beijing; nobody has published a calendar for these days."""

VERBS = {
    "通过": "approve", "驳回": "reject", "退回": "return", "重新提交": "resubmit", "撤回": "withdraw", "催办": "nudge", "转交": "transfer",
    "指派": "reassign", "终止": "terminate", "重试": "retry", "留言": "comment",
}  # fmt: skip
MARKS = {"通过": "pass", "不通过": "fail", "不适用": "na"}
RESULTS = {*places.ENDS, "running", places.RETURNED, places.SUSPENDED}


class WrongError(AssertionError):
    """A case that did not go as it says, with the file and the line."""


@dataclass(frozen=True)
class File:
    """An uploaded file: only its name is real."""

    commitment: str
    subject: str
    name: str


@dataclass
class Case:
    """One case as written: `lines` are the entries of `then`, each with its line number."""

    name: str
    line: int
    people: dict[str, list[str]]
    by: str
    form: dict[str, Any]
    lines: list[tuple[int, Any]]


def cases(text: str) -> list[Case]:
    """The cases of a file."""
    document = read(text)
    assert document.root is not None, document.findings
    assert not document.findings, document.findings
    assert isinstance(document.root, nodes.Sequence), "a test file is a list of cases"
    return [_case(node) for node in document.root.items]


def _case(node: nodes.Node) -> Case:
    held = plain(node)
    assert isinstance(node, nodes.Mapping)
    assert isinstance(held, dict)
    assert set(held) == {"case", "people", "start", "then"}, (
        f"line {node.place.line}: a case has case, people, start, then"
    )
    then = next(value for key, value in node.entries if key.text == "then")
    assert isinstance(then, nodes.Sequence)
    lines = [(one.place.line, plain(one)) for one in then.items]
    people = {post: [who] if isinstance(who, str) else who for post, who in held["people"].items()}
    return Case(held["case"], node.place.line, people, held["start"]["by"], held["start"].get("form", {}), lines)


def plain(node: nodes.Node) -> Any:
    """A node as Python's own lists, dictionaries and texts."""
    if isinstance(node, nodes.Mapping):
        return {key.text: plain(value) for key, value in node.entries}
    if isinstance(node, nodes.Sequence):
        return [plain(one) for one in node.items]
    return node.text


def house_for(case: Case, real: Organisation) -> Organisation:
    """The real organisation's tiers, roles, rooms, outlets and lists; one unit a tier; the case's people, and one administrator."""
    units = tuple(Unit(f"{tier}一", tier, f"{real.tiers[n - 1]}一" if n else None) for n, tier in enumerate(real.tiers))
    posts = {post: who for post, who in case.people.items() if "." in post}
    top = f"{real.tiers[0]}.{real.administrator}"
    posts.setdefault(top, ["管理员"])
    names = dict.fromkeys(one for who in (*posts.values(), *case.people.values()) for one in who)
    return msgspec.structs.replace(
        real, units=units, people=tuple(Person(one, one, one) for one in names), calendar=Calendar(),
        positions=tuple(
            Position(one, f"{post.partition('.')[0]}一", post.partition(".")[2]) for post, who in posts.items() for one in who
        ),
        rooms=tuple(msgspec.structs.replace(one, unit=units[0].id) for one in real.rooms),
    )  # fmt: skip


@dataclass
class Play:
    """One case under way."""

    definition: Definition
    lifecycle: Lifecycle
    house: Organisation
    case: Case
    now: datetime = MONDAY
    item: Item | None = None
    events: list[e.Event] = field(default_factory=list)
    recent: list[e.Event] = field(default_factory=list)
    counters: dict[tuple[str, str], int] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    line: int = 0

    def run(self) -> set[Edge]:
        """Play it to its end; the edges it walked. Raises WrongError where it goes otherwise than it says."""
        self.line = self.case.line
        self.must("submit", self.case.by, flow=self.definition.flow, form=self.upload(self.case.by, self.case.form))
        for line, entry in self.case.lines:
            self.line = line
            self.play(entry)
        assert self.item is not None
        if refold("t", self.events) != self.item:
            raise self.wrong("the events do not fold to the item")
        return set(self.walked())

    def play(self, entry: Any) -> None:
        """One line: a sentence, or a mapping that says of what sort it is."""
        more: dict[str, Any] = (
            {"say": entry} if isinstance(entry, str) else dict(entry) if isinstance(entry, dict) else {}
        )
        if "expect" in more:
            self.expect(more["expect"])
        elif "after" in more or "until" in more:
            self.until(more.get("after") or more["until"])
        elif "refused" in more:
            self.refused(more.pop("refused"), more)
        elif "say" in more:
            self.must(*self.sentence(more.pop("say"), more))
        else:
            raise self.wrong(f"cannot read this line: {entry}")

    def refused(self, sentence: str, more: dict[str, Any]) -> None:
        """A sentence that must be refused, `because` of what."""
        because = more.pop("because", None)
        found = self.command(*self.sentence(sentence, more))
        if not isinstance(found, Refused):
            raise self.wrong(f"{sentence}: was followed, but should be refused")
        if because not in (None, found.reason):
            raise self.wrong(f"{sentence}: refused because {found.reason}, not {because}")

    # ------------------------------------------------------------------------------------------- sentences

    def sentence(self, text: str, more: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]]:
        """`张三 通过 站初审`, `王五 退回 所复审 到 站初审`, `李明 重新提交`, `赵六 转交 中心终审 给 钱七`: actor, verb and arguments."""
        words = text.split()
        if len(words) < 2 or words[1] not in VERBS:
            raise self.wrong(f"“{text}” is not WHO VERB [STEP]; the verbs are {' '.join(VERBS)}")
        actor, verb, rest = words[0], VERBS[words[1]], words[2:]
        if self.house.person(actor) is None:
            raise self.wrong(f"nobody is called {actor}")
        args: dict[str, Any] = {"comment": more.get("comment", "理由")} if verb != "approve" else {}
        options = dict(zip(rest[1::2], rest[2::2], strict=False))
        if rest:
            args |= self.at(actor, rest[0])
            if verb == "approve":
                args |= self.marks(rest[0], more.get("marks", {}))
        if "到" in options:
            to = options["到"]
            args["to"] = places.SUBMITTER if to == "提交人" else self.place(to)
        if "给" in options:
            args["to"] = options["给"]
        if "form" in more:
            args["answers" if verb == "approve" else "form"] = self.upload(actor, more["form"])
        return verb, actor, args

    def place(self, name: str) -> str:
        """The place of a step by its name."""
        found = next((place for place, step in self.definition.places.items() if name in (step.name, place)), None)
        if found is None:
            raise self.wrong(f"the flow has no step {name}")
        return found

    def at(self, actor: str, name: str) -> dict[str, Any]:
        """The task of somebody at a step: the open one, else the last they had; for an `each`, the first row that waits for them."""
        place = self.place(name)
        assert self.item is not None
        found = [
            (task.state == "open", -run.no, run.round, task.no)
            for run in self.item.runs.values() if places.inside(run.place, place)
            for task in run.tasks.values() if task.person == actor or not actor
        ]  # fmt: skip
        if not found:
            past = [(fact.tasks, fact.round) for one in self.events for fact in one.facts if isinstance(fact, e.Opened)]
            late = [(task.no, round_) for tasks, round_ in past for task in tasks if task.person == actor]
            return {"task": list(late[-1])} if late else {"place": place}
        best = max(found)
        return {"task": [best[3], best[2]]}

    def marks(self, name: str, written: Mapping[str, str]) -> dict[str, Any]:
        """A checklist's lines, all 通过 but for what is written."""
        place = self.place(name)
        step = self.definition.places[place]
        step = step.body[0] if step.kind == "each" else step
        if "items" not in step.own:
            return {}
        return {
            "marks": {
                **dict.fromkeys(step.own["items"], "pass"),
                **{line: MARKS[mark] for line, mark in written.items()},
            }
        }

    def upload(self, actor: str, form: Mapping[str, Any]) -> dict[str, Any]:
        """The answers, their files uploaded."""

        def filled(fields: Any, answers: Mapping[str, Any]) -> dict[str, Any]:
            said = dict(answers)
            for one in fields:
                if one.name not in said:
                    continue
                if one.type in ("file", "photo"):
                    for name in [said[one.name]] if isinstance(said[one.name], str) else said[one.name]:
                        self.files[name] = File(uuid.uuid5(uuid.NAMESPACE_OID, name).hex * 2, actor, name)
                elif one.type == "rows":
                    said[one.name] = [filled(one.columns, row) for row in said[one.name]]
            return said

        steps = [one for step in self.definition.places.values() for one in step.form]
        return filled([*self.definition.start.form, *steps], form)

    # ------------------------------------------------------------------------------------------- deciding

    def must(self, verb: str, actor: str, args: Mapping[str, Any] | None = None, **more: Any) -> None:
        """A command that is followed."""
        found = self.command(verb, actor, {**(args or {}), **more})
        if isinstance(found, Refused):
            raise self.wrong(f"{actor} {verb}: refused, {found.reason} {found.facts}")

    def command(self, verb: str, actor: str, args: Mapping[str, Any] | None = None) -> Decision | Refused:
        """One command, decided until the world has all it needs; what was due comes first."""
        id_ = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{len(self.events)}/{verb}/{actor}/{self.line}"))
        command = Command(id_, "t", "i", verb, actor, "test", dict(args or {}))
        if actor != SYSTEM:
            self.recent = []
        if self.item is not None and wake_first(self.item, command, self.now):
            self.command("wake", SYSTEM)
        while True:
            world = self.world(id_)
            found = decide(self.definition, self.lifecycle, self.item, command, world)
            if not isinstance(found, Needs):
                break
            lacking = [one for one in found.files if one not in self.files]
            if lacking:
                raise self.wrong(f"no such file: {lacking}")
            self.counters |= dict.fromkeys(found.counters, 0)
        if isinstance(found, Decision):
            self.item, self.counters = found.item, world.counters
            self.events.append(found.event)
            self.recent.append(found.event)
            for effect in found.effects:
                if isinstance(effect, Count):
                    self.counts[effect.name] = self.counts.get(effect.name, 0) + effect.n
        return found

    def world(self, id_: str) -> World:
        return World(self.now, self.house, Random(uuid.UUID(id_).bytes * 2), dict(self.counters), self.files)

    def until(self, text: str) -> None:
        """Let time pass to a moment, or for so long; every moment on the way fires when it comes."""
        assert self.item is not None
        view = _View(self.definition, self.item, self.world(str(uuid.UUID(int=0))))
        to = evaluate_moment(read_moment(text), Scene(view), self.now)
        if to < self.now:
            raise self.wrong(f"{text} is {to}, but it is {self.now} already")
        self.recent = []
        while (at := self.item.next_at) is not None and at <= to:
            self.now = max(self.now, at)
            self.command("wake", SYSTEM)
        self.now = to + timedelta(seconds=1)

    # ------------------------------------------------------------------------------------------- expecting

    def expect(self, expected: Mapping[str, Any]) -> None:
        """Hold the item against what is expected of it."""
        for word, value in expected.items():
            if word not in _SEEN:
                raise self.wrong(f"nothing is known of “{word}”; known: {' '.join(_SEEN)}")
            seen = _SEEN[word](self)
            wanted = _wanted(value, seen)
            if seen != wanted:
                raise self.wrong(f"{word}: expected {wanted}, found {seen}")

    def wrong(self, why: str) -> WrongError:
        return WrongError(f"line {self.line}, case “{self.case.name}”: {why}")

    def informed(self, what: str, *, ever: bool = False) -> list[str]:
        """Who was informed of something, by the last line or ever."""
        facts = [fact for one in (self.events if ever else self.recent) for fact in one.facts]
        found = [who for fact in facts if isinstance(fact, e.Informed) and fact.what == what for who in fact.to]
        return list(dict.fromkeys(found))

    def walked(self) -> Iterator[Edge]:
        """Every edge that a run of the item took."""
        standing: dict[int, str] = {}
        for fact in (fact for one in self.events for fact in one.facts):
            if isinstance(fact, e.Started):
                standing[0] = places.START
            elif isinstance(fact, e.Forked):
                standing[fact.run] = fact.place
            elif isinstance(fact, e.Moved):
                yield Edge(fact.trigger, standing[fact.run], fact.place)
                standing[fact.run] = fact.place


@dataclass(frozen=True)
class _View:
    definition: Definition
    item: Item
    world: World


def _wanted(value: Any, seen: Any) -> Any:
    """What is written in YAML, as the thing that it is compared with."""
    if isinstance(seen, bool):
        return value in ("true", "yes", "是")
    if isinstance(seen, list):
        return sorted([value] if isinstance(value, str) else value)
    if isinstance(seen, dict) and isinstance(value, dict):
        return {name: int(one) if one.isdecimal() else one for name, one in value.items()}
    return value


def _open(play: Play) -> list[str]:
    assert play.item is not None
    deepest = [
        play.definition.places[run.place].name if run.place in play.definition.places else run.place
        for run in play.item.runs.values() if not any(one.parent == run.no for one in play.item.runs.values())
    ]  # fmt: skip
    return sorted(set(deepest))


def _waiting(play: Play) -> list[str]:
    assert play.item is not None
    tasks = [task for run in play.item.runs.values() for task in run.tasks.values()]
    return sorted({task.person for task in tasks if task.state == "open"})


def _results(play: Play) -> dict[str, str]:
    assert play.item is not None
    return {path: result.result for path, result in play.item.results.items()}


_SEEN: dict[str, Any] = {
    "at": _open,
    "waiting": _waiting,
    "reminded": lambda play: sorted(play.informed("remind")),
    "escalated": lambda play: bool(play.informed("escalate")),
    "told": lambda play: sorted(play.informed("tell")),
    "state": lambda play: play.item.state,
    "published": lambda play: sorted(play.informed("publish", ever=True)),
    "names": lambda play: {
        name: one["value"] if isinstance(one, dict) else one for name, one in play.item.names.items()
    },
    "counted": lambda play: play.counts,
    "results": _results,
}


def owed(definition: Definition) -> set[Edge]:
    """The edges that the cases of a flow must have walked together: approve, reject, return, resubmit, skip, and lateness where it has one."""
    wanted: set[Edge] = set()
    for edge in definition.edges:
        step = definition.places.get(edge.source)
        word = edge.trigger.partition(">")[0]
        if word in ("submit", "resubmit", "approve", "reject", "return", "resume"):
            wanted.add(Edge(edge.trigger, edge.source, edge.target))
        if step is None:
            continue
        late = {rung.then for rung in step.late} if isinstance(step.late, tuple) else {step.late}
        due = step.due is not None
        if (word == "skip" and step.when is not None) or (
            due
            and (word, True)
            in {("lapse", "continue" in late), ("expire", "reject" in late), ("cancel", "cancel" in late)}
        ):
            wanted.add(Edge(edge.trigger, edge.source, edge.target))
    return wanted
