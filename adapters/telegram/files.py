"""Files, down and up, as streams: fetched from Telegram, and read while they are sent there. Not here: what is kept of them (the engine)."""

from __future__ import annotations

import errno
from collections.abc import AsyncGenerator, AsyncIterator

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import GetFile
from aiogram.types import InputFile

from adapters.telegram.outcomes import outcome_of
from adapters.telegram.wire import Wire
from workflow.ports import Blob


async def fetch(wire: Wire, blob: Blob, most: int) -> AsyncIterator[bytes]:
    """The bytes of a file, at most `most` of them. OSError, in words, when it is too large (EFBIG), not there, or does not come."""
    too_large = OSError(errno.EFBIG, f"{blob.name}: not more than {most // 2**20} MB can be fetched from Telegram")
    if blob.bytes > most:
        raise too_large
    async with wire.open():
        path = await _path(wire, blob, too_large)
        if path.startswith("/"):
            raise OSError(
                f"{blob.name}: the Bot API server runs with --local and does not hand out files; start it without"
            )
        if ".." in path.split("/"):
            raise OSError(f"{blob.name}: Telegram names no path of a file")
        read = 0
        async for chunk in wire.stream(path):
            read += len(chunk)
            if read > most:
                raise too_large
            yield chunk


async def _path(wire: Wire, blob: Blob, too_large: OSError) -> str:
    """Where it stands at present. Telegram promises an hour, so it is asked anew each time."""
    try:
        found = await wire.call(GetFile(file_id=blob.ref))
    except TelegramBadRequest as error:
        if "too big" in error.message.casefold():
            raise too_large from None
        raise FileNotFoundError(f"{blob.name}: Telegram does not know the file any more") from None
    except Exception as error:  # noqa: BLE001 - whatever the library raises, its words may hold the token
        why = wire.redacted(outcome_of(error, editing=True).detail)
        raise OSError(f"{blob.name}: could not be fetched from Telegram: {why}") from None
    if not found.file_path:
        raise FileNotFoundError(f"{blob.name}: Telegram does not hand out the file")
    return found.file_path


class Upload(InputFile):
    """A file as it is read: its first part before the call begins, so that a file that is not there costs no call."""

    def __init__(self, name: str, parts: AsyncIterator[bytes]) -> None:
        super().__init__(filename=name)
        self._parts = parts
        self._first = b""
        self.broken = False

    async def begin(self) -> None:
        """Read the first part. Raises what reading raises."""
        self._first = await anext(self._parts, b"")

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:
        """All of it; `broken` when reading raises before its end."""
        yield self._first
        try:
            async for part in self._parts:
                yield part
        except Exception:  # whatever a file's keeper raises: it is passed on, and who sends knows that half was no file
            self.broken = True
            raise

    async def aclose(self) -> None:
        """Read no further."""
        if isinstance(self._parts, AsyncGenerator):
            await self._parts.aclose()
