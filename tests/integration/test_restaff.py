"""The organisation changes while items are under way: who lost a right decides nothing any more, and nothing is left to nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.rig import SECRET, House, Network, house, labels, settings
from tests.integration.sound import assert_sound, histories, refused, superuser
from workflow.domain.command import Answer, Refused
from workflow.domain.event import Voted
from workflow.domain.item import Item
from workflow.engine.apply import Applied, Source
from workflow.engine.engine import Bot, Engine
from workflow.engine.keys import Keys
from workflow.store.pool import Database

ORGANISATION = """
organisation: test
title: 试验街道
tenant: test
tiers: [中心, 所, 站]
roles: [管理员, 审核员, 协调员]
units: { 东中心: { tier: 中心 }, 东所: { tier: 所, parent: 东中心 }, 东站: { tier: 站, parent: 东所 }, 西站: { tier: 站, parent: 东所 } }
people:
  报: { name: 李报, roles: [东站.协调员] }
  甲: { name: 张甲, roles: [东站.审核员] }
  乙: { name: 王乙, roles: [东所.审核员] }
  丙: { name: 赵丙, roles: [东所.审核员] }
  丁: { name: 孙丁, roles: [东所.审核员] }
  管: { name: 郭管, roles: [东中心.管理员] }
  外: { name: 钱外, roles: [] }
"""
FLOW = """
flow: walk
title: 走一遍
start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 1..5000 } }
steps:
  初审: { review: 站.审核员 }
  复审: { review: 所.审核员, need: 2, back: [提交人, 初审] }
"""
ALL = FLOW.replace("flow: walk", "flow: everyone").replace("need: 2", "need: all")
MANY = 20


def with_roles(**roles: str) -> str:
    """The organisation with other roles for these people; `gone`: they are not in it any more."""
    lines = []
    for line in ORGANISATION.splitlines():
        key = line.strip().partition(":")[0]
        if line.startswith("  ") and key in roles:
            if roles[key] != "gone":
                lines.append(f"{line.partition('roles:')[0]}roles: [{roles[key]}] }}")
        else:
            lines.append(line)
    return "\n".join(lines)


@pytest.fixture
async def here(database: Any) -> AsyncIterator[House]:
    async with house(database.app_url, organisation=ORGANISATION, flows=(FLOW, ALL)) as opened:
        yield opened


@pytest.fixture
async def root(database: Any) -> AsyncIterator[Any]:
    async with superuser(database.superuser_url) as connection:
        yield connection


@pytest.fixture
async def there(here: House, database: Any) -> AsyncIterator[House]:
    """A second engine, with an organisation of its own in memory."""
    store = await Database.open(database.app_url)
    async with Engine.open(settings(), store, [Bot(here.tenant, "memory", Network())], keys=Keys(SECRET)) as engine:
        yield House(engine, here.tenant, here.network, here.people)
    await store.close()


async def apply(here: House, text: str) -> Applied:
    applied = await here.engine.apply([Source("test.yaml", text.encode())])
    assert applied.ok, (applied.problem, applied.findings)
    await here.settled()
    return applied


async def begin(here: House, flow: str = "walk", upto: str = "") -> str:
    begun = await here.do("submit", "报", flow=flow, form={"标题": "我的中国心", "人数": 80})
    assert isinstance(begun, Answer), begun
    if upto:
        assert isinstance(await here.do("approve", "甲", begun.item), Answer)
    return begun.item


async def item_of(here: House, item: str) -> Item:
    found = await here.engine.read.find(here.tenant, here.people["管"], item)
    assert isinstance(found, Item)
    return found


async def owing(here: House, item: str) -> set[str]:
    """Who has an open task in it, by their names in the file."""
    found, names = await item_of(here, item), {person: key for key, person in here.people.items()}
    return {names[t.person] for run in found.runs.values() for t in run.tasks.values() if t.state == "open"}


# ------------------------------------------------------------------------------------------------ open tasks


async def test_the_only_reviewer_goes_and_the_administrator_is_asked(here: House, root: Any) -> None:
    item = await begin(here)
    await here.settled()
    [prompt] = here.chat("甲")
    assert "通过" in labels(prompt.view)
    assert (await apply(here, with_roles(甲=""))).restaffed == 1
    assert await owing(here, item) == {"管"}
    assert "通过" not in labels(prompt.view), "their prompt has no buttons any more"
    refused(await here.do("approve", "甲", item), "no_task")
    refused(await here.do("approve", "管", item), "not_allowed")
    assert isinstance(await here.do("reassign", "管", item, to=here.people["外"], comment="请代为初审"), Answer)
    assert await owing(here, item) == {"外"}
    assert isinstance(await here.do("approve", "外", item), Answer)
    assert await owing(here, item) == {"乙", "丙", "丁"}
    await here.settled()
    await assert_sound(here.engine, root, here.tenant)


async def test_whoever_takes_the_role_over_is_asked_instead(here: House, root: Any) -> None:
    """At once, where one file does both; and later, where the item had been left to the administrator meanwhile."""
    first = await begin(here)
    await apply(here, with_roles(甲="", 外="东站.审核员"))
    assert await owing(here, first) == {"外"}
    second = await begin(here)
    await apply(here, with_roles(甲="", 外=""))
    assert await owing(here, first) == await owing(here, second) == {"管"}
    await apply(here, with_roles(甲="东站.审核员", 外=""))
    assert await owing(here, first) == await owing(here, second) == {"甲"}
    for item in (first, second):
        assert isinstance(await here.do("approve", "甲", item), Answer)
    await here.settled()
    await assert_sound(here.engine, root, here.tenant)


async def test_a_coordinator_above_is_asked_before_the_administrator(here: House, root: Any) -> None:
    item = await begin(here)
    await apply(here, with_roles(甲="", 外="东所.协调员"))
    assert await owing(here, item) == {"外"}
    assert isinstance(await here.do("approve", "外", item), Answer)
    await here.settled()
    await assert_sound(here.engine, root, here.tenant)


async def test_of_all_the_rest_must_approve(here: House, root: Any) -> None:
    item = await begin(here, "everyone", "复审")
    await here.do("approve", "乙", item)
    await apply(here, with_roles(丁=""))
    assert await owing(here, item) == {"丙"}
    last = await here.do("approve", "丙", item)
    assert isinstance(last, Answer)
    assert last.state == "done"
    await here.settled()
    await assert_sound(here.engine, root, here.tenant)


async def test_when_too_few_are_left_nothing_passes_by_itself(here: House, root: Any) -> None:
    """One of two approvals is there; the other two lose their roles: somebody must be named, and the first vote counts."""
    item = await begin(here, upto="复审")
    await here.do("approve", "乙", item)
    await apply(here, with_roles(丙="", 丁=""))
    assert await owing(here, item) == {"管"}
    assert (await item_of(here, item)).place == "复审"
    await here.do("reassign", "管", item, to=here.people["外"], comment="请复审")
    last = await here.do("approve", "外", item)
    assert isinstance(last, Answer)
    assert last.state == "done"
    await here.settled()
    await assert_sound(here.engine, root, here.tenant)


async def test_who_voted_already_is_not_asked_again_when_the_others_come_back(here: House, root: Any) -> None:
    item = await begin(here, upto="复审")
    await here.do("approve", "乙", item)
    await apply(here, with_roles(丙="", 丁=""))
    assert await owing(here, item) == {"管"}
    await apply(here, ORGANISATION)
    assert await owing(here, item) == {"丙", "丁"}
    refused(await here.do("approve", "乙", item), "no_task")
    last = await here.do("approve", "丁", item)
    assert isinstance(last, Answer)
    assert last.state == "done"
    await here.settled()
    await assert_sound(here.engine, root, here.tenant)


async def test_when_all_who_are_left_have_approved_somebody_looks_at_it(here: House, root: Any) -> None:
    """It never passes because people went; and when the organisation changes again, nobody is asked twice."""
    item = await begin(here, "everyone", "复审")
    await here.do("approve", "乙", item)
    for text in (with_roles(丙="", 丁=""), with_roles(丙="", 丁="gone")):
        await apply(here, text)
        assert await owing(here, item) == {"管"}
        assert (await item_of(here, item)).state == "running"
    assert here.engine.handle.figures.quarantined == 0
    await here.settled()
    await assert_sound(here.engine, root, here.tenant)


async def test_a_vote_that_was_cast_stays_though_its_voter_goes(here: House, root: Any) -> None:
    item = await begin(here, upto="复审")
    await here.do("approve", "乙", item)
    await apply(here, with_roles(乙="gone"))
    assert await owing(here, item) == {"丙", "丁"}
    last = await here.do("approve", "丙", item)
    assert isinstance(last, Answer)
    assert last.state == "done"
    await here.settled()
    await assert_sound(here.engine, root, here.tenant)


async def test_who_was_handed_a_task_keeps_it_until_they_leave(here: House, root: Any) -> None:
    item = await begin(here)
    await here.do("transfer", "甲", item, to=here.people["外"], comment="请你看")
    await apply(here, with_roles(甲=""))
    assert await owing(here, item) == {"外"}, "it is theirs, whatever became of who gave it"
    await apply(here, with_roles(甲="", 外="gone"))
    assert await owing(here, item) == {"管"}
    refused(await here.do("approve", "外", item), "right_lost")
    await here.settled()
    await assert_sound(here.engine, root, here.tenant)


async def test_a_submitter_who_left_withdraws_nothing(here: House, root: Any) -> None:
    """Their items go on without them; one that came back to them is the administrator's to end."""
    running, back = await begin(here), await begin(here)
    await here.do("return", "甲", back, comment="请改")
    await apply(here, with_roles(报="gone", 外="东站.协调员"))
    for verb, item in (("withdraw", running), ("nudge", running), ("resubmit", back), ("withdraw", back)):
        refused(await here.do(verb, "报", item), "right_lost")
    assert isinstance(await here.do("approve", "甲", running), Answer)
    assert isinstance(await here.do("terminate", "管", back, comment="提交人已离任"), Answer)
    await here.settled()
    await assert_sound(here.engine, root, here.tenant)


async def test_who_has_left_is_not_heard(here: House, root: Any) -> None:
    item = await begin(here)
    await here.settled()
    await apply(here, with_roles(甲="gone"))
    before = len(here.chat("甲")), here.engine.handle.figures.unknown_senders
    await here.type("甲", "/inbox")
    await here.settled()
    assert (len(here.chat("甲")), here.engine.handle.figures.unknown_senders) == (before[0] + 1, before[1] + 1)
    assert "编号" not in str(here.chat("甲")[-1].view), "they are told how to link, as any stranger is"
    for verb in ("approve", "comment", "transfer"):
        refused(await here.do(verb, "甲", item, comment="我还在", to=here.people["乙"]), "right_lost")
    refused(await here.engine.read.find(here.tenant, here.people["甲"], item), "no_such_item")
    await here.settled()
    await assert_sound(here.engine, root, here.tenant)


async def test_a_unit_that_is_closed_leaves_its_items_to_somebody(here: House, root: Any) -> None:
    item = await begin(here)
    returned = await begin(here)
    await here.do("return", "甲", returned, comment="请改")
    closed = with_roles(报="西站.协调员", 甲="西站.审核员").replace("东站: { tier: 站, parent: 东所 }, ", "")
    await apply(here, closed)
    assert here.engine.handle.figures.quarantined == 0
    assert await owing(here, item) == {"管"}
    assert isinstance(await here.do("resubmit", "报", returned), Answer)
    assert await owing(here, returned) == {"管"}
    for one in (item, returned):
        assert isinstance(await here.do("reassign", "管", one, to=here.people["甲"], comment="照旧"), Answer)
        assert isinstance(await here.do("approve", "甲", one), Answer)
    await here.settled()
    await assert_sound(here.engine, root, here.tenant)


# ------------------------------------------------------------------------------------------------ at the same time


async def test_what_was_decided_on_the_old_organisation_is_decided_again(
    here: House, there: House, root: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vote is decided while 丙 still may; before it is written, 丙 may no more."""
    item, other = await begin(here, upto="复审"), await begin(here)
    write = there.engine.handle._commit
    changing: list[asyncio.Task[Any]] = []

    async def late(batch: Any) -> Any:
        """Nothing is written before the organisation has changed, in however many batches it was decided."""
        if not changing:
            source = Source("test.yaml", with_roles(丙="").encode())
            changing.append(asyncio.create_task(here.engine.apply([source])))
        assert (await changing[0]).ok
        return await write(batch)

    monkeypatch.setattr(there.engine.handle, "_commit", late)
    outcomes = await asyncio.gather(there.do("approve", "丙", item), there.do("approve", "甲", other))
    assert changing
    assert there.engine.handle.figures.losers >= 1
    assert isinstance(outcomes[0], Refused), "the right is asked for when it counts"
    assert outcomes[0].reason in ("right_lost", "no_task")
    assert isinstance(outcomes[1], Answer), "decided again too, and still allowed"
    await here.settled()
    await there.settled()
    assert await owing(here, item) == await owing(here, other) == {"乙", "丁"}
    await assert_sound(here.engine, root, here.tenant)


async def test_votes_while_the_organisation_changes_count_or_are_refused(here: House, there: House, root: Any) -> None:
    """Whatever the interleaving: after the change nobody votes by a role that they lost, and no item waits for them."""
    items = [await begin(here, upto="复审") for _ in range(MANY)]
    acts: list[Awaitable[Any]] = [
        which.do("approve", who, item) for item in items for which, who in ((here, "乙"), (there, "丙"))
    ]
    change = here.engine.apply([Source("test.yaml", with_roles(丙="").encode())])
    applied, *outcomes = await asyncio.gather(change, *acts)
    assert applied.ok
    await here.settled()
    await there.settled()
    found = await assert_sound(here.engine, root, here.tenant)
    told = await histories(root, here.tenant)
    for item, outcome in zip(items, outcomes[1::2], strict=True):
        voted = [f.person for event in told[item] for f in event.facts if isinstance(f, Voted)]
        assert (here.people["丙"] in voted) == isinstance(outcome, Answer)
        assert isinstance(outcome, Answer) or outcome.reason in ("no_task", "right_lost")
        assert (found[item].state == "done") == isinstance(outcome, Answer)
        if found[item].state == "running":
            assert await owing(here, item) == {"丁"}


async def test_two_who_apply_the_same_change_make_one(here: House, there: House, root: Any) -> None:
    items = [await begin(here) for _ in range(5)]
    before = (await here.engine.read.organisation(here.tenant)).version
    changing: Callable[[House], Awaitable[Applied]] = lambda which: which.engine.apply(  # noqa: E731
        [Source("test.yaml", with_roles(甲="", 外="东站.审核员").encode())]
    )
    both = await asyncio.gather(changing(here), changing(there))
    assert all(one.ok for one in both)
    await here.settled()
    await there.settled()
    assert (await here.engine.read.organisation(here.tenant)).version == before + 1
    assert [await owing(here, item) for item in items] == [{"外"}] * 5
    told = await histories(root, here.tenant)
    assert {sum(event.verb == "restaff" for event in told[item]) for item in items} == {1}
    await assert_sound(here.engine, root, here.tenant)


# ------------------------------------------------------------------------------------------------ suspended meanwhile

SPOILT = """
flow: spoilt
title: 会出错
start: { by: 站.协调员, form: { 标题: text 2..40, 人数: int 0..9, 差: int 0..9 } }
steps:
  初审: { review: 站.审核员, due: 1小时, late: { 0小时: { set: { 份: 人数 / 差 } }, 2日: continue } }
  复审: { review: 所.审核员 }
"""


async def test_while_it_is_suspended_nobody_decides_and_afterwards_who_may(here: House, root: Any) -> None:
    """A condition fails at a moment, while the step is open: the votes wait for the administrator, and so does the organisation."""
    assert (await here.engine.apply([Source("spoilt.yaml", SPOILT.encode())])).ok
    items = []
    for _ in range(2):
        begun = await here.do("submit", "报", flow="spoilt", form={"标题": "我的中国心", "人数": 1, "差": 0})
        assert isinstance(begun, Answer), begun
        items.append(begun.item)
    await here.settled()
    prompts = here.chat("甲")
    now = await here.engine.read.now(here.tenant)
    await here.engine.demonstration.advance(here.tenant, now + timedelta(hours=3))
    assert {(await item_of(here, item)).state for item in items} == {"suspended"}
    await assert_sound(here.engine, root, here.tenant)
    for verb in ("approve", "reject", "return", "transfer"):
        refused(await here.do(verb, "甲", items[0], comment="一", to=here.people["外"]), "suspended")
    refused(await here.do("reassign", "管", items[0], comment="一", to=here.people["外"]), "suspended")
    for prompt in prompts:
        if "通过" in labels(prompt.view):
            await here.press("甲", "通过", said=prompt)
    await here.settled()
    for item, text, who in ((items[0], ORGANISATION, "甲"), (items[1], with_roles(甲="", 外="东站.审核员"), "外")):
        await apply(here, text)
        assert isinstance(await here.do("retry", "管", item, comment="接着办"), Answer)
        assert await owing(here, item) == {who}
        assert isinstance(await here.do("approve", who, item), Answer)
        assert (await item_of(here, item)).place == "复审"
    await here.settled()
    assert here.engine.handle.figures.quarantined == 0
    await assert_sound(here.engine, root, here.tenant)


LATE = """
flow: late
title: 都晚了
start: { by: 站.协调员, form: { 标题: text 2..40, 开播: datetime } }
steps:
  初审: { review: 站.审核员, due: 开播前 3小时, late: continue }
  三关:
    due: 开播前 1小时
    late: cancel
    all:
      内容关: { review: 所.审核员 }
      流程关: { review: 所.审核员, need: all }
"""


async def test_steps_that_open_too_late_and_are_over_at_once_leave_no_tasks(here: House, root: Any) -> None:
    """One waking passes one step and opens and cancels the next: nobody is asked, and the log agrees with the rows."""
    assert (await here.engine.apply([Source("late.yaml", LATE.encode())])).ok
    now = await here.engine.read.now(here.tenant)
    start = (now + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    begun = await here.do("submit", "报", flow="late", form={"标题": "我的中国心", "开播": start})
    assert isinstance(begun, Answer), begun
    await here.engine.demonstration.advance(here.tenant, now + timedelta(days=3))
    assert (await item_of(here, begun.item)).state == "cancelled"
    assert here.chat("乙") == []
    await assert_sound(here.engine, root, here.tenant)
