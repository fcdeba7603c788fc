"""Faults 65 to 68 over the whole chain: buttons that nobody drew, codes that are guessed; and who is who in groups, whatever they call themselves."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.integration.rig import SECRET
from tests.integration.sound import superuser
from tests.telegram.house import ROOMS, TOLD, House, opened
from tests.telegram.server import Client
from workflow.engine import codes, linking
from workflow.engine.identity import Offer
from workflow.engine.keys import Keys
from workflow.store import rooms
from workflow.talk import tokens
from workflow.talk.tokens import Press

STRANGER = 700_999_001


@pytest.fixture
async def here(database: Any) -> AsyncIterator[House]:
    async with opened(database) as house:
        yield house


@pytest.fixture
async def roomy(database: Any) -> AsyncIterator[House]:
    async with opened(database, organisation=ROOMS, flow=TOLD) as house:
        yield house


def stranger(here: House, number: int = STRANGER) -> Client:
    """Somebody with Telegram whom nobody has linked."""
    phone = here.server.person(number, "张甲", "zhangjia")
    phone.private()
    return phone


async def offered(here: House, who: str) -> Offer:
    offer = await here.engine.identity.offer(here.tenant, here.ids[who])
    assert isinstance(offer, Offer)
    here.private += [offer.link, offer.code, codes.spelt(offer.code)]
    return offer


async def rows(here: House) -> dict[str, int]:
    """How much there is of everything that a decision or a dialogue could leave."""
    tables = ("event", "task", "dialogue", "delivery", "account", "content")
    async with superuser(here.url) as connection:
        return {one: await connection.fetchval(f"select count(*) from {one}") for one in tables}  # noqa: S608


# ------------------------------------------------------------------------------------------------ 65


def bent(token: str) -> list[str]:
    """The same token with one bit changed in its verb, its subject, its task, its round, its MAC; and what is none at all."""
    raw = base64.urlsafe_b64decode(token)
    changed = [bytes((*raw[:place], raw[place] ^ 1, *raw[place + 1 :])) for place in (0, 7, 20, 22, 26, len(raw) - 1)]
    told = [base64.urlsafe_b64encode(one).decode() for one in changed]
    return [*told, "x", "=" * 64, "通过", token[:-4], token + "AAAA", "\x00" * 8]


async def test_65_forged_buttons_do_nothing_and_stand_in_the_persons_stream(here: House) -> None:
    item = await here.submit()
    prompt = await here.asked("甲")
    await here.settled()
    events, deeds = await here.events(item), len(await here.deeds("甲"))
    forged = bent(here.token(prompt, "通过"))
    for data in forged:
        toast = await here.phones["甲"].forged(None, prompt.id, data).answered()
        assert "按钮无效" in toast, data
    await here.settled()
    assert await here.events(item) == events
    [deed] = (await here.deeds("甲"))[deeds:]
    assert (deed.verb, dict(deed.facts)["reason"], deed.network) == ("press", "token_forged", "telegram")
    assert "通过" in prompt.buttons, "the prompt itself is as good as ever"
    assert "已通过" in await here.press("甲")
    await here.sound()


async def test_65_a_token_made_with_another_key_is_forged(here: House) -> None:
    """Another installation's secret, or a guess at ours."""
    item = await here.submit()
    prompt = await here.asked("甲")
    read = tokens.read(here.token(prompt, "通过"), Keys(SECRET).of("token"), "telegram", str(prompt.chat.id))
    assert isinstance(read, Press)
    data = tokens.write(read, Keys(b"another secret of thirty-two bytes").of("token"), "telegram", str(prompt.chat.id))
    assert "按钮无效" in await here.phones["甲"].forged(None, prompt.id, data).answered()
    assert await here.events(item) == 1
    await here.sound()


async def test_a_good_token_gives_no_right(here: House) -> None:
    """The MAC says that we drew it; who may is asked when it is pressed. 甲 loses the role, and the button with it."""
    item = await here.submit()
    prompt = await here.asked("甲")
    data = here.token(prompt, "通过")
    await here.do("approve", "管", item.item, task=[1, 1])
    assert await here.events(item) == 1, "an administrator is no reviewer either"
    await here.engine.identity.revoke(here.tenant, "telegram", str(here.phones["甲"].id))
    assert not await here.phones["甲"].forged(None, prompt.id, data).answered(0.3)
    await here.settled()
    assert await here.events(item) == 1
    assert here.said("甲", "还不认识这个账号"), "whose account it was is a stranger from now on"
    async with superuser(here.url) as connection:
        assert await connection.fetchval("select count(*) from command where done_at is null") == 0
    await here.sound()


# ------------------------------------------------------------------------------------------------ 66


async def test_66_a_button_of_an_old_round_is_void(here: House) -> None:
    item = await here.submit()
    prompt = await here.asked("甲")
    old = here.token(prompt, "通过")
    await here.do("return", "甲", item.item, comment="请改")
    await here.do("resubmit", "报", item.item, form={"标题": "改过的标题", "人数": 90})
    here.private.append("改过的标题")
    await here.settled()
    before = await here.events(item)
    toast = await here.phones["甲"].forged(None, prompt.id, old).answered()
    assert "上一轮" in toast or "作废" in toast or "不用再办" in toast
    await here.settled()
    assert await here.events(item) == before
    assert (await here.item(item)).place == "初审"
    assert "已通过" in await here.press("甲"), "the new round's button is good"
    await here.sound()


async def test_66_replayed_after_everything_is_over(here: House) -> None:
    item = await here.submit()
    prompt = await here.asked("甲")
    old = [here.token(prompt, one) for one in ("通过", "退回", "驳回", "转交")]
    await here.do("withdraw", "报", item.item)
    await here.settled()
    before = await rows(here) | {"delivery": 0}
    for data in old:
        await here.phones["甲"].forged(None, prompt.id, data).answered()
    await here.settled()
    assert await rows(here) | {"delivery": 0} == before, "no event, no dialogue, no task: only answers"
    await here.sound()


# ------------------------------------------------------------------------------------------------ 67


async def test_67_a_token_of_another_chat_is_forged(here: House) -> None:
    """乙 got hold of the very bytes of 甲's button; 甲 uses an own one in a group."""
    item = await here.submit()
    prompt = await here.asked("甲")
    data = here.token(prompt, "通过")
    here.phones["乙"].send("/help")
    await here.until(lambda: here.said("乙"))
    assert "按钮无效" in await here.phones["乙"].forged(None, here.said("乙")[0].id, data).answered()
    group = here.server.group(-5001, "群", [here.phones["甲"], here.phones["乙"]])
    here.phones["甲"].send("/help@guankou_bot", group.chat)
    await here.until(lambda: group.chat.said)
    assert "按钮无效" in await here.phones["甲"].forged(group.chat, group.chat.last.id, data).answered()
    await here.settled()
    assert await here.events(item) == 1
    for who in ("甲", "乙"):
        assert [dict(one.facts).get("reason") for one in await here.deeds(who)][-1] == "token_forged"
    await here.sound()


async def test_70_an_item_of_another_tenant_is_none(here: House, database: Any) -> None:
    """Both keep the same secret, the same bot name, even the same person: what is told by one is nothing in the other."""
    async with opened(database, organisation=ROOMS.replace("tenant: test", "tenant: other")) as there:
        item = await there.submit()
        prompt = await there.asked("甲")
        assert there.tenant != here.tenant
        data = there.token(prompt, "通过")
        here.phones["甲"].send("/help")
        await here.until(lambda: here.said("甲"))
        toast = await here.phones["甲"].forged(None, here.said("甲")[0].id, data).answered()
        assert "没有这个事项" in toast
        await here.settled()
        assert await there.events(item) == 1
        await there.sound()
    await here.sound()


# ------------------------------------------------------------------------------------------------ 68


async def test_68_a_linking_code_that_is_guessed_at_is_void(here: House) -> None:
    offer = await offered(here, "甲")
    thief = stranger(here)
    for _ in range(linking.TRIES):
        thief.send(f"/link {codes.spelt(codes.short())}")
    await here.settled()
    thief.send(f"/link {offer.code}")
    await here.settled()
    assert await here.engine.identity.account(here.tenant, "telegram", str(thief.id)) is None
    assert "五次" in thief.private().last.text
    for who in ("管", "理"):
        assert len(here.said(who, "全部作废")) == 1
    honest = stranger(here, STRANGER + 1)
    honest.send(f"/link {offer.code}")
    await here.settled()
    assert await here.engine.identity.account(here.tenant, "telegram", str(honest.id)) is None, "void for everybody"
    honest.send(f"/start {offer.link}")
    await here.settled()
    assert await here.engine.identity.account(here.tenant, "telegram", str(honest.id)) == here.ids["甲"]
    assert here.said("甲", "又关联了一个渠道"), "and the chat that was there before is told"
    await here.sound()


async def test_68_many_accounts_together_get_no_further(here: House) -> None:
    offer = await offered(here, "甲")
    for no in range(linking.TRIES_OF_ALL):
        stranger(here, STRANGER + no).send(f"/link {codes.short()}")
    await here.settled()
    last = stranger(here, STRANGER + 99)
    last.send(f"/link {offer.code}")
    await here.settled()
    assert await here.engine.identity.account(here.tenant, "telegram", str(last.id)) is None
    assert [deed.verb for deed in await here.deeds()].count("codes_void") == 1
    await here.sound()


async def test_68_a_code_works_once_and_its_link_is_telegrams_own(here: House) -> None:
    offer = await offered(here, "外")
    assert await here.telegram.invitation(offer.link) == f"https://t.me/guankou_bot?start={offer.link}"
    first, second = stranger(here), stranger(here, STRANGER + 1)
    for phone in (first, second):
        phone.send(f"/start {offer.link}")
        await here.settled()
    accounts = [await here.engine.identity.account(here.tenant, "telegram", str(one.id)) for one in (first, second)]
    assert accounts == [here.ids["外"], None]
    await here.sound()


@pytest.mark.parametrize("who", ["甲", ""], ids=["by somebody we know", "by a stranger"])
async def test_68_a_code_in_a_group_is_void(here: House, who: str) -> None:
    offer = await offered(here, "外")
    phone = here.phones[who] if who else stranger(here)
    group = here.server.group(-5001, "群", [phone, here.phones["乙"]])
    phone.send(f"/link@guankou_bot {offer.code}", group.chat)
    await here.settled()
    assert len(group.chat.said) == (1 if who else 0), "to a stranger the bot says nothing in a group"
    assert here.said("外", "发到了一个群里")
    thief = stranger(here, STRANGER + 5)
    for code in (offer.code, offer.link):
        thief.send(f"/link {code}")
    await here.settled()
    assert await here.engine.identity.account(here.tenant, "telegram", str(thief.id)) is None
    await here.sound()


# ------------------------------------------------------------------------------------------------ who is who


async def test_a_name_is_nobody(here: House) -> None:
    """Same first name, same user name as 甲: only the number counts."""
    item = await here.submit()
    prompt = await here.asked("甲")
    await here.settled()
    before = await rows(here)
    thief = stranger(here)
    for text in ("/inbox", f"/item {item.code}", item.code, "/new", "通过"):
        thief.send(text)
    await here.settled()
    assert not await thief.forged(None, thief.private().last.id, here.token(prompt, "通过")).answered(0.3)
    await here.settled()
    said = thief.private().said
    assert len(said) == 1, "one answer: how an account is linked"
    assert item.code not in said[0].text
    after = await rows(here)
    assert after == before | {"delivery": before["delivery"] + 1}
    await here.sound()


async def test_a_stranger_in_a_group_can_do_nothing(roomy: House) -> None:
    phone = stranger(roomy)
    group = roomy.server.group(-5001, "群", [phone, roomy.phones["管"]])
    roomy.phones["管"].send("/room@guankou_bot 站群", group.chat)
    await roomy.until(lambda: group.chat.said)
    item = await roomy.submit()
    await roomy.settled()
    before, out = await rows(roomy), len(roomy.sent)
    for text in (
        "/inbox@guankou_bot",
        f"/item@guankou_bot {item.code}",
        "/room@guankou_bot 站群",
        "/link@guankou_bot",
        "@guankou_bot 你好",
    ):
        phone.send(text, group.chat)
    await roomy.settled()
    assert await rows(roomy) == before
    assert len(roomy.sent) == out
    await roomy.sound()


async def test_being_in_a_group_grants_nothing(roomy: House) -> None:
    """外 has no role: in the very room that is told, there is nothing to see or to bind."""
    group = roomy.server.group(-5001, "群", [roomy.phones["外"], roomy.phones["管"]])
    roomy.phones["外"].send("/room@guankou_bot 站群", group.chat)
    await roomy.until(lambda: group.chat.said)
    assert "只有管理员" in group.chat.last.text
    assert await rooms.bound(roomy.engine.database, roomy.tenant) == {}
    item = await roomy.submit()
    roomy.phones["外"].send(f"/item@guankou_bot {item.code}", group.chat)
    await roomy.settled()
    assert "我的中国心" not in group.chat.last.text
    await roomy.sound()


async def test_an_administrator_who_hides_is_nobody(roomy: House) -> None:
    """`from` is a bot of Telegram's then; so are posts in a channel's name."""
    group = roomy.server.group(-5001, "群", [roomy.phones["管"]])
    out = len(roomy.sent)
    group.send_anonymously("/room@guankou_bot 站群")
    roomy.server.raw({
        "message": {
            "message_id": 90, "date": 1, "chat": {"id": -5001, "type": "group", "title": "群"}, "text": "/room 站群",
            "from": {"id": roomy.phones["管"].id, "is_bot": False, "first_name": "郭管"},
            "sender_chat": {"id": -100_77, "type": "channel", "title": "频道"},
        }
    })  # fmt: skip
    await roomy.settled()
    assert await rooms.bound(roomy.engine.database, roomy.tenant) == {}
    assert len(roomy.sent) == out
    await roomy.sound()


async def test_commands_to_another_bot_are_not_ours(roomy: House) -> None:
    group = roomy.server.group(-5001, "群", [roomy.phones["管"]])
    out = len(roomy.sent)
    roomy.phones["管"].send("/room@another_bot 站群", group.chat)
    roomy.phones["管"].send("/help@another_bot")
    await roomy.settled()
    assert await rooms.bound(roomy.engine.database, roomy.tenant) == {}
    assert len(roomy.sent) == out
    await roomy.sound()
