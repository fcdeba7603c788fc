"""An engine in memory, as strict as the face it stands for: what the web asks that is not in the face fails here too.

It knows one kind of item: a card that goes from its submitter to two reviewers, either of whom settles it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from adapters.web import WebAdapter
from workflow.domain.command import Refused
from workflow.ports import Delivery, Filled, Pressed, Typed, Update
from workflow.talk.view import Ask, Attachment, Card, Choice, Listing, Notice, Row, View

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 22, 9, 30, tzinfo=ZONE)


@dataclass
class Person:
    id: str
    name: str
    posts: tuple[tuple[str, str, str], ...]
    language: str = "zh"
    administrator: bool = False


@dataclass
class Message:
    id: str
    no: int
    mine: bool
    at: datetime
    text: str = ""
    view: View | None = None
    version: int = 1


@dataclass
class Entry:
    at: datetime
    actor: str
    text: str
    kind: str = "voted"


@dataclass
class Form:
    token: str
    title: str
    help: str
    questions: tuple[Ask, ...]


@dataclass
class Problem:
    name: str
    text: str


@dataclass
class Status:
    events: int
    streams: int
    verified: bool = True
    first_bad: str = ""


@dataclass
class AuditLine:
    at: datetime
    stream: str
    version: int
    verb: str
    actor: str
    leaf: str


PEOPLE = (
    Person("p-zhou", "周建国", (("朝阳中心", "中心", "管理员"), ("朝阳中心", "中心", "分管领导")), administrator=True),
    Person("p-wu", "吴静", (("朝阳中心", "中心", "督办员"),)),
    Person("p-wang", "王芳", (("酒仙桥所", "所", "审核员"), ("酒仙桥所", "所", "宣传委员"))),
    Person("p-zhao", "赵磊", (("酒仙桥所", "所", "审核员"),)),
    Person("p-li", "李明", (("大山子站", "站", "协调员"),)),
    Person("p-chen", "陈思", (("大山子站", "站", "审核员"),), language="en"),
    Person("p-sun", "孙悦", (("南十里居站", "站", "协调员"), ("大山子站", "站", "志愿者"))),
    Person("p-new", "郑新", ()),
)

ROWS = Ask("rows", "嘉宾", name="嘉宾", hint="每位嘉宾一行，都要签承诺书", columns=(
    Ask("text", "姓名", name="姓名", hint="2 到 20 个字"), Ask("text", "单位", name="单位"), Ask("file", "承诺书", name="承诺书", optional=True),
))  # fmt: skip
QUESTIONS = (
    Ask("text", "标题", name="标题", hint="4 到 60 个字"),
    Ask("one", "主题", name="主题", options=(Choice("", "宣传宣讲党的政策"), Choice("", "培育践行主流价值"), Choice("", "丰富活跃文化生活"))),
    Ask("datetime", "时间", name="时间", hint="至少在 3 个工作日之后"),
    Ask("number", "预计人数", name="预计人数"),
    Ask("money", "预算", name="预算", hint="元", optional=True),
    Ask("many", "平台", name="平台", options=(Choice("", "抖音"), Choice("", "一直播"), Choice("", "花椒"), Choice("", "微信视频号"))),
    Ask("bool", "是否需要场地", name="是否需要场地"),
    Ask("file", "方案", name="方案", hint="docx 或 pdf"),
    ROWS,
)  # fmt: skip


@dataclass
class Item:
    code: str
    title: str
    submitter: str
    state: str = "待 酒仙桥所 审核"
    mark: str = ""
    closed: bool = False
    timeline: list[Entry] = field(default_factory=list)
    copies: list[tuple[str, str]] = field(default_factory=list)


class FakeEngine:
    """Also its own `read`, `files`, `identity`, `demonstration`, and the inbox."""

    def __init__(self, adapter: WebAdapter) -> None:
        self.adapter = adapter
        self.people_ = {one.id: replace(one) for one in PEOPLE}
        self.chats: dict[str, list[Message]] = {}
        self.items: dict[str, Item] = {}
        self.updates: dict[str, Update] = {}
        self.kept: dict[str, tuple[Attachment, bytes]] = {}
        self.codes: dict[str, str] = {}
        self.revoked: set[str] = set()
        self.clock = START
        self.status = Status(events=128, streams=17)
        self.fails = 0
        self.slow = 0.0
        self.numbers = iter(range(1, 1_000_000))
        self.background: set[asyncio.Task[None]] = set()
        self.read = self.files = self.identity = self.demonstration = self
        adapter.attach(self)

    # ------------------------------------------------------------------------------------------------ inbox

    async def accept(self, updates: Sequence[Update], cursor: str = "") -> None:
        if self.fails:
            self.fails -= 1
            raise ConnectionError("the database is away")
        for update in updates:
            if update.source in self.updates:
                continue
            self.updates[update.source] = update
            task = asyncio.create_task(self.perform(update))
            self.background.add(task)
            task.add_done_callback(self.background.discard)

    async def perform(self, update: Update) -> None:
        await asyncio.sleep(self.slow)
        incoming = self.adapter.read(update)
        match incoming:
            case Pressed():
                await self.pressed(incoming)
            case Typed(chat, _, text):
                self.note(chat, text or "、".join(blob.name for blob in incoming.files))
                await self.typed(chat, text)
            case Filled(chat, _, token, answers):
                await self.submit(chat, str(answers.get("标题", token)))

    async def pressed(self, press: Pressed) -> None:
        verb, _, code = press.token.partition(":")
        item = self.items.get(code)
        if item is None:
            await self.adapter.acknowledge(press.handle, "这个按钮已经失效")
            return
        if verb == "open":
            await self.adapter.acknowledge(press.handle, "")
            await self.send(press.chat, self.card(item))
            return
        if item.closed:
            await self.adapter.acknowledge(press.handle, f"已由 {item.timeline[-1].actor} 处理：{item.state}")
            return
        name = self.people_[press.account].name
        item.closed, item.mark = True, "good" if verb == "ok" else "bad"
        item.state = f"{'已通过' if verb == 'ok' else '已驳回'} · {name} · {self.clock:%H:%M}"
        item.timeline.append(Entry(self.clock, name, "通过" if verb == "ok" else "驳回"))
        await self.adapter.acknowledge(press.handle, "已通过" if verb == "ok" else "已驳回")
        for chat, message in item.copies:
            await self.edit(chat, message, self.card(item))

    async def typed(self, chat: str, text: str) -> None:
        if text == "/inbox":
            rows = tuple(
                Row(one.title, f"{one.code} · {one.state}", f"open:{one.code}")
                for one in self.items.values()
                if not one.closed
            )
            await self.send(chat, Listing("需要您处理的", rows, "没有需要您处理的事项。"))
        else:
            await self.send(chat, Notice(f"收到：{text}"))

    async def submit(self, person: str, title: str) -> Item:
        code = f"K7M{next(self.numbers):03d}"
        item = Item(code, title, person, timeline=[Entry(self.clock, self.people_[person].name, "提交")])
        self.items[code] = item
        for chat in (person, "p-wang", "p-zhao"):
            await self.send(chat, self.card(item, chat != person), item)
        return item

    def card(self, item: Item, prompt: bool = True) -> Card:
        choices = () if item.closed or not prompt else (
            Choice(f"ok:{item.code}", "通过", "good"), Choice(f"back:{item.code}", "退回"),
            Choice(f"no:{item.code}", "驳回", "bad", confirm="驳回后这件事项就结束了，确定吗？"), Choice(f"open:{item.code}", "详情", "quiet"),
        )  # fmt: skip
        facts = (
            ("提交人", self.people_[item.submitter].name),
            ("时间", "2026年11月28日 14:00"),
            ("步骤", "第 2 / 3 步 · 所审"),
        )
        return Card(item.code, item.title, item.state, facts, choices=choices, mark=item.mark)

    # ------------------------------------------------------------------------------------------------ showing

    def note(self, chat: str, text: str) -> None:
        number = next(self.numbers)
        self.chats.setdefault(chat, []).append(Message(f"c{number}", number, mine=True, at=self.clock, text=text))

    async def send(self, chat: str, view: View, item: Item | None = None) -> str:
        number = next(self.numbers)
        message = Message(f"d{number}", number, mine=False, at=self.clock, view=view)
        self.chats.setdefault(chat, []).append(message)
        if item is not None:
            item.copies.append((chat, message.id))
        await self.adapter.show(Delivery(message.id, chat), view)
        return message.id

    async def edit(self, chat: str, id: str, view: View) -> None:
        message = next(one for one in self.chats[chat] if one.id == id)
        if isinstance(view, Card) and isinstance(message.view, Card) and not message.view.choices:
            view = Card(view.number, view.title, view.state, view.facts, mark=view.mark)
        message.view, message.version = view, message.version + 1
        await self.adapter.show(Delivery(id, chat, ref=id), view)

    # ------------------------------------------------------------------------------------------------ questions

    async def people(self, tenant: str) -> Sequence[Person]:
        return tuple(self.people_.values())

    async def person(self, tenant: str, person: str) -> Person | None:
        return self.people_.get(person)

    async def transcript(
        self, tenant: str, chat: str, after: int = 0, before: int = 0, limit: int = 100
    ) -> Sequence[Message]:
        return [one for one in self.chats.get(chat, []) if one.no > after and (not before or one.no < before)][-limit:]

    async def waiting(self, tenant: str, person: str) -> int:
        return sum(not one.closed and any(chat == person for chat, _ in one.copies[1:]) for one in self.items.values())

    async def flows(self, tenant: str, person: str, language: str) -> Sequence[tuple[str, str]]:
        return (("activity", "文明实践活动"), ("livestream", "红色直播间五道关口"))

    async def form(self, tenant: str, person: str, flow: str, language: str) -> Form | Refused:
        if flow not in {"activity", "livestream"}:
            return Refused("no_such_flow")
        return Form(
            f"start:{flow}", "文明实践活动", "站发起，所审核，中心备案。提交后可以在对话里看到进展。", QUESTIONS
        )

    async def check(self, tenant: str, person: str, token: str, answers: dict[str, Any]) -> Sequence[Problem]:
        problems = []
        if not 4 <= len(str(answers.get("标题", ""))) <= 60:
            problems.append(Problem("标题", "标题要有 4 到 60 个字。"))
        for number, row in enumerate(answers.get("嘉宾", ())):
            if len(str(row.get("姓名", ""))) < 2:
                problems.append(Problem(f"嘉宾/{number}/姓名", "姓名至少 2 个字。"))
        return problems

    def refusal(self, refused: Refused, language: str) -> str:
        return {"zh": f"没有成功：{refused.reason}", "en": f"refused: {refused.reason}"}[language]

    async def item(self, tenant: str, person: str, code: str) -> View | Refused:
        return self.card(self.items[code]) if code in self.items else Refused("no_such_item")

    async def timeline(self, tenant: str, person: str, code: str) -> Sequence[Entry]:
        return self.items[code].timeline

    async def audit(self, tenant: str) -> Status:
        return self.status

    async def audit_tail(self, tenant: str, n: int) -> Sequence[AuditLine]:
        return [
            AuditLine(self.clock - timedelta(minutes=k), "K7M001", 9 - k, "approve", "王芳", f"{k:064x}")
            for k in range(5)
        ]

    async def now(self, tenant: str) -> datetime:
        return self.clock

    async def next_moment(self, tenant: str) -> datetime | None:
        return self.clock.replace(hour=18, minute=0) if self.clock.hour < 18 else None

    async def advance(self, tenant: str, to: datetime) -> None:
        self.clock = to.astimezone(ZONE)

    # ------------------------------------------------------------------------------------------------ files, identity

    async def upload(self, tenant: str, person: str, name: str, chunks: AsyncIterator[bytes]) -> Attachment | Refused:
        body = b"".join([chunk async for chunk in chunks])
        if body.startswith(b"MZ"):
            return Refused("file_type")
        attachment = Attachment(f"f{next(self.numbers)}", name, "application/pdf", len(body))
        self.kept[attachment.file] = (attachment, body)
        return attachment

    async def download(self, tenant: str, person: str, file: str) -> tuple[Attachment, AsyncIterator[bytes]] | Refused:
        if file not in self.kept:
            return Refused("no_such_file")
        attachment, body = self.kept[file]

        async def chunks() -> AsyncIterator[bytes]:
            yield body

        return attachment, chunks()

    async def account(self, tenant: str, bot: str, external: str) -> str | None:
        return None if external in self.revoked else external

    async def redeem(self, tenant: str, code: str, network: str) -> str | Refused:
        return self.codes.pop(code, None) or Refused("link_used")

    async def speak(self, tenant: str, person: str, language: str) -> None:
        self.people_[person].language = language
