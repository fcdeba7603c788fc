"""Actors: who may start, decide or be told, with their names checked. Not here: which people these are (steps.electorate)."""

from __future__ import annotations

from typing import Literal

from workflow.domain.tree import Actor, Who
from workflow.grammars.actor import read_actor
from workflow.grammars.kinds import UNKNOWN
from workflow.grammars.types import Checked
from workflow.language.entries import whole
from workflow.language.names import PERSON, Name, in_chinese, of_list, row_of
from workflow.language.reading import Reading
from workflow.language.text.nodes import Node, Place, Scalar
from workflow.steps.electorate import DOERS
from workflow.steps.pools import list_of

Part = Literal["start", "decide", "do", "ask", "tell"]
ANYONE = "群众"
SUBMITTER = "提交人"


def read_actors(reading: Reading, node: Node, part: Part, example: str) -> tuple[Actor, ...]:
    """The actors of a list, or the single one."""
    found: list[Actor] = []
    for scalar in reading.desk.words(node, example):
        actor = reading.desk.read("G202", scalar, read_actor)
        if actor is not None:
            _check(reading, scalar, actor.who, part)
            if actor.but is not None:
                _check(reading, scalar, actor.but, "tell")
            checked = Checked(actor, PERSON, ())
            reading.spell(scalar, actor, checked, lambda text: Checked(read_actor(text), PERSON, ()))
            found.append(in_chinese(actor, reading.names))
    if not found and not isinstance(node, Scalar) and not getattr(node, "items", True):
        reading.desk.say("F308", node.place)
    return tuple(found)


def check_person(reading: Reading, scalar: Scalar, who: Who) -> None:
    """Who may be named in a field `person WHO`."""
    _check(reading, scalar, who, "tell")


def _check(reading: Reading, scalar: Scalar, who: Who, part: Part) -> None:
    first, place = who.parts[0], scalar.part(who.span)
    if who.every:
        _every(reading, scalar, who, part)
    elif first in (SUBMITTER, ANYONE, "各", "本件", "系统") or first in ("今天", "现在", "年", "季度", "月"):
        _reserved(reading, scalar, who, part)
    elif first in reading.names.bare or first in reading.taken:
        _own(reading, scalar, who, place, part)
    elif len(who.parts) == 1:
        _group(reading, place, first, part)
    elif len(who.parts) == 2:
        _post(reading, scalar, who)
    else:
        reading.desk.say("F360", place, word=".".join(who.parts), asked_zh=_LIKE[0], asked_en=_LIKE[1])


_LIKE = ("；要写成 层级.角色，如 站.审核员", "; it looks like TIER.ROLE: 站.审核员")


def _of_row(reading: Reading, place: Place, who: Who) -> None:
    """`各.提交人`: somebody whom the row at hand names."""
    word, name = ".".join(who.parts), reading.names.find(who.parts)
    if name is not None and name[0].type.kind in {"person", "unknown"}:
        return
    row = reading.names.bare.get("各")
    people = [] if row is None else [f"各.{one}" for one, part in row.parts.items() if part.type.kind == "person"]
    zh, en = (f"；这一行里的人有：{'、'.join(people)}", f"; the row names: {', '.join(people)}") if people else _LIKE
    reading.desk.say("F360", place, word=word, asked_zh=zh, asked_en=en)


def _reserved(reading: Reading, scalar: Scalar, who: Who, part: Part) -> None:
    first, place = who.parts[0], scalar.part(who.span)
    if len(who.parts) == 2 and first == "各":
        _of_row(reading, place, who)
    elif first == SUBMITTER and len(who.parts) == 1 and part in {"do", "ask"} and reading.unasked:
        reading.desk.say("F400", place, word=SUBMITTER)
    elif first == SUBMITTER and len(who.parts) == 1 and part in {"tell", "do", "ask"}:
        return
    elif first == SUBMITTER and len(who.parts) == 1 and part == "decide":
        reading.desk.say(
            "F361", place, word=SUBMITTER, zh="自己提交的不能自己审", en="nobody judges what they handed in"
        )
    elif first == ANYONE and len(who.parts) == 1 and part in {"start", "ask"}:
        return
    elif first == ANYONE and part == "do":
        zh, en = "谁来办要说得出来；给一个队伍，如 志愿队伍", "it must be known who does it; name a pool, like 志愿队伍"
        reading.desk.say("F364", place, word=ANYONE, zh=zh, en=en)
    elif first == ANYONE and part == "decide":
        reading.desk.say("F361", place, word=ANYONE, zh="审核要有确定的人", en="it must be known who decides")
    elif part == "start":
        reading.desk.say("F362", place, word=first, zh="要写成 层级.角色 或 anyone", en="write TIER.ROLE or anyone")
    else:
        reading.desk.say("F360", place, word=".".join(who.parts), asked_zh=_LIKE[0], asked_en=_LIKE[1])


def _own(reading: Reading, scalar: Scalar, who: Who, place: Place, part: Part) -> None:
    """A name of the flow itself: a field that holds a person, or who did a step."""
    word, name = ".".join(who.parts), reading.names.find(who.parts)
    if part == "start":
        zh, en = "发起时还没有这一项", "there is no such thing yet when an item starts"
        reading.desk.say("F362", place, word=word, zh=zh, en=en)
    elif name is not None and name[0].type.kind in {"person", "unknown"}:
        return
    elif len(who.parts) == 2 and (of := reading.names.find(who.parts[:1])) is not None and of[0].type.kind == "unit":
        _role(reading, scalar, who)
    elif (
        len(who.parts) == 1 and name is not None and name[0].type.kind in {"step", "rows"} and DOERS[0] in name[0].parts
    ):
        zh, en = f"；办过这一步的人是 {word}.办理人", f"; who did that step is {word}.办理人"
        reading.desk.say("F360", place, f"{word}.办理人", word=word, asked_zh=zh, asked_en=en)
    else:
        reading.desk.say("F360", place, word=word, asked_zh=_LIKE[0], asked_en=_LIKE[1])


def _group(reading: Reading, place: Place, word: str, part: Part) -> None:
    """A bare name that is none of the flow's: a room, or a pool."""
    organisation = reading.organisation
    if organisation is None:
        reading.desk.unverified(place)
    elif organisation.room(word) is not None:
        if part not in {"tell", "ask"}:
            code = {"decide": "F361", "do": "F364"}.get(part, "F362")
            reading.desk.say(code, place, word=word, zh="群只能收到通知", en="a room is only told")
    elif organisation.pool(word) is not None:
        if part == "start":
            reading.desk.say("F362", place, word=word, zh="要写成 层级.角色 或 anyone", en="write TIER.ROLE or anyone")
    elif word in organisation.tiers or organisation.unit(word) is not None:
        zh, en = (
            f"；还要写角色，如 {word}.{organisation.coordinator}",
            f"; the role is missing: {word}.{organisation.coordinator}",
        )
        reading.desk.say("F360", place, word=word, asked_zh=zh, asked_en=en)
    else:
        fields = [one.name for one in reading.form if one.type == "person"]
        groups = [*(one.name for one in organisation.rooms), *(one.name for one in organisation.pools)]
        reading.desk.unknown("O453", place, word, [*fields, *groups, SUBMITTER])


def _post(reading: Reading, scalar: Scalar, who: Who) -> None:
    """`站.审核员`: a role at a tier or a unit."""
    organisation, unit = reading.organisation, who.parts[0]
    if organisation is None:
        reading.desk.unverified(scalar.part(who.span))
        return
    if unit not in organisation.tiers and organisation.unit(unit) is None:
        units = [*organisation.tiers, *(one.id for one in organisation.units), *reading.taken]
        reading.desk.unknown("O451", scalar.part(who.spans[0]), unit, units)
    _role(reading, scalar, who)


def _role(reading: Reading, scalar: Scalar, who: Who) -> None:
    organisation, role = reading.organisation, who.parts[1]
    if organisation is None:
        reading.desk.unverified(scalar.part(who.span))
    elif role not in organisation.roles:
        reading.desk.unknown("O452", scalar.part(who.spans[1]), role, organisation.roles)


def person_of(reading: Reading, actors: tuple[Actor, ...]) -> Name:
    """What 各 is where one of these people is looked at: a row of the list they are of, else the person."""
    organisation = reading.organisation
    if organisation is None:
        return Name(UNKNOWN)
    named = list_of(organisation, actors)
    return row_of(of_list(named)) if named is not None else Name(PERSON)


def _every(reading: Reading, scalar: Scalar, who: Who, part: Part) -> None:
    """`各站.协调员`: a role at every unit of a tier below."""
    organisation = reading.organisation
    if part == "start":
        word = scalar.text[slice(*who.span)]
        reading.desk.say(
            "F362", whole(scalar), word=word, zh="写 站.协调员 就是任何一个站的", en="站.协调员 already means any 站"
        )
    elif organisation is None:
        reading.desk.unverified(scalar.part(who.span))
    else:
        tier, role = who.parts
        if tier not in organisation.tiers:
            reading.desk.say("O456", scalar.part(who.spans[0]), word=tier)
        if role not in organisation.roles:
            reading.desk.unknown("O452", scalar.part(who.spans[1]), role, organisation.roles)
