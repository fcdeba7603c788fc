"""A whole flow in words: how it begins, its steps, what always holds. `prose` is the only face of this room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from workflow.domain.definition import Definition, Start, Step
from workflow.language.prose.forms import form
from workflow.language.prose.people import who
from workflow.language.prose.starting import by_itself, duplicates, unit_of, watched
from workflow.language.prose.step import Rule, Telling, sentences_of
from workflow.language.prose.values import Pen
from workflow.language.prose.words import WORDS, Language, listed
from workflow.steps.course import SUSPENDED_AFTER, TOLD_AFTER
from workflow.steps.moments import MOST_REMINDERS

ALWAYS = tuple(key for key in WORDS if key.startswith("always."))


def prose(definition: Definition, language: Language) -> str:
    """The flow as a rule on paper: chapters, numbered articles, every default in force. Ends with a line break."""
    pen, article = Pen(language), count(1)
    lines = [definition.title, "", pen.say("head", flow=definition.flow)]
    if definition.help:
        lines += ["", definition.help]
    lines += ["", pen.say("chapter.start"), *_numbered(pen, article, _start(pen, definition))]
    lines += ["", pen.say("chapter.steps")]
    for step in definition.steps:
        lines += _step(pen, definition, step, str(next(article)))
    if definition.watch:
        lines += ["", pen.say("chapter.watch"), *_numbered(pen, article, watched(pen, definition))]
    always = pen.say("chapter.always.after" if definition.watch else "chapter.always")
    lines += ["", always, *_numbered(pen, article, _always(pen))]
    return "\n".join(lines) + "\n"


def _start(pen: Pen, definition: Definition) -> Iterator[Rule]:
    start, default = definition.start, pen.say("default")
    by = [pen.say("start.anyone")] if start.anyone else []
    by += [pen.say("start.by", who=who(pen, definition, start.by))] if start.by else []
    yield from by_itself(pen, start)
    if not start.by_people:
        by = [pen.say("start.nobody" if start.at is None else "start.admin")] if start.each is None else []
    vias = listed(pen.language, [pen.say(f"via.{via}") for via in start.via])
    via = pen.say("start.via", vias=vias) + (default if start.via == Start().via else "")
    if by:
        yield Rule(sentences_of(pen, [*by, via]))
    yield Rule(sentences_of(pen, [unit_of(pen, start)]))
    if start.form:
        yield Rule(pen.say("start.form"))
        for depth, line in form(pen, definition, start.form):
            yield Rule(line, item=True, depth=depth)
    else:
        yield Rule(sentences_of(pen, [pen.say("start.no_form")]))
    if start.must is not None:
        yield Rule(sentences_of(pen, [pen.say("start.must", condition=pen.condition(start.must))]))
    yield from duplicates(pen, start)
    yield Rule(sentences_of(pen, [pen.say("secret") if definition.secret else pen.say("open") + default]))


def _step(pen: Pen, definition: Definition, step: Step, number: str) -> Iterator[str]:
    """A step, its rules numbered within it, and below them the steps inside."""
    margin = "   " * (number.count(".") + 1)
    yield ""
    yield f"{margin[3:]}{number}. {step.name}"
    part = count(1)
    for rule in Telling(pen, definition, step, inside="." in number).rules():
        if rule.item:
            yield f"{margin}       {'   ' * rule.depth}– {rule.said}"
        else:
            yield f"{margin}{f'（{next(part)}）' if pen.language == 'zh' else f'({next(part)}) '}{rule.said}"
    inner = step.body[0] if step.kind == "each" else step
    for place, one in enumerate(inner.body, 1):
        yield from _step(pen, definition, one, f"{number}.{place}")


def _always(pen: Pen) -> Iterator[Rule]:
    bounds = {"told": TOLD_AFTER, "more": TOLD_AFTER + 1, "suspended": SUSPENDED_AFTER, "most": MOST_REMINDERS}
    for key in ALWAYS:
        yield Rule(sentences_of(pen, [pen.say(key, **bounds)]))


def _numbered(pen: Pen, article: Iterator[int], rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        yield f"       {'   ' * rule.depth}– {rule.said}" if rule.item else f"{next(article)}. {rule.said}"
