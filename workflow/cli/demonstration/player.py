"""Plays the script as its people would: each with a session and an open window of their own, over HTTP, looking for what must follow.

An act whose expectation does not hold is told and remembered, and what else the script says about its item is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import partial
from typing import Any, Final
from uuid import uuid4

from workflow.cli.demonstration import acts, screen
from workflow.cli.demonstration.acts import Act, File, Later, Scene
from workflow.cli.demonstration.filling import answered, changed
from workflow.cli.demonstration.papers import paper
from workflow.cli.demonstration.screen import Button, Json
from workflow.cli.demonstration.telling import Telling
from workflow.cli.demonstration.visitor import HttpError, Visitor
from workflow.cli.demonstration.watching import (
    Unmet,
    gone,
    option,
    press,
    question,
    see,
    ticked,
    toast,
    until,
    window_of,
)
from workflow.cli.tongue import say


class Player:
    """Plays scenes against the web chat at `address`. `today` is the demonstration's first day; `unmet` what did not hold."""

    def __init__(self, address: str, today: date, telling: Telling) -> None:
        self.address, self.today, self.telling = address, today, telling
        self.visitors: dict[str, Visitor] = {}
        self.codes: dict[str, str] = {}
        self.papers: dict[tuple[str, str], bytes] = {}
        self.offered: dict[tuple[str, str], Button] = {}
        self.unmet: list[str] = []
        self.left_out: set[str] = set()

    def play(self, scenes: Iterable[Scene]) -> None:
        """All of them, in order."""
        scenes = tuple(scenes)
        try:
            self.open(dict.fromkeys(name for scene in scenes for act in scene.acts for name in (act.who, *act.asks)))
            for scene in scenes:
                self.telling.scene(scene)
                for act in scene.acts:
                    self.act(act)
        except (Unmet, HttpError) as error:
            self.unmet.append(str(error))
        finally:
            for visitor in self.visitors.values():
                visitor.close()

    def open(self, names: Iterable[str]) -> None:
        """Everybody comes in and opens a window, each through the door that the one before held open."""
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
        for name in act.asks:
            self.asked(self.visitors[name], act.item)
        self.telling.asked(act.asks)
        if act.sees and not isinstance(act, acts.Types | acts.ClockOn):
            code, wanted = self.codes.get(act.item, ""), say("读到 ", "read ") + "、".join(act.sees)
            self.telling.saw(screen.state(see(who, wanted, lambda found: screen.find(found, code, act.sees))))

    def asked(self, who: Visitor, item: str) -> None:
        """They have a prompt of the item with its buttons, and it was pushed to their window."""
        wanted = say(f"请{who.name}办理《{item}》", f"{who.name} asked about “{item}”")
        button = see(who, wanted, lambda found: screen.prompt(found, self.codes[item], *screen.ASKING))
        self.offered[who.name, item] = button
        pushed = window_of(who).shown
        until(who, say("推送到窗口：", "pushed to the window: ") + wanted, lambda: button.message in pushed or None)

    def prompt(self, who: Visitor, act: Act, word: str, of: tuple[str, ...] = ()) -> Button:
        """The button of that word on their newest card of the item that has it, and on which `of` can be read."""
        what = say(f"“{word}”按钮", f"a button “{word}”")
        return see(who, what, lambda found: screen.prompt(found, self.codes[act.item], word, of=of))

    # ------------------------------------------------------------------------------------------- handing in

    def submits(self, who: Visitor, act: acts.Submits) -> None:
        form = who.form(act.flow)
        last = max((one["no"] for one in who.transcript()), default=0)
        answers = {name: self.answer(who, act.item, value) for name, value in act.answers.items()}
        if problems := who.hand_in(form["token"], answers):
            raise Unmet("; ".join(f"{one['name']}: {one['text']}" for one in problems))

        def look(found: list[Json]) -> tuple[str, str] | None:
            new = ((card, one) for one in found if one["no"] > last and (card := screen.card(one)) is not None)
            return next(
                ((str(card["number"]), screen.state(one)) for card, one in new if card["title"] == act.item), None
            )

        self.codes[act.item], state = see(who, say(f"《{act.item}》的卡片", f"the card of “{act.item}”"), look)
        self.telling.saw(f"{self.codes[act.item]} {act.item} · {state}")

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
        """A file, made and uploaded."""
        self.papers[item, file.name] = paper(file.name, file.text)
        return who.upload(file.name, self.papers[item, file.name])

    def resubmits(self, who: Visitor, act: acts.Resubmits) -> None:
        start = self.prompt(who, act, "resubmit")
        press(who, start)
        summary = changed(who, act.changes, partial(self.upload, who, act.item))
        self.telling.saw(screen.words(summary))
        press(who, option(summary, "hand in"))
        gone(who, start)

    # ------------------------------------------------------------------------------------------- deciding

    def approves(self, who: Visitor, act: acts.Approves) -> None:
        for _ in range(act.prompts):
            button = self.prompt(who, act, "approve")
            ticked(who, button.message, ())
            for press_id in [str(uuid4())] * (1 + act.twice):
                who.press(button.token, button.message, press_id)
            if act.twice:
                again = toast(who, button)
                if who.name not in again:
                    raise Unmet(
                        say(f"再点一次，没有说已经办过：{again}", f"clicked again, it was not said to be done: {again}")
                    )
                self.telling.saw(say(f"再点一次：{again}", f"clicked again: {again}"))
            self.telling.saw(screen.state(gone(who, button)))

    def rejects(self, who: Visitor, act: acts.Rejects) -> None:
        button = self.prompt(who, act, "reject")
        ticked(who, button.message, act.fails)
        press(who, button)
        question(who)
        who.say(act.reason)
        gone(who, button)

    def returns(self, who: Visitor, act: acts.Returns) -> None:
        button = self.prompt(who, act, "return")
        press(who, button)
        asked = question(who)
        if act.to:
            press(who, option(asked, act.to))
            question(who, asked)
        who.say(act.reason)
        gone(who, button)

    def withdraws(self, who: Visitor, act: acts.Withdraws) -> None:
        button = self.prompt(who, act, "withdraw")
        press(who, button)
        self.telling.saw(screen.state(gone(who, button)))

    def gives(self, who: Visitor, act: acts.HandsOver | acts.Assigns) -> None:
        button = self.prompt(who, act, "transfer" if isinstance(act, acts.HandsOver) else "assign")
        press(who, button)
        asked = question(who)
        who.say(act.to)
        question(who, asked)
        who.say(act.reason)
        self.telling.saw(screen.state(gone(who, button)))

    def comments(self, who: Visitor, act: acts.Comments) -> None:
        press(who, self.prompt(who, act, "comment"))
        asked, code = question(who), self.codes[act.item]
        who.say(act.words)
        see(
            who,
            say("意见已记入", "the comment recorded"),
            lambda found: screen.find(found, code, (), after=asked["no"]),
        )

    def nudges(self, who: Visitor, act: acts.Nudges) -> None:
        self.telling.saw(toast(who, self.prompt(who, act, "nudge")))

    # ------------------------------------------------------------------------------------------- working

    def fills_in(self, who: Visitor, act: acts.FillsIn) -> None:
        start = self.prompt(who, act, act.button, act.of)
        last = screen.question(who.transcript())
        press(who, start)
        answered(who, act.answers, partial(self.upload, who, act.item), last)
        if act.button != "answer":
            self.telling.saw(screen.state(gone(who, start)))

    def presses(self, who: Visitor, act: acts.Presses) -> None:
        button = self.prompt(who, act, act.button)
        press(who, button)

    def opens(self, who: Visitor, act: acts.Opens) -> None:
        last = max((one["no"] for one in who.transcript()), default=0)
        who.say("/inbox")
        page = see(who, "/inbox", lambda messages: screen.listing(messages, last))
        while (found := screen.row(page, act.words)) is None:
            press(who, option(page, "next"))
            shown = page["view"]
            page = see(who, say("下一页", "the next page"), lambda messages: _turned(messages, last, shown))  # noqa: B023
        press(who, found)

    def finds(self, who: Visitor, act: acts.Finds) -> None:
        found = see(
            who, "、".join(act.words), lambda messages: screen.carrying(messages, act.words, self.codes.values())
        )
        self.codes[act.item] = screen.number(found)
        self.telling.saw(f"{screen.number(found)} {screen.state(found)}")

    # ------------------------------------------------------------------------------------------- trying what must fail

    def clicks_late(self, who: Visitor, act: acts.ClicksLate) -> None:
        button = self.offered[who.name, act.item]
        said = toast(who, button)
        self.telling.saw(said)
        if act.by not in said:
            raise Unmet(say(f"没有说是 {act.by} 办的：{said}", f"{act.by} is not named: {said}"))
        gone(who, button)

    def forges(self, who: Visitor, act: acts.Forges) -> None:
        del act
        self.telling.saw(toast(who, Button("", "A" * 52, "")))

    def pries(self, who: Visitor, act: acts.Pries) -> None:
        status, _ = who.request("GET", f"/item/{self.codes[act.item]}")
        if status != 404:
            raise Unmet(say(f"应该是 404，却是 {status}", f"404 was expected, not {status}"))
        self.telling.saw("404")

    # ------------------------------------------------------------------------------------------- looking

    def reads(self, who: Visitor, act: acts.Reads) -> None:
        file = see(who, act.name, lambda found: screen.attachment(found, self.codes[act.item], act.name))
        body = who.download(file["file"])
        if body != self.papers[act.item, act.name]:
            raise Unmet(say("下载的不是交上来的那份", "what came down is not what went up"))
        self.telling.saw(f"{act.name}, {len(body)} B")

    def types(self, who: Visitor, act: acts.Types) -> None:
        last = max((one["no"] for one in who.transcript()), default=0)
        who.say(act.text)
        answer = see(who, "、".join(act.sees), lambda found: screen.find(found, "", act.sees, after=last))
        self.telling.saw(screen.words(answer))

    def ends(self, who: Visitor, act: acts.Ends) -> None:
        code, words = self.codes[act.item], screen.STATES[act.state]

        def look(found: list[Json]) -> Json | None:
            return next((one for one in screen.cards(found, code) if screen.state(one).startswith(words)), None)

        self.telling.saw(screen.state(see(who, "/".join(words), look)))

    def clock_on(self, who: Visitor, act: acts.ClockOn) -> None:
        code = self.codes.get(act.item, "")
        for moves in range(act.at_most + 1):
            asked = all(screen.prompt(self.visitors[name].transcript(), code, *screen.ASKING) for name in act.asks)
            seen = screen.find(who.transcript(), code, act.sees) if act.sees else None
            if asked and (seen is not None or not act.sees):
                self.telling.saw(
                    say(f"拨了 {moves} 次", f"{moves} moves") + (f" · {screen.state(seen)}" if seen else "")
                )
                return
            if not who.next_moment():
                raise Unmet(say("没有下一个时刻了", "no moment is left"))
        raise Unmet(say(f"拨了 {act.at_most} 次还没有等到", f"not within {act.at_most} moves"))


def _turned(messages: list[Json], after: int, before: Json) -> Json | None:
    """The newest list, once it shows another page than `before`."""
    page = screen.listing(messages, after)
    return page if page is not None and page["view"] != before else None


_DOING: Final[dict[type[Act], Callable[[Player, Visitor, Any], None]]] = {
    acts.Submits: Player.submits, acts.Approves: Player.approves, acts.Rejects: Player.rejects, acts.Returns: Player.returns,
    acts.Resubmits: Player.resubmits, acts.FillsIn: Player.fills_in, acts.Presses: Player.presses, acts.Finds: Player.finds, acts.Opens: Player.opens, acts.Withdraws: Player.withdraws, acts.Comments: Player.comments,
    acts.HandsOver: Player.gives, acts.Assigns: Player.gives, acts.Nudges: Player.nudges,
    acts.ClicksLate: Player.clicks_late, acts.Forges: Player.forges, acts.Pries: Player.pries, acts.Reads: Player.reads,
    acts.Types: Player.types, acts.ClockOn: Player.clock_on, acts.Ends: Player.ends,
}  # fmt: skip
