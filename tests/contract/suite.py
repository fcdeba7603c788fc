"""What every chat adapter must do, whoever wrote it: subclass `AdapterContract`, give it a fixture `rig`, and run pytest.

The rig is the far side: a person with that network's client, over the network's real protocol. What a network cannot do, its
rig says (`capabilities`, or None from a method), and the test asks for the next best instead of being skipped over.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

import pytest

from workflow.ports import Blob, ChatAdapter, Delivery, Outcome, Pressed, Typed, Update
from workflow.talk.view import Ask, Card, Checklist, Choice, Line, Listing, Notice, Panel, Row, View

TOKEN = "Aa0_-" * 12 + "Zz9_"
"""As long as a token may be."""

CARD = Card(
    "K7M3QX", "爱国卫生月周末卫生大扫除", "待所审核", (("提交人", "李明"), ("时间", "11月28日 14:00")), text="带好手套。",
    choices=(Choice(TOKEN, "通过", "good"), Choice("t2", "退回"), Choice("t3", "驳回", "bad", confirm="确定驳回吗？")),
)  # fmt: skip
DECIDED = Card("K7M3QX", "爱国卫生月周末卫生大扫除", "已通过 · 王芳 · 09:32", mark="good")

VIEWS: tuple[tuple[View, tuple[str, ...]], ...] = (
    (CARD, ("K7M3QX", "爱国卫生月周末卫生大扫除", "待所审核", "李明", "带好手套。", "通过", "退回", "驳回")),
    (
        Checklist(CARD, (Line("脚本逐句校对", "pass", (Choice("m1", "合格", "good"),)), Line("素材有授权", "", (Choice("m2", "合格", "good"),)))),
        ("K7M3QX", "脚本逐句校对", "素材有授权", "合格", "通过"),
    ),
    (
        Ask("one", "主题", hint="只选一个", problem="请从下面选。", options=(Choice("o1", "党的政策"), Choice("o2", "主流价值")), choices=(Choice("o3", "取消"),)),
        ("主题", "只选一个", "请从下面选。", "党的政策", "主流价值", "取消"),
    ),
    (Ask("text", "为什么退回？"), ("为什么退回？",)),
    (Listing("需要您处理的", (Row("大扫除", "K7M3QX", "r1"), Row("直播", "H3QX8T", "r2"))), ("需要您处理的", "大扫除", "K7M3QX", "直播")),
    (Listing("需要您处理的", empty="没有需要您处理的。"), ("没有需要您处理的。",)),
    (Notice("已退回给孙悦。", (Choice("n1", "知道了"),)), ("已退回给孙悦。", "知道了")),
    (Panel("红色传承", "直播中", (("值班", "吴静"),), Choice("p1", "断播", "danger"), (Choice("p2", "正常"),)), ("红色传承", "直播中", "吴静", "断播", "正常")),
)  # fmt: skip


@dataclass
class Keeper:
    """An inbox in memory: each source once. `failing`: so many calls raise first, as when the database is away."""

    updates: dict[str, Update] = field(default_factory=dict)
    cursors: list[str] = field(default_factory=list)
    failing: int = 0
    on_keep: Callable[[Update], Awaitable[None]] | None = None

    async def accept(self, updates: Sequence[Update], cursor: str = "") -> None:
        if self.failing:
            self.failing -= 1
            raise ConnectionError("the database is away")
        for update in updates:
            if update.source not in self.updates:
                self.updates[update.source] = update
                if self.on_keep is not None:
                    await self.on_keep(update)
        self.cursors.append(cursor)

    @property
    def kept(self) -> list[Update]:
        return list(self.updates.values())


@dataclass(frozen=True)
class Seen:
    """A message as the person sees it: its text, and the labels of its buttons."""

    ref: str
    text: str
    buttons: tuple[str, ...] = ()


class Rig(ABC):
    """The person's side. `chat` and `account` are theirs, as the network names them; `refusals` counts what was not acknowledged."""

    adapter: ChatAdapter
    keeper: Keeper
    chat: str
    account: str
    refusals: int = 0

    @abstractmethod
    async def start(self) -> None:
        """Begins `adapter.run(keeper)`, and waits until it receives."""

    @abstractmethod
    async def stop(self) -> None:
        """Cancels it, and waits for it."""

    @abstractmethod
    async def say(self, text: str, *, again: bool = False) -> None:
        """The person types; returns once the network is told that it arrived. `again`: the network delivers it once more."""

    @abstractmethod
    async def press(self, ref: str, label: str, *, again: bool = False) -> str:
        """The person presses a button; the toast they get, if any. Where there are none, they type its number."""

    @abstractmethod
    async def seen(self, until: Callable[[list[Seen]], bool]) -> list[Seen]:
        """What the chat shows, in order, as soon as `until` holds of it; else as it is after two seconds."""

    async def send_file(self, name: str, body: bytes) -> None:
        """The person sends a file."""
        raise NotImplementedError("a rig whose adapter has files sends them")

    async def lose_next_answer(self) -> bool:
        """The next message reaches the person, but the network's answer is lost; False where nothing can be lost."""
        return False

    async def refuse(self, what: str) -> bool:
        """From now on the network refuses: `slow` (try again in 3 seconds) or `blocked`; False where it never does."""
        return False

    @property
    def can(self) -> frozenset[str]:
        return self.adapter.profile.capabilities


def has(*texts: str) -> Callable[[list[Seen]], bool]:
    """Whether some message shows all of these."""
    return lambda seen: any(all(text in one.text for text in texts) for one in seen)


_numbers = count(1)


def delivery(rig: Rig, ref: str = "", attempt: int = 1, id: str = "") -> Delivery:
    """Something owed to the rig's chat."""
    return Delivery(id or f"delivery-{next(_numbers)}", rig.chat, ref=ref, attempt=attempt)


async def patiently(rig: Rig, owed: Delivery, view: View) -> Outcome:
    """Shows it as the relay would: what says `retry` is tried again after as long as it says."""
    for _ in range(20):
        outcome = await rig.adapter.show(owed, view)
        if outcome.kind != "retry":
            return outcome
        await asyncio.sleep(min(outcome.after, 0.1))
    raise AssertionError("the network did not take it after twenty tries")


class AdapterContract:
    """The suite. A subclass gives the fixture `rig`, started."""

    # ------------------------------------------------------------------------------------------------ what it is

    def test_the_profile_says_what_the_engine_needs(self, rig: Rig) -> None:
        profile = rig.adapter.profile
        assert profile.network.isidentifier()
        assert profile.limits.text >= 500
        assert profile.limits.token >= 64
        assert ("files" not in rig.can) or profile.limits.file_up > 0

    async def test_health_follows_the_network(self, rig: Rig) -> None:
        assert (await rig.adapter.health()).ok
        await rig.stop()
        assert not (await rig.adapter.health()).ok
        await rig.start()
        assert (await rig.adapter.health()).ok

    # ------------------------------------------------------------------------------------------------ what comes in

    async def test_typed_text_is_kept_once_and_read_back(self, rig: Rig) -> None:
        text = "/find 大扫除 <b>&amp;</b> \U0001f600\n第二行"
        await rig.say(text)
        assert len(rig.keeper.kept) == 1
        update = rig.keeper.kept[0]
        incoming = rig.adapter.read(update)
        assert isinstance(incoming, Typed)
        assert (incoming.chat, incoming.account, incoming.text) == (rig.chat, rig.account, text)
        assert update.chat == rig.chat
        assert rig.adapter.read(update) == incoming, "reading is pure"

    async def test_an_update_delivered_twice_is_one(self, rig: Rig) -> None:
        await rig.say("一次", again=True)
        await rig.say("一次")
        assert len(rig.keeper.kept) == 2, "the same words again are another update; the same update again is not"

    async def test_what_could_not_be_kept_is_not_acknowledged(self, rig: Rig) -> None:
        rig.keeper.failing = 2
        await rig.say("不能丢")
        assert rig.refusals >= 2
        assert len(rig.keeper.kept) == 1

    async def test_a_chat_keeps_its_order(self, rig: Rig) -> None:
        for number in range(8):
            await rig.say(f"第 {number} 句")
        read = [rig.adapter.read(update) for update in rig.keeper.kept]
        assert [one.text for one in read if isinstance(one, Typed)] == [f"第 {number} 句" for number in range(8)]

    async def test_what_cannot_be_decoded_raises_value_error(self, rig: Rig) -> None:
        for body in (b"", b"\xff\xfe", b"[]", b"{}", b'{"kind":"nothing"}', b"null"):
            with pytest.raises(ValueError):  # noqa: PT011  # whose words are the adapter's own
                rig.adapter.read(Update("x", rig.chat, body))

    async def test_it_starts_again_after_it_was_stopped(self, rig: Rig) -> None:
        await rig.stop()
        await rig.start()
        await rig.say("还在")
        assert len(rig.keeper.kept) == 1

    # ------------------------------------------------------------------------------------------------ what is shown

    @pytest.mark.parametrize("number", range(len(VIEWS)))
    async def test_every_view_can_be_shown(self, rig: Rig, number: int) -> None:
        view, texts = VIEWS[number]
        outcome = await rig.adapter.show(delivery(rig), view)
        assert outcome.kind == "sent"
        assert outcome.ref
        seen = await rig.seen(has(*texts))
        assert len(seen) == 1
        assert all(text in seen[0].text for text in texts), seen[0].text

    async def test_messages_come_in_the_order_sent(self, rig: Rig) -> None:
        refs = [(await rig.adapter.show(delivery(rig), Notice(f"第 {number} 条。"))).ref for number in range(6)]
        seen = await rig.seen(lambda seen: len(seen) == 6)
        assert [one.ref for one in seen] == refs
        assert len(set(refs)) == 6

    async def test_another_chat_sees_nothing(self, rig: Rig) -> None:
        await rig.adapter.show(Delivery("elsewhere", f"{rig.chat}9"), Notice("不是给您的"))
        await rig.adapter.show(delivery(rig), Notice("给您的"))
        seen = await rig.seen(has("给您的"))
        assert [one for one in seen if "不是" in one.text] == []

    async def test_markup_is_text(self, rig: Rig) -> None:
        evil = "<script>alert(1)</script> *粗* _斜_ [x](http://e) {{7*7}} &lt; \"'"
        await rig.adapter.show(
            delivery(rig), Card("K7M3QX", evil, evil, ((evil, evil),), evil, choices=(Choice("t", evil, confirm=evil),))
        )
        seen = await rig.seen(has(evil))
        assert seen[0].text.count(evil) >= 5

    async def test_what_is_too_long_is_cut_not_refused(self, rig: Rig) -> None:
        outcome = await rig.adapter.show(
            delivery(rig), Card("K7M3QX", "长文", text="宽" * (rig.adapter.profile.limits.text + 5000))
        )
        assert outcome.kind == "sent"
        seen = await rig.seen(has("长文"))
        assert "宽" * 400 in seen[0].text

    async def test_a_decided_prompt_loses_its_buttons(self, rig: Rig) -> None:
        owed = delivery(rig)
        ref = (await rig.adapter.show(owed, CARD)).ref
        await rig.seen(has("待所审核"))
        outcome = await rig.adapter.show(Delivery(owed.id, owed.chat, ref=ref), DECIDED)
        assert outcome.kind in {"sent", "noop"}
        seen = await rig.seen(has("已通过 · 王芳"))
        assert "已通过 · 王芳" in seen[-1].text
        assert seen[-1].buttons == ()
        if "edits" in rig.can:
            assert [one.ref for one in seen] == [ref], "in place"
        else:
            assert len(seen) == 2, "what cannot be edited gets a correcting message"

    async def test_showing_the_same_again_changes_nothing(self, rig: Rig) -> None:
        if "edits" not in rig.can:
            return
        owed = delivery(rig)
        ref = (await rig.adapter.show(owed, CARD)).ref
        outcome = await rig.adapter.show(Delivery(owed.id, owed.chat, ref=ref), CARD)
        assert outcome.kind in {"sent", "noop"}
        assert len(await rig.seen(lambda seen: len(seen) > 1)) == 1

    async def test_a_withdrawn_message_says_why_or_is_gone(self, rig: Rig) -> None:
        owed = delivery(rig)
        ref = (await rig.adapter.show(owed, CARD)).ref
        outcome = await rig.adapter.withdraw(Delivery(owed.id, owed.chat, ref=ref), "已被取代")
        assert outcome.kind in {"sent", "noop", "gone"}
        seen = await rig.seen(has("已被取代"))
        assert not seen or "已被取代" in seen[-1].text
        assert not seen or seen[-1].buttons == ()

    # ------------------------------------------------------------------------------------------------ presses

    async def test_a_press_brings_back_its_token(self, rig: Rig) -> None:
        ref = (await rig.adapter.show(delivery(rig), CARD)).ref
        await rig.seen(has("通过"))
        await rig.press(ref, "通过", again=True)
        assert len(rig.keeper.kept) == 1, "a double click is one update"
        incoming = rig.adapter.read(rig.keeper.kept[0])
        if "buttons" in rig.can:
            assert isinstance(incoming, Pressed)
            assert (incoming.token, incoming.message, incoming.chat, incoming.account) == (
                TOKEN,
                ref,
                rig.chat,
                rig.account,
            )
        else:
            assert isinstance(incoming, Typed)
            assert incoming.text == "1"

    async def test_an_acknowledged_press_gets_its_toast(self, rig: Rig) -> None:
        ref = (await rig.adapter.show(delivery(rig), CARD)).ref
        await rig.seen(has("通过"))
        told: list[str] = []

        async def answer(update: Update) -> None:
            incoming = rig.adapter.read(update)
            if isinstance(incoming, Pressed):
                told.append(incoming.handle)
                await rig.adapter.acknowledge(incoming.handle, "已由赵磊处理")

        rig.keeper.on_keep = answer
        toast = await rig.press(ref, "通过")
        if "buttons" in rig.can:
            assert told[0]
            assert toast == "已由赵磊处理"

    async def test_acknowledging_what_nobody_waits_for_is_harmless(self, rig: Rig) -> None:
        await rig.adapter.acknowledge("nobody/knows-this", "太晚了")
        await rig.adapter.acknowledge("", "")
        await rig.say("还在")
        assert len(rig.keeper.kept) == 1

    # ------------------------------------------------------------------------------------------------ files

    async def test_a_file_can_be_fetched_as_it_was_sent(self, rig: Rig) -> None:
        if "files" not in rig.can:
            return
        body = bytes(range(256)) * 700
        await rig.send_file("方案 (终稿).pdf", body)
        incoming = rig.adapter.read(rig.keeper.kept[0])
        assert isinstance(incoming, Typed)
        assert [blob.name for blob in incoming.files] == ["方案 (终稿).pdf"]
        fetched = b"".join([chunk async for chunk in rig.adapter.fetch(incoming.files[0])])
        assert fetched == body

    async def test_a_file_that_is_not_there_is_an_error(self, rig: Rig) -> None:
        with pytest.raises(OSError, match="not"):
            async for _ in rig.adapter.fetch(Blob("nobody/nothing", "x.pdf")):
                pass

    # ------------------------------------------------------------------------------------------------ what networks do

    async def test_after_a_lost_answer_an_extra_copy_is_marked(self, rig: Rig) -> None:
        owed = delivery(rig)
        lossy = await rig.lose_next_answer()
        outcome = await rig.adapter.show(owed, CARD)
        assert outcome.kind == ("ambiguous" if lossy else "sent")
        again = await patiently(rig, Delivery(owed.id, owed.chat, attempt=2), CARD)
        assert again.kind in {"sent", "duplicate"}
        seen = await rig.seen(lambda seen: len(seen) == 2)
        extra = [one for one in seen if "#" in one.text]
        assert len(seen) - len(extra) <= 1, "every copy but one says that it is a copy"

    @pytest.mark.parametrize(("what", "kind"), [("slow", "retry"), ("blocked", "unreachable")])
    async def test_a_refusal_of_the_network_is_an_outcome(self, rig: Rig, what: str, kind: str) -> None:
        if not await rig.refuse(what):
            return
        outcome = await rig.adapter.show(delivery(rig), CARD)
        assert outcome.kind == kind
        assert (outcome.after == 3) == (kind == "retry")

    async def test_showing_while_nobody_listens_never_raises(self, rig: Rig) -> None:
        await rig.stop()
        outcome = await rig.adapter.show(delivery(rig), CARD)
        assert outcome.kind in {"sent", "retry"}
        await rig.start()
