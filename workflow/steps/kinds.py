"""The step kinds of the language: one line each. A new kind is a file beside this one and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.steps.check import CHECK
from workflow.steps.collect import COLLECT
from workflow.steps.composite import ALL, EACH, STEPS
from workflow.steps.do import DO
from workflow.steps.draw import DRAW
from workflow.steps.kind import Kind
from workflow.steps.live import LIVE
from workflow.steps.rank import RANK
from workflow.steps.review import REVIEW
from workflow.steps.run import RUN
from workflow.steps.task import TASK

KINDS: Mapping[str, Kind] = {
    kind.word: kind for kind in (REVIEW, CHECK, TASK, COLLECT, ALL, STEPS, EACH, DO, RUN, LIVE, DRAW, RANK)
}
