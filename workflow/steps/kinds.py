"""The step kinds of the language: one line each. A new kind is a file beside this one and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.steps.check import CHECK
from workflow.steps.composite import ALL, EACH, STEPS
from workflow.steps.do import DO
from workflow.steps.kind import Kind
from workflow.steps.review import REVIEW

KINDS: Mapping[str, Kind] = {kind.word: kind for kind in (REVIEW, CHECK, ALL, STEPS, EACH, DO)}
