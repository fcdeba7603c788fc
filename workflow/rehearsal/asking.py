"""Questions to whoever steps through: pick one of several, fill in a form. As a conversation; not here: what is done with the answers."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from workflow.domain.tree import Field
from workflow.grammars.answer import Problem, read_answer
from workflow.language.text.reader import read
from workflow.rehearsal.cases import plain
from workflow.rehearsal.sample import sample
from workflow.rehearsal.stage import Stage
from workflow.steps.answers import FILES
from workflow.steps.environment import Scene, lifted

QUIT: Final = ("quit", "退出")
REST: Final = (".", "。")
"""Typed at a field: samples for this one and all that follow."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Say `said`, then ask for a line with `prompt`; without a prompt it was the last word. `understood` False: the line before was not."""

    said: str
    prompt: str
    understood: bool = True


@dataclass(frozen=True, slots=True)
class Save:
    """Put this case at the end of the flow's tests; the next line says what came of it."""

    text: str


Turns: TypeAlias = Generator[Ask | Save, str, Any]
"""A part of the conversation: what is said or asked for, line by line, and what it comes to."""


@dataclass
class Asker:
    """Asks in one language. `heard`: whether the last line was understood."""

    language: str
    heard: bool = True

    def say(self, zh: str, en: str) -> str:
        """The sentence in the language of whoever sits there."""
        return zh if self.language == "zh" else en

    def ask(self, said: str, prompt: str) -> Turns:
        """A line."""
        line: str = yield Ask(said, prompt, self.heard)
        self.heard = True
        return line.strip()

    def choose(self, question: str, offers: list[str]) -> Turns:
        """One of several by its number, the first for an empty line; None for `quit`."""
        said = question + "\n" + listed(offers)
        while True:
            line = yield from self.ask(said, "> ")
            if line in QUIT:
                return None
            chosen = picked(line or "1", offers)
            if chosen is not None:
                return chosen
            self.heard = False
            said = self.say(f"请写 1 到 {len(offers)}。\n", f"Please type 1 to {len(offers)}.\n")

    def fill(self, fields: tuple[Field, ...], stage: Stage, said: str = "") -> Turns:
        """Each field asked for, read at once; an empty line takes what is offered, a full stop takes it for all the rest. None for `quit`."""
        form: dict[str, Any] = {}
        known: dict[str, Any] = {}
        rest = False
        said += self.say(
            "逐项填写：回车＝用括号里的，句号＝其余都用。\n",
            "Fill it in: Enter takes what is in brackets, a full stop takes all the rest.\n",
        )
        for one in fields:
            around = Scene(stage.view, extra=known)
            raw = None if one.optional else sample(one, around, stage.house)
            shown = self.say("可不填", "may be left out") if raw is None else worded(raw)
            while not rest:
                line = yield from self.ask(said, f"  {one.name} [{shown}] ")
                said = ""
                if line in QUIT:
                    return None
                rest = line in REST
                if not line or rest:
                    break
                typed = _typed(one, line)
                problem = _answered(one, typed, around)
                if not isinstance(problem, Problem):
                    raw = typed
                    break
                self.heard = False
                said = f"  {self.say(problem.zh, problem.en)}\n"
            if raw is not None:
                form[one.name] = raw
                known[one.name] = lifted(_answered(one, raw, around), one)
        return form


def listed(offers: list[str]) -> str:
    """Each with its number, a line each."""
    return "".join(f"{n:>4} {one}\n" for n, one in enumerate(offers, 1))


def picked(line: str, offers: list[str]) -> str | None:
    """The offer of that number."""
    return offers[int(line) - 1] if line.isdecimal() and 1 <= int(line) <= len(offers) else None


def worded(value: Any) -> str:
    """A value of a case in a line, for people."""
    match value:
        case Mapping():
            return "，".join(f"{name}: {worded(one)}" for name, one in value.items())
        case list() | tuple():
            return "、".join(worded(one) for one in value)
    return str(value)


def _typed(one: Field, line: str) -> Any:
    """What was typed for a field: rows and lists as YAML writes them, everything else as text."""
    if line.startswith("[") and (one.many or one.type in ("rows", "photo")):
        document = read(line)
        if document.root is not None and not document.findings:
            return plain(document.root)
    return line


def _answered(one: Field, raw: Any, around: Scene) -> Any:
    """The value to keep, or a Problem; nothing for files, and rows of them, which are read once they are uploaded."""
    if one.type in FILES or any(column.type in FILES for column in one.columns):
        return None
    return read_answer(one, raw, around)
