"""Files of people, up and down, as streams: 20 MB at the most, kept in parts, their kind found out, never run."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Final
from uuid import uuid4

from workflow.domain.command import Refused
from workflow.engine import sniff
from workflow.store import files
from workflow.store.ids import is_id
from workflow.store.pool import Database
from workflow.talk.plain import line
from workflow.talk.scene import Upload
from workflow.talk.view import Attachment

MOST_BYTES: Final = 20 * 1024 * 1024
PART: Final = 256 * 1024
LONGEST_NAME: Final = 120

Sees = Callable[[str, str, list[str]], Awaitable[bool]]


class Files:
    """`sees(tenant, person, items)` says whether somebody may see one of these items; it is set when the engine is put together."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.sees: Sees = _nobody

    async def upload(self, tenant: str, person: str, name: str, chunks: AsyncIterator[bytes]) -> Attachment | Refused:
        """Keep a file of somebody's. Refused when it is too large, empty, or not what its name says; then nothing is kept."""
        name = line(name.replace("\\", "/").rpartition("/")[2], LONGEST_NAME)
        file, salt = str(uuid4()), secrets.token_bytes(16)
        total, media, digest = 0, "", hashlib.sha256(b"\x02" + salt)
        if not is_id(person) or not await files.begin(self.database, tenant, file, person, name, salt):
            return Refused("unknown_person")
        try:
            async for part in _parts(chunks):
                if not total:
                    media = sniff.media_type(name, part) or ""
                    if not media:
                        return await self._drop(
                            tenant, file, Refused("file_kind", {"name": name, "kinds": sorted(sniff.KNOWN)})
                        )
                if total + len(part) > MOST_BYTES:
                    return await self._drop(tenant, file, Refused("file_too_large", {"name": name, "most": MOST_BYTES}))
                digest.update(part)
                await files.part(self.database, tenant, file, total // PART, part)
                total += len(part)
        except BaseException:
            await files.drop(self.database, tenant, file)
            raise
        if not total:
            return await self._drop(tenant, file, Refused("file_empty", {"name": name}))
        await files.complete(self.database, tenant, file, media, total, digest.digest())
        return Attachment(file, name, media, total)

    async def uploads(self, tenant: str, ids: Iterable[str]) -> dict[str, Upload]:
        """Files by id, whosever they are; what is not there, not complete or erased is left out."""
        wanted = [one for one in dict.fromkeys(ids) if is_id(one)]
        if not wanted:
            return {}
        rows = await files.rows(self.database, tenant, wanted)
        return {
            row.file: Upload(row.file, row.name, row.media_type, row.bytes, row.subject, row.commitment)
            for row in rows.values()
        }

    async def download(self, tenant: str, person: str, file: str) -> tuple[Attachment, AsyncIterator[bytes]] | Refused:
        """A file, to whoever uploaded it, and to whoever may see an item that it stands in."""
        found = (await self.uploads(tenant, [file])).get(file)
        if found is None:
            return Refused("no_such_file")
        if found.subject != person:
            items = await files.items(self.database, tenant, file)
            if not items or not await self.sees(tenant, person, items):
                return Refused("no_such_file")
        return found.attachment, self._stream(tenant, found)

    async def _stream(self, tenant: str, found: Upload) -> AsyncIterator[bytes]:
        for part in range(-(-found.bytes // PART)):
            piece = await files.read(self.database, tenant, found.file, part)
            if piece is None:
                raise FileNotFoundError(f"file {found.file} was erased while it was read")
            yield piece

    async def _drop(self, tenant: str, file: str, refused: Refused) -> Refused:
        await files.drop(self.database, tenant, file)
        return refused


async def _parts(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in parts of `PART`, the last one shorter."""
    held = bytearray()
    async for chunk in chunks:
        held += chunk
        while len(held) >= PART:
            yield bytes(held[:PART])
            del held[:PART]
    if held:
        yield bytes(held)


async def _nobody(_tenant: str, _person: str, _items: list[str]) -> bool:
    return False
