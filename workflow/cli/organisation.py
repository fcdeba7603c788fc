"""`guankou org …`: who is there, what they hold and owe. How they get in is link.py's."""

from __future__ import annotations

from rich.text import Text
from rich.tree import Tree

from workflow.cli import printing
from workflow.cli.house import House, with_house
from workflow.cli.tongue import say
from workflow.organisation.model import Organisation
from workflow.store import listings, people


def show(tenant: str) -> int:
    """The units as a tree, with who holds which role there."""
    return with_house(_show, tenant=tenant)


async def _show(house: House, tenant: str) -> None:
    chosen = await house.tenant(tenant)
    organisation = await house.organisation(chosen.id)
    now = await house.engine.read.now(chosen.id)
    held: dict[str, dict[str, list[str]]] = {}
    for person in organisation.people:
        for unit, role in organisation.roles_of(person.id, now):
            held.setdefault(unit, {}).setdefault(role, []).append(person.name)
    root = Tree(Text(f"{organisation.title} ({organisation.id}) · {chosen.name} · {organisation.time_zone}"))
    _branch(root, organisation, organisation.root().id, held)
    printing.console().print(root)


def _branch(into: Tree, organisation: Organisation, unit: str, held: dict[str, dict[str, list[str]]]) -> None:
    found = organisation.unit(unit)
    tier = found.tier if found is not None else ""
    branch = into.add(Text(f"{unit} ({tier})"))
    for role, names in held.get(unit, {}).items():
        branch.add(Text(f"{role}: {'、'.join(names)}"))
    for below in organisation.units:
        if below.parent == unit:
            _branch(branch, organisation, below.id, held)


def person(person: str, tenant: str) -> int:
    """One person: roles, accounts, open tasks."""
    return with_house(_person, named=person, tenant=tenant)


async def _person(house: House, named: str, tenant: str) -> None:
    chosen = await house.tenant(tenant)
    found = await house.person(chosen.id, named)
    organisation = await house.organisation(chosen.id)
    now = await house.engine.read.now(chosen.id)
    roles = [f"{unit}.{role}" for unit, role in organisation.roles_of(found.id, now)]
    accounts = await people.accounts(house.database, chosen.id, found.id)
    owed = await listings.inbox(house.database, chosen.id, found.id, limit=50)
    none = say("无", "none")
    rows = [
        (say("姓名", "name"), found.name), (say("键", "key"), found.key), ("id", found.id),
        (say("语言", "language"), found.language), (say("职务", "roles"), "、".join(roles) or none),
        (say("账号", "accounts"), ", ".join(f"{one.bot} ({one.linked_at.astimezone(now.tzinfo):%Y-%m-%d})" for one in accounts) or none),
        (say("待办", "tasks"), str(owed[0].total if owed else 0)),
        *[("", f"{one.code} {one.title or ''} · {one.task_place}") for one in owed],
    ]  # fmt: skip
    printing.table(("", ""), rows)
    if not accounts:
        printing.line(
            say(
                f"还没有账号：guankou link {found.key} 给一个登录地址。",
                f"No account yet: `guankou link {found.key}` prints a sign-in address.",
            )
        )
