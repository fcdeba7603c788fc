"""The webhook: whom it believes, when it says 200, and what Telegram is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from aiohttp import ClientSession

from adapters.telegram import webhook
from adapters.telegram.webhook import HEADER
from tests.contract.suite import Keeper
from tests.telegram.rig import PUBLIC, SECRET, TelegramRig, adapter, free_port, rigged, until
from tests.telegram.server import BotApi
from workflow.ports import Typed


@pytest.fixture
async def rig() -> AsyncIterator[TelegramRig]:
    async with rigged(webhook=True) as rig:
        yield rig


def address(rig: TelegramRig) -> str:
    return rig.server.webhook.routes["https://bot.example.org"] + "/telegram"


async def post(url: str, body: bytes, secret: str | None) -> int:
    headers = {HEADER: secret} if secret is not None else {}
    async with ClientSession() as session, session.post(url, data=BytesIO(body), headers=headers) as answer:
        return answer.status


async def test_telegram_is_told_where_how_and_for_what(rig: TelegramRig) -> None:
    [call] = rig.server.called("setWebhook")
    assert call.params["url"] == PUBLIC
    assert rig.server.webhook.info["allowed_updates"] == ["callback_query", "message"]
    secret = rig.server.webhook.secret
    assert len(secret) == 64
    assert SECRET.decode() not in secret
    assert rig.server.token not in secret


async def test_only_who_knows_the_secret_is_believed(rig: TelegramRig) -> None:
    body = b'{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":700100,"type":"private"},"from":{"id":700100,"is_bot":false,"first_name":"x"},"text":"y"}}'
    right = rig.server.webhook.secret
    for wrong in (None, "", "x", right[:-1], right + "x", right.upper(), "Ж"):
        assert await post(address(rig), body, wrong) == 401
    assert rig.keeper.kept == []
    assert await post(address(rig), body, right) == 200
    assert len(rig.keeper.kept) == 1


async def test_another_path_is_nobodys(rig: TelegramRig) -> None:
    assert await post(address(rig) + "x", b"{}", rig.server.webhook.secret) == 404
    async with ClientSession() as session, session.get(address(rig)) as answer:
        assert answer.status == 405


async def test_a_body_beyond_all_measure_is_refused(rig: TelegramRig) -> None:
    assert await post(address(rig), b"x" * (webhook.MOST_BYTES + 1), rig.server.webhook.secret) == 413
    assert await post(address(rig), b"x" * 10, rig.server.webhook.secret) == 200
    assert len(rig.keeper.kept) == 1


async def test_what_is_not_kept_gets_no_200_and_comes_again(rig: TelegramRig) -> None:
    rig.keeper.failing = 2
    await rig.say("不能丢")
    assert [status for _, status in rig.server.webhook.attempts] == [503, 503, 200]
    assert rig.keeper.failing == 0
    assert len(rig.keeper.kept) == 1


async def test_an_update_that_nobody_can_decode_blocks_nothing(rig: TelegramRig) -> None:
    rig.server.raw({"message": "nonsense"}, chat=int(rig.chat))
    await rig.say("之后")
    assert [status for _, status in rig.server.webhook.attempts] == [200, 200]
    with pytest.raises(ValueError, match="message"):
        rig.adapter.read(rig.keeper.kept[0])
    assert isinstance(rig.adapter.read(rig.keeper.kept[1]), Typed)


async def test_chats_are_taken_side_by_side_and_each_in_order(rig: TelegramRig) -> None:
    people = [rig.server.person(800_000 + n) for n in range(10)]
    for number in range(5):
        for one in people:
            one.send(f"第 {number} 句")
    await rig.taken()
    assert rig.server.webhook.most_at_once > 1
    for one in people:
        read = [rig.adapter.read(update) for update in rig.keeper.kept if update.chat == str(one.id)]
        assert [said.text for said in read if isinstance(said, Typed)] == [f"第 {number} 句" for number in range(5)]


async def test_several_workers_share_one_address(rig: TelegramRig) -> None:
    second = adapter(rig.server, webhook=PUBLIC)
    task = asyncio.create_task(second.run(rig.keeper))
    await until(lambda: len(rig.server.called("setWebhook")) == 2)
    await rig.say("给第二个")
    await rig.stop()
    await rig.say("第一个停了")
    assert len(rig.keeper.kept) == 2
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert rig.server.webhook.active, "who stops leaves the address to the others"
    await rig.start()


async def test_a_port_that_is_taken_is_said_in_words(rig: TelegramRig) -> None:
    port = int(address(rig).rpartition(":")[2].partition("/")[0])
    with pytest.raises(OSError, match="GUANKOU_TELEGRAM_WEBHOOK_PORT"):
        await adapter(rig.server, webhook=PUBLIC, webhook_port=port).run(Keeper())


async def test_an_address_that_telegram_refuses_is_said(rig: TelegramRig) -> None:
    ours = adapter(rig.server, webhook="https://bot.example.org:81/telegram", webhook_port=free_port())
    task = asyncio.create_task(ours.run(Keeper()))
    await until(lambda: bool([one for one in rig.server.refused if one[0] == "setWebhook"]))
    await asyncio.sleep(0.05)
    found = await ours.health()
    assert not found.ok
    assert "ports 80, 88, 443 or 8443" in found.detail
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_webhook_that_somebody_took_away_is_set_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "WATCH_SECONDS", 0.1)
    async with rigged(webhook=True) as rig:
        await rig.server.webhook.close()
        await until(lambda: rig.server.webhook.active)
        await rig.say("又通了")
        assert len(rig.keeper.kept) == 1


async def test_health_says_what_telegram_thinks_of_our_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "WATCH_SECONDS", 0.05)
    async with rigged(webhook=True) as rig:
        rig.keeper.failing = 10_000
        rig.client.send("?")
        await until(lambda: len(rig.server.webhook.attempts) > 3)
        await asyncio.sleep(0.15)
        found = await rig.adapter.health()
        assert not found.ok
        assert "503" in found.detail
        assert "1 wait" in found.detail
        rig.keeper.failing = 0
        await rig.taken()


async def test_an_update_under_way_when_we_are_stopped_is_kept_and_answered() -> None:
    class SlowKeeper(Keeper):
        begun = asyncio.Event()

        async def accept(self, updates: object, cursor: str = "") -> None:
            self.begun.set()
            await asyncio.sleep(0.3)
            await super().accept(updates, cursor)  # type: ignore[arg-type]

    async with BotApi() as server:
        keeper, ours = SlowKeeper(), adapter(server, webhook=PUBLIC)
        task = asyncio.create_task(ours.run(keeper))
        await until(lambda: server.webhook.active)
        server.person(700_100, "王芳").send("最后一句")
        await asyncio.wait_for(keeper.begun.wait(), 2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert len(keeper.kept) == 1
        await until(lambda: not server.updates.ready)
        assert [status for _, status in server.webhook.attempts] == [200]
