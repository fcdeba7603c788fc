"""The step kinds of the language: one line each. A new kind is a file beside this one and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.steps.kinds.check import CHECK
from workflow.steps.kinds.collect import COLLECT
from workflow.steps.kinds.composite import ALL, EACH, STEPS
from workflow.steps.kinds.do import DO
from workflow.steps.kinds.draw import DRAW
from workflow.steps.kinds.kind import Kind
from workflow.steps.kinds.live import LIVE
from workflow.steps.kinds.rank import RANK
from workflow.steps.kinds.review import REVIEW
from workflow.steps.kinds.run import RUN
from workflow.steps.kinds.task import TASK

KINDS: Mapping[str, Kind] = {
    kind.word: kind for kind in (REVIEW, CHECK, TASK, COLLECT, ALL, STEPS, EACH, DO, RUN, LIVE, DRAW, RANK)
}
