"""What a file is: its name says one thing, its first bytes another, and both must agree. A closed list; nothing is ever run."""

from __future__ import annotations

from typing import Final

import puremagic

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_ZIPPED: Final = {
    "docx": (_OFFICE + "wordprocessingml.document", b"word/"),
    "xlsx": (_OFFICE + "spreadsheetml.sheet", b"xl/"),
    "pptx": (_OFFICE + "presentationml.presentation", b"ppt/"),
    "ofd": ("application/ofd", b"OFD.xml"),
    "odt": ("application/vnd.oasis.opendocument.text", b"opendocument.text"),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", b"opendocument.spreadsheet"),
    "odp": ("application/vnd.oasis.opendocument.presentation", b"opendocument.presentation"),
    "zip": ("application/zip", b""),
}  # fmt: skip
"""Extension → media type, and what a ZIP of that kind names among its members."""

_MAGIC: Final = {
    "pdf": ("application/pdf", {"pdf"}),
    "doc": ("application/msword", {"doc"}), "wps": ("application/vnd.ms-works", {"doc"}),
    "xls": ("application/vnd.ms-excel", {"doc", "xls"}), "ppt": ("application/vnd.ms-powerpoint", {"doc", "ppt"}),
    "rtf": ("application/rtf", {"rtf"}),
    "jpg": ("image/jpeg", {"jpg"}), "jpeg": ("image/jpeg", {"jpg"}), "png": ("image/png", {"png"}),
    "gif": ("image/gif", {"gif"}), "webp": ("image/webp", {"webp"}), "bmp": ("image/bmp", {"bmp"}),
    "heic": ("image/heic", {"heic", "heif"}), "heif": ("image/heif", {"heic", "heif"}), "tif": ("image/tiff", {"tif", "tiff"}),
    "tiff": ("image/tiff", {"tif", "tiff"}),
    "mp4": ("video/mp4", {"mp4", "m4v"}), "mov": ("video/quicktime", {"mov", "mp4"}), "avi": ("video/x-msvideo", {"avi"}),
    "mp3": ("audio/mpeg", {"mp3", "mpga"}), "m4a": ("audio/mp4", {"m4a", "mp4"}), "wav": ("audio/wav", {"wav"}),
}  # fmt: skip
"""Extension → media type, and what the first bytes may be taken for."""

_TEXT: Final = {"txt": "text/plain", "md": "text/plain", "csv": "text/csv"}
_DISGUISED: Final = (b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml", b"#!", b"{\\rtf")

KNOWN: Final = frozenset({*_ZIPPED, *_MAGIC, *_TEXT})
HEAD: Final = 256 * 1024
"""How many of the first bytes `media_type` wants to see, where there are so many."""


def extension(name: str) -> str:
    """`海报.PNG` → `png`; empty without one."""
    stem, dot, last = name.rpartition(".")
    return last.lower() if stem and dot else ""


def media_type(name: str, head: bytes) -> str | None:
    """The media type that name and content agree on; None where they do not, or where the kind is not on the list."""
    kind = extension(name)
    if kind in _TEXT:
        return _TEXT[kind] if _is_text(head) else None
    if kind in _ZIPPED:
        media, member = _ZIPPED[kind]
        return media if head.startswith(b"PK\x03\x04") and _holds(head, member) else None
    if kind in _MAGIC:
        media, looks = _MAGIC[kind]
        return media if looks & _looks_like(head) else None
    return None


def _holds(head: bytes, member: bytes) -> bool:
    if not member or member in head:
        return True
    others = [one for _, one in _ZIPPED.values() if one and one != member]
    return b"[Content_Types].xml" in head and not any(other in head for other in others)


def _looks_like(head: bytes) -> set[str]:
    try:
        return {match.extension.lstrip(".") for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return set()


def _is_text(head: bytes) -> bool:
    if b"\0" in head or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:16].lower().startswith(_DISGUISED):
        return False
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):  # the head may end within a character
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False
