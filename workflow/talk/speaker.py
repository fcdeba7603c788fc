"""How one reader is spoken to: their language, their clock, the names they know. Values and facts become words here; sentences stand in wording/."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from workflow.domain import places
from workflow.domain.command import SYSTEM, Refused
from workflow.organisation.model import Organisation
from workflow.talk.plain import line
from workflow.talk.words import WORDS, known, say, slots_of

_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905 (a list of words reads as one)
MOST_NAMES: Final = 6


class Speaker(Struct, frozen=True):
    """`language` is zh or en; `now` says which dates need no year and which times no date."""

    language: str
    organisation: Organisation
    now: datetime

    def of(self, both: tuple[str, str]) -> str:
        """Of a sentence in Chinese and in English, the reader's."""
        return both[self.language != "zh"]

    def say(self, key: str, **slots: object) -> str:
        """The sentence of a key in the reader's language."""
        return say(key, self.language, **slots)

    # ------------------------------------------------------------------------------------------- moments

    def clock(self, at: datetime) -> datetime:
        """The moment as the clock on the wall shows it there."""
        return at.astimezone(ZoneInfo(self.organisation.time_zone))

    def when(self, at: datetime) -> str:
        """`09:32` today, `12月1日 19:00` this year, `2027年1月3日 09:00` else."""
        there = self.clock(at)
        clock = f"{there:%H:%M}"
        return clock if there.date() == self.clock(self.now).date() else f"{self.day(there.date())} {clock}"

    def moment(self, at: datetime) -> str:
        """The same with its date, today as well."""
        there = self.clock(at)
        return f"{self.day(there.date())} {there:%H:%M}"

    def day(self, day: date) -> str:
        """`12月1日`; with the year when it is not this one."""
        year = "" if day.year == self.clock(self.now).year else str(day.year)
        if self.language == "en":
            return f"{day.day} {_MONTHS[day.month - 1]} {year}".rstrip()
        return f"{year}年{day.month}月{day.day}日" if year else f"{day.month}月{day.day}日"

    def span(self, seconds: int) -> str:
        """`1小时30分钟`."""
        parts = [
            (seconds // 86400, "span.days"), (seconds // 3600 % 24, "span.hours"), (seconds // 60 % 60, "span.minutes"),
            (seconds % 60, "span.seconds"),
        ]  # fmt: skip
        said = [self.say(key, n=n) for n, key in parts if n]
        return ("" if self.language == "zh" else " ").join(said) or self.say("span.minutes", n=0)

    # ------------------------------------------------------------------------------------------- names

    def person(self, person: str) -> str:
        """The name of a person, or of the system; somebody unknown is named so."""
        if person == SYSTEM:
            return self.say("name.system")
        found = self.organisation.person(person)
        return line(found.name, 40) if found is not None else self.say("name.nobody")

    def people(self, people: Iterable[str]) -> str:
        """Several names; a long list is cut and counted."""
        named = [self.person(one) for one in people]
        listed = self.listed(named[:MOST_NAMES])
        return self.say("name.and_more", names=listed, n=len(named)) if len(named) > MOST_NAMES else listed

    def account(self, account: str) -> str:
        """Whose money: a person by name, anything else as it is called."""
        return self.person(account) if self.organisation.person(account) is not None else line(account, 80)

    def listed(self, words: Iterable[object]) -> str:
        """`甲、乙`."""
        return ("、" if self.language == "zh" else ", ").join(line(str(word), 100) for word in words)

    def step(self, place: str) -> str:
        """A step's own name, with its row: `嘉宾关 · 2`; of a place that every flow has, the word for it."""
        if place == places.SUBMITTER:
            return self.say("name.submitter")
        if place in places.RESERVED:
            return self.say(f"state.{place}")
        *_, last = [part for part in place.split("/") if part and part != places.ROW] or [""]
        if not last.isdigit():
            return line(last, 60)
        before = place.rpartition("/")[0]
        return f"{self.step(before)} · {last}" if before else last

    # ------------------------------------------------------------------------------------------- facts and refusals

    def facts(self, facts: Mapping[str, Any]) -> dict[str, str]:
        """The facts of a notice or a refusal, each spelt as its name demands (`FACTS`)."""
        return {name: self._fact(name, value) for name, value in facts.items()}

    def _fact(self, name: str, value: Any) -> str:
        spell = FACTS.get(name)
        if spell is not None and value not in (None, ""):
            return spell(self, value)
        if isinstance(value, list | tuple):
            return self.listed(value)
        return line(str(value), 300) if value is not None else ""

    def sentence(self, key: str, facts: Mapping[str, Any]) -> str:
        """A key's sentence with these facts; what it asks for and was not told stays empty."""
        spelt = self.facts(facts)
        return self.say(key, **{name: spelt.get(name, "") for name in slots_of(WORDS[key][0])})

    def refusal(self, refused: Refused) -> str:
        """Why not, and what to do next."""
        key = f"refused.{refused.reason}"
        if refused.reason == "form":
            return self.problems(refused.facts.get("problems", ()))
        if refused.reason == "decided" and not refused.facts.get("by"):
            key = "refused.decided_by_nobody"
        return self.sentence(key, refused.facts) if known(key) else self.say("refused.unknown", reason=refused.reason)

    def line(self, word: str, facts: Mapping[str, Any]) -> str:
        """What the chat says of itself: a line of its own, or a refusal."""
        if word.startswith("refused."):
            return self.refusal(Refused(word.removeprefix("refused."), dict(facts)))
        key = f"line.{word}"
        return self.sentence(key, facts) if known(key) else self.say("refused.unknown", reason=line(word, 60))

    def problems(self, problems: Iterable[tuple[str, str, str]]) -> str:
        """What is wrong with a form, a line each."""
        said = []
        for name, zh, en in problems:
            words = line(en if self.language == "en" else zh, 300)
            named = not name or words.startswith((name, f"“{name}”"))
            said.append(words if named else self.say("form.problem", name=line(name, 60), words=words))
        return "\n".join(said if len(said) == 1 else [self.say("refused.form"), *said])


def _moment(speaker: Speaker, value: Any) -> str:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return speaker.when(at if at.tzinfo is not None else at.replace(tzinfo=UTC))


def _of(family: str) -> Callable[[Speaker, Any], str]:
    def spell(speaker: Speaker, value: Any) -> str:
        return speaker.say(f"{family}.{value}") if known(f"{family}.{value}") else line(str(value))

    return spell


def _steps(speaker: Speaker, value: Any) -> str:
    return speaker.listed(speaker.step(one) for one in value)


FACTS: Final[Mapping[str, Callable[[Speaker, Any], str]]] = {
    "at": _moment,
    "by": Speaker.people,
    "choice": _of("choice"),
    "person": Speaker.person,
    "people": Speaker.people,
    "places": _steps,
    "result": _of("result"),
    "seconds": Speaker.span,
    "state": _of("state"),
    "step": Speaker.step,
    "target": Speaker.step,
    "targets": _steps,
    "verb": _of("verb"),
    "why": Speaker.of,
}
"""How a fact is spelt, by its name. What is not here is a number or a word, and stands as it is."""
