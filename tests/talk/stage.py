"""A stage for conversations: the shipped flows, a small organisation, one chat a person. What the engine does around `talk` and
`decide`, done in memory and by the book: hear, decide, after, and every message shown anew whenever it is looked at."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import replace as with_
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from workflow.decide import Apart, Decision, decide, gather
from workflow.domain.command import SYSTEM, Answer, Command, Refused
from workflow.domain.definition import Definition
from workflow.domain.effect import Send
from workflow.domain.event import Event
from workflow.domain.item import Item, Task
from workflow.domain.item import Line as Row
from workflow.grammars.field import read_field
from workflow.language.compile import compile_flow
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import NamedList, Organisation, Person, Position, Room, Unit
from workflow.steps.draft import Needs, Random, World
from workflow.talk.about import About, Page, Prompt, Question, Status, Told
from workflow.talk.dialogue import Dialogue
from workflow.talk.incoming import Blob, Filled, Incoming, Pressed, Typed
from workflow.talk.listen import after, hear, pressed_by_number, takes_numbers
from workflow.talk.needs import needs_events, needs_of, wants, words_in
from workflow.talk.options import PAGE
from workflow.talk.present import present
from workflow.talk.scene import Heard, Hearing, Scene, Upload
from workflow.talk.view import Ask, Card, Checklist, Choice, Document, Listing, Notice, Panel, View

FLOWS = Path(__file__).parents[2] / "flows"
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""A Monday, 09:00 in Beijing."""
KEY = b"k" * 32

POSTS = (
    ("郭建军", "中心", "管理员"), ("何亨利", "中心", "管理员"), ("孙丽华", "中心", "协调员"), ("赵敏", "中心", "审核员"),
    ("钱学文", "中心", "审核员"), ("罗勇", "中心", "技术员"), ("周文博", "所", "协调员"), ("王芳", "所", "审核员"),
    ("戴维", "所", "审核员"), ("林国栋", "所", "分管领导"), ("许静", "所", "宣传委员"), ("邓小雨", "所", "宣传委员"),
    ("彭慧", "所", "组织委员"), ("吕梁", "所", "直播负责人"), ("丁一", "所", "现场负责人"), ("沈佳", "所", "现场负责人"),
    ("李明", "大山子站", "协调员"), ("张伟", "大山子站", "审核员"), ("刘洋", "大山子站", "审核员"), ("李明", "红霞站", "宣传委员"),
)  # fmt: skip
ENGLISH = frozenset({"何亨利", "戴维"})
ORGANISATION = Organisation(
    id="o", title="酒仙桥", tenant="t", version=1, tiers=("中心", "所", "站"), roles=tuple({role for _, _, role in POSTS}),
    units=(Unit("中心", "中心"), Unit("所", "所", "中心"), Unit("大山子站", "站", "所"), Unit("红霞站", "站", "所")),
    people=tuple(Person(one, one, one, "en" if one in ENGLISH else "zh") for one in dict.fromkeys(name for name, _, _ in POSTS)),
    positions=tuple(Position(*post) for post in POSTS), rooms=(Room("站群", "大山子站"),),
    lists=(NamedList("直播平台", (read_field("text", "名称"),), tuple((f"平台{n:02}",) for n in range(1, 15))),),
)  # fmt: skip


def definition(flow: str) -> Definition:
    compiled = compile_flow((FLOWS / f"{flow}.yaml").read_bytes(), flow)
    assert compiled.definition is not None, compiled.findings
    return compiled.definition


def flow_of(text: str) -> Definition:
    compiled = compile_flow(text, text.split()[1])
    assert compiled.definition is not None, compiled.findings
    return compiled.definition


SHIPPED = tuple(definition(flow) for flow in ("activity", "livestream"))


OWN = """flow: own
title: 自己的表
start: { by: 站.协调员, form: { 标题: text 2..40 } }
steps:
  核: { review: 站.审核员, form: { 金额: money 1..100, 说明?: text 2..50 }, must: 金额 > 10 or has(说明), show: [标题] }
  批: { review: 所.审核员, show: [核] }
"""

STUCK = """flow: stuck
title: 算不出来
start: { by: 站.协调员, form: { 标题: text 2..40, 甲数: int, 乙数: int } }
steps:
  审: { when: 甲数 / 乙数 > 1, review: 站.审核员 }
"""


@dataclass
class Chat:
    """One person's chat: what was said in it, and its dialogue's row. `toast` is the last answer to a press."""

    person: str
    capabilities: frozenset[str] = frozenset({"buttons", "edits", "files"})
    messages: list[About] = field(default_factory=list)
    dialogue: Dialogue = field(default_factory=Dialogue)
    toast: str = ""
    private: bool = True


class Stage:
    """Everything together. `seen` is the state of a person's chat as they see it; `press` and `type` are what they do."""

    def __init__(self, *definitions: Definition, organisation: Organisation = ORGANISATION) -> None:
        self.organisation = organisation
        self.flows = {one.flow: one for one in definitions or SHIPPED}
        self.definitions = {one.digest: one for one in self.flows.values()}
        self.lifecycles = {digest: Lifecycle(one) for digest, one in self.definitions.items()}
        self.now = START
        self.items: dict[str, Item] = {}
        self.events: dict[str, tuple[Event, ...]] = {}
        self.tasks: dict[tuple[str, int], Task] = {}
        self.contents: dict[str, str] = {}
        self.files: dict[str, Upload] = {}
        self.counters: dict[tuple[str, str], int] = {}
        self.chats: dict[str, Chat] = {}
        self.languages = {one.id: one.language for one in organisation.people}
        self.muted: dict[str, datetime | None] = {}
        self.refused: Refused | None = None
        self.apart: dict[tuple[str, str, int], dict[str, Row]] = {}
        self._ids = itertools.count(1)

    # ------------------------------------------------------------------------------------------- what people do

    def chat(self, person: str) -> Chat:
        return self.chats.setdefault(person, Chat(person))

    def type(self, person: str, text: str, *files: tuple[str, str]) -> Heard:
        blobs = tuple(Blob(name, name, media) for name, media in files)
        return self.hear(person, Typed(person, person, text, blobs, private=self.chat(person).private))

    def press(self, person: str, label: str, *, last: bool = True) -> Heard:
        """Press the newest button of this label."""
        place, choice = self.find(person, label, last=last)
        return self.hear(person, Pressed(person, person, choice.token, message=str(place)))

    def number(self, person: str, text: str) -> Heard:
        """Type a number where there are no buttons."""
        typed = Typed(person, person, text)
        for view in reversed(self.seen(person)):
            if takes_numbers(view):
                pressed = pressed_by_number(typed, view)
                return self.hear(person, pressed or typed)
        return self.hear(person, typed)

    def fill(self, person: str, token: str, answers: Mapping[str, object]) -> Heard:
        return self.hear(person, Filled(person, person, token, dict(answers)))

    def hear(self, person: str, incoming: Incoming) -> Heard:
        chat = self.chat(person)
        wanted = wants(incoming, chat.dialogue, KEY, "bot", person)
        sent: list[str] = []
        if wanted.fetch and isinstance(incoming, Typed):
            sent = [self.upload(person, blob.name, blob.media_type) for blob in incoming.files]
        items = {one.id: one for one in self.items.values() if one.id in wanted.items or one.code in wanted.codes}
        message = incoming.message if isinstance(incoming, Pressed) else ""
        hearing = Hearing(
            **self._setting(person), items=items, command=self._id(), random=Random(self._id().encode()), sent=tuple(sent),
            shown=chat.messages[int(message)] if message else None, muted=self.muted.get(person), quiet="22:00-07:00",
        )  # fmt: skip
        heard = hear(incoming, hearing)
        outcome: Answer | Refused | None = None
        if heard.command is not None:
            outcome = self.decide(heard.command)
            heard = after(outcome, heard, with_(hearing, items=self.items))
        # What is stored goes through bytes, as in the database.
        chat.dialogue = msgspec.json.decode(msgspec.json.encode(heard.dialogue), type=Dialogue)
        self.contents |= {one.commitment: one.body.decode() for one in heard.contents}
        chat.toast = heard.acknowledgement
        if heard.language:
            self.languages[person] = heard.language
        if heard.mute is not None:
            self.muted[person] = heard.mute.until
        if heard.turn is not None:
            chat.messages[int(message)] = heard.turn
        for about in heard.says:
            self.say(person, about)
        return heard

    def say(self, person: str, about: About) -> None:
        self.chat(person).messages.append(msgspec.json.decode(msgspec.json.encode(about), type=About))

    def upload(self, person: str, name: str, media_type: str = "application/pdf") -> str:
        file = self._id()
        self.files[file] = Upload(file, name, media_type, 1234, person, f"{int(uuid.UUID(file)):064x}")
        return file

    # ------------------------------------------------------------------------------------------- what the engine does

    def _was_asked(self, item: str, person: str) -> bool:
        """Whether somebody ever had a task in it, as the task rows would tell."""
        facts = [fact for event in self.events.get(item, ()) for fact in event.facts]
        asked = [task for fact in facts for task in (*getattr(fact, "tasks", ()), *getattr(fact, "added", ()))]
        return person in {task.person for task in asked}

    def decide(self, command: Command) -> Answer | Refused:
        self.refused = None
        command = msgspec.structs.replace(
            command, id=self._id(), tenant="t", network="test", item=command.item or self._id()
        )
        item = self.items.get(command.item)
        flow = self.flows.get(command.args.get("flow", ""))
        version = self.definitions[item.digest] if item is not None else flow
        assert version is not None
        rows = {key: tuple(rows.values()) for key, rows in self.apart.items()}
        world = World(self.now, self.organisation, Random(command.id.encode()), files=self.files, rows=rows)
        if item is not None and (given := self._gathered(version, item, command)) is not None:
            return given
        found = decide(version, self.lifecycles[version.digest], item, command, world)
        if isinstance(found, Needs):
            world.counters.update({key: self.counters.get(key, 0) for key in found.counters})
            world.involved = {(item, person): self._was_asked(item, person) for item, person in found.involved}
            found = decide(version, self.lifecycles[version.digest], item, command, world)
        assert not isinstance(found, Needs)
        if isinstance(found, Refused):
            self.refused = found
            return found
        self.counters.update(world.counters)
        self._write(found, item)
        after_ = found.item
        return Answer(after_.id, after_.code, command.verb, after_.version, after_.state)

    def _gathered(self, version: Definition, item: Item, command: Command) -> Answer | Refused | None:
        """An answer that stands apart from its item; None for what is none. Enough of them are counted at once."""
        world = World(
            self.now, self.organisation, Random(command.id.encode()), files=self.files, counts=_Counts(self.apart)
        )
        found = gather(version, self.lifecycles[version.digest], item, command, world)
        if isinstance(found, Refused):
            self.refused = found
        if not isinstance(found, Apart):
            assert not isinstance(found, Needs)
            return found
        given = found.given
        self.apart.setdefault((item.id, given.path, given.round), {})[given.line.origin] = given.line
        self.contents |= {one.commitment: one.body.decode() for one in found.contents}
        if given.near:
            tally = Command(self._id(), "t", item.id, "tally", SYSTEM, SYSTEM, {"run": [given.run, given.round]})
            counted = World(self.now, self.organisation, Random(b"tally"), counts=_Counts(self.apart))
            over = decide(version, self.lifecycles[version.digest], item, tally, counted)
            if isinstance(over, Decision):
                self._write(over, item)
        after_ = self.items[item.id]
        return Answer(after_.id, after_.code, command.verb, after_.version, after_.state)

    def _write(self, found: Decision, before: Item | None) -> None:
        item = found.item
        known = (
            {no for run in before.runs.values() for no, t in run.tasks.items() if t.state == "open"}
            if before
            else set()
        )
        self.items[item.id] = item
        self.events[item.id] = (
            *self.events.get(item.id, ()),
            msgspec.json.decode(msgspec.json.encode(found.event), type=Event),
        )
        self.contents |= {one.commitment: one.body.decode() for one in found.contents}
        for row in found.tasks:
            self.tasks[item.id, row.task.no] = row.task
            if row.task.state == "open" and row.task.no not in known:
                self.say(row.task.person, Prompt(item.id, row.task.no, row.run, row.round))
        if before is None:
            self.say(item.submitter, Status(item.id))
        for effect in found.effects:
            if isinstance(effect, Send) and (effect.person or effect.kind == "invite"):
                told = Told(item.id, effect.kind, effect.step, effect.task, effect.deed, item.version)
                self.say(effect.person or effect.room, told)

    def until(self, after_: timedelta) -> None:
        """Turn the clock on, waking every item at each of its moments."""
        end = self.now + after_
        while due := [(one.next_at, one.id) for one in self.items.values() if one.next_at and one.next_at <= end]:
            at, item = min(due)
            self.now = max(self.now, at)
            assert isinstance(self.decide(Command("", "t", item, "wake", SYSTEM, "")), Answer)
        self.now = end

    # ------------------------------------------------------------------------------------------- what people see

    def seen(self, person: str, language: str = "") -> list[View]:
        return [self.show(person, about, language) for about in self.chat(person).messages]

    def last(self, person: str, language: str = "") -> View:
        return self.show(person, self.chat(person).messages[-1], language)

    def show(self, person: str, about: About, language: str = "") -> View:
        chat = self.chat(person)
        needed = needs_of(about, chat.dialogue)
        rows, total = self._page(person, needed.listing) if needed.listing is not None else ((), 0)
        items = {one: self.items[one] for one in (*needed.items, *(item for item, _ in rows)) if one in self.items}
        parents = [one.parent.item for one in items.values() if one.parent is not None]
        items |= {one: self.items[one] for one in parents if one in self.items}
        events = {one: self.events[one] for one, item in items.items() if needs_events(about, item)}
        contents, files = set(needed.words), set(needed.files)
        for one, item in items.items():
            words = words_in(about, item, self.definitions[item.digest], events.get(one, ()))
            contents |= words.contents
            files |= words.files
        scene = Scene(
            **{**self._setting(person), **({"language": language} if language else {})}
            | {"files": {file: self.files[file] for file in files if file in self.files}},
            items=items, events=events, tasks=self.tasks, listed=rows, total=total, link="/item/",
            contents={one: self.contents[one] for one in contents if one in self.contents},
        )  # fmt: skip
        return present(about, scene)

    def scene(self, person: str, language: str = "") -> Scene:
        """A scene that knows everything, for what is not a message."""
        setting = {**self._setting(person), **({"language": language} if language else {})}
        return Scene(**setting, items=self.items, events=self.events, contents=self.contents, tasks=self.tasks)

    def _setting(self, person: str) -> dict[str, Any]:
        chat = self.chat(person)
        return {
            "person": person, "language": self.languages.get(person, "zh"), "bot": "bot", "chat": person, "key": KEY,
            "now": self.now, "organisation": self.organisation, "private": chat.private, "flows": self.flows,
            "capabilities": chat.capabilities, "definitions": self.definitions, "lifecycles": self.lifecycles,
            "dialogue": chat.dialogue, "files": self.files, "counts": _Counts(self.apart),
            "rows": {key: tuple(rows.values()) for key, rows in self.apart.items()},
        }  # fmt: skip

    def _page(self, person: str, page: Page) -> tuple[tuple[tuple[str, int], ...], int]:
        found: list[tuple[str, int]] = []
        if page.what == "inbox":
            found = [
                (item.id, task.no) for item in self.items.values() for run in item.runs.values()
                for task in run.tasks.values() if task.person == person and task.state == "open"
            ]  # fmt: skip
        elif page.what == "mine":
            found = [(item.id, 0) for item in self.items.values() if item.submitter == person]
        elif page.what == "find":
            wanted = self.contents[page.query]
            titles = {
                item.id: "".join(self.contents.get(one, "") for one in _sealed(item.form))
                for item in self.items.values()
            }
            found = [(item, 0) for item, title in titles.items() if wanted in title]
        return tuple(found[page.page * PAGE : (page.page + 1) * PAGE]), len(found)

    def find(self, person: str, label: str, *, last: bool = True) -> tuple[int, Choice]:
        """The place of the message, and the newest button of this label."""
        found = [
            (place, choice) for place, view in enumerate(self.seen(person)) for choice in buttons(view) if choice.label == label
        ]  # fmt: skip
        assert found, f"{person} has no button {label!r}: {[labels(view) for view in self.seen(person)]}"
        return found[-1 if last else 0]

    def asked(self, person: str) -> Ask:
        view = self.last(person)
        assert isinstance(view, Ask), view
        return view

    def text(self, person: str) -> str:
        view = self.last(person)
        assert isinstance(view, Notice), view
        return view.text

    def card(self, person: str, kind: type[About] = Prompt) -> Card:  # type: ignore[valid-type]
        """The newest card of a kind in a person's chat."""
        about = next(one for one in reversed(self.chat(person).messages) if isinstance(one, kind))
        view = self.show(person, about)
        return view.card if isinstance(view, Checklist) else view  # type: ignore[return-value]

    def item(self) -> Item:
        return list(self.items.values())[-1]

    def question(self, person: str) -> Question:
        return next(one for one in reversed(self.chat(person).messages) if isinstance(one, Question))

    def _id(self) -> str:
        return str(uuid.UUID(int=next(self._ids) << 64 | 7))

    # ------------------------------------------------------------------------------------------- shortcuts

    def activity(self, person: str = "李明", **form: Any) -> Item:
        """An activity, handed in straight away."""
        answers = {
            "标题": "清明祭扫", "主题": "培育践行主流价值", "时间": "2026-12-07 19:00", "地点": "烈士陵园", "预计人数": "600",
            "预算": "12345", "方案": self.upload(person, "方案.pdf"), **form,
        }  # fmt: skip
        made = self.decide(Command("", "t", "", "submit", person, "", {"flow": "activity", "form": answers}))
        assert isinstance(made, Answer), made
        return self.items[made.item]

    def livestream(self) -> Item:
        pdf = self.upload("吕梁", "脚本.docx")
        guests = [
            {"姓名": name, "单位": "街道", "承诺书": self.upload("吕梁", f"{name}.pdf")} for name in ("甲乙", "丙丁")
        ]
        answers = {
            "选题": "红色传承 走向复兴", "开播": "2026-12-07 19:00", "时长": "2小时", "平台": ["平台01", "平台02"], "脚本": pdf,
            "嘉宾": guests,
        }  # fmt: skip
        made = self.decide(Command("", "t", "", "submit", "吕梁", "", {"flow": "livestream", "form": answers}))
        assert isinstance(made, Answer), made
        return self.items[made.item]

    def vote(self, person: str, verb: str = "approve", **args: Any) -> Answer:
        """A vote, given past the chat."""
        found = self.decide(Command("", "t", self.item().id, verb, person, "", args))
        assert isinstance(found, Answer), found
        return found


class _Counts(dict[tuple[str, str, int], int]):
    """How many rows stand apart: of what nobody answered, none."""

    def __init__(self, apart: Mapping[tuple[str, str, int], Mapping[str, Row]]) -> None:
        super().__init__({key: len(rows) for key, rows in apart.items()})

    def __contains__(self, _key: object) -> bool:
        return True

    def __missing__(self, _key: tuple[str, str, int]) -> int:
        return 0


def _sealed(form: dict[str, Any]) -> list[str]:
    return [one["sealed"] for one in form.values() if isinstance(one, dict) and "sealed" in one]


def buttons(view: View) -> tuple[Choice, ...]:
    match view:
        case Checklist(card, lines):
            return (*(choice for line in lines for choice in line.choices), *card.choices)
        case Ask(options=options, choices=choices):
            return (*options, *choices)
        case Listing(rows=rows, choices=choices):
            return (*(Choice(row.token, row.label) for row in rows), *choices)
        case Document():
            return ()
        case Panel(stop=stop, choices=choices) if stop is not None:
            return (stop, *choices)
    return view.choices


def labels(view: View) -> list[str]:
    return [choice.label for choice in buttons(view)]
