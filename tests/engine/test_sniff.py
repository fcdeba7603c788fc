"""A file is what both its name and its first bytes say; anything else is refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from workflow.engine.sniff import extension, media_type

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0\0\0\0\0"
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb0043") + bytes(100)


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"<x/>")
    return out.getvalue()


DOCX = zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml")
XLSX = zipped("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("name", "head", "media"),
    [
        ("海报.png", PNG, "image/png"),
        ("现场.JPG", JPEG, "image/jpeg"),
        ("方案.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("名单.xlsx", XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("资料.zip", zipped("a.txt"), "application/zip"),
        ("讲稿.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "application/pdf"),
        ("旧稿.doc", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "application/msword"),
        ("讲稿.txt", "我的中国心 我的中国梦".encode(), "text/plain"),
        ("讲稿.txt", "我的中国心".encode("gb18030"), "text/plain"),
        ("名单.csv", b"a,b\n1,2\n", "text/csv"),
        ("录像.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "video/mp4"),
    ],
)
def test_what_agrees_is_taken(name: str, head: bytes, media: str) -> None:
    assert media_type(name, head) == media


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("海报.png", JPEG),
        ("海报.png", b"MZ\x90\0\3\0\0\0"),
        ("方案.docx", XLSX),
        ("方案.docx", b"MZ\x90\0" + DOCX),
        ("方案.pdf", b"<!doctype html><script>alert(1)</script>"),
        ("讲稿.txt", b"<html><script>alert(1)</script>"),
        ("讲稿.txt", b"a\0b"),
        ("讲稿.txt", b"\xff\xff\xff\xff\xff"),
        ("坏.exe", b"MZ\x90\0\3\0\0\0"),
        ("页.html", b"<!doctype html>"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("没有扩展名", PNG),
        (".png", PNG),
        ("空.pdf", b""),
    ],
)
def test_what_does_not_agree_is_refused(name: str, head: bytes) -> None:
    assert media_type(name, head) is None


def test_text_may_be_cut_within_a_character() -> None:
    assert media_type("讲稿.txt", ("好" * 50).encode()[:-1]) == "text/plain"


def test_only_the_last_dot_counts() -> None:
    assert extension("a.pdf.exe") == "exe"
    assert extension("README") == ""
