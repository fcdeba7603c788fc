"""Files that go up and down, and their limits. Not here: the messages that carry them."""

from __future__ import annotations

from typing import Any

from tests.telegram.server.params import Schema, Sent, text
from tests.telegram.server.refusals import TOO_LARGE, Json, Refusal, bad
from tests.telegram.server.state import Upload, World

FILE: Schema = {"file_id": text}
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")
LARGE, SMALL = (800, 600), (90, 68)  # pixels; the picture's own are not read


def taken(world: World, value: Sent | str | None, field: str) -> Upload:
    """The file that a bot sends: uploaded now, or known by its file_id."""
    if value is None or value == "":
        raise bad(f"there is no {field} in the request")
    if isinstance(value, str):
        if "://" in value:
            raise bad("failed to get HTTP URL content")
        if value not in world.uploads:
            raise bad("wrong remote file identifier specified: Wrong string length")
        return world.uploads[value]
    if not value.data:
        raise bad("file must be non-empty")
    if len(value.data) > world.sizes.up:
        raise Refusal(*TOO_LARGE)
    if field == "photo":
        if len(value.data) > world.sizes.photo:
            raise bad("file is too big")
        if not value.data.startswith(PICTURES):
            raise bad("IMAGE_PROCESS_FAILED")
    return world.keep(value.name, value.media_type, value.data)


def document(upload: Upload) -> Json:
    """The Bot API's Document (and, less a name, its Audio, Video and Voice)."""
    return {
        "file_id": upload.file_id,
        "file_unique_id": upload.unique_id,
        "file_name": upload.name,
        "mime_type": upload.media_type,
        "file_size": upload.size,
    }


def photo(world: World, upload: Upload) -> list[Json]:
    """The PhotoSizes, the smallest first: only the last is the picture."""
    small = world.keep("thumbnail.jpg", "image/jpeg", upload.data[: len(upload.data) // 4 + 1])
    return [_size(small, *SMALL), _size(upload, *LARGE)]


def get_file(world: World, values: dict[str, Any]) -> Json:
    """Where to fetch it from, under /file/bot<token>/."""
    upload = world.uploads.get(values.get("file_id", ""))
    if upload is None:
        raise bad("invalid file_id")
    if upload.size > world.sizes.down:
        raise bad("file is too big")
    return {
        "file_id": upload.file_id,
        "file_unique_id": upload.unique_id,
        "file_size": upload.size,
        "file_path": upload.path,
    }


def at_path(world: World, path: str) -> Upload | None:
    return next((upload for upload in world.uploads.values() if upload.path == path), None)


def _size(upload: Upload, width: int, height: int) -> Json:
    return {
        "file_id": upload.file_id,
        "file_unique_id": upload.unique_id,
        "file_size": upload.size,
        "width": width,
        "height": height,
    }
