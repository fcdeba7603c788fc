"""Text with marks in it -> plain text and entities, as TDLib's parse_html does it. Not here: where the text goes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.telegram.server.refusals import Json, bad

KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
    "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link", "tg-emoji": "custom_emoji",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
SPACE = " \t\r\n\v\f\0"
CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")
TOKEN = re.compile(r"[A-Za-z0-9.-]*")
COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w+)?")
MENTION = re.compile(r"(?<!\w)@[A-Za-z0-9_]{3,32}")
ADDRESS = re.compile(r"https?://[^\s<>]+")
TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024


def units(text: str) -> int:
    """UTF-16 code units, what Telegram measures texts and entities in."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass
class Open:
    tag: str
    argument: str
    offset: int  # in UTF-16 units of the plain text
    start: int  # index into what was read so far


class Html:
    """Reads one text. Errors name the byte at which the mistake begins."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.plain: list[str] = []
        self.offset = 0
        self.open: list[Open] = []
        self.entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            if self.source[self.at] != "<":
                self._character()
            elif self.source[self.at + 1 : self.at + 2] == "/":
                self._close()
            else:
                self._start()
        if self.open:
            raise self._wrong(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        text = "".join(self.plain)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise self._wrong(
                "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate"
                " code units",
            )
        return text, sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))

    def _character(self) -> None:
        decoded, self.at = decoded_at(self.source, self.at)
        self.plain.append(decoded)
        self.offset += units(decoded)

    def _start(self) -> None:
        begin = self.at
        tag = self._until(" \t\r\n\v\f>", begin + 1).lower()
        if self.at >= len(self.source):
            raise self._wrong("Unclosed start tag", begin)
        if tag not in KINDS:
            raise self._wrong(f'Unsupported start tag "{tag}"', begin)
        argument = self._attributes(tag, begin)
        if tag == "span" and argument != "spoiler":
            raise self._wrong('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(Open(tag, argument, self.offset, len(self.plain)))

    def _attributes(self, tag: str, begin: int) -> str:
        argument = ""
        while True:
            self._skip_space()
            if self._peek() == ">":
                self.at += 1
                return argument
            name = self._until(SPACE + "=>", self.at)
            if not name:
                raise self._wrong(f'Empty attribute name in the tag "{tag}"', begin)
            self._skip_space()
            if self._peek() != "=":
                if (tag, name) == ("blockquote", "expandable"):
                    argument = "expandable"
                    continue
                raise self._wrong(f'Expected equal sign in declaration of an attribute of the tag "{tag}"', begin)
            self.at += 1
            self._skip_space()
            if not self._peek():
                raise self._wrong(f'Unclosed start tag "{tag}"', begin)
            argument = understood(tag, name, self._value()) or argument
            if not self._peek():
                raise self._wrong("Unclosed start tag", begin)

    def _value(self) -> str:
        quote = self._peek()
        if quote not in {'"', "'"}:
            begin = self.at
            found = TOKEN.match(self.source, begin)
            token = found.group() if found else ""
            self.at += len(token)
            if self._peek() not in {*SPACE, ">"}:
                raise self._wrong("Unexpected end of name token", begin)
            return token.lower()
        self.at += 1
        value = []
        while self._peek() not in {quote, ""}:
            decoded, self.at = decoded_at(self.source, self.at)
            value.append(decoded)
        self.at += 1
        return "".join(value)

    def _close(self) -> None:
        begin = self.at
        if not self.open:
            raise self._wrong("Unexpected end tag", begin)
        name = self._until(" \t\r\n\v\f>", begin + 2).lower()
        self._skip_space()
        if self._peek() != ">":
            raise self._wrong("Unclosed end tag", begin)
        self.at += 1
        opened = self.open.pop()
        if name not in {"", opened.tag}:
            raise self._wrong("Unmatched end tag", begin, f', expected "</{opened.tag}>", found "</{name}>"')
        if self.offset > opened.offset:
            self._mark(opened)

    def _mark(self, opened: Open) -> None:
        entity: Json = {"type": KINDS[opened.tag], "offset": opened.offset, "length": self.offset - opened.offset}
        if opened.tag == "a":
            url = link(opened.argument or "".join(self.plain[opened.start :]))
            if not url:
                return  # Telegram drops what is no address, and keeps the words
            entity["url"] = url
        elif opened.tag == "tg-emoji":
            if not (opened.argument.isdecimal() and 0 < int(opened.argument) < 2**63):
                raise self._wrong("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = opened.argument
        elif opened.argument == "expandable":
            entity["type"] = "expandable_blockquote"
        self.entities.append(entity)

    def _until(self, ends: str, begin: int) -> str:
        self.at = begin
        while self.at < len(self.source) and self.source[self.at] not in ends:
            self.at += 1
        return self.source[begin : self.at]

    def _skip_space(self) -> None:
        while self._peek() and self._peek() in SPACE:
            self.at += 1

    def _peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def _wrong(self, what: str, at: int | None = None, more: str = "") -> Exception:
        place = "" if at is None else f" at byte offset {len(self.source[:at].encode())}"
        return bad(f"can't parse entities: {what}{place}{more}")


def decoded_at(source: str, at: int) -> tuple[str, int]:
    """One character and where the next begins. What is no known character reference stands for itself."""
    found = CHARACTER.match(source, at) if source[at] == "&" else None
    if found is None:
        return source[at], at + 1
    hexadecimal, decimal, name = found.groups()
    if name:
        return (NAMED[name], found.end()) if name in NAMED else (source[at], at + 1)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if code == 0 or code >= 0x10FFFF or len(found.group().rstrip(";")) >= 10:
        return source[at], at + 1
    return chr(code), found.end()


def understood(tag: str, name: str, value: str) -> str:
    """An attribute's value when Telegram reads it, else ""."""
    if (tag, name) in {("a", "href"), ("tg-emoji", "emoji-id")}:
        return value
    if (tag, name) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, name) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return ""


def link(url: str) -> str:
    """The address as Telegram keeps it; "" when it is none."""
    if url.startswith("tg://"):
        return url
    parts = urlsplit(url if "://" in url else f"http://{url}")
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https", "ton", "tonsite"} or not ("." in host or host == "localhost"):
        return ""
    return parts._replace(path=parts.path or "/").geturl()


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without the space around it, which Telegram never keeps; entities move along."""
    clean = "".join(one if one >= " " or one == "\n" else " " for one in text.replace("\r", ""))
    lead = units(clean) - units(clean.lstrip(" \n"))
    plain = clean.strip(" \n")
    end = units(plain)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)
        length = min(end, entity["offset"] - lead + entity["length"]) - start
        if length > 0:
            kept.append(entity | {"offset": start, "length": length})
    return plain, kept


def parsed(text: str, parse_mode: str) -> tuple[str, list[Json]]:
    """Plain text and its entities, for any text that a bot gives."""
    mode = parse_mode.lower()
    if mode == "html":
        return trimmed(*Html(text).read())
    if mode in {"markdown", "markdownv2"}:
        raise bad(f"this server reads parse_mode HTML only, not {parse_mode}")
    if mode:
        raise bad("unsupported parse_mode")
    return trimmed(text, [])


def found_in(text: str) -> list[Json]:
    """The entities that Telegram finds by itself in what a person types."""
    marks: list[Json] = []
    for kind, pattern in (("bot_command", COMMAND), ("mention", MENTION), ("url", ADDRESS)):
        marks += [
            {"type": kind, "offset": units(text[: found.start()]), "length": units(found.group())}
            for found in pattern.finditer(text)
        ]
    taken = [range(mark["offset"], mark["offset"] + mark["length"]) for mark in marks if mark["type"] == "bot_command"]
    kept = [mark for mark in marks if mark["type"] == "bot_command" or all(mark["offset"] not in one for one in taken)]
    return sorted(kept, key=lambda mark: int(mark["offset"]))
