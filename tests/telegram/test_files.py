"""Files, both ways: the bytes as they are, within the limits, and clear words beyond them."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

import pytest

from adapters.telegram.bot import FILE
from tests.telegram.rig import TelegramRig, rigged
from workflow.ports import Blob, Delivery, Typed
from workflow.talk.view import Attachment, Document, Notice

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 3000


@pytest.fixture
async def rig() -> AsyncIterator[TelegramRig]:
    async with rigged() as rig:
        yield rig


async def fetched(rig: TelegramRig, blob: Blob) -> bytes:
    return b"".join([chunk async for chunk in rig.adapter.fetch(blob)])


async def sent(rig: TelegramRig, size: int | None = None) -> Blob:
    """王芳 sends a file; the blob that is read of it."""
    rig.client.send_file("方案.pdf", PDF, media_type="application/pdf", size=size)
    await rig.taken()
    incoming = rig.adapter.read(rig.keeper.kept[-1])
    assert isinstance(incoming, Typed)
    return incoming.files[0]


# ------------------------------------------------------------------------------------------------ down


async def test_a_file_is_fetched_as_it_was_sent_however_often(rig: TelegramRig) -> None:
    blob = await sent(rig)
    assert (blob.name, blob.media_type, blob.bytes) == ("方案.pdf", "application/pdf", len(PDF))
    assert await fetched(rig, blob) == PDF
    assert await fetched(rig, blob) == PDF


async def test_a_file_is_a_stream(rig: TelegramRig) -> None:
    blob = await sent(rig)
    sizes = [len(chunk) async for chunk in rig.adapter.fetch(blob)]
    assert len(sizes) > 1
    assert max(sizes) <= 1 << 16


async def test_a_file_too_large_for_telegram_costs_no_call(rig: TelegramRig) -> None:
    blob = await sent(rig, size=FILE + 1)
    with pytest.raises(OSError, match=r"方案\.pdf: not more than 20 MB can be fetched from Telegram"):
        await fetched(rig, blob)
    assert not rig.server.called("getFile")


async def test_a_file_whose_size_nobody_told_is_refused_by_telegram_and_said_so(rig: TelegramRig) -> None:
    blob = await sent(rig, size=FILE + 1)
    with pytest.raises(OSError, match="not more than 20 MB"):
        await fetched(rig, Blob(blob.ref, blob.name))
    assert rig.server.called("getFile")


async def test_a_file_that_is_larger_than_it_said_is_cut_off(rig: TelegramRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.telegram.bot.FILE", 1 << 16)
    blob = await sent(rig)
    with pytest.raises(OSError, match="not more than"):
        await fetched(rig, Blob(blob.ref, blob.name, bytes=10))


async def test_a_file_that_telegram_does_not_know_is_not_there(rig: TelegramRig) -> None:
    with pytest.raises(FileNotFoundError, match="does not know"):
        await fetched(rig, Blob("BQACAgUAAxk999", "x.pdf"))


async def test_a_file_that_went_between_the_two_calls_is_not_there(rig: TelegramRig) -> None:
    blob = await sent(rig)
    rig.server.inject("file", 404, "Not Found")
    with pytest.raises(FileNotFoundError, match="404"):
        await fetched(rig, blob)


async def test_a_network_that_is_away_is_an_oserror_without_the_token(rig: TelegramRig) -> None:
    blob = await sent(rig)
    await rig.server.fail_connect()
    with pytest.raises(OSError, match="could not be fetched") as caught:
        await fetched(rig, blob)
    assert rig.server.token not in repr(caught.value)
    assert caught.value.__suppress_context__
    await rig.server.restore()


async def test_a_server_that_keeps_files_to_itself_is_told_how_to_be_run(
    rig: TelegramRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = await sent(rig)
    monkeypatch.setattr("tests.telegram.server.state.Upload.path", "/var/lib/telegram-bot-api/x.pdf")
    with pytest.raises(OSError, match="--local"):
        await fetched(rig, blob)


# ------------------------------------------------------------------------------------------------ up


def document(size: int = len(PDF), name: str = "方案 (终稿).pdf") -> Document:
    return Document(Attachment("f1", name, "application/pdf", size), "K7M3QX《大扫除》<b>")


async def test_a_file_goes_up_as_it_is_with_what_it_belongs_to(rig: TelegramRig) -> None:
    rig.keeper.attachments["f1"] = PDF
    outcome = await rig.adapter.show(Delivery("d", rig.chat), document())
    assert outcome.kind == "sent"
    message = rig.server.chat(rig.chat).last
    assert str(message.id) == outcome.ref
    assert message.upload is not None
    assert message.upload.name == "方案 (终稿).pdf"
    assert hashlib.sha256(message.upload.data).digest() == hashlib.sha256(PDF).digest()
    assert "K7M3QX《大扫除》<b>" in message.text


async def test_a_file_sent_again_after_a_lost_answer_is_marked(rig: TelegramRig) -> None:
    rig.keeper.attachments["f1"] = PDF
    rig.server.lose("sendDocument")
    assert (await rig.adapter.show(Delivery("d", rig.chat), document())).kind == "ambiguous"
    assert (await rig.adapter.show(Delivery("d", rig.chat, attempt=2), document())).kind == "sent"
    first, second = rig.server.chat(rig.chat).said
    assert "#1" not in first.text
    assert "〔重发 #1〕" in second.text


async def test_a_file_that_stands_there_is_not_sent_again(rig: TelegramRig) -> None:
    rig.keeper.attachments["f1"] = PDF
    ref = (await rig.adapter.show(Delivery("d", rig.chat), document())).ref
    assert (await rig.adapter.show(Delivery("d", rig.chat, ref=ref), document())).kind == "noop"
    assert (await rig.adapter.show(Delivery("d", rig.chat, ref=ref), Notice("看不到了"))).kind == "noop"
    assert len(rig.server.called("sendDocument")) == 1
    assert (await rig.adapter.withdraw(Delivery("d", rig.chat, ref=ref), "已被取代")).kind == "sent"
    assert rig.server.chat(rig.chat).said == []


async def test_a_file_that_may_not_be_seen_is_said_so(rig: TelegramRig) -> None:
    outcome = await rig.adapter.show(Delivery("d", rig.chat), document())
    assert outcome.kind == "sent"
    assert "找不到这个文件" in rig.server.chat(rig.chat).last.text
    assert not rig.server.called("sendDocument")


async def test_a_file_too_large_to_send_is_said_so(rig: TelegramRig) -> None:
    outcome = await rig.adapter.show(Delivery("d", rig.chat, language="en"), document(FILE + 1))
    assert outcome.kind == "sent"
    assert "larger than 20 MB" in rig.server.chat(rig.chat).last.text
    assert not rig.server.called("sendDocument")


@pytest.mark.parametrize("parts", [0, 5])
async def test_a_file_that_breaks_off_while_it_is_read_is_no_message(rig: TelegramRig, parts: int) -> None:
    async def broken(chat: str, file: str) -> AsyncIterator[bytes]:
        for _ in range(parts):
            yield b"x" * 100_000
        raise ConnectionError("the database is away")

    rig.keeper.attachment = broken  # type: ignore[method-assign]
    outcome = await rig.adapter.show(Delivery("d", rig.chat), document())
    assert outcome.kind == "retry"
    assert rig.server.chat(rig.chat).said == []


async def test_a_file_waits_until_the_adapter_runs(rig: TelegramRig) -> None:
    rig.keeper.attachments["f1"] = PDF
    await rig.stop()
    assert (await rig.adapter.show(Delivery("d", rig.chat), document())).kind == "retry"
    await rig.start()
    assert (await rig.adapter.show(Delivery("d", rig.chat), document())).kind == "sent"
