"""What every chat adapter must do, whoever wrote it: subclass `AdapterContract`, give it a fixture `rig`, and run pytest.

The rig is the far side: a person with that network's client, over the network's real protocol. What a network cannot do, its
rig says (`capabilities`, or None from a method), and the test asks for the next best instead of being skipped over.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.contract.far_side import Keeper, Rig, Seen, delivery, edit, has, in_place, patiently, pressed
from tests.contract.views import CARD, DECIDED, GUESTS, JPEG, PANEL, STARS, STOPPED, VIEWS, checklist, guests, picker
from workflow.ports import Blob, Delivery, Pressed, Typed, Update
from workflow.talk.options import PAGE
from workflow.talk.view import Ask, Attachment, Card, Choice, Document, Listing, Notice

__all__ = ["AdapterContract", "Keeper", "Rig", "Seen"]


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

    async def test_a_probe_disturbs_nobody(self, rig: Rig) -> None:
        assert (await rig.adapter.probe()).ok
        await rig.say("还在")
        assert len(rig.keeper.kept) == 1

    async def test_an_invitation_brings_its_code_along(self, rig: Rig) -> None:
        address = await rig.adapter.invitation("K7M3QXK7M3QXK7M3QXK7M3QXK7")
        assert not address or (re.match(r"https?://", address) and "K7M3QXK7M3QXK7M3QXK7M3QXK7" in address)

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
        missing = [text for text in texts if not seen[0].shows(text)]
        assert not missing, (missing, seen[0])

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
        await rig.press(ref, CARD.choices[0], again=True)
        assert len(rig.keeper.kept) == 1, "a double click is one update"
        pressed(rig, ref, CARD, CARD.choices[0])

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
        toast = await rig.press(ref, CARD.choices[0])
        if "buttons" in rig.can:
            assert told[0]
            assert toast == "已由赵磊处理"

    async def test_acknowledging_what_nobody_waits_for_is_harmless(self, rig: Rig) -> None:
        await rig.adapter.acknowledge("nobody/knows-this", "太晚了")
        await rig.adapter.acknowledge("", "")
        await rig.say("还在")
        assert len(rig.keeper.kept) == 1

    async def test_a_star_brings_back_its_token(self, rig: Rig) -> None:
        ref = (await rig.adapter.show(delivery(rig), STARS)).ref
        await rig.seen(has("这场活动几颗星？"))
        for place, star in enumerate((STARS.options[3], STARS.options[0], STARS.options[4])):
            await rig.press(ref, star)
            assert len(rig.keeper.kept) == place + 1
            pressed(rig, ref, STARS, star)

    async def test_the_stop_of_a_panel_is_one_press(self, rig: Rig) -> None:
        assert PANEL.stop is not None
        sure = replace(PANEL, stop=replace(PANEL.stop, confirm="确定断播吗？"))
        ref = (await rig.adapter.show(delivery(rig), sure)).ref
        seen = await rig.seen(has("直播中", "断播"))
        assert not seen[-1].shows("确定断播吗？")
        await rig.press(ref, PANEL.stop)
        assert len(rig.keeper.kept) == 1, "nobody is asked anything before it counts"
        pressed(rig, ref, sure, PANEL.stop)

    async def test_a_panel_is_kept_up_to_date_in_place(self, rig: Rig) -> None:
        owed = delivery(rig)
        ref = (await rig.adapter.show(owed, PANEL)).ref
        await rig.seen(has("直播中"))
        await edit(rig, owed, ref, STOPPED)
        stopped = await in_place(rig, ref, has("未确认"))
        assert stopped.shows("复播")
        assert not stopped.shows("断播"), "what is stopped has no stop"
        await rig.press(stopped.ref, STOPPED.choices[0])
        pressed(rig, stopped.ref, STOPPED, STOPPED.choices[0])
        await edit(rig, owed, ref, replace(STOPPED, state="已断 · 吴静 · 14:22"))
        await in_place(rig, ref, has("已断"))
        await edit(rig, owed, ref, PANEL)
        again = await in_place(rig, ref, has("直播中"))
        assert again.shows("断播")
        await edit(rig, owed, ref, replace(PANEL, state="直播结束", stop=None, choices=()))
        seen = await in_place(rig, ref, has("直播结束"))
        assert seen.buttons == ()

    async def test_a_line_of_a_checklist_is_ticked_in_place(self, rig: Rig) -> None:
        owed = delivery(rig)
        ref = (await rig.adapter.show(owed, checklist("", ""))).ref
        before = (await rig.seen(has("素材有授权")))[-1]
        tick = checklist("", "").lines[1].choices[0]
        await rig.press(ref, tick)
        pressed(rig, ref, checklist("", ""), tick)
        await edit(rig, owed, ref, checklist("", "pass"))
        after = await in_place(
            rig, ref, lambda seen: (seen[-1].text, seen[-1].buttons) != (before.text, before.buttons)
        )
        assert (after.text, after.buttons) != (before.text, before.buttons), "the mark is seen"
        assert all(after.shows(text) for text in ("脚本逐句校对", "素材有授权", "通过"))
        await edit(rig, owed, ref, checklist("fail", "pass"))
        last = await in_place(rig, ref, lambda seen: (seen[-1].text, seen[-1].buttons) != (after.text, after.buttons))
        assert (last.text, last.buttons) != (after.text, after.buttons), "one mark is not the other"

    @pytest.mark.parametrize("pages", [guests, picker], ids=["listing", "picker"])
    async def test_a_long_list_has_pages(self, rig: Rig, pages: Callable[[int], Listing | Ask]) -> None:
        owed = delivery(rig)
        ref = (await rig.adapter.show(owed, pages(0))).ref
        seen = await rig.seen(has(*GUESTS[:PAGE]))
        assert not seen[-1].shows(GUESTS[PAGE])
        await rig.press(ref, pages(0).choices[0])
        pressed(rig, ref, pages(0), pages(0).choices[0])
        await edit(rig, owed, ref, pages(1))
        second = await in_place(rig, ref, has(*GUESTS[PAGE:]))
        assert not second.shows(GUESTS[0])

    async def test_the_third_row_of_a_list_is_the_third(self, rig: Rig) -> None:
        ref = (await rig.adapter.show(delivery(rig), guests(0))).ref
        await rig.seen(has(GUESTS[2]))
        row = Choice(guests(0).rows[2].token, GUESTS[2])
        await rig.press(ref, row)
        pressed(rig, ref, guests(0), row)

    # ------------------------------------------------------------------------------------------------ places, numbers, pictures

    @pytest.mark.parametrize(
        ("latitude", "longitude"), [(39.984, 116.491), (-33.8568, 151.2153), (0.00002, -179.99999)]
    )
    async def test_a_location_is_read_as_a_place(self, rig: Rig, latitude: float, longitude: float) -> None:
        await rig.adapter.show(delivery(rig), Ask("location", "您在哪里？"))
        await rig.send_location(latitude, longitude)
        incoming = rig.adapter.read(rig.keeper.kept[-1])
        assert isinstance(incoming, Typed)
        place = re.fullmatch(r"geo:(-?[0-9]+(?:\.[0-9]{1,9})?),(-?[0-9]+(?:\.[0-9]{1,9})?)", incoming.text)
        assert place, incoming.text
        assert (float(place[1]), float(place[2])) == pytest.approx((latitude, longitude), abs=1e-6)

    async def test_a_contact_is_read_as_its_number(self, rig: Rig) -> None:
        await rig.adapter.show(delivery(rig), Ask("phone", "电话"))
        await rig.send_contact("+8613800138000")
        incoming = rig.adapter.read(rig.keeper.kept[-1])
        assert isinstance(incoming, Typed)
        assert incoming.text == "+8613800138000"

    async def test_a_picture_can_be_fetched(self, rig: Rig) -> None:
        if "files" not in rig.can:
            return
        await rig.adapter.show(delivery(rig), Ask("photo", "现场照片"))
        await rig.send_photo("现场.jpg", JPEG)
        incoming = rig.adapter.read(rig.keeper.kept[-1])
        assert isinstance(incoming, Typed)
        (blob,) = incoming.files
        assert blob.media_type == "image/jpeg"
        assert blob.name.lower().endswith((".jpg", ".jpeg")), "what a photo's question takes"
        assert b"".join([chunk async for chunk in rig.adapter.fetch(blob)]) == JPEG

    # ------------------------------------------------------------------------------------------------ files

    async def test_a_file_is_handed_out(self, rig: Rig) -> None:
        body = b"%PDF-1.7 " + bytes(range(256)) * 40
        rig.keeper.attachments["f1"] = body
        view = Document(Attachment("f1", "方案 (终稿).pdf", "application/pdf", len(body)), "K7M3QX《大扫除》")
        outcome = await patiently(rig, delivery(rig), view)
        assert outcome.kind == "sent"
        seen = await rig.seen(has("方案 (终稿).pdf", "K7M3QX《大扫除》"))
        assert seen[-1].shows("方案 (终稿).pdf")
        assert seen[-1].shows("K7M3QX《大扫除》")

    async def test_a_file_that_is_gone_is_said_to_be(self, rig: Rig) -> None:
        view = Document(Attachment("gone", "方案.pdf", "application/pdf", 12), "K7M3QX《大扫除》")
        outcome = await patiently(rig, delivery(rig), view)
        assert outcome.kind in {"sent", "rejected"}, "never an exception, never tried for ever"

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
