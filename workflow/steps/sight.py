"""Who may see an item, as far as the item and the organisation say. Who was merely told of it once, only the database remembers."""

from __future__ import annotations

from datetime import datetime

from workflow.domain.item import Item
from workflow.organisation.model import Organisation


def sees(item: Item, organisation: Organisation, at: datetime, person: str) -> bool:
    """Submitter, who decided or owes something in it, coordinators of its unit and of those above, administrators."""
    return (
        oversees(item, organisation, at, person)
        or person in item.parts
        or person in item.doers
        or any(task.person == person for run in item.runs.values() for task in run.tasks.values())
    )


def oversees(item: Item, organisation: Organisation, at: datetime, person: str) -> bool:
    """Who sees the whole of it, whatever a step hides from those who decide there: submitters, coordinators, administrators."""
    return (
        person == item.submitter
        or person in item.joined
        or organisation.coordinates(person, item.unit, at)
        or organisation.administers(person, at)
    )
