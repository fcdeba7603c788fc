"""A view as plain text with numbered choices, for networks without buttons. Not here: any network's markup."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workflow.talk.view import Ask, Attachment, Card, Checklist, Choice, Document, Listing, Notice, Panel, View
from workflow.talk.words import say

_TYPED: Final = frozenset(
    {"text", "number", "money", "date", "datetime", "duration", "location", "phone", "url", "file", "photo"}
)
"""Questions that are answered by typing: a number there is an answer, not a choice."""
_TICKS: Final = {"": "☐", "pass": "☑", "fail": "☒", "na": "⊘"}


def as_text(view: View, language: str = "zh") -> tuple[str, tuple[Choice, ...]]:
    """The text, and its choices in the order of their numbers from 1."""
    choices = numbered(view)
    numbers = {choice.token: n for n, choice in enumerate(choices, 1)}
    lines = [one for one in _lines(view, numbers, language) if one]
    if choices:
        lines.append(say("text.pick", language))
    return "\n".join(lines), choices


def numbered(view: View) -> tuple[Choice, ...]:
    """The choices that a typed number picks from."""
    match view:
        case Checklist(card, lines):
            return (*(choice for line in lines for choice in line.choices), *numbered(card))
        case Ask(kind=kind, choices=choices, options=options):
            return () if kind in _TYPED else (*options, *choices)
        case Listing(rows=rows, choices=choices):
            return (*(Choice(row.token, row.label) for row in rows if row.token), *choices)
        case Panel(stop=stop, choices=choices):
            return (*((stop,) if stop is not None else ()), *choices)
        case Document():
            return ()
        case Card(choices=choices, files=files):
            return (*choices, *(Choice(file.token, file.name) for file in files if file.token))
    return view.choices


def _lines(view: View, numbers: dict[str, int], language: str) -> Iterator[str]:
    match view:
        case Card():
            yield from _card(view, numbers, language)
            yield from _choices(view.choices, numbers)
        case Checklist(card, lines):
            yield from _card(card, numbers, language)
            for line in lines:
                yield " ".join((_TICKS[line.mark], line.label, *_choices(line.choices, numbers)))
            yield from _choices(card.choices, numbers)
        case Ask():
            yield from _ask(view, numbers, language)
        case Listing(title, rows, empty, choices):
            yield title
            for row in rows:
                yield " ".join(filter(None, (f"{numbers[row.token]}." if row.token else "·", row.label, row.detail)))
            yield empty
            yield from _choices(choices, numbers)
        case Notice(text, choices):
            yield text
            yield from _choices(choices, numbers)
        case Document(file, text):
            yield text
            yield _file(file, numbers)
        case Panel(title, state, facts, stop, choices):
            yield f"{title} {state}"
            yield from (_fact(*one, language) for one in facts)
            yield from _choices((*((stop,) if stop is not None else ()), *choices), numbers)


def _fact(label: str, value: str, language: str) -> str:
    return f"{label}: {value}" if language == "en" else f"{label}：{value}"


def _card(card: Card, numbers: dict[str, int], language: str) -> Iterator[str]:
    yield " ".join(filter(None, (card.number, card.title)))
    yield card.state
    yield from (_fact(*one, language) for one in card.facts)
    yield card.text
    yield from (_file(file, numbers) for file in card.files)
    yield card.link


def _file(file: Attachment, numbers: dict[str, int]) -> str:
    return f"📎 {numbers[file.token]}. {file.name}" if file.token in numbers else f"📎 {file.name}"


def _ask(ask: Ask, numbers: dict[str, int], language: str) -> Iterator[str]:
    yield ask.problem
    k, n = ask.step
    yield f"{ask.prompt} ({k}/{n})" if n > 1 else ask.prompt
    yield say("text.value", language, value=ask.value) if ask.value else ""
    yield ask.hint
    for option in ask.options:
        yield f"{'☑ ' if option.label in ask.chosen else ''}{numbers.get(option.token, '·')}. {option.label}"
    if ask.kind in _TYPED:
        labels = ("、" if language == "zh" else ", ").join(choice.label for choice in ask.choices)
        yield say("text.say", language, labels=labels) if labels else ""
    else:
        yield from _choices(ask.choices, numbers)


def _choices(choices: tuple[Choice, ...], numbers: dict[str, int]) -> Iterator[str]:
    yield from (f"{numbers[choice.token]}. {choice.label}" for choice in choices if choice.token in numbers)
