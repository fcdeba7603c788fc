"""Plays the script as its people would: each with a session and an open window of their own, over HTTP, looking for what must follow.

An act whose expectation does not hold is told and remembered, and what else the script says about its item is left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any, Final, TypeVar
from uuid import uuid4

from workflow.cli.demonstration import screen, script
from workflow.cli.demonstration.papers import paper
from workflow.cli.demonstration.screen import Button, Json
from workflow.cli.demonstration.script import Act, File, Later, Scene
from workflow.cli.demonstration.telling import Telling
from workflow.cli.demonstration.visitor import HttpError, Visitor, Window
from workflow.cli.tongue import say

T = TypeVar("T")

PATIENCE: Final = 10.0
"""Seconds that anything may take until it is seen."""
LOOK: Final = 0.25


class Unmet(Exception):
    """Something did not come as the script says."""


class Player:
    """Plays scenes against the web chat at `address`. `today` is the demonstration's first day."""

    def __init__(self, address: str, today: date, telling: Telling) -> None:
        self.address, self.today, self.telling = address, today, telling
        self.visitors: dict[str, Visitor] = {}
        self.codes: dict[str, str] = {}
        self.papers: dict[tuple[str, str], bytes] = {}
        self.offered: dict[tuple[str, str], Button] = {}
        self.unmet: list[str] = []
        self.left_out: set[str] = set()

    def play(self, scenes: Iterable[Scene]) -> None:
        """All of them, in order; what did not hold stands in `unmet` afterwards."""
        scenes = tuple(scenes)
        try:
            self.open(dict.fromkeys(name for scene in scenes for act in scene.acts for name in (act.who, *act.asks)))
            for scene in scenes:
                self.telling.scene(scene)
                for act in scene.acts:
                    self.act(act)
        finally:
            for visitor in self.visitors.values():
                visitor.close()

    def open(self, names: Iterable[str]) -> None:
        """Everybody comes in and opens a window, one through the door that the one before held open."""
        cookies: dict[str, str] = {}
        people: dict[str, Json] = {}
        for name in names:
            visitor = Visitor(self.address, cookies)
            people = people or {one["name"]: one for one in visitor.people()}
            if name not in people:
                raise Unmet(say(f"没有“{name}”这个人", f"there is nobody called “{name}”"))
            visitor.become(people[name])
            self.visitors[name], cookies = visitor, visitor.cookies

    def act(self, act: Act) -> None:
        """One act with everything that is expected of it."""
        if act.item in self.left_out:
            return
        self.telling.act(act, self.codes.get(act.item, ""))
        try:
            _DOING[type(act)](self, self.visitors[act.who], act)
            self.expect(self.visitors[act.who], act)
        except (Unmet, HttpError, OSError, KeyError) as error:
            self.unmet.append(f"{act.who} · {type(act).__name__} · {act.item}: {error}")
            self.telling.unmet(str(error))
            self.telling.instead(self.visitors[act.who].transcript()[-3:])
            if act.item:
                self.left_out.add(act.item)

    def expect(self, who: Visitor, act: Act) -> None:
        """Who must be asked was asked, in their open window; what must be read can be read."""
        code = self.codes.get(act.item, "")
        for name in act.asks:
            self.asked(self.visitors[name], act.item)
        self.telling.asked(act.asks)
        if act.sees and not isinstance(act, script.Types | script.ClockOn):
            wanted = say("读到 ", "read ") + "、".join(act.sees)
            self.telling.saw(screen.state(self.see(who, wanted, lambda found: screen.find(found, code, act.sees))))

    def asked(self, who: Visitor, item: str) -> None:
        """They have a prompt of the item with its buttons, and it was pushed to their window."""
        wanted = say(f"请{who.name}办理《{item}》", f"{who.name} asked about “{item}”")
        button = self.see(who, wanted, lambda found: screen.prompt(found, self.codes[item], "approve", "assign"))
        self.offered[who.name, item] = button
        window = window_of(who)
        self.until(who, say("推送到窗口：", "pushed to the window: ") + wanted, lambda: button.message in window.shown or None)

    # ------------------------------------------------------------------------------------------- looking

    def see(self, who: Visitor, what: str, look: Callable[[list[Json]], T | None]) -> T:
        """Look at somebody's chat until it is there."""
        return self.until(who, what, lambda: look(who.transcript()))

    def until(self, who: Visitor, what: str, look: Callable[[], T | None]) -> T:
        """Look until it is there; Unmet when it does not come."""
        give_up = time.monotonic() + PATIENCE
        while (found := look()) is None:
            if time.monotonic() > give_up:
                raise Unmet(say(f"{who.name} 等了 {PATIENCE:.0f} 秒没有等到：{what}", f"{who.name} waited {PATIENCE:.0f} s in vain: {what}"))
            window_of(who).wait(LOOK)
        return found

    def press(self, who: Visitor, button: Button) -> None:
        """Press a button."""
        who.press(button.token, button.message)

    def toast(self, who: Visitor, press: Callable[[], str]) -> str:
        """What a press is answered with, at once or a little later."""
        window = window_of(who)
        before = len(window.toasts)
        return press() or self.until(who, say("按钮的回答", "an answer to the button"), lambda: window.toasts[-1] if len(window.toasts) > before else None)

    def prompt(self, who: Visitor, act: Act, word: str) -> Button:
        """The button of that word on their newest card of the item."""
        return self.see(who, say(f"“{word}”按钮", f"a button “{word}”"), lambda found: screen.prompt(found, self.codes[act.item], word))

    def gone(self, who: Visitor, button: Button) -> Json:
        """The prompt was edited in place: it is there, and that button is not."""
        def look(found: list[Json]) -> Json | None:
            message = next((one for one in found if one["id"] == button.message), None)
            return message if message is not None and screen.button(message, button.label) is None else None

        return self.see(who, say(f"“{button.label}”从原消息上消失", f"“{button.label}” gone from its message"), look)

    def question(self, who: Visitor, after: Json | None = None) -> Json:
        """The question that is asked now, another one than `after`."""
        def look(found: list[Json]) -> Json | None:
            message = screen.question(found)
            return message if message is not None and (after is None or message["view"] != after["view"]) else None

        return self.see(who, say("下一个问题", "the next question"), look)

    # ------------------------------------------------------------------------------------------- the acts

    def submits(self, who: Visitor, act: script.Submits) -> None:
        form = who.form(act.flow)
        before = {one["no"] for one in who.transcript()}
        problems = who.hand_in(form["token"], {name: self.answer(who, act.item, value) for name, value in act.answers.items()})
        if problems:
            raise Unmet("; ".join(f"{one['name']}: {one['text']}" for one in problems))

        def look(found: list[Json]) -> Json | None:
            new = (one for one in found if one["no"] not in before and (card := screen.card(one)) and card["number"] and card["title"] == act.item)
            return next(new, None)

        message = self.see(who, say(f"《{act.item}》的卡片", f"the card of “{act.item}”"), look)
        card = screen.card(message)
        assert card is not None, "it was looked for"  # noqa: S101
        self.codes[act.item] = card["number"]
        self.telling.saw(f"{card['number']} {card['title']} · {screen.state(message)}")

    def answer(self, who: Visitor, item: str, value: Any) -> Any:
        """An answer as the form takes it: days reckoned, files uploaded."""
        match value:
            case Later(days, clock):
                return f"{(self.today + timedelta(days)).isoformat()}T{clock}"
            case File():
                return self.upload(who, item, value)["file"]
            case tuple():
                return [self.answer(who, item, one) for one in value]
            case dict():
                return {name: self.answer(who, item, one) for name, one in value.items()}
        return value

    def upload(self, who: Visitor, item: str, file: File) -> Json:
        self.papers[item, file.name] = paper(file.name, file.text)
        return who.upload(file.name, self.papers[item, file.name])

    def approves(self, who: Visitor, act: script.Approves) -> None:
        for _ in range(act.prompts):
            button = self.prompt(who, act, "approve")
            self.ticks(who, button.message, ())
            press = str(uuid4())
            who.press(button.token, button.message, press)
            if act.twice:
                who.press(button.token, button.message, press)
                again = self.toast(who, lambda button=button: who.press(button.token, button.message))  # type: ignore[misc]
                self.telling.saw(say(f"再点一次：{again}", f"clicked again: {again}"))
            self.telling.saw(screen.state(self.gone(who, button)))

    def ticks(self, who: Visitor, message: str, fails: tuple[str, ...]) -> None:
        """Mark every line of a checklist, in place; nothing to do on a card without one."""
        def lines(found: list[Json]) -> list[tuple[str, str, dict[str, Button]]]:
            return [line for one in found if one["id"] == message for line in screen.marks(one)]

        wanted = {label: "fail" if label in fails else "pass" for label, _, _ in lines(who.transcript())}
        for label, mark, buttons in lines(who.transcript()):
            if mark != wanted[label]:
                self.press(who, buttons[wanted[label]])
        done = say("核对项都打了勾", "every line ticked")
        self.see(who, done, lambda found: all(mark == wanted[label] for label, mark, _ in lines(found)) or None)

    def rejects(self, who: Visitor, act: script.Rejects) -> None:
        button = self.prompt(who, act, "reject")
        self.ticks(who, button.message, act.fails)
        self.press(who, button)
        self.question(who)
        who.say(act.reason)
        self.gone(who, button)

    def returns(self, who: Visitor, act: script.Returns) -> None:
        button = self.prompt(who, act, "return")
        self.press(who, button)
        asked = self.question(who)
        if act.to:
            self.press(who, self.option(asked, act.to))
            self.question(who, asked)
        who.say(act.reason)
        self.gone(who, button)

    def resubmits(self, who: Visitor, act: script.Resubmits) -> None:
        start = self.prompt(who, act, "resubmit")
        self.press(who, start)
        asked: Json | None = None
        for name, value in act.changes.items():
            summary = self.see(who, say("填写核对", "the summary"), screen.summary)
            self.press(who, self.option(summary, "edit"))
            asked = self.question(who, asked)
            self.press(who, self.option(asked, name))
            asked = self.question(who, asked)
            if isinstance(value, File):
                who.say("", (self.upload(who, act.item, value),))
            else:
                who.say(value)
        changed = say("改过的地方", "what was changed")
        summary = self.see(who, changed, lambda found: _changed(screen.summary(found), tuple(act.changes)))
        self.telling.saw(screen.words(summary))
        self.press(who, self.option(summary, "hand in"))
        self.gone(who, start)

    def withdraws(self, who: Visitor, act: script.Withdraws) -> None:
        button = self.prompt(who, act, "withdraw")
        self.press(who, button)
        self.telling.saw(screen.state(self.gone(who, button)))

    def comments(self, who: Visitor, act: script.Comments) -> None:
        self.press(who, self.prompt(who, act, "comment"))
        asked = self.question(who)
        who.say(act.words)
        self.see(who, say("意见已记入", "the comment recorded"), lambda found: screen.find(found, self.codes[act.item], (), after=asked["no"]))

    def gives(self, who: Visitor, act: script.HandsOver | script.Assigns) -> None:
        word = "transfer" if isinstance(act, script.HandsOver) else "assign"
        button = self.prompt(who, act, word)
        self.press(who, button)
        asked = self.question(who)
        who.say(act.to)
        self.question(who, asked)
        who.say(act.reason)
        self.telling.saw(screen.state(self.gone(who, button)))

    def nudges(self, who: Visitor, act: script.Nudges) -> None:
        button = self.prompt(who, act, "nudge")
        self.telling.saw(self.toast(who, lambda: who.press(button.token, button.message)))

    def clicks_late(self, who: Visitor, act: script.ClicksLate) -> None:
        button = self.offered[who.name, act.item]
        toast = self.toast(who, lambda: who.press(button.token, button.message))
        self.telling.saw(toast)
        if act.by not in toast:
            raise Unmet(say(f"没有说是 {act.by} 办的：{toast}", f"{act.by} is not named: {toast}"))
        self.gone(who, button)

    def forges(self, who: Visitor, act: script.Forges) -> None:
        del act
        self.telling.saw(self.toast(who, lambda: who.press("A" * 52, "")))

    def pries(self, who: Visitor, act: script.Pries) -> None:
        status, _ = who.request("GET", f"/item/{self.codes[act.item]}")
        if status != 404:
            raise Unmet(say(f"应该是 404，却是 {status}", f"404 was expected, not {status}"))
        self.telling.saw("404")

    def reads(self, who: Visitor, act: script.Reads) -> None:
        file = self.see(who, act.name, lambda found: screen.attachment(found, self.codes[act.item], act.name))
        body = who.download(file["file"])
        if body != self.papers[act.item, act.name]:
            raise Unmet(say("下载的不是交上来的那份", "what came down is not what went up"))
        self.telling.saw(f"{act.name}, {len(body)} B")

    def types(self, who: Visitor, act: script.Types) -> None:
        before = max((one["no"] for one in who.transcript()), default=0)
        who.say(act.text)
        answer = self.see(who, "、".join(act.sees), lambda found: screen.find(found, "", act.sees, after=before))
        self.telling.saw(screen.words(answer))

    def clock_on(self, who: Visitor, act: script.ClockOn) -> None:
        code = self.codes[act.item]
        for moves in range(act.at_most + 1):
            asked = all(screen.prompt(self.visitors[name].transcript(), code, "approve") for name in act.asks)
            seen = screen.find(who.transcript(), code, act.sees) if act.sees else None
            if asked and (seen is not None or not act.sees):
                self.telling.saw(say(f"拨了 {moves} 次", f"{moves} moves") + (f" · {screen.state(seen)}" if seen else ""))
                return
            if not who.next_moment():
                raise Unmet(say("没有下一个时刻了", "no moment is left"))
        raise Unmet(say(f"拨了 {act.at_most} 次还没有等到", f"not within {act.at_most} moves"))

    def ends(self, who: Visitor, act: script.Ends) -> None:
        def look(found: list[Json]) -> Json | None:
            ended = screen.STATES[act.state]
            return next((one for one in screen.cards(found, self.codes[act.item]) if screen.state(one).startswith(ended)), None)

        self.telling.saw(screen.state(self.see(who, "/".join(screen.STATES[act.state]), look)))

    @staticmethod
    def option(message: Json, word: str) -> Button:
        """A button of a message; Unmet when it has none of that word."""
        if (found := screen.button(message, word)) is None:
            there = "、".join(one.label for one in screen.buttons(message))
            raise Unmet(say(f"没有“{word}”，只有：{there}", f"no “{word}”, only: {there}"))
        return found


def window_of(visitor: Visitor) -> Window:
    """The window that somebody has open."""
    assert visitor.window is not None, "everybody opened one when they came in"  # noqa: S101
    return visitor.window


def _changed(message: Json | None, names: tuple[str, ...]) -> Json | None:
    """A form's last look in which these fields are marked as changed."""
    facts = [label for label, _ in (screen.card(message) or {}).get("facts", ())] if message is not None else []
    return message if all(any(label.startswith(f"{name}（") for label in facts) for name in names) else None


_DOING: Final[dict[type[Act], Callable[[Player, Visitor, Any], None]]] = {
    script.Submits: Player.submits, script.Approves: Player.approves, script.Rejects: Player.rejects, script.Returns: Player.returns,
    script.Resubmits: Player.resubmits, script.Withdraws: Player.withdraws, script.Comments: Player.comments,
    script.HandsOver: Player.gives, script.Assigns: Player.gives, script.Nudges: Player.nudges,
    script.ClicksLate: Player.clicks_late, script.Forges: Player.forges, script.Pries: Player.pries, script.Reads: Player.reads,
    script.Types: Player.types, script.ClockOn: Player.clock_on, script.Ends: Player.ends,
}  # fmt: skip
