"""Money, lists and reports in words: what is held, paid, added, summed up. Not here: the other deeds (deeds.py)."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.domain.definition import Account, Action, Definition
from workflow.domain.tree import Last, Who
from workflow.language.prose.people import who, whose
from workflow.language.prose.values import Pen
from workflow.language.prose.words import listed


def moved(pen: Pen, definition: Definition, action: Action) -> Iterator[str]:
    """A `hold` or a `pay`."""
    own = action.own
    facts = {
        "amount": pen.value(own["amount"]), "currency": own["currency"], "source": account(pen, definition, own["from"])
    }  # fmt: skip
    if action.word == "hold":
        yield pen.say("deed.hold", **facts)
        return
    said = pen.say("deed.pay", target=account(pen, definition, own["to"]), **facts)
    if (cap := own.get("cap")) is not None:
        said += pen.say("deed.pay.cap", amount=cap.amount, per=pen.say(f"per.{cap.per}"))
    yield said


def account(pen: Pen, definition: Definition, one: Account) -> str:
    """Whose money."""
    if one.value is not None:
        ref = one.value
        return pen.say("account.of", whose=whose(pen, definition, Who(ref.span, ref.parts, ref.spans)))
    return pen.say("account.unit", unit=one.unit, name=one.name) if one.unit else pen.say("account.name", name=one.name)


def added(pen: Pen, action: Action) -> str:
    """An `add`."""
    columns = [pen.say("deed.add.column", name=name, value=pen.value(value)) for name, value in action.names]
    return pen.say("deed.add", list=action.own["list"], columns=listed(pen.language, columns))


def reported(pen: Pen, definition: Definition, action: Action) -> str:
    """A `report`."""
    lines = [pen.say("deed.report.line", name=name, value=pen.value(value)) for name, value in action.names]
    per = action.own.get("per")
    units = pen.say("deed.report.per", per=per) if per else pen.say("deed.report.whole") + pen.say("default")
    days = _days(pen, action.own.get("last"))
    return pen.say(
        "deed.report", lines=listed(pen.language, lines), units=units, days=days, who=who(pen, definition, action.to)
    )


def _days(pen: Pen, last: Last | None) -> str:
    if last is None:
        return pen.say("last.ever") + pen.say("default")
    if last.duration is not None:
        return pen.say("last.duration", duration=pen.duration(last.duration))
    return pen.say(f"last.{'before' if last.before else 'this'}", period=pen.say(f"period.{last.period}"))
