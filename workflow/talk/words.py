"""Every sentence that people read, by its key, in Chinese and English. Not here: the sentences (wording/), how values are spelt (speaker.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Final

from workflow.domain.command import Refused
from workflow.talk.wording import (
    accounts,
    answering,
    buttons,
    commands,
    dialogues,
    notices,
    refusals,
    states,
    timeline,
    values,
    watching,
    work,
)

LANGUAGES: Final = ("zh", "en")

TABLES: Final = {
    module.__name__.rpartition(".")[2]: module.WORDS
    for module in (
        accounts,
        answering,
        buttons,
        commands,
        dialogues,
        notices,
        refusals,
        states,
        timeline,
        values,
        watching,
        work,
    )
}


def _whole() -> Mapping[str, tuple[str, str]]:
    whole: dict[str, tuple[str, str]] = {}
    for name, table in TABLES.items():
        if twice := whole.keys() & table.keys():
            raise ValueError(f"talk/wording/{name}.py says again what another table says: {', '.join(sorted(twice))}")
        whole.update(table)
    return whole


WORDS: Final = _whole()


def say(key: str, language: str, **slots: object) -> str:
    """The sentence of a key. KeyError for a key, or a slot, that there is not: a test finds those."""
    return WORDS[key][language == "en"].format_map(slots)


def known(key: str) -> bool:
    """Whether there is such a sentence."""
    return key in WORDS


def slots_of(text: str) -> Iterator[str]:
    """The names of a sentence's slots."""
    return (name for _, name, _, _ in Formatter().parse(text) if name)


def refusal(refused: Refused, language: str) -> str:
    """The sentence of a refusal that names nobody and no moment (those of items: `Speaker.refusal`)."""
    key = f"refused.{refused.reason}"
    if not known(key):
        return say("refused.unknown", language, reason=refused.reason)
    facts = {name: refused.facts.get(name, "") for name in slots_of(WORDS[key][language == "en"])}
    return say(key, language, **facts)
