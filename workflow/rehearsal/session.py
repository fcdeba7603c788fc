"""Stepping through a flow by hand, as a conversation: lines in, words out. Not here: the terminal and files (cli)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from workflow.decide import Decision
from workflow.domain import places
from workflow.domain.command import Refused
from workflow.domain.definition import Definition
from workflow.domain.finding import Finding
from workflow.domain.tree import Duration
from workflow.grammars.errors import GrammarError
from workflow.grammars.expression import read_moment
from workflow.language.text import nodes
from workflow.language.text.reader import read
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import Organisation
from workflow.rehearsal import children, reasons
from workflow.rehearsal.asking import QUIT, Asker, Save, Turns, listed, picked, worded
from workflow.rehearsal.case import Case, Jump, Sentence
from workflow.rehearsal.cases import plain, read_cases
from workflow.rehearsal.house import made_up
from workflow.rehearsal.menu import acts, sentence
from workflow.rehearsal.play import jump, play, tell
from workflow.rehearsal.sample import MINUTE
from workflow.rehearsal.scenery import clock, happened, scene
from workflow.rehearsal.seen import seen
from workflow.rehearsal.setting import MONDAY
from workflow.rehearsal.stage import Stage
from workflow.rehearsal.starting import NOWHERE, Begun, hand_in
from workflow.rehearsal.words import MARKS, STATES, WrongError
from workflow.rehearsal.written import Script, written
from workflow.steps.environment import Scene

COMMANDS: Final = {
    "jump": "jump", "跳": "jump", "back": "back", "后退": "back", "restart": "restart", "重来": "restart", "save": "save", "存": "save",
    "child": "child", "子件": "child", "log": "log", "经过": "log", "help": "help", "帮助": "help", **dict.fromkeys(QUIT, "quit"),
}  # fmt: skip
_BESIDE: Final = frozenset({"marks", "form", "comment"})
_OF_CHILD: Final = frozenset({"ends", "sets", "row"})
_HELP: Final = (
    """\
  数字              照菜单做
  张三 通过 站初审      直接写一句；后面可以加 { marks: { 某项: 不适用 }, form: { … }, comment: … }
  jump              跳到下一个时刻；jump 3工作日，jump 2026-12-01 09:00，jump 开播前 2小时
  子件 实地          这一步开出的子件办结了；后面可以加 { ends: 驳回, sets: { 得分: 92 }, row: 某行 }
  back 退一步    restart 从刚提交时重来    log 走过的    save 名称 存成用例    quit 结束
""",
    """\
  a number          what the menu says
  Ann approve STEP  a sentence; { marks: { LINE: na }, form: { … }, comment: … } may follow
  jump              to the next moment; jump 3wd, jump 2026-12-01 09:00
  child STEP        an item that the step runs is done; { ends: rejected, sets: { score: 92 }, row: NAME } may follow
  back one step     restart from the handing in     log what was done     save NAME as a case     quit
""",
)


@dataclass
class Session:
    """One person stepping through one flow. `organisation` None: one is made up. `done`: each line, with the stage before it."""

    definition: Definition
    organisation: Organisation | None
    asker: Asker
    case: Case | None = None
    done: list[tuple[Any, Stage]] = field(default_factory=list)

    def talk(self) -> Turns:
        """The whole conversation; it ends with `quit`."""
        house = self.organisation or made_up(self.definition)
        blank = Stage(self.definition, Lifecycle(self.definition), house)
        said = self.asker.say(
            f"{self.definition.title}：一步一步走一遍。现在是 {clock(blank, MONDAY, 'zh')}。help 看能做什么。\n",
            f"{self.definition.title}, step by step. It is {clock(blank, MONDAY, 'en')}. help says what can be done.\n",
        )
        while True:
            begun: Begun | None = yield from hand_in(self.asker, blank, said)
            if begun is None:
                return
            self.case, self.done = begun.case, []
            if (yield from self._go_on(begun.stage)):
                return
            said = ""

    def _go_on(self, stage: Stage) -> Turns:
        """Line by line. True: the end; False: back before the handing in."""
        language, said = self.asker.language, self._told(stage)
        while True:
            offers = acts(stage, language)
            shown = "\n".join(scene(stage, language)) + "\n" + listed(offers)
            line: str = yield from self.asker.ask(said + shown, "> ")
            word, _, rest = line.partition(" ")
            rest = rest.strip()
            match COMMANDS.get(word):
                case "quit":
                    return True
                case "help":
                    said = self.asker.say(*_HELP)
                case "log":
                    said = self._log()
                case "save":
                    said = yield from self._save(stage, rest)
                case "back" if not self.done:
                    return False
                case "back":
                    stage = self.done.pop()[1]
                    said = self.asker.say("退了一步。\n", "One step back.\n")
                case "restart":
                    stage, self.done = (self.done[0][1] if self.done else stage), []
                    said = self.asker.say("从刚提交的时候重来。\n", "Again, from the handing in.\n")
                case "jump":
                    stage, said = self._jump(stage, rest)
                case "child":
                    stage, said = self._child(stage, rest)
                case _:
                    stage, said = (yield from self._do(stage, picked(line, offers) or line)) if line else (stage, "")

    # ------------------------------------------------------------------------------------------- doing

    def _do(self, stage: Stage, text: str) -> Turns:
        """A sentence, with `{ marks: …, form: …, comment: … }` behind it where it needs more."""
        head, brace, tail = text.partition("{")
        more = _more(brace + tail) if brace else {}
        line = sentence(head.strip())
        if more is None:
            return stage, self._puzzled("大括号里的读不懂", "What is in the braces cannot be read")
        if isinstance(line, Finding):
            return stage, self._puzzled(line.message_zh, line.message_en)
        place = stage.place_named(line.step) if line.step else None
        step = self.definition.places[place] if place is not None else None
        step = step.body[0] if step is not None and step.kind == "each" else step
        if line.verb in ("approve", "done", "answer") and step is not None and step.form and "form" not in more:
            form = yield from self.asker.fill(step.form, stage)
            if form is None:
                return stage, ""
            more = {**more, "form": form}
        return self._act(stage, {"say": line.text, **more} if more else line.text, _with(line, more))

    def _act(self, stage: Stage, entry: Any, line: Sentence) -> tuple[Stage, str]:
        after = stage.kept()
        try:
            found = tell(after, line)
        except WrongError as error:
            return stage, self._puzzled(error.finding.message_zh, error.finding.message_en)
        if isinstance(found, Refused):
            zh, en = reasons.said(found)
            return stage, self.asker.say(f"没有办成：{zh}\n", f"Not done: {en}\n")
        return self._went(stage, entry, after)

    def _jump(self, stage: Stage, to: str) -> tuple[Stage, str]:
        if not to:
            at = stage.item.next_at if stage.item is not None else None
            if at is None:
                return stage, self.asker.say("没有什么会到时间。\n", "Nothing is coming.\n")
            to = _whole_minute(stage, at)
        try:
            moment = read_moment(to)
        except GrammarError as error:
            return stage, self._puzzled(error.message_zh, error.message_en)
        after = stage.kept()
        try:
            jump(after, Jump(to, NOWHERE, moment))
        except WrongError as error:
            return stage, self._puzzled(error.finding.message_zh, error.finding.message_en)
        return self._went(stage, {"after" if isinstance(moment, Duration) else "until": to}, after)

    def _child(self, stage: Stage, text: str) -> tuple[Stage, str]:
        """An item that a step runs ends: `STEP { ends: …, sets: { … }, row: … }`."""
        head, brace, tail = text.partition("{")
        more = _more(brace + tail, _OF_CHILD) if brace else {}
        ends = STATES.get(str((more or {}).get("ends", places.DONE)), "")
        place = stage.place_named(head.strip())
        if more is None or ends not in places.ENDS or place is None:
            return stage, self._puzzled(
                "要写成：子件 步骤 { ends: 办结, sets: { 得分: 92 } }",
                "like: child STEP { ends: done, sets: { score: 92 } }",
            )
        after = stage.kept()
        if not isinstance(children.end(after, place, ends, more.get("sets", {}), more.get("row", "")), Decision):
            return stage, self._puzzled("这一步没有还在办的子件。", "No item of that step is under way.")
        return self._went(stage, {"child": head.strip(), **more}, after)

    def _went(self, stage: Stage, entry: Any, after: Stage) -> tuple[Stage, str]:
        self.done.append((entry, stage))
        return after, self._told(after)

    def _told(self, stage: Stage) -> str:
        return "".join(f"  · {one}\n" for one in happened(stage, self.asker.language))

    def _puzzled(self, zh: str, en: str) -> str:
        self.asker.heard = False
        return self.asker.say(zh, en) + "\n"

    # ------------------------------------------------------------------------------------------- keeping

    def _save(self, stage: Stage, name: str) -> Turns:
        if not name:
            name = yield from self.asker.ask("", self.asker.say("这个用例叫什么？", "What is this case called? "))
        if not name or self.case is None:
            return self.asker.say("没有名称，没有保存。\n", "Without a name nothing was saved.\n")
        lines = [*(entry for entry, _ in self.done), {"expect": _ends(stage)}]
        text = written(Script(name, self.case.people or {}, self.case.by, self.case.form, lines, self.case.unit))
        again = read_cases(text)
        wrong = again.findings[0] if again.findings else None
        if wrong is None:
            wrong = play(again.cases[0], self.definition, stage.lifecycle, self.organisation).finding
        if wrong is not None:
            why = self.asker.say(wrong.message_zh, wrong.message_en)
            return self.asker.say(
                f"重放时走得不一样，没有保存：{why}\n", f"Played again it goes otherwise, so it was not saved: {why}\n"
            )
        return (yield Save(text))

    def _log(self) -> str:
        lines = "".join(f"  {n:>2} {worded(entry)}\n" for n, (entry, _) in enumerate(self.done, 1))
        return lines or self.asker.say("刚刚提交，还没有做什么。\n", "Handed in; nothing was done since.\n")


def _ends(stage: Stage) -> dict[str, Any]:
    """What a saved case expects at its end."""
    ends: dict[str, Any] = {"state": seen(stage, "state")}
    if stage.item is not None and stage.item.ended is None:
        ends |= {"at": list(seen(stage, "at")), "waiting": list(seen(stage, "waiting"))}
    return ends | {word: found for word in ("published", "names") if (found := seen(stage, word))}


def _whole_minute(stage: Stage, at: datetime) -> str:
    """A moment as a case writes it, `2026-11-24 09:00`, on the next whole minute."""
    whole = at.replace(second=0, microsecond=0)
    return f"{(whole if whole == at else whole + MINUTE).astimezone(Scene(stage.view).zone):%Y-%m-%d %H:%M}"


def _more(text: str, beside: frozenset[str] = _BESIDE) -> dict[str, Any] | None:
    document = read(text)
    if document.findings or not isinstance(document.root, nodes.Mapping):
        return None
    more: dict[str, Any] = plain(document.root)
    return more if set(more) <= beside else None


def _with(line: Sentence, more: Mapping[str, Any]) -> Sentence:
    marks = {name: MARKS.get(mark, mark) for name, mark in more.get("marks", {}).items()}
    return replace(line, marks=marks, form=more.get("form"), comment=more.get("comment"))
