"""What was said, as those who said and read it would tell it afterwards. Not here: who says what (story.py)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from tests.telegram.server import Message

BOT: Final = "关口"
_PLACEHOLDER: Final = "input_field_placeholder"

_MOVING: Final = (
    (re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b"), "CODE"),
    (re.compile(r"start=[A-Z2-7]{26}"), "start=CODE"),
    (re.compile(r"http://127\.0\.0\.1:\d+"), "http://HERE"),
    (re.compile(r"\b[0-9A-HJKMNP-TV-Z]{6}\b"), "NUMBER"),
    (re.compile(r"\d{4}-\d{2}-\d{2}"), "DAY"),
    (re.compile(r"(\d{4}年)?\d{1,2}月\d{1,2}日"), "DAY"),
    (re.compile(r"[（(]?(周|星期)[一二三四五六日][）)]?|今天|明天|后天"), "WEEKDAY"),
    (re.compile(r"\d{1,2}:\d{2}"), "TIME"),
    (re.compile(r"(\d+(天|小时|分钟|秒|分|个工作日|工作日) ?)+"), "SPAN"),
)


def steady(text: str) -> str:
    """The same, with what another run would have differently (numbers, codes, days, clock times) called by its kind."""
    for pattern, word in _MOVING:
        text = pattern.sub(word, text)
    return re.sub(r"(DAY|WEEKDAY|TIME)([ ,，]*(DAY|WEEKDAY|TIME))*", "WHEN", text)


@dataclass
class Scene:
    """A heading, and what was said under it. `item`: it belongs to the story of the one item that the documentation tells."""

    title: str
    item: bool
    known: dict[tuple[int, int], tuple[list[str], list[str]]]
    lines: list[str] = field(default_factory=list)

    def did(self, who: str, what: str, where: str = "") -> None:
        """Somebody did something; `where` is the group, else their private chat."""
        self.lines.append(f"{who}{f'（群“{where}”）' if where else ''} ▸ {what}")

    def note(self, text: str) -> None:
        """What the reader should know besides."""
        self.lines.append(f"（{text}）")

    def toast(self, who: str, text: str) -> None:
        """The answer to a press, as it flits over the screen."""
        if text:
            self.lines.append(f"　　{BOT} 对{who}提示：{text}")

    def knows(self, message: Message) -> None:
        """The reader need not see it: another one like it has been shown."""
        self.known[message.chat.id, message.id] = _text(message), [*_rows(message)]

    def shows(self, where: str, message: Message) -> None:
        """A message of the bot's: the whole of it the first time; afterwards what is new in it."""
        key, text, rows = (message.chat.id, message.id), _text(message), [*_rows(message)]
        before, buttons = self.known.get(key, ([], []))
        if (text, rows) == (before, buttons):
            return
        edited = key in self.known
        self.known[key] = (text, rows)
        self.lines.append(f"{BOT} → {where}" + ("（原消息就地改为）" if edited else ""))
        self.lines += [f"　　{line}" for line in text if line and line not in before]
        if edited and buttons and not rows:
            self.lines.append("　　（按钮没有了）")
        self.lines += [f"　　{row}" for row in rows if row not in buttons]


@dataclass
class Book:
    """The transcript, scene by scene; scenes go on side by side. `aloud` is told each one when it is over."""

    aloud: Callable[[str], None]
    scenes: list[Scene] = field(default_factory=list)
    known: dict[tuple[int, int], tuple[list[str], list[str]]] = field(default_factory=dict)

    @contextmanager
    def scene(self, title: str, *, item: bool = True) -> Iterator[Scene]:
        """A scene begins, and is told when it is over, whatever became of it."""
        scene = Scene(title, item, self.known)
        self.scenes.append(scene)
        try:
            yield scene
        finally:
            self.aloud("\n".join(["", _heading(scene), *scene.lines]))

    def story(self) -> str:
        """The story of the one item."""
        return "\n\n".join("\n".join([_heading(one), *one.lines]) for one in self.scenes if one.item)


def _heading(scene: Scene) -> str:
    return f"— {scene.title} —"


def _text(message: Message) -> list[str]:
    lines = message.text.splitlines()
    if message.upload is not None:
        lines.insert(0, f"〔文件 {message.upload.name}〕")
    if hint := (message.markup or {}).get(_PLACEHOLDER):
        lines.append(f"〔请回复：{hint}〕")
    return lines


def _rows(message: Message) -> Iterator[str]:
    for row in message.rows:
        yield " ".join(f"[{button['text']}]" for button in row)
