"""What is wrong with a text before YAML is asked: bytes, invisible characters, and slips of the input method (`：`, `　`, `【`). Not here: YAML.

Slips are looked for only where YAML itself wants an ASCII sign: `公益微创投（一轮）` and `help: 注意：…` are values, and fine.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from workflow.language.text.nodes import Place, found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workflow.domain.finding import Finding

MAX_BYTES: Final = 256 * 1024
_BOM: Final = "\ufeff"
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_BIDI: Final = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SUSPECT: Final = re.compile(
    "[：\u3000\u00a0［］｛｝【】〔〕，、－]|^[ ]*\t|^[ ]*[^\\W\\d][^\\s:]*:[^\\s\\d/:]", re.MULTILINE
)
_BRACKETS: Final = {"［": "[", "｛": "{", "【": "[", "〔": "[", "］": "]", "｝": "}", "】": "]", "〕": "]"}

_KEY: Final = r"[^\W\d][\w·.]*[?？]?"
_QUOTED: Final = re.compile(r"(?<=[\s,\[{])(?:\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\n]|'')*')(?=\s*(?:[,\]}:#]|$))")
_COMMENT: Final = re.compile(r"(?:^|[ \t])#.*")
_BLOCK: Final = re.compile(r"(?:^|[:\-][ ]+)[|>][+\-0-9]{0,2}[ ]*$")
_INDENT: Final = re.compile(r"[ ]*([\t\u3000\u00a0][ \t\u3000\u00a0]*)(?=\S)")
_LINE_KEY: Final = re.compile(rf"[ ]*((?:-[ ]+)*)({_KEY})([ ]*：[ \u3000]*)")
_INNER_KEY: Final = re.compile(rf"[{{,，]\s*{_KEY}(\s*：\s*)")
_COMMA: Final = re.compile(rf"([，、]\s*){_KEY}\s*[:：]")
_BLANK: Final = re.compile(rf"(?:{_KEY}:|(?:^|[ ])-)([ ]*[\u3000\u00a0][ \u3000\u00a0]*)")
_NO_BLANK: Final = re.compile(rf"[ ]*{_KEY}(:)(?=[^\s\d/:])")
_DASH: Final = re.compile(r"[ ]*(－)")
_WHOLE: Final = re.compile(
    r"(?:^[ ]*|:[ ]+|-[ ]+|[\[{,][ ]*)([［｛【〔])([^【】［］｛｝〔〕]*)([］｝】〕\]}]|$)(?=\s*(?:$|[,\]}]))"
)
_SEPARATOR: Final = re.compile("[,，、:：]")
_MIXED: Final = re.compile(r"[\[{][^\[\]{}【】［］｛｝〔〕]*([］｝】〕])(?=\s*(?:$|[,\]}]))")
_SAID: Final = {
    "Y104": ("缩进只能用半角空格", "indentation is made of ASCII blanks only"),
    "Y105": ("冒号要用半角 : 加空格", "the colon is the ASCII : and a blank"),
    "Y106": ("这里要用半角空格", "an ASCII blank stands here"),
    "Y107": ("括号要用半角", "the bracket must be ASCII"),
    "Y108": ("花括号里用半角逗号 , 隔开", "inside braces the ASCII comma parts"),
    "Y109": ("冒号后面要有一个空格", "a blank stands behind the colon"),
    "Y112": ("列表的横线要用半角 - 加空格", "a list's dash is the ASCII - and a blank"),
}
_BRACKET: Final = re.compile(r"[\[\]{}]")
_OPENS: Final = re.compile(r"(?:^|[:\-][ ]+|[\[{,][ ]*|^[ ]*)\Z")


def decode(source: bytes | str) -> tuple[str, list[Finding]]:
    """The text with one kind of line end and no BOM; nothing but findings when it cannot be used at all."""
    if isinstance(source, str):
        source = source.encode("utf-8", "surrogatepass")
    if len(source) > MAX_BYTES:
        return "", [
            found(
                "Y102",
                f"文件太大：最多 {MAX_BYTES // 1024} KiB",
                f"the file is too large: at most {MAX_BYTES // 1024} KiB",
                Place(1, 1, 1, 1),
            )
        ]
    try:
        text = source.decode().removeprefix(_BOM)
    except UnicodeDecodeError as error:
        before = source[: error.start].decode()
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        byte = f"0x{source[error.start]:02X}"
        zh, en = (
            f"从这里起不是 UTF-8（字节 {byte}）；请用 UTF-8 编码另存",
            f"this is not UTF-8 (byte {byte}); save the file as UTF-8",
        )
        return "", [found("Y101", zh, en, Place(line, column, line, column + 1))]
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, list(_invisible(text))


def as_before(text: str, source: bytes) -> bytes:
    """A text that came from these bytes, with the line ends and the mark that they had."""
    if b"\r\n" in source:
        text = text.replace("\n", "\r\n")
    return (_BOM if source.startswith(_BOM.encode()) else "").encode() + text.encode()


def slips(text: str) -> list[Finding]:
    """What an input method or an editor slipped in where YAML wants another sign, each with its fix."""
    return list(_slips(text)) if _SUSPECT.search(text) else []


def _invisible(text: str) -> Iterator[Finding]:
    for hit in _INVISIBLE.finditer(text):
        line, column = text.count("\n", 0, hit.start()) + 1, hit.start() - text.rfind("\n", 0, hit.start())
        code = f"U+{ord(hit[0]):04X}"
        zh, en = f"看不见的控制字符 {code}，请删掉", f"the invisible control character {code} must go"
        if hit[0] in _BIDI:
            zh, en = (
                f"改变文字方向的字符 {code}，会让人看到的和写的不一样，请删掉",
                f"{code} turns the direction of text, so that what is read is not what is written; it must go",
            )
        yield found("Y103", zh, en, Place(line, column, line, column + 1), "", sure=True)


def _slips(text: str) -> Iterator[Finding]:
    open_brackets: list[str] = []
    block_indent: int | None = None
    for number, raw in enumerate(text.split("\n"), 1):
        indent = len(raw) - len(raw.lstrip())
        if block_indent is not None:
            if indent > block_indent or not raw.strip():
                continue
            block_indent = None
        line = _QUOTED.sub(lambda quoted: "x" * len(quoted[0]), raw)
        line = _COMMENT.sub("", line)
        if not open_brackets and _BLOCK.search(line):
            block_indent = indent
        if _SUSPECT.search(line):
            yield from _in_line(line, number, open_brackets)
        _track(line, open_brackets)


def _slip(code: str, hit: re.Match[str], group: int, number: int, fix: str) -> Finding:
    start, end = hit.span(group)
    return found(code, *_SAID[code], Place(number, start + 1, number, end + 1), fix, sure=True)


def _in_line(line: str, number: int, open_brackets: list[str]) -> Iterator[Finding]:
    indent = _INDENT.match(line)
    if indent:
        fix = indent[1].replace("\t", "  ").replace("\u3000", "  ").replace("\u00a0", " ")
        yield _slip("Y104", indent, 1, number, fix)
    for hit in _BLANK.finditer(line):
        yield _slip("Y106", hit, 1, number, " ")
    if not open_brackets:
        yield from _at_line_start(line, number)
    yield from _in_braces(line, number, open_brackets)
    for hit in _WHOLE.finditer(line):
        if hit[1] in "［｛" or _SEPARATOR.search(hit[2]):
            yield _slip("Y107", hit, 1, number, _BRACKETS[hit[1]])
            if hit[3] in _BRACKETS:
                yield _slip("Y107", hit, 3, number, _BRACKETS[hit[3]])
    for hit in _MIXED.finditer(line):
        if _inside(line, hit.start(1), open_brackets):
            yield _slip("Y107", hit, 1, number, _BRACKETS[hit[1]])


def _at_line_start(line: str, number: int) -> Iterator[Finding]:
    """Block style: `- `, and `KEY: ` at the beginning of a line."""
    dash = _DASH.match(line)
    if dash:
        yield _slip("Y112", dash, 1, number, "-" if line[dash.end(1) :][:1] == " " else "- ")
    key = _LINE_KEY.match(line)
    if key and (not key[1] or key[2].isascii() or line[key.end() :][:1] in {"", "[", "{", "［", "｛", "【"}):
        yield _slip("Y105", key, 3, number, ": " if line[key.end() :] else ":")
    glued = _NO_BLANK.match(line)
    if glued and ": " not in line and not line.endswith(":"):
        yield _slip("Y109", glued, 1, number, ": ")


def _in_braces(line: str, number: int, open_brackets: list[str]) -> Iterator[Finding]:
    """Flow style: `{ KEY: …, KEY: … }`."""
    for code, pattern, fix in (("Y105", _INNER_KEY, ": "), ("Y108", _COMMA, ", ")):
        for hit in pattern.finditer(line):
            if _inside(line, hit.start(1), open_brackets) == "{":
                yield _slip(code, hit, 1, number, fix)


def _inside(line: str, at: int, open_brackets: list[str]) -> str:
    """The bracket that is open at a place of the line, or nothing."""
    brackets = list(open_brackets)
    _track(line[:at], brackets)
    return brackets[-1] if brackets else ""


def _track(line: str, open_brackets: list[str]) -> None:
    """Follow the brackets of one line: they open only where a value may begin."""
    for hit in _BRACKET.finditer(line):
        if hit[0] in "]}":
            if open_brackets:
                open_brackets.pop()
        elif _OPENS.search(line, 0, hit.start()):
            open_brackets.append(hit[0])
