"""Accounts that are linked from a chat: by a code in a link or a typed one, once, in private; guessed, shown, taken over, revoked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import msgspec
import pytest

from tests.contract.line import LineAdapter, LineNetwork
from tests.integration import making
from tests.integration.rig import House, choices, house, labels, refused
from workflow.engine import codes, linking
from workflow.engine.identity import VALID, Came, Offer
from workflow.engine.linking import Asked
from workflow.journal import canonical
from workflow.ports import Outcome, Pressed, Typed, Update
from workflow.store import codes as kept
from workflow.store import commit, ids, listings
from workflow.store.chats import open_chat
from workflow.talk.view import Ask, Listing, Notice

LOCKED = "十分钟内不再接受"


@pytest.fixture
async def line() -> AsyncIterator[LineNetwork]:
    async with LineNetwork() as network:
        yield network


@pytest.fixture
async def here(database: Any, line: LineNetwork) -> AsyncIterator[House]:
    """Everybody is known on the network in memory, and nobody on the line yet."""
    adapter = LineAdapter(line.port)
    async with house(database.app_url, others={"line": adapter}) as opened:
        serving = asyncio.create_task(opened.engine.serve())
        await asyncio.wait_for(adapter.connected.wait(), 5)
        yield opened
        serving.cancel()
        await asyncio.wait({serving})


@pytest.fixture
async def root(database: Any) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(database.superuser_url)
    yield connection
    await connection.close()


async def offered(here: House, who: str) -> Offer:
    offer = await here.engine.identity.offer(here.tenant, here.people[who])
    assert isinstance(offer, Offer)
    return offer


def said(line: LineNetwork, chat: str) -> list[str]:
    return [one.text for one in line.chats.get(chat, []) if not one.mine]


def told(here: House, who: str, chat: str = "") -> list[str]:
    """The notices in somebody's chat on the network in memory."""
    found = here.network.of(chat or here.people[who])
    return [one.view.text for one in found if isinstance(one.view, Notice)]


def asked(here: House, external: str, at: str, command: str, *, bot: str = "line") -> Asked:
    return Asked(Came(bot, bot, external, external), at, command)


async def deeds(here: House, person: str) -> list[tuple[str, str]]:
    rows = await listings.events(here.engine.database, here.tenant, person)
    return [(deed.verb, deed.actor) for deed in (canonical.deed(row.body) for row in rows)]


async def until(here: House, holds: Callable[[], Any], what: str = "") -> None:
    await here.until(holds, what)
    await here.settled()


# ------------------------------------------------------------------------------------------------ linked


@pytest.mark.parametrize("way", ["/link {typed}", "/start {link}", "绑定 {typed}", "／link  {link}", "/link {lower}"])
async def test_a_stranger_with_a_code_is_greeted_and_gets_what_waited(here: House, line: LineNetwork, way: str) -> None:
    item = await here.submit()
    await here.settled()
    offer = await offered(here, "甲")
    typed = codes.spelt(offer.code)
    await line.type(
        "c1", "a1", way.format(typed=typed, link=offer.link, lower=f"{offer.code[:2]} {offer.code[2:]}".lower())
    )
    await until(here, lambda: len(said(line, "c1")) == 2, "a greeting and a prompt")
    greeting, prompt = said(line, "c1")
    assert "张甲" in greeting
    assert item.code in prompt
    assert any("line" in one and "不是您本人" in one for one in told(here, "甲")), "the person's other chat is told"
    assert not any("line" in one for one in told(here, "乙"))
    assert await here.engine.identity.account(here.tenant, "line", "a1") == here.people["甲"]
    assert (await deeds(here, here.people["甲"]))[-2:] == [("link_offered", "system"), ("linked", here.people["甲"])]
    await line.type("c1", "a1", "1")
    await until(here, lambda: here.engine.handle.figures.decisions == 2, "the press by its number counts")
    for code in (offer.link, offer.code):  # whichever is used first uses up both
        await line.type("c2", "a2", f"/link {code}")
    await until(here, lambda: len(said(line, "c2")) == 2)
    assert await here.engine.identity.account(here.tenant, "line", "a2") is None
    await here.audit()


async def test_what_comes_behind_a_code_is_that_persons_already(here: House) -> None:
    """Three updates in one batch: who was a stranger at the first is known at the third."""
    offer = await offered(here, "外")
    texts = ("/mine", f"/start {offer.link}", "/mine")
    await here.engine.inbox(here.tenant, "memory").accept(
        [Update(f"u{no}", "s", msgspec.json.encode(Typed("s", "s", text))) for no, text in enumerate(texts)]
    )
    await here.settled()
    stranger, greeting, mine = here.network.of("s")
    assert "还不认识" in str(stranger.view)
    assert "钱外" in str(greeting.view)
    assert isinstance(mine.view, Listing)
    assert here.engine.handle.figures.unknown_senders == 1


async def test_the_same_command_again_comes_to_the_same(here: House, line: LineNetwork) -> None:
    """A process that died between linking and settling, or lost a race: it is decided again."""
    offer = await offered(here, "甲")
    at = await open_chat(here.engine.database, here.tenant, "line", "a1")
    one = asked(here, "a1", at, "11111111-0000-4000-8000-000000000000")
    enter = here.engine.handle.listening.senders.linking.enter
    outcomes = [await enter(here.tenant, offer.code, one) for _ in range(3)]
    assert outcomes == [here.people["甲"]] * 3
    await here.settled()
    assert len(said(line, "a1")) == 1
    assert [verb for verb, _ in await deeds(here, here.people["甲"])].count("linked") == 2, "once here, once on memory"
    other = asked(here, "a1", at, "22222222-0000-4000-8000-000000000000")
    assert await enter(here.tenant, offer.link, other) == here.people["甲"], "a link that is opened twice"
    await here.settled()
    assert "早已" in said(line, "a1")[-1]


async def test_many_accounts_bring_one_code_at_once_and_one_is_linked(here: House) -> None:
    offer = await offered(here, "甲")
    enter = here.engine.handle.listening.senders.linking.enter
    rooms = [await open_chat(here.engine.database, here.tenant, "line", f"a{n}") for n in range(8)]
    outcomes = await asyncio.gather(
        *(
            enter(
                here.tenant,
                (offer.code, offer.link)[n % 2],
                asked(here, f"a{n}", at, f"{n}1111111-0000-4000-8000-000000000000"),
            )
            for n, at in enumerate(rooms)
        )
    )
    assert sum(one == here.people["甲"] for one in outcomes) == 1
    accounts = await here.engine.identity.accounts(here.tenant, here.people["甲"])
    assert [one.bot for one in accounts].count("line") == 1
    await here.audit()


async def test_a_code_is_kept_as_a_hash_that_nobody_can_search(here: House, root: Any) -> None:
    offer = await offered(here, "甲")
    kept = [
        bytes(row["code_hash"]) for row in await root.fetch("select code_hash from link_code where used_at is null")
    ]
    assert len(kept) == 2
    assert not {codes.kept(code, b"") for code in (offer.code, offer.link)} & set(kept)
    await root.execute("update link_code set expires_at = clock_timestamp()")
    here.people["生"] = "s"
    for code in (offer.code, offer.link):
        await here.type("生", f"/link {code}")
        await here.settled()
    assert len(told(here, "生")) == 2
    assert all("已过期" in one for one in told(here, "生"))
    assert not await root.fetchval("select count(*) from link_try"), "a late code is no guess"


async def test_a_short_code_does_not_sign_in_where_nobody_counts(here: House) -> None:
    offer = await offered(here, "甲")
    refused(await here.engine.identity.redeem(here.tenant, offer.code, "memory"), "code_unknown")  # type: ignore[arg-type]
    assert await here.engine.identity.redeem(here.tenant, offer.link, "memory") == here.people["甲"]


# ------------------------------------------------------------------------------------------------ guessed, shown


async def test_68_a_code_that_is_guessed_at_is_void_after_five_tries(here: House, line: LineNetwork, root: Any) -> None:
    offer, other = await offered(here, "甲"), await offered(here, "乙")
    wrong = [codes.short() for _ in range(5)]
    for code in ("nonsense!", "PROMO2026"):  # no code of ours, and no guess
        await line.type("c1", "a1", f"/start {code}")
    for code in wrong:
        await line.type("c1", "a1", f"/link {code}")
        await here.settled()
    tries = [one for one in said(line, "c1") if "还可以试" in one]
    assert [f"{left}" in one for one, left in zip(tries, (4, 3, 2, 1), strict=True)] == [True] * 4
    assert LOCKED in said(line, "c1")[-1]
    for code in (offer.code, other.code, offer.link[:-1] + "?"):
        await line.type("c1", "a1", f"/link {code}")
    await line.type("c2", "a2", f"/link {offer.code}")
    await until(here, lambda: len(said(line, "c2")) == 1)
    assert await here.engine.identity.account(here.tenant, "line", "a1") is None
    assert await here.engine.identity.account(here.tenant, "line", "a2") is None, "void for everybody"
    for who in ("管", "理"):
        assert len([one for one in told(here, who) if "全部作废" in one]) == 1, "administrators are told once"
    verbs = [deed.verb for deed in await _administration(here)]
    assert verbs.count("codes_void") == 1
    await line.type("c2", "a2", f"/start {offer.link}")
    await until(here, lambda: len(said(line, "c2")) == 2)
    assert await here.engine.identity.account(here.tenant, "line", "a2") == here.people["甲"], "nobody guesses a link"
    assert await root.fetchval("select sum(tries) from link_try") == 5
    await here.audit()


async def test_whoever_guesses_with_many_accounts_gets_no_further(here: House) -> None:
    offer = await offered(here, "甲")
    for n in range(linking.TRIES_OF_ALL):
        here.people[f"生{n}"] = f"s{n // 4}"
        await here.type(f"生{n}", f"/link {codes.short()}")
    await here.settled()
    here.people["生"] = "s"
    await here.type("生", f"/link {offer.code}")
    await here.settled()
    assert await here.engine.identity.account(here.tenant, "memory", "s") is None
    assert [deed.verb for deed in await _administration(here)].count("codes_void") == 1


async def test_who_guess_at_once_are_counted_one_after_the_other(here: House) -> None:
    async def guess(account: str, counted: asyncio.Event, go: asyncio.Event) -> tuple[int, int]:
        async with here.engine.database.transaction() as session:
            found = await kept.count_try(session, here.tenant, "memory", account, VALID, making.new_id())
            counted.set()
            await go.wait()
            return found

    first, second, go = asyncio.Event(), asyncio.Event(), asyncio.Event()
    one = asyncio.create_task(guess("g1", first, go))
    await first.wait()
    other = asyncio.create_task(guess("g2", second, go))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(second.wait(), 0.2)
    go.set()
    assert (await one, await other) == ((1, 1), (1, 2))


async def test_an_honest_slip_costs_nothing(here: House) -> None:
    offer = await offered(here, "外")
    here.people["生"] = "s"
    await here.type("生", f"/link {codes.short()}")
    await here.type("生", f"/link {offer.code}")
    await here.settled()
    assert await here.engine.identity.account(here.tenant, "memory", "s") == here.people["外"]


async def test_tries_are_forgotten_after_ten_minutes(here: House, root: Any) -> None:
    here.people["生"] = "s"
    for _ in range(6):
        await here.type("生", f"/link {codes.short()}")
        await here.settled()
    assert LOCKED in told(here, "生")[-1]
    await root.execute("update link_try set since = since - interval '11 minutes'")
    offer = await offered(here, "外")
    await here.type("生", f"/link {offer.code}")
    await here.settled()
    assert await here.engine.identity.account(here.tenant, "memory", "s") == here.people["外"]


@pytest.mark.parametrize("known", [True, False])
async def test_a_code_in_a_group_is_void(here: House, root: Any, known: bool) -> None:
    offer = await offered(here, "外")
    account = here.people["乙"] if known else "s"
    await here.say("乙", Typed("g1", account, f"/link {offer.code}", private=False), chat="g1")
    await here.settled()
    assert any("只能在私聊里用" in one for one in told(here, "", "g1")) == known, "to a stranger, nothing"
    assert any("发到了一个群里" in one for one in told(here, "外")), "whose code it was is told"
    here.people["生"] = "s"
    for code in (offer.code, offer.link):
        await here.type("生", f"/link {code}")
    await here.settled()
    assert await here.engine.identity.account(here.tenant, "memory", "s") is None
    assert ("link_void", "system") in await deeds(here, here.people["外"])
    if not known:
        assert not await root.fetchval(
            "select count(*) from delivery join chat using (tenant_id, chat_id) where external_id = 'g1'"
        )
    await here.audit()


async def test_who_has_no_chat_yet_cannot_be_told_so_the_administrators_are(here: House, root: Any) -> None:
    offer = await offered(here, "外")
    await root.execute("delete from account where person_id = $1", here.people["外"])
    await here.say("乙", Typed("g1", "s", f"/link {offer.link}", private=False), chat="g1")
    await here.settled()
    assert all(any("钱外" in one and "群" in one for one in told(here, who)) for who in ("管", "理"))


# ------------------------------------------------------------------------------------------------ taken over, revoked


async def test_an_account_that_becomes_another_persons(here: House, line: LineNetwork, root: Any) -> None:
    """One telephone changes hands: what was shown and begun there is no part of it any more."""
    item = await here.submit()
    first = await offered(here, "甲")
    await line.type("c1", "a1", f"/link {first.code}")
    await until(here, lambda: len(said(line, "c1")) == 2)
    menu = said(line, "c1")[1]
    back = next(one for one in menu.splitlines() if one.endswith("退回")).strip()[0]
    await line.type("c1", "a1", back)
    await until(here, lambda: len(said(line, "c1")) == 3, "asked for the reason")
    second = await offered(here, "乙")
    await line.type("c1", "a1", f"/link {codes.spelt(second.code)}")
    await until(here, lambda: "王乙" in said(line, "c1")[-1])
    assert await here.engine.identity.account(here.tenant, "line", "a1") == here.people["乙"]
    assert any("解除关联" in one for one in told(here, "甲")), "who had it is told"
    assert any("又关联了一个渠道" in one for one in told(here, "乙")), "who has it is told"
    assert ("unlinked", here.people["乙"]) in await deeds(here, here.people["甲"])
    assert ("linked", here.people["乙"]) in await deeds(here, here.people["乙"])
    before = len(said(line, "c1"))
    await line.type("c1", "a1", "时间请写清楚")
    await until(here, lambda: len(said(line, "c1")) == before + 1)
    assert "没有听懂" in said(line, "c1")[-1], "no dialogue of somebody else's goes on"
    assert (await _item(here, item.code)).state == "running"
    await line.type("c1", "a1", "1")
    await here.settled()
    assert here.engine.handle.figures.decisions == 1, "nor does a number press their button"
    before = len(said(line, "c1"))
    await here.press("甲", "通过")  # on the other network: every copy of the prompt is shown anew, but that one
    await until(here, lambda: len(said(line, "c1")) > before)
    shown = said(line, "c1")[before:]
    assert len(shown) == 1, shown
    assert "复审" in shown[0] or item.code in shown[0], "only what is the new owner's own"
    lines = await root.fetch(
        "select person_id from delivery join chat using (tenant_id, chat_id) where bot = 'line' and external_id = 'c1'"
    )
    assert here.people["甲"] not in {str(row["person_id"]) for row in lines}
    await here.audit()


async def test_a_button_that_somebody_else_was_shown_shows_nothing(here: House) -> None:
    """The network still has the old messages: a press on one of them is the new owner's, and comes to nothing."""
    item = await here.submit()
    await here.settled()
    [old] = here.chat("甲")
    offer = await offered(here, "外")
    await here.type("甲", f"/link {offer.code}")
    await here.settled()
    views = len(old.views)
    for label in labels(old.view):
        token = next(one.token for one in choices(old.view) if one.label == label)
        await here.say("甲", Pressed(here.people["甲"], here.people["甲"], token, message=old.ref, handle="h"))
    await here.settled()
    assert len(old.views) == views, "the old message is not ours to show anew"
    new = [one for one in here.chat("甲") if one is not old]
    assert not any(item.code in str(one.view) for one in new), "and nothing of the item is said"
    assert here.engine.handle.figures.decisions == 1
    assert (await _item(here, item.code)).state == "running"


async def test_a_revoked_account_in_mid_task_does_nothing_more(here: House, line: LineNetwork) -> None:
    item = await here.submit()
    offer = await offered(here, "甲")
    await line.type("c1", "a1", f"/link {offer.code}")
    await until(here, lambda: len(said(line, "c1")) == 2)
    [prompt] = [one for one in here.chat("甲") if "通过" in labels(one.view)]
    await here.press("甲", "退回")
    await here.settled()
    assert isinstance(here.chat("甲")[-1].view, Ask)
    assert await here.engine.identity.revoke(here.tenant, "memory", here.people["甲"])
    await here.type("甲", "时间请写清楚")
    await here.press("甲", "通过", said=prompt)
    await here.settled()
    assert (await _item(here, item.code)).state == "running"
    assert here.engine.handle.figures.decisions == 1
    assert "还不认识" in told(here, "甲")[-1]
    await until(here, lambda: any("解除关联" in one for one in said(line, "c1")), "the other channel is told")
    await line.type("c1", "a1", "/inbox")
    await until(here, lambda: item.code in said(line, "c1")[-1], "and has the work")
    offer = await offered(here, "甲")
    await here.type("甲", f"/link {offer.code}")
    await here.type("甲", "时间请写清楚")
    await here.settled()
    assert (await _item(here, item.code)).state == "running", "what was begun before is over"
    await here.press("甲", "通过", said=prompt)
    await here.settled()
    assert here.engine.handle.figures.decisions == 2, "linked again, the button is theirs again"
    await here.audit()


async def test_what_was_not_shown_goes_to_the_other_channel(here: House, line: LineNetwork) -> None:
    offer = await offered(here, "甲")
    here.network.on_show = lambda owed: asyncio.sleep(0.5) if owed.chat == here.people["甲"] else None
    here.network.always[here.people["甲"]] = _later()
    item = await here.submit()
    await here.until(lambda: here.network.calls)
    await line.type("c1", "a1", f"/link {offer.code}")
    await here.until(lambda: len(said(line, "c1")) >= 2)
    assert any(item.code in one for one in said(line, "c1"))
    await here.engine.identity.revoke(here.tenant, "memory", here.people["甲"])
    await asyncio.sleep(0.6)
    await here.settled()
    assert here.chat("甲") == []
    assert len([one for one in said(line, "c1") if item.code in one]) == 1, "and is not said there twice"


async def test_without_another_channel_it_waits_for_one(here: House, line: LineNetwork) -> None:
    here.network.always[here.people["甲"]] = _later()
    item = await here.submit()
    await here.until(lambda: here.network.calls)
    await here.engine.identity.revoke(here.tenant, "memory", here.people["甲"])
    await here.settled()
    offer = await offered(here, "甲")
    await line.type("c1", "a1", f"/link {offer.link}")
    await until(here, lambda: len(said(line, "c1")) == 2)
    assert "张甲" in said(line, "c1")[0]
    assert item.code in said(line, "c1")[1]


async def test_commands_under_way_are_decided_again(here: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Revoked between the decision and its commit: the decision is not written."""
    item = await here.submit()
    await here.settled()
    write = commit.commit
    revoked: list[bool] = []

    async def slowly(session: Any, batch: Any) -> Any:
        if batch.items and not revoked:
            revoked.append(await here.engine.identity.revoke(here.tenant, "memory", here.people["甲"]))
        return await write(session, batch)

    monkeypatch.setattr(commit, "commit", slowly)
    await here.press("甲", "通过")
    await here.settled()
    assert revoked == [True]
    assert here.engine.handle.figures.losers >= 1
    assert here.engine.handle.figures.decisions == 1, "the submission alone"
    assert (await _item(here, item.code)).place == "初审"


async def _item(here: House, code: str) -> Any:
    return await here.engine.read.find(here.tenant, here.people["报"], code)


async def _administration(here: House) -> list[Any]:
    rows = await listings.events(here.engine.database, here.tenant, ids.administration(here.tenant))
    return [canonical.deed(row.body) for row in rows]


def _later() -> Any:
    return Outcome("retry", after=0.2)
