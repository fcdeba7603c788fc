"""The units of an organisation file and the tree they make, with findings. Not here: who holds a role at them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.language.entries import Entries, Notes, whole, written
from workflow.language.text.nodes import Scalar
from workflow.organisation.model import Unit

UNIT: Final = ("单位", "unit")
KEYS: Final = {"tier": "tier", "层级": "tier", "parent": "parent", "上级": "parent"}


def read_units(notes: Notes, top: Entries, tiers: tuple[str, ...], taken: dict[str, Scalar]) -> dict[str, Unit]:
    """Each unit by itself, then the tree: known parents, lower tiers below, no circle, one at the top."""
    units: dict[str, Unit] = {}
    keys: dict[str, Scalar] = {}
    parents: dict[str, Scalar] = {}
    for key, entries in notes.named(top, "units", KEYS, "{ tier: 站, parent: 酒仙桥所 }", taken):
        tier = notes.scalar(entries, "tier", "tier: 站")
        parent = notes.scalar(entries, "parent", "parent: 酒仙桥所")
        if not notes.needed(entries, ("tier",), whole(key)) or tier is None:
            continue
        if tier.text not in tiers:
            notes.unknown("O410", ("层级", "tier"), tier.text, tiers, whole(tier))
        units[key.text] = Unit(key.text, tier.text, parent.text if parent is not None else None)
        keys[key.text] = key
        if parent is not None:
            parents[key.text] = parent
    known = written(top, "units")
    for unit, parent in parents.items():
        if parent.text in known:
            _check_parent(notes, units, units[unit], parent, tiers)
        else:
            notes.unknown("O411", UNIT, parent.text, known, whole(parent))
    if "units" in top and not units and not notes.findings:
        notes.say(
            "O413",
            "一个单位也没有；至少要有最上级",
            "there is no unit; at least the one at the top is needed",
            whole(top["units"][0]),
        )
    roots = [unit.id for unit in units.values() if unit.parent is None]
    for second in roots[1:]:
        notes.say(
            "O413",
            f"最上级只能有一个：“{roots[0]}”和“{second}”都没有写 parent",
            f"there is one unit at the top, but both “{roots[0]}” and “{second}” have no parent",
            whole(keys[second]),
        )
    return units


def _check_parent(notes: Notes, units: Mapping[str, Unit], unit: Unit, parent: Scalar, tiers: tuple[str, ...]) -> None:
    circle = _circle(units, unit)
    if circle:
        way = " → ".join(circle)
        notes.say("O413", f"上级绕成了一个圈：{way}", f"the parents make a circle: {way}", whole(parent))
        return
    above = units.get(parent.text)
    depth = {tier: place for place, tier in enumerate(tiers)}
    if above is not None and unit.tier in depth and above.tier in depth and depth[unit.tier] <= depth[above.tier]:
        order = "、".join(tiers)
        notes.say(
            "O414",
            f"“{unit.id}”（{unit.tier}）的层级要低于上级“{above.id}”（{above.tier}）；层级自上而下是：{order}",
            f"“{unit.id}” ({unit.tier}) must lie below the tier of its parent “{above.id}” ({above.tier}); from the top: {order}",
            whole(parent),
        )


def _circle(units: Mapping[str, Unit], unit: Unit) -> list[str]:
    """The way up from a unit that comes back to it; empty when it does not."""
    way = [unit.id]
    above = unit.parent
    while above is not None and above in units and above not in way:
        way.append(above)
        above = units[above].parent
    return [*way, unit.id] if above == unit.id else []
