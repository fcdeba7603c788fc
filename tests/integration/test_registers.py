"""What is kept of organisations, flows, people, files and the clock, and who sees a change of it."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.integration.making import BOT, DIGEST, MACHINES, World, make_world, new_id, register, sealed
from workflow.journal import chain
from workflow.store import audit, clock, codes, commit, files, flows, listings, organisations, people, tenants
from workflow.store.commit import Batch, ContentRow, FileRow
from workflow.store.organisations import Day, Entry, NoOrganisation, Person, Position, Register, Stale, Unit

LATER = datetime(2027, 1, 1, tzinfo=UTC)


async def write(world: World, new: Register) -> int:
    async with world.database.transaction() as session:
        return await organisations.write(session, world.tenant, new)


async def test_an_organisation_comes_back_as_it_was_written(world: World) -> None:
    one, two = new_id(), new_id()
    new = replace(
        register(world.version),
        title="酒仙桥",
        units=(Unit("甲", "中心", None), Unit("乙", "所", "甲"), Unit("丙", "站", "乙"), Unit("丁", "站", "乙")),
        people=(
            Person(two, "en", None, '{"key":"wang"}', b"s", chain.commitment(b"s", b'{"key":"wang"}').hex()),
            Person(one, "zh", LATER, "李明", *sealed("李明")),
        ),
        positions=(Position(two, "丁", "审核员", LATER, None), Position(one, "甲", "管理员", None, LATER)),
        roster=(Entry("list", "服务类型", '{"rows": [["理发", "生活"]]}'), Entry("pool", "志愿队伍", '{"of": "volunteers"}')),
        days=(Day("", date(2026, 10, 1), "off", True), Day("丙", date(2026, 10, 10), "work", False)),
    )  # fmt: skip
    version = await write(world, new)
    assert version == world.version + 1
    found = await organisations.read(world.database, world.tenant)
    written = {one.id for one in new.people}
    people_ = tuple(replace(one, salt=b"") for one in new.people)
    assert tuple(one for one in found.people if one.id in written) == people_
    assert replace(found, people=()) == replace(new, people=(), version=version)


async def test_a_change_made_on_an_older_version_is_refused(world: World) -> None:
    await write(world, register(world.version))
    with pytest.raises(Stale, match=f"at version {world.version + 1}") as stale:
        await write(world, register(world.version))
    assert stale.value.found == world.version + 1


async def test_a_broken_tree_is_not_written(world: World) -> None:
    broken = replace(register(world.version), units=(Unit("甲", "中心", None), Unit("乙", "所", "nowhere")))
    with pytest.raises(Exception, match="foreign key"):
        await write(world, broken)
    assert (await organisations.read(world.database, world.tenant)).version == world.version


async def test_a_tenant_without_an_organisation_says_so(world: World) -> None:
    tenant = new_id()
    await tenants.make(world.database, tenant, "empty", "Asia/Shanghai")
    with pytest.raises(NoOrganisation, match="apply its file"):
        await organisations.read(world.database, tenant)
    assert [one.name for one in await tenants.all(world.database)] == ["chaoyang", "empty"]
    found = await tenants.named(world.database, "empty")
    assert found is not None
    assert (found.id, found.demonstration, found.shifted, found.organisation_version) == (tenant, False, False, 0)
    assert await tenants.named(world.database, "nobody's") is None


async def test_a_person_keeps_their_language(world: World) -> None:
    who = world.people["zhan"]
    await people.speak(world.database, world.tenant, who, "en")
    before = await organisations.read(world.database, world.tenant)
    assert before.version == world.version + 1, "every process must learn of it"
    await people.speak(world.database, world.tenant, who, "en")
    await write(world, replace(before, people=tuple(replace(one, language="zh") for one in before.people)))
    after = await organisations.read(world.database, world.tenant)
    assert after.version == before.version + 1
    assert {one.id: one.language for one in after.people}[who] == "en"


async def test_a_flow_has_versions_and_one_of_them_is_current(world: World) -> None:
    new = "cd" * 32
    await flows.put(world.database, world.tenant, "activity", new, "flow: activity # new")
    assert await flows.current(world.database, world.tenant) == {"activity": new}
    assert await flows.digests(world.database, world.tenant) == sorted([DIGEST, new])
    assert await flows.source(world.database, world.tenant, DIGEST) == "flow: activity"
    await flows.put(world.database, world.tenant, "activity", DIGEST, "what was said once stays said")
    assert await flows.source(world.database, world.tenant, DIGEST) == "flow: activity"
    with pytest.raises(flows.UnknownFlow, match="was it applied"):
        await flows.source(world.database, world.tenant, "00" * 32)


async def test_accounts(world: World) -> None:
    who = world.people["zhan"]
    assert await people.account(world.database, world.tenant, BOT, "zhan") == who
    [account] = await people.accounts(world.database, world.tenant, who)
    assert (account.external, account.chat) == ("zhan", world.chats["zhan"])
    async with world.database.transaction() as session:
        assert await people.revoke(session, world.tenant, BOT, "zhan")
        assert not await people.revoke(session, world.tenant, BOT, "zhan")
    assert await people.account(world.database, world.tenant, BOT, "zhan") is None
    other = await make_world(world.database, "haidian")
    assert await people.account(other.database, other.tenant, BOT, "submitter") == other.people["submitter"]


async def test_a_code_links_once_and_in_time(world: World) -> None:
    who, [offer, other] = world.people["zhan"], [new_id(), new_id()]
    good, short, late = (hashlib.sha256(word).digest() for word in (b"good", b"short", b"late"))
    async with world.database.transaction() as session:
        await codes.put(session, world.tenant, good, who, offer, timedelta(minutes=10), short=False)
        await codes.put(session, world.tenant, short, who, offer, timedelta(minutes=10), short=True)
        await codes.put(session, world.tenant, late, who, other, timedelta(0), short=False)

    async def state(code: bytes) -> str:
        async with world.database.transaction() as session:
            found = await codes.lock(session, world.tenant, code, None)
            assert found is None or found.person == who
            return found.state if found is not None else ""

    assert [await state(one) for one in (good, short, late, bytes(32))] == ["good", "good", "late", ""]
    async with world.database.transaction() as session:
        await codes.use(session, world.tenant, offer, None)
    assert [await state(one) for one in (good, short)] == ["used", "used"], "one of an offer uses up both"


async def test_a_demonstrations_clock_moves_on_only(world: World) -> None:
    before = await clock.now(world.database, world.tenant)
    async with world.database.transaction() as session:
        assert await clock.shift(session, world.tenant, timedelta(days=5))
        assert not await clock.shift(session, world.tenant, timedelta(days=-1))
    moved = await clock.now(world.database, world.tenant) - before
    assert timedelta(days=5) <= moved < timedelta(days=5, minutes=5)
    now, due = await clock.due(world.database, world.tenant, 10)
    assert due == []
    assert now - before >= timedelta(days=5)
    [tenant] = await tenants.all(world.database)
    assert tenant.shifted


async def test_a_file_goes_up_and_down(world: World) -> None:
    who, file, salt = world.people["zhan"], new_id(), b"salt"
    parts = [bytes([n]) * files.PART_BYTES for n in range(3)] + [b"end"]
    seal = hashlib.sha256(b"\x02" + salt + b"".join(parts)).digest()
    await files.begin(world.database, world.tenant, file, who, "方案.pdf", salt)
    for no, part in enumerate(parts):
        await files.part(world.database, world.tenant, file, no, part)
        await files.part(world.database, world.tenant, file, no, part)
    assert await files.rows(world.database, world.tenant, [file]) == {}, "it is not there before it is whole"
    size = sum(map(len, parts))
    await files.complete(world.database, world.tenant, file, "application/pdf", size, seal)
    row = (await files.rows(world.database, world.tenant, [file]))[file]
    assert row == files.Row(file, "方案.pdf", "application/pdf", size, who, seal.hex())
    assert [await files.read(world.database, world.tenant, file, no) for no in range(5)] == [*parts, None]

    [held] = await world.begin("submitter", "zhan")
    batch = Batch(world.tenant, world.version)
    world.put_approval(batch, 0, held, "zhan", "suo")
    batch.files += [FileRow(0, held.item.id, file)] * 2
    await commit.commit(world.database, batch)
    assert await files.items(world.database, world.tenant, file) == [held.item.id]

    async with world.database.transaction() as session:
        assert await people.erase(session, world.tenant, who) == 2, "their card and the file's name"
    assert (await audit.verify(world.database, world.tenant, MACHINES)).verified, "what is erased leaves the log whole"
    assert await files.read(world.database, world.tenant, file, 0) is None
    assert await files.rows(world.database, world.tenant, [file]) == {}


async def test_uploads_that_nobody_finished_are_swept(world: World) -> None:
    file = new_id()
    await files.begin(world.database, world.tenant, file, world.people["zhan"], "x", b"s")
    await files.part(world.database, world.tenant, file, 0, b"x")
    assert await files.sweep(world.database, world.tenant) == 0
    assert await files.sweep(world.database, world.tenant, timedelta(0)) == 1
    assert await files.read(world.database, world.tenant, file, 0) is None
    await files.begin(world.database, world.tenant, file, world.people["zhan"], "x", b"s")
    await files.part(world.database, world.tenant, file, 0, b"x")
    await files.drop(world.database, world.tenant, file)
    assert await files.read(world.database, world.tenant, file, 0) is None


async def test_uploads_that_came_to_nothing_are_swept_and_no_others(world: World) -> None:
    [held] = await world.begin("submitter", "zhan")
    used, unused = new_id(), new_id()
    for file in (used, unused):
        await files.begin(world.database, world.tenant, file, world.people["zhan"], f"{file}.pdf", b"s")
        await files.part(world.database, world.tenant, file, 0, b"x")
        await files.complete(world.database, world.tenant, file, "application/pdf", 1, bytes(32))
    batch = Batch(world.tenant, world.version)
    batch.files.append(commit.FileRow(0, held.item.id, used))
    await commit.commit(world.database, batch)
    assert await files.sweep(world.database, world.tenant) == 0, "somebody may still be filling in a form"
    assert await files.sweep(world.database, world.tenant, unused=timedelta(0)) == 1
    assert set(await files.rows(world.database, world.tenant, [used, unused])) == {used}
    assert await files.read(world.database, world.tenant, unused, 0) is None


async def test_items_are_found_by_words_and_code(world: World) -> None:
    held = await world.begin("submitter", "zhan", 3)
    titles = ["爱国卫生月周末卫生大扫除", "100% 我的中国梦", "100 位老人"]
    batch = Batch(world.tenant, world.version)
    for group, (one, title) in enumerate(zip(held, titles, strict=True)):
        sealed_title = chain.commitment(b"s", title.encode())
        batch.contents.append(ContentRow(group, sealed_title, world.people["submitter"], b"s", title.encode()))
        batch.put_item(group, one.item, 1, one.head, one.head, sealed_title.hex())
    assert not (await commit.commit(world.database, batch)).lost

    async def find(text: str) -> list[str | None]:
        return [line.title for line in await listings.find(world.database, world.tenant, text)]

    assert await find("卫生") == [titles[0]]
    assert await find("100%") == [titles[1]], "what people type is no pattern"
    assert await find("_") == []
    assert len(await find("")) == 3
    assert await find(held[2].item.code[:6].upper()) == [titles[2]]
    mine = await listings.mine(world.database, world.tenant, world.people["submitter"], 2, 0)
    assert [line.total for line in mine] == [3, 3]
    assert await listings.mine(world.database, world.tenant, world.people["zhan"]) == []
    inbox = await listings.inbox(world.database, world.tenant, world.people["zhan"])
    assert sorted(line.title or "" for line in inbox) == sorted(titles)
    assert {(line.task, line.task_place, line.round) for line in inbox} == {(1, "站", 1)}
    async with world.database.transaction() as session:
        await people.erase(session, world.tenant, world.people["submitter"])
    assert {line.title for line in await listings.mine(world.database, world.tenant, world.people["submitter"])} == {
        None
    }


async def test_who_is_involved_and_what_still_runs(world: World) -> None:
    one, two = await world.begin("submitter", "zhan", 2)
    items = [one.item.id, two.item.id]
    for reviewer, following in (("zhan", "suo"), ("suo", "zhongxin"), ("zhongxin", "")):
        await world.approve([one], reviewer, following)
    for person, expected in (("zhan", items), ("suo", items[:1]), ("submitter", items)):
        found = await listings.involved(world.database, world.tenant, world.people[person], items)
        assert found == set(expected), person
    assert await listings.running(world.database, world.tenant) == [two.item.id]
    assert await listings.running(world.database, world.tenant, two.item.id) == []
