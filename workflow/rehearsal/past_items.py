"""Items that ended before a case begins, for the flow's rules over many. Not here: judging them (steps.windows)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from workflow.grammars.arithmetic import CannotError
from workflow.grammars.errors import ConditionError, GrammarError
from workflow.grammars.evaluate import evaluate
from workflow.grammars.expression import read_value
from workflow.grammars.values import MISSING
from workflow.rehearsal.case import Case
from workflow.rehearsal.stage import Stage
from workflow.rehearsal.words import wrong
from workflow.steps.environment import Scene
from workflow.steps.windows import window

APART: Final = timedelta(minutes=1)


def remember(stage: Stage, case: Case) -> None:
    """Every rule keeps of them what it would have kept. Raises WrongError for a value that cannot be read."""
    for n, held in enumerate(case.before):
        at = stage.now - APART * (len(case.before) - n)
        scene = _Past(stage.view, values={name: _value(stage, case, text) for name, text in held.items()})
        for rule in stage.definition.watch:
            if (kept := window(stage.definition.flow, rule, scene, at)) is not None:
                stage.ended.append((kept, f"before/{n:04}"))


def _value(stage: Stage, case: Case, text: str) -> Any:
    try:
        return evaluate(read_value(text), Scene(stage.view))
    except ConditionError:
        return text  # a bare word: a choice's
    except (GrammarError, CannotError) as error:
        zh, en = (error.message_zh, error.message_en) if isinstance(error, GrammarError) else (str(error), str(error))
        raise wrong("T531", case.place, text=text, zh=zh, en=en) from error


class _Past(Scene):
    """The names of an item of which only some values are known."""

    __slots__ = ("values",)

    def __init__(self, view: Any, values: Mapping[str, Any]) -> None:
        super().__init__(view)
        self.values = values

    def lookup(self, parts: tuple[str, ...]) -> Any:
        return self.values.get(".".join(parts), MISSING)
