"""Stands where the engine stands, for what only the web decides: canned answers to the face's questions, and no behaviour."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from adapters.web import WebAdapter
from workflow.domain.command import Refused
from workflow.language.compile import compile_flow
from workflow.language.graph.shape import shape_of
from workflow.language.graph.svg import svg
from workflow.ports import Health
from workflow.talk.view import Ask, Attachment, Card, Choice, View

FLOW = compile_flow((Path(__file__).parents[2] / "flows/activity.yaml").read_bytes(), "activity").definition
assert FLOW is not None
PICTURE = svg(shape_of(FLOW, "zh"), {"start": "done", "站初审": "done", "所复审": "now"}, style=False)
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass
class Person:
    id: str
    name: str
    posts: tuple[tuple[str, str, str], ...] = ()
    language: str = "zh"
    administrator: bool = False


@dataclass
class Message:
    id: str
    no: int
    mine: bool = False
    at: datetime = NOW
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
    events: int = 128
    streams: int = 17
    verified: bool = True
    first_bad: str = ""


@dataclass
class UnreachedRow:
    chat: str
    who: str
    network: str
    why: str
    since: datetime = NOW
    letters: int = 1
    detail: str = ""
    elsewhere: bool = False


@dataclass
class AuditLine:
    at: datetime
    stream: str
    version: int
    verb: str
    actor: str
    leaf: str


PEOPLE = (
    Person("p-zhou", "周建国", (("朝阳中心", "中心", "管理员"),), administrator=True),
    Person("p-wang", "王芳", (("酒仙桥所", "所", "审核员"), ("酒仙桥所", "所", "宣传委员"))),
    Person("p-zhao", "赵磊", (("酒仙桥所", "所", "审核员"),)),
    Person("p-li", "李明", (("大山子站", "站", "协调员"),)),
    Person("p-chen", "陈思", (("大山子站", "站", "审核员"),), language="en"),
    Person("p-sun", "孙悦", (("南十里居站", "站", "协调员"), ("大山子站", "站", "志愿者"))),
    Person("p-new", "郑新"),
)

GUESTS = Ask("rows", "嘉宾", name="嘉宾", hint="每位嘉宾一行", columns=(
    Ask("text", "姓名", name="姓名", hint="2 到 20 个字"), Ask("text", "单位", name="单位"), Ask("file", "承诺书", name="承诺书", optional=True),
))  # fmt: skip
QUESTIONS = (
    Ask("text", "标题", name="标题", hint="4 到 60 个字"),
    Ask("one", "主题", name="主题", options=(Choice("", "宣传宣讲党的政策"), Choice("", "丰富活跃文化生活"))),
    Ask("datetime", "时间", name="时间"),
    Ask("number", "预计人数", name="预计人数"),
    Ask("money", "预算", name="预算", hint="元", optional=True),
    Ask("many", "平台", name="平台", options=(Choice("v1", "抖音"), Choice("v2", "一直播"), Choice("v3", "花椒"))),
    Ask("bool", "是否需要场地", name="是否需要场地"),
    Ask("stars", "把握", name="把握", optional=True),
    Ask("person", "联系人", name="联系人", optional=True, options=(Choice("u1", "李明"), Choice("u2", "孙悦"))),
    Ask("file", "方案", name="方案", hint="docx 或 pdf"),
    GUESTS,
)  # fmt: skip

CARD = Card(
    "K7M001", "爱国卫生月周末卫生大扫除", "待 酒仙桥所 审核", (("提交人", "李明"), ("时间", "11月28日 14:00")),
    choices=(
        Choice("ok", "通过", "good"), Choice("back", "退回"),
        Choice("no", "驳回", "bad", confirm="驳回后这件事项就结束了，确定吗？"), Choice("detail", "详情", "quiet"),
    ),
)  # fmt: skip
DECIDED = Card("K7M001", "爱国卫生月周末卫生大扫除", "已通过 · 王芳 · 09:32", (("提交人", "李明"),), mark="good")


@dataclass
class Stub:
    """Also its own `read`, `files`, `identity`, `unreached` and `demonstration`. Tests set what it answers."""

    people_: dict[str, Person] = field(default_factory=lambda: {one.id: replace(one) for one in PEOPLE})
    messages: dict[str, list[Message]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    status: Status = field(default_factory=Status)
    count: int = 1
    clock: datetime = NOW
    lost: list[UnreachedRow] = field(default_factory=list)
    retried: list[tuple[str, str]] = field(default_factory=list)
    kept: dict[str, tuple[Attachment, bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.read = self.files = self.identity = self.unreached = self.demonstration = self

    async def people(self, tenant: str) -> Sequence[Person]:
        return tuple(self.people_.values())

    async def person(self, tenant: str, person: str) -> Person | None:
        return self.people_.get(person)

    async def transcript(
        self, tenant: str, chat: str, after: int = 0, before: int = 0, limit: int = 100
    ) -> Sequence[Message]:
        return [one for one in self.messages.get(chat, []) if one.no > after and (not before or one.no < before)][
            -limit:
        ]

    async def waiting(self, tenant: str, person: str) -> int:
        return self.count

    async def flows(self, tenant: str, person: str, language: str) -> Sequence[tuple[str, str]]:
        return (("activity", "文明实践活动"), ("livestream", "红色直播间五道关口"))

    async def form(self, tenant: str, person: str, flow: str, language: str) -> Form | Refused:
        return (
            Form(f"start:{flow}", "文明实践活动", "站发起，所审核。", QUESTIONS)
            if flow == "activity"
            else Refused("no_such_flow")
        )

    async def check(self, tenant: str, person: str, token: str, answers: dict[str, Any]) -> Sequence[Problem]:
        return self.problems

    def refusal(self, refused: Refused, language: str) -> str:
        return f"没有成功：{refused.reason}"

    async def item(self, tenant: str, person: str, code: str) -> View | Refused:
        return CARD if code == "K7M001" else Refused("no_such_item")

    async def picture(self, tenant: str, person: str, code: str, language: str) -> str:
        return PICTURE if code == "K7M001" else ""

    async def timeline(self, tenant: str, person: str, code: str) -> Sequence[Entry]:
        return [Entry(NOW, "李明", "提交")]

    async def audit(self, tenant: str) -> Status:
        return self.status

    async def audit_tail(self, tenant: str, n: int, language: str = "zh") -> Sequence[AuditLine]:
        return [AuditLine(NOW, "K7M001", 9 - number, "approve", "王芳", f"{number:064x}") for number in range(5)]

    async def now(self, tenant: str) -> datetime:
        return self.clock

    async def next_moment(self, tenant: str) -> datetime | None:
        return self.clock.replace(hour=18, minute=0) if self.clock.hour < 18 else None

    async def advance(self, tenant: str, to: datetime) -> None:
        self.clock = to

    async def upload(self, tenant: str, person: str, name: str, chunks: AsyncIterator[bytes]) -> Attachment | Refused:
        body = b"".join([chunk async for chunk in chunks])
        attachment = Attachment(f"f{len(self.kept) + 1}", name, guess_type(name)[0] or "application/pdf", len(body))
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
        return external

    async def redeem(self, tenant: str, code: str, network: str) -> str | Refused:
        return Refused("code_unknown")

    async def speak(self, tenant: str, person: str, language: str) -> None:
        self.people_[person].language = language

    async def rows(self, tenant: str) -> Sequence[UnreachedRow]:
        return self.lost

    async def retry(self, tenant: str, chat: str, actor: str, network: str) -> bool:
        if chat not in {one.chat for one in self.lost}:
            return False
        self.retried.append((chat, actor))
        self.lost = [one for one in self.lost if one.chat != chat]
        return True

    async def health(self, tenant: str) -> dict[str, Health]:
        return {"telegram": Health(ok=False, detail="no bot has the token 42:AAE"), "web": Health(ok=True)}


def stubbed(web: WebAdapter) -> Stub:
    """A stub, attached."""
    stub = Stub()
    web.attach(stub)
    return stub
