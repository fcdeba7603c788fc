"""`guankou apply`: organisations, lists and flows into force, all that is given or nothing; and what that changed."""

from __future__ import annotations

import sys
from pathlib import Path

from workflow.cli import printing, sources
from workflow.cli.house import House, with_house
from workflow.cli.tongue import SPOKEN, say
from workflow.cli.trouble import Stop
from workflow.domain.command import SYSTEM
from workflow.engine.apply import Applied, Source
from workflow.language import report
from workflow.language.codes import level
from workflow.language.organisations.organisation import read_organisation
from workflow.store import flows, tenants
from workflow.store.tenants import Tenant


def apply(paths: list[Path], tenant: str, person: str) -> int:
    """1 when anything stands in the way: then nothing was changed."""
    return with_house(_apply, paths=paths, tenant=tenant, person=person)


async def _apply(house: House, paths: list[Path], tenant: str, person: str) -> int:
    given = sources.read(paths, alone=True)
    name = await _tenant(house, given, tenant)
    known = {one.name: one for one in await tenants.all(house.database)}
    before = await flows.current(house.database, known[name].id) if name in known else {}
    actor = (await house.person((await house.tenant(name)).id, person)).id if person else SYSTEM
    applied = await house.engine.apply(
        [Source(str(one.path), one.text, one.beside) for one in given], tenant=name, actor=actor
    )
    _findings(applied, {str(one.path): one.text for one in given})
    if not applied.ok:
        raise Stop(
            applied.problem or say("有错误，什么都没有装入。", "There are errors, and nothing was put into force."),
            say(
                "改好再运行；guankou lint 先查一遍。",
                "Mend them and run it again; `guankou lint` checks without applying.",
            ),
        )
    _tell(applied, known.get(name), await house.tenant(name), before)
    return 0


async def _tenant(house: House, given: list[sources.Source], named: str) -> str:
    """Whose these are: as named, as the organisation's file says, else the only tenant's."""
    organisations = [one for one in given if one.kind == "organisation"]
    if len(organisations) > 1:
        raise Stop(
            say("一次只能装入一个组织：", "One organisation at a time: ")
            + ", ".join(str(one.path) for one in organisations),
            say("分开运行。", "Apply them one by one."),
        )
    if not organisations:
        return (await house.tenant(named)).name
    draft, _ = read_organisation(organisations[0].text, organisations[0].name)
    if draft is None:  # what is wrong with it is said when it is applied
        return named
    name = named or draft.tenant or (await house.tenant("")).name
    there = next((one for one in await tenants.all(house.database) if one.name == name), None)
    if there is not None and (present := (await house.organisation(there.id)).id) != draft.id:
        raise Stop(
            say(
                f"租户 {name} 里的组织是 {present}，不是 {draft.id}。",
                f"The organisation of the tenant {name} is {present}, not {draft.id}.",
            ),
            say(
                "一个租户只有一个组织，换掉它等于所有人离任；另一个组织请用 --tenant 指定另一个租户。",
                "A tenant has one organisation, and everybody in it would have left; name another tenant with --tenant.",
            ),
        )
    return name


def _findings(applied: Applied, texts: dict[str, bytes]) -> None:
    """What was found; notes stay silent when all is well."""
    for name, one in applied.findings:
        if not applied.ok or level(one.code) != "note":
            sys.stderr.write(report.render([one], texts.get(name, b""), name, SPOKEN))


def _tell(applied: Applied, before: Tenant | None, after: Tenant, flows_before: dict[str, str]) -> None:
    changes = [
        (say("租户", "tenant"), after.name, say("新", "new") if before is None else say("已有", "as it was")),
    ]  # fmt: skip
    moved = before is None or before.organisation_version != after.organisation_version
    for word, names in ((say("组织", "organisation"), [applied.organisation]), (say("名录", "list"), applied.lists)):
        changes += [(word, name, _what(known=before is not None, moved=moved)) for name in names if name]
    for flow, digest in applied.flows:
        known = flows_before.get(flow)
        changes.append((say("流程", "flow"), flow, _what(known=known is not None, moved=known != digest)))
    printing.table((say("什么", "what"), say("名称", "name"), say("变化", "change")), changes)
    if applied.restaffed:
        printing.line(
            say(
                f"{applied.restaffed} 个办理中的事项重新安排办理人。",
                f"{applied.restaffed} items under way look again for who decides.",
            )
        )


def _what(*, known: bool, moved: bool) -> str:
    if not known:
        return say("新", "new")
    return say("更新", "changed") if moved else say("没有变化", "unchanged")
