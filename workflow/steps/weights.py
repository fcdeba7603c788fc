"""`weight` 权重: votes that count by a number column of the pool's list. The weights are frozen with the electorate, in its tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from workflow.domain.definition import Step
from workflow.domain.item import Run, Task
from workflow.grammars.errors import ConditionError
from workflow.grammars.values import Money, Row, decimal_text
from workflow.organisation.model import Organisation
from workflow.steps import pools
from workflow.steps.draft import OWED


class Share(NamedTuple):
    """What the votes of a step weigh: those that approve, those still owed, and all of the electorate."""

    ayes: Fraction
    owed: Fraction
    whole: Fraction

    def reached(self, percent: int) -> bool:
        """Whether the approvals are enough: ≥, never >."""
        return self.ayes * 100 >= percent * self.whole

    def lost(self, percent: int) -> bool:
        """Whether they cannot be enough any more."""
        return (self.ayes + self.owed) * 100 < percent * self.whole


def weights(organisation: Organisation, step: Step, people: Iterable[str]) -> Mapping[str, str]:
    """The weight of each, as decimal text; empty where the step weighs nobody. Raises ConditionError for who has none, or a negative one."""
    column: str = step.own.get("weight", "")
    named = pools.list_of(organisation, step.who) if column else None
    if named is None:
        return {}
    found: dict[str, str] = {}
    for person in people:
        row = pools.row_of(organisation, named, person)
        value = row.columns.get(column) if isinstance(row, Row) else None
        number = Fraction(value.fen, 100) if isinstance(value, Money) else value
        if not isinstance(number, int | Fraction) or isinstance(number, bool) or number < 0:
            who = known.name if (known := organisation.person(person)) is not None else person
            raise ConditionError(
                f"“{named.name}”里 {who} 没有{column}，算不了权重", f"“{named.name}” has no {column} for {who}, so their vote weighs nothing",
                (0, 0),
            )  # fmt: skip
        found[person] = decimal_text(number)
    return found


def weighed(run: Run) -> bool:
    """Whether the votes of this run are weighed and not counted."""
    return run.need is not None and run.need.percent > 0 and any(task.weight for task in run.tasks.values())


def share(tasks: Iterable[Task]) -> Share:
    """What these tasks weigh; who was named in somebody's place has that one's weight, and who has none counts one."""
    seated = [task for task in tasks if task.part and task.state in (*OWED, "voted")]
    ayes = sum((_of(task) for task in seated if task.choice == "approve"), Fraction())
    owed = sum((_of(task) for task in seated if task.state in OWED), Fraction())
    return Share(ayes, owed, sum((_of(task) for task in seated), Fraction()))


def _of(task: Task) -> Fraction:
    return Fraction(Decimal(task.weight)) if task.weight else Fraction(1)
