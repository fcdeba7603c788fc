"""How a session begins: who starts the item, from where, what they hand in. Not here: what is done with it then (session)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workflow.language.text.nodes import Place
from workflow.rehearsal.asking import Ask, Asker, Turns
from workflow.rehearsal.case import Case
from workflow.rehearsal.house import peopled, small
from workflow.rehearsal.play import ITSELF, begin
from workflow.rehearsal.stage import Stage
from workflow.rehearsal.words import WrongError
from workflow.verbs.submit import starting_units

NOWHERE: Final = Place(1, 1, 1, 1)
"""Where a line stands that was typed."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An item that was handed in: as a case without lines, and the stage it stands on."""

    case: Case
    stage: Stage


def hand_in(asker: Asker, blank: Stage, said: str) -> Turns:
    """Ask until an item is handed in: Begun, or None where that cannot be or whoever sits there wants to stop."""
    house, definition = blank.house, blank.definition
    itself = ITSELF[asker.language != "zh"]
    starters = [itself] if definition.start.at is not None else []
    starters += [one.key for one in house.people if starting_units(definition, house, one.id, blank.now)]
    if not starters:
        nobody = asker.say("这个组织里没有人能发起这个流程。\n", "Nobody in this organisation may start this flow.\n")
        yield Ask(said + nobody, "", understood=False)
        return None
    by = yield from asker.choose(said + asker.say("谁来发起？", "Who starts it?"), starters)
    if by is None:
        return None
    if by == itself:
        return (yield from _form(asker, blank, by, house.root().id))
    units = list(starting_units(definition, house, by, blank.now))
    unit = (
        units[0] if len(units) == 1 else (yield from asker.choose(asker.say("从哪个单位？", "From which unit?"), units))
    )
    if unit is None:
        return None
    return (yield from _form(asker, blank, by, unit))


def _form(asker: Asker, blank: Stage, by: str, unit: str) -> Turns:
    definition, stage = blank.definition, blank.kept()
    people = small(blank.house, definition, by, unit)
    itself = by in ITSELF
    if not itself and not any(by in who for who in people.values()):
        people["群众"] = (by,)
    stage.house = peopled(blank.house, people)
    tier = blank.house.unit(unit)
    several = len(starting_units(definition, stage.house, by, stage.now)) > 1
    own = f"{tier.tier}一" if tier is not None and several else ""
    said = ""
    while True:
        asked = bool(definition.start.form) and not itself
        form = (yield from asker.fill(definition.start.form, stage, said)) if asked else {}
        if form is None:
            return None
        case = Case("", NOWHERE, people, by, NOWHERE, form, (), own)
        begun = stage.kept()
        try:
            begin(begun, case)
        except WrongError as error:
            asker.heard = False
            said = asker.say(error.finding.message_zh, error.finding.message_en) + "\n"
            if not asked:
                yield Ask(said, "", understood=False)
                return None
            continue
        return Begun(case, begun)
