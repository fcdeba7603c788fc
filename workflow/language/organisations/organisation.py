"""The text of an organisation file to a draft, with findings. Not here: its lists (lists.py), and what the store makes of the draft.

Codes: O40x the shape of the file and its names, O41x and O42x what the names stand for, O49x warnings: the file is applied nevertheless.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date, time
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workflow.domain.finding import Finding
from workflow.language.entries import Entries, Notes, whole, written
from workflow.language.organisations.units import UNIT, read_units
from workflow.language.text.nodes import Node, Place, Scalar
from workflow.language.text.reader import read
from workflow.organisation.calendar import HOURS, Calendar
from workflow.organisation.draft import OrganisationDraft, PersonDraft
from workflow.organisation.model import ADMINISTRATOR, COORDINATOR, Outlet, Pool, Room, Unit

WARNINGS: Final = frozenset({"O490"})
"""Codes that stop nothing."""

KEYS: Final = {
    "organisation": "organisation", "组织": "organisation", "title": "title", "名称": "title", "tenant": "tenant", "租户": "tenant",
    "time_zone": "time_zone", "时区": "time_zone", "tiers": "tiers", "层级": "tiers", "roles": "roles", "角色": "roles",
    "units": "units", "单位": "units", "people": "people", "人员": "people", "pools": "pools", "队伍": "pools", "rooms": "rooms",
    "群": "rooms", "outlets": "outlets", "发布": "outlets", "coordinator": "coordinator", "协调角色": "coordinator",
    "administrator": "administrator", "管理角色": "administrator", "hours": "hours", "工作时间": "hours",
}  # fmt: skip
PERSON_KEYS: Final = {
    "name": "name", "姓名": "name", "roles": "roles", "角色": "roles", "language": "language", "语言": "language",
    "since": "since", "起": "since", "until": "until", "止": "until",
}  # fmt: skip
POOL_KEYS: Final = {"of": "of", "来自": "of"}
ROOM_KEYS: Final = {"unit": "unit", "单位": "unit"}
OUTLET_KEYS: Final = {"room": "room", "群": "room", "webhook": "webhook", "接口": "webhook"}
NEEDED: Final = ("organisation", "title", "tiers", "roles", "units")

_ID: Final = re.compile("[a-z][a-z0-9-]{1,39}")
_SPAN: Final = re.compile("([01][0-9]|2[0-3]):([0-5][0-9]) *[-–~至] *([01][0-9]|2[0-3]):([0-5][0-9])")
_ROLE: Final = ("角色", "role")
_ROOM: Final = ("群", "room")


def read_organisation(
    source: bytes | str, name: str | None = None, lists: Collection[str] | None = None
) -> tuple[OrganisationDraft | None, tuple[Finding, ...]]:
    """The draft, and what was found; no draft where anything found is more than a warning.

    `name`: the file's name without its ending, which the organisation must have. `lists`: the names of lists that a pool
    may be made of, where they are at hand.
    """
    document = read(source)
    if document.root is None:
        return None, document.findings
    reading = _Reading(document.root, lists)
    reading.notes.findings += document.findings
    draft = reading.draft(name)
    findings = reading.notes.ordered()
    return (draft if all(one.code in WARNINGS for one in findings) else None), findings


class _Reading:
    """One file: its entries, and the names read from it so far."""

    def __init__(self, root: Node, lists: Collection[str] | None) -> None:
        self.notes = Notes()
        self.lists = lists
        self.top: Entries = self.notes.entries(root, KEYS)
        self.taken: dict[str, Scalar] = {}
        self.tiers: tuple[str, ...] = ()
        self.roles: tuple[str, ...] = ()
        self.units: dict[str, Unit] = {}
        self.known: Collection[str] = ()

    def draft(self, name: str | None) -> OrganisationDraft | None:
        """Everything, in the order in which names come to stand for something."""
        complete = self.notes.needed(self.top, NEEDED, Place(1, 1, 1, 1))
        organisation = self.identifier("organisation", name)
        title = self.notes.text(self.top, "title", 60)
        self.tiers = self.names("tiers", "[中心, 所, 站]", self.taken)
        self.roles = self.names("roles", "[管理员, 协调员, 审核员]", {})
        self.units = read_units(self.notes, self.top, self.tiers, self.taken)
        self.known = written(self.top, "units")
        people = tuple(self.people())
        pools = tuple(self.pools())
        rooms = tuple(self.rooms())
        outlets = tuple(self.outlets(written(self.top, "rooms")))
        coordinator, administrator = self.role("coordinator", COORDINATOR), self.role("administrator", ADMINISTRATOR)
        tenant = self.identifier("tenant", None)
        time_zone, hours = self.time_zone(), self.hours()
        if not self.notes.findings:
            self.count_administrators(people, administrator)
        if not complete or organisation is None or title is None:
            return None
        return OrganisationDraft(
            organisation, title, self.tiers, self.roles, tuple(self.units.values()), people, pools, rooms, outlets,
            tenant, time_zone, hours, coordinator, administrator,
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------- single values

    def identifier(self, key: str, file: str | None) -> str | None:
        scalar = self.notes.scalar(self.top, key, f"{key}: chaoyang")
        if scalar is None:
            return None
        if not _ID.fullmatch(scalar.text):
            self.not_an_id(scalar)
        elif file is not None and scalar.text != file:
            self.notes.say(
                "O401",
                f"组织的标识要与文件名相同：文件叫“{file}”",
                f"an organisation is called like its file, which is “{file}”",
                whole(scalar),
                file if _ID.fullmatch(file) else None,
            )
        return scalar.text

    def not_an_id(self, scalar: Scalar) -> None:
        self.notes.say(
            "O401",
            "标识要 2 到 40 个字符：小写字母开头，只含小写字母、数字和连字符",
            "an id has 2 to 40 characters: a small letter, then small letters, digits and hyphens",
            whole(scalar),
        )

    def role(self, key: str, default: str) -> str:
        scalar = self.notes.scalar(self.top, key, f"{key}: {default}")
        if scalar is None:
            return default
        if scalar.text not in self.roles:
            self.notes.unknown("O412", _ROLE, scalar.text, self.roles, whole(scalar))
        return scalar.text

    def time_zone(self) -> str:
        scalar = self.notes.scalar(self.top, "time_zone", "time_zone: Asia/Shanghai")
        if scalar is None:
            return Calendar().time_zone
        try:
            ZoneInfo(scalar.text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.notes.say(
                "O418",
                f"没有“{scalar.text}”这个时区；要写 IANA 时区名，如 Asia/Shanghai",
                f"there is no time zone “{scalar.text}”; it is an IANA name, like Asia/Shanghai",
                whole(scalar),
            )
        return scalar.text

    def hours(self) -> tuple[tuple[time, time], ...]:
        if "hours" not in self.top:
            return HOURS
        node = self.top["hours"][1]
        found = [_SPAN.fullmatch(one.text) for one in self.notes.words(node, "[09:00-12:00, 13:00-18:00]")]
        spans = tuple((time(int(m[1]), int(m[2])), time(int(m[3]), int(m[4]))) for m in found if m)
        try:
            Calendar(hours=spans)
        except ValueError:
            spans = ()
        if not spans or None in found:
            self.notes.say(
                "O419",
                "工作时间要按先后写成 [09:00-12:00, 13:00-18:00]，互不相接，不过半夜",
                "hours of work are spans in order, apart and within a day: [09:00-12:00, 13:00-18:00]",
                node.place,
            )
        return spans or HOURS

    def day(self, entries: Entries, key: str) -> date | None:
        scalar = self.notes.scalar(entries, key, f"{key}: 2026-01-01")
        if scalar is None:
            return None
        try:
            day = date.fromisoformat(scalar.text)
        except ValueError:
            day = date.max
        if len(scalar.text) == len("2026-01-01") and 1900 <= day.year < 2200:
            return day
        self.notes.say("O417", "日期要写成 2026-01-01", "a date looks like 2026-01-01", whole(scalar))
        return None

    # ------------------------------------------------------------------------------------------- tiers and roles

    def names(self, key: str, example: str, taken: dict[str, Scalar]) -> tuple[str, ...]:
        if key not in self.top:
            return ()
        words = self.notes.words(self.top[key][1], example)
        return tuple(name for word in words if (name := self.notes.name(word, taken)) is not None)

    # ------------------------------------------------------------------------------------------- people

    def people(self) -> Iterator[PersonDraft]:
        for key, entries in self.notes.named(self.top, "people", PERSON_KEYS, "{ roles: [大山子站.协调员] }", {}):
            since, until = self.day(entries, "since"), self.day(entries, "until")
            if since is not None and until is not None and until < since:
                self.notes.say("O417", "until 早于 since", "until is before since", whole(entries["until"][0]))
            yield PersonDraft(
                key.text,
                self.notes.text(entries, "name", 40) or key.text,
                self.language(entries),
                tuple(self.held(entries)),
                since,
                until,
            )

    def language(self, entries: Entries) -> str:
        scalar = self.notes.scalar(entries, "language", "language: zh")
        if scalar is None:
            return "zh"
        if scalar.text not in {"zh", "en"}:
            self.notes.unknown("O416", ("语言", "language"), scalar.text, ("zh", "en"), whole(scalar))
        return scalar.text

    def held(self, entries: Entries) -> Iterator[tuple[str, str]]:
        """The (unit, role) pairs of a person."""
        if "roles" not in entries:
            return
        seen: dict[str, Scalar] = {}
        for word in self.notes.words(entries["roles"][1], "[大山子站.协调员]"):
            unit, dot, role = word.text.partition(".")
            if not dot or not unit or not role:
                zh, en = "要写成 单位.角色，如 大山子站.协调员", "it must look like UNIT.ROLE, e.g. 大山子站.协调员"
                self.notes.say("O415", zh, en, whole(word))
                continue
            if unit not in self.known:
                self.notes.unknown("O411", UNIT, unit, self.known, word.part((0, len(unit))))
            if role not in self.roles:
                start = len(unit) + 1
                self.notes.unknown("O412", _ROLE, role, self.roles, word.part((start, start + len(role))))
            if seen.setdefault(word.text, word) is word:
                yield unit, role
            else:
                self.notes.say("O406", f"“{word.text}”写了两次", f"“{word.text}” stands here twice", whole(word))

    def count_administrators(self, people: tuple[PersonDraft, ...], administrator: str) -> None:
        root = next((unit.id for unit in self.units.values() if unit.parent is None), None)
        count = sum((root, administrator) in person.roles for person in people)
        if root is not None and count < 2:
            self.notes.say(
                "O490",
                f"“{root}.{administrator}”只有 {count} 人；越权处理和删除个人信息要两人，请再设一人",
                f"{count} hold “{root}.{administrator}”; break-glass and erasure need two, so name another",
                whole(self.top.get("people", self.top["units"])[0]),
            )

    # ------------------------------------------------------------------------------------------- pools, rooms, outlets

    def pools(self) -> Iterator[Pool]:
        for key, entries in self.notes.named(self.top, "pools", POOL_KEYS, "{ of: volunteers }", self.taken):
            of = self.notes.scalar(entries, "of", "of: volunteers")
            if not self.notes.needed(entries, ("of",), whole(key)) or of is None:
                continue
            if self.lists is not None and of.text not in self.roles and of.text not in self.lists:
                known = (*self.lists, *self.roles)
                self.notes.unknown("O420", ("名录或角色", "list or role"), of.text, known, whole(of))
            yield Pool(key.text, of.text)

    def rooms(self) -> Iterator[Room]:
        for key, entries in self.notes.named(self.top, "rooms", ROOM_KEYS, "{ unit: 大山子站 }", self.taken):
            unit = self.notes.scalar(entries, "unit", "unit: 大山子站")
            if not self.notes.needed(entries, ("unit",), whole(key)) or unit is None:
                continue
            if unit.text not in self.known:
                self.notes.unknown("O411", UNIT, unit.text, self.known, whole(unit))
            yield Room(key.text, unit.text)

    def outlets(self, rooms: Collection[str]) -> Iterator[Outlet]:
        for key, entries in self.notes.named(self.top, "outlets", OUTLET_KEYS, "{ room: 站群 }", {}):
            room = self.notes.scalar(entries, "room", "room: 站群")
            webhook = self.notes.scalar(entries, "webhook", "webhook: app")
            if (room is None) == (webhook is None):
                self.notes.say(
                    "O421",
                    f"“{key.text}”要发布到哪里？写 room 或 webhook 其中一个",
                    f"where does “{key.text}” publish to? write one of room and webhook",
                    whole(key),
                )
                continue
            if room is not None and room.text not in rooms:
                self.notes.unknown("O422", _ROOM, room.text, rooms, whole(room))
            if webhook is not None and not _ID.fullmatch(webhook.text):
                self.not_an_id(webhook)
            yield Outlet(key.text, room.text if room else None, webhook.text if webhook else None)
