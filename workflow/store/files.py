"""Files in parts of 256 KiB, as rows. What may be uploaded, and who may have it, is decided above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from workflow.journal.chain import commitment
from workflow.store.pool import Session

PART_BYTES = 256 * 1024


class Row(msgspec.Struct, frozen=True):
    """A complete file. `commitment` (hex) is SHA-256(0x02 ‖ salt ‖ its bytes)."""

    file: str
    name: str
    media_type: str
    bytes: int
    subject: str
    commitment: str


async def begin(session: Session, tenant: str, file: str, subject: str, name: str, salt: bytes) -> bool:
    """A file is coming from `subject`; False when the tenant knows nobody of that id.

    Its name is people's words, and kept as such under `salt`.
    """
    body = name.encode()
    return await session.run("begin_file", tenant, file, subject, commitment(salt, body), salt, body) > 0


async def part(session: Session, tenant: str, file: str, no: int, piece: bytes) -> None:
    """Part `no` from 0, at most `PART_BYTES`; the same part again replaces it."""
    await session.run("put_file_part", tenant, file, no, piece)


async def complete(session: Session, tenant: str, file: str, media_type: str, size: int, sealed: bytes) -> None:
    """All parts are there; `sealed` is the commitment to all their bytes under the salt that it began with."""
    await session.run("complete_file", tenant, file, sealed, media_type, size)


async def rows(session: Session, tenant: str, files: Sequence[str]) -> dict[str, Row]:
    """Complete files by id; those that were erased are missing."""
    return {
        str(row["file_id"]): Row(
            str(row["file_id"]), row["name"], row["media_type"], row["bytes"], str(row["subject"]),
            row["commitment"].hex(),
        )
        for row in await session.fetch("files", tenant, files)
    }  # fmt: skip


async def read(session: Session, tenant: str, file: str, no: int) -> bytes | None:
    """One part; None beyond the last one, and once erased."""
    return await session.value("file_part", tenant, file, no)  # type: ignore[no-any-return]


async def items(session: Session, tenant: str, file: str) -> list[str]:
    """The items it stands in."""
    return [str(row["item_id"]) for row in await session.fetch("file_items", tenant, file)]


async def drop(session: Session, tenant: str, file: str) -> None:
    """Forget a file, its name and its parts."""
    await session.run("drop_file", tenant, file)


async def sweep(
    session: Session,
    tenant: str,
    older: timedelta = timedelta(days=1),
    unused: timedelta = timedelta(days=14),
) -> int:
    """Forget uploads that nobody finished, or that stand in no item; how many there were.

    `unused` is longer than any dialogue may hold a file.
    """
    return await session.run("sweep_files", tenant, older, unused)
