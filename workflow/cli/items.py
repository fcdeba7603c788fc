"""`guankou submit inbox show decide`: items from a terminal, on the same path and with the same rights as from a chat."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from workflow.cli import printing
from workflow.cli.forms import answers, pair
from workflow.cli.house import House, with_house
from workflow.cli.tongue import SPOKEN, say
from workflow.cli.trouble import Stop
from workflow.domain import places
from workflow.domain.command import Answer, Command, Refused
from workflow.domain.definition import Definition
from workflow.domain.item import Item, Run, Task
from workflow.engine.sight import reachable
from workflow.organisation.model import Person
from workflow.steps.amending import is_giver
from workflow.store import listings
from workflow.store.tenants import Tenant
from workflow.verbs.verbs import VERBS

Output = Literal["text", "json"]

MOST: Final = 500
"""Rows of an inbox that are shown."""
MARKS: Final = {
    "通过": "pass",
    "不通过": "fail",
    "不适用": "na",
    "pass": "pass",
    "fail": "fail",
    "na": "na",
    "n/a": "na",
}
EVERY: Final = frozenset({"全部", "all"})
CHANNELS: Final = {"电话": "phone", "入户": "visit"}
UNASKED: Final = ("submit", "join", "wake", "restaff", "tally", "watch", "confirm", "joined", "cancel")
"""What is no act on an item that somebody may ask for here."""
WORDS: Final = {verb.alias: verb.word for verb in VERBS.values() if verb.word not in UNASKED}
_CHOSEN: Final = frozenset({"transfer", "reassign", "assign"})


# ------------------------------------------------------------------------------------------------ submit


def submit(
    flow: str, person: str, fields: list[str], files: list[str], unit: str, command_id: str, tenant: str, output: Output
) -> int:  # fmt: skip
    """A new item; prints its code."""
    return with_house(
        _submit, flow=flow, person=person, fields=fields, files=files, unit=unit, command_id=identifier(command_id),
        tenant=tenant, output=output,
    )  # fmt: skip


async def _submit(
    house: House, *, flow: str, person: str, fields: list[str], files: list[str], unit: str, command_id: str, tenant: str, output: Output
) -> None:  # fmt: skip
    chosen = await house.tenant(tenant)
    actor = await house.person(chosen.id, person)
    args: dict[str, Any] = {"flow": flow, "form": await answers(house, chosen, actor, fields, files)}
    if unit:
        args["unit"] = unit
    tell(await perform(house, chosen, actor, "submit", "", args, command_id), output)


# ------------------------------------------------------------------------------------------------ inbox, show


def inbox(person: str, tenant: str, output: Output) -> int:
    """What somebody owes, the oldest first."""
    return with_house(_inbox, person=person, tenant=tenant, output=output)


async def _inbox(house: House, person: str, tenant: str, output: Output) -> None:
    chosen = await house.tenant(tenant)
    actor = await house.person(chosen.id, person)
    rows = await listings.inbox(house.database, chosen.id, actor.id, limit=MOST)
    zone = ZoneInfo(chosen.time_zone)
    if output == "json":
        printing.json([
            {"code": one.code, "title": one.title, "step": one.task_place, "round": one.round, "since": one.opened_at} for one in rows
        ])  # fmt: skip
        return
    printing.table(
        (say("编号", "code"), say("标题", "title"), say("步骤", "step"), say("自", "since")),
        [(one.code, one.title or "", one.task_place, f"{one.opened_at.astimezone(zone):%m-%d %H:%M}" if one.opened_at else "") for one in rows],
    )  # fmt: skip
    if not rows:
        printing.note(say("没有等您办理的事项。", "Nothing waits for you."))


def show(code: str, person: str, tenant: str, output: Output) -> int:
    """An item as somebody (by default: an administrator) sees it, and what happened to it."""
    return with_house(_show, code=code, person=person, tenant=tenant, output=output)


async def _show(house: House, code: str, person: str, tenant: str, output: Output) -> None:
    chosen = await house.tenant(tenant)
    reader = (await house.person(chosen.id, person)).id if person else await _administrator(house, chosen)
    read = house.engine.read
    view = await read.item(chosen.id, reader, code)
    if isinstance(view, Refused):
        raise await house.refused(chosen.id, view)
    history = await read.timeline(chosen.id, reader, code)
    card: dict[str, Any] = msgspec.to_builtins(view)
    if output == "json":
        card.pop("choices", None)
        entries = [{"at": one.at, "actor": one.actor, "text": one.text, "kind": one.kind} for one in history]
        printing.json({"item": card, "timeline": entries})
        return
    printing.line(f"{card['number']}  {card['title']}", "bold")
    printing.line(card.get("state", ""))
    facts = [*card.get("facts", ()), *((say("文件", "file"), one["name"]) for one in card.get("files", ()))]
    printing.table(("", ""), facts)
    if card.get("text"):
        printing.line(card["text"])
    printing.line()
    printing.table(
        (say("时间", "at"), say("谁", "who"), say("经过", "what")), [(f"{one.at:%Y-%m-%d %H:%M}", one.actor, one.text) for one in history]
    )  # fmt: skip


async def _administrator(house: House, tenant: Tenant) -> str:
    """An administrator's id, of one who reads this terminal's language where there is one."""
    organisation = await house.organisation(tenant.id)
    found = organisation.administrators(await house.engine.read.now(tenant.id))
    if not found:
        raise Stop(
            say("没有管理员。", "There is no administrator."),
            say("用 --as 指明以谁的身份看。", "Say with --as whose eyes to look with."),
        )
    languages = {one.id: one.language for one in organisation.people}
    return min(found, key=lambda one: languages[one] != SPOKEN)


# ------------------------------------------------------------------------------------------------ decide


def decide(
    *, code: str, verb: str, person: str, comment: str, to: str, step: str, marks: list[str], fields: list[str], files: list[str],
    command_id: str, tenant: str, output: Output, channel: str = "", respondent: str = "",
) -> int:  # fmt: skip
    """An act on an item, by its English word or its Chinese one."""
    word = VERBS[verb].word if verb in VERBS else WORDS.get(verb, "")
    if word not in WORDS.values():
        raise Stop(
            say(f"没有“{verb}”这种操作。", f"There is no act “{verb}”."),
            say("有：", "There are: ") + " ".join(f"{alias}/{one}" for alias, one in WORDS.items()),
        )
    return with_house(
        _decide, code=code, verb=word, person=person, comment=comment, to=to, step=step, marks=marks, fields=fields, files=files,
        command_id=identifier(command_id), tenant=tenant, output=output, channel=channel, respondent=respondent,
    )  # fmt: skip


async def _decide(
    house: House, *, code: str, verb: str, person: str, comment: str, to: str, step: str, marks: list[str], fields: list[str],
    files: list[str], command_id: str, tenant: str, output: Output, channel: str, respondent: str,
) -> None:  # fmt: skip
    chosen = await house.tenant(tenant)
    actor = await house.person(chosen.id, person)
    item = await house.engine.read.find(chosen.id, actor.id, code, reach=reachable)
    if isinstance(item, Refused):
        raise await house.refused(chosen.id, item)
    definition = await _definition(house, chosen, item)
    args: dict[str, Any] = {"comment": comment} if comment else {}
    held = task_of(item, actor.id, step) if step and verb != "answer" else None
    if step and verb == "answer":
        args["place"] = place_of(definition, step)
    if channel or respondent:
        args |= {"channel": CHANNELS.get(channel, channel), "respondent": respondent}
    if held is not None:
        args["task"] = [held[1].no, held[0].round]
    if to:
        args["to"] = (await house.person(chosen.id, to)).id if verb in _CHOSEN else place_of(definition, to)
    if marks:
        args["marks"] = marked(definition, held or task_of(item, actor.id, ""), marks)
    if fields or files:
        args["form" if verb == "resubmit" else "answers"] = await answers(house, chosen, actor, fields, files)
    tell(await perform(house, chosen, actor, verb, item.id, args, command_id), output)


async def _definition(house: House, tenant: Tenant, item: Item) -> Definition:
    await house.engine.definitions.ensure(tenant.id, [item.digest])
    return house.engine.definitions.flow(tenant.id, item.digest).definition


def task_of(item: Item, person: str, step: str) -> tuple[Run, Task] | None:
    """The person's open task at a step (`嘉宾关/2`: of its second row), or the only one; None when there is none."""
    found = [
        (run, task) for run in item.runs.values() for task in run.tasks.values()
        if task.person == person and task.state == "open" and (not step or _is_at(run, step))
    ]  # fmt: skip
    if step and not found:
        raise Stop(
            say(f"在“{step}”没有您的待办。", f"You have no task at “{step}”."),
            say("guankou inbox 列出待办。", "`guankou inbox` lists your tasks."),
        )
    if step and len(found) > 1:
        rows = ", ".join(f"{step}/{run.row + 1}" for run, _ in found)
        raise Stop(say(f"“{step}”有几行。", f"“{step}” has several rows."), say("指明一行：", "Name one: ") + rows)
    return found[0] if len(found) == 1 else None


def _is_at(run: Run, step: str) -> bool:
    name, _, row = step.rpartition("/")
    if run.row >= 0 and row.isdecimal() and int(row) != run.row + 1:
        return False
    wanted = name if run.row >= 0 and row.isdecimal() else step
    place = run.place.removesuffix(f"/{places.ROW}")
    return wanted in (place, place.rpartition("/")[2])


def place_of(definition: Definition, to: str) -> str:
    """A return's target: a step's whole path, its last name where that is enough, or the submitter."""
    if to in ("提交人", places.SUBMITTER):
        return places.SUBMITTER
    if to in ("各.提交人", "row.submitter"):
        return next((one for step in definition.places.values() for one in step.back if is_giver(one)), to)
    ends = [place for place in definition.places if place.rpartition("/")[2] == to]
    return to if to in definition.places or len(ends) != 1 else ends[0]


def marked(definition: Definition, held: tuple[Run, Task] | None, marks: Iterable[str]) -> Mapping[str, str]:
    """`LINE=pass|fail|na`, in either language; `all=pass` is every line of the step's list that is not named otherwise."""
    found: dict[str, str] = {}
    for line, word in map(pair, marks):
        mark = MARKS.get(word.casefold())
        if mark is None:
            raise Stop(
                say(f"没有“{word}”这种标记。", f"There is no mark “{word}”."),
                say("有：通过 不通过 不适用。", "There are: pass fail na."),
            )
        lines = definition.places[held[0].place].own.get("items", ()) if line in EVERY and held is not None else (line,)
        found = dict.fromkeys(lines, mark) | found if line in EVERY else found | {line: mark}
    return found


# ------------------------------------------------------------------------------------------------ all of them


def identifier(given: str) -> str:
    """A command's id as it was given, empty when none was; a Stop for what is no UUID."""
    if not given:
        return ""
    try:
        return str(UUID(given))
    except ValueError:
        raise Stop(
            say(f"--id 要是一个 UUID，“{given}”不是。", f"--id is a UUID, and “{given}” is none."),
            say("如 uuidgen 给出的；同一个只算一次。", "Like uuidgen makes; the same counts once."),
        ) from None


async def perform(
    house: House, tenant: Tenant, actor: Person, verb: str, item: str, args: dict[str, Any], command_id: str
) -> Answer:
    """Do it, or a Stop that says why not."""
    outcome = await house.engine.perform(Command(command_id, tenant.id, item, verb, actor.id, "cli", args))
    if isinstance(outcome, Refused):
        raise await house.refused(tenant.id, outcome)
    return outcome


def tell(answer: Answer, output: Output) -> None:
    """What came of it."""
    if output == "json":
        printing.json(
            {
                "code": answer.code,
                "item": answer.item,
                "verb": answer.verb,
                "version": answer.version,
                "state": answer.state,
            }
        )
        return
    alias = VERBS[answer.verb].alias if answer.verb in VERBS else answer.verb
    printing.line(f"{answer.code}  {say(alias, answer.verb)} → {re.sub('_', ' ', answer.state)}")
