"""Cases that were played, as the JUnit XML that continuous integration reads: a suite a file, a failure with its line. Not here: playing them."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from workflow.cli.rehearsing import Played
from workflow.cli.tongue import SPOKEN
from workflow.language import report


def xml(played: Sequence[Played]) -> str:
    """The whole document."""
    root = Element("testsuites", name="guankou")
    for one in played:
        suite = SubElement(
            root, "testsuite", name=one.tests.flow.definition.flow, file=str(one.tests.path), tests=str(len(one.outcomes)),
            failures=str(len(one.wrong)), errors="0", skipped="0", time=f"{sum(one.seconds):.6f}",
        )  # fmt: skip
        for outcome, seconds in zip(one.outcomes, one.seconds, strict=True):
            case = SubElement(
                suite, "testcase", classname=one.tests.flow.definition.flow, name=outcome.case.name, file=str(one.tests.path),
                line=str(outcome.case.place.line), time=f"{seconds:.6f}",
            )  # fmt: skip
            if outcome.finding is not None:
                failure = SubElement(
                    case,
                    "failure",
                    message=report.headline(outcome.finding, str(one.tests.path), SPOKEN),
                    type=outcome.finding.code,
                )
                failure.text = report.render([outcome.finding], one.tests.text, str(one.tests.path), SPOKEN)
        if left := one.unwalked:
            words = SubElement(suite, "system-out")
            words.text = "\n".join(f"{way['step']} {way[SPOKEN]}".strip() for way in left)
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"
