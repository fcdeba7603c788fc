"""`guankou graph`: a flow as a picture (svg) or as text that others draw (mermaid, dot). Needs no database."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Literal

from workflow.cli import lint, sources
from workflow.cli.tongue import SPOKEN, say
from workflow.cli.trouble import Stop
from workflow.language import report
from workflow.language.compile import compile_flow
from workflow.language.graph.dot import dot
from workflow.language.graph.mermaid import mermaid
from workflow.language.graph.shape import Shape, shape_of
from workflow.language.graph.svg import svg

Format = Literal["svg", "mermaid", "dot"]
WRITERS: Final[Mapping[Format, Callable[[Shape], str]]] = {"svg": svg, "mermaid": mermaid, "dot": dot}


def graph(
    flow: Path, form: Format, output: Path | None, organisation: Path | None, language: Literal["zh", "en"] | None
) -> int:
    """0: drawn; 1: the flow has errors, which are printed; 2 (a Stop): it cannot be read, or the picture not be written."""
    one = next(iter(sources.read([flow])))
    if one.kind != "flow":
        raise Stop(
            say(f"{flow} 不是流程。", f"{flow} is no flow."),
            say("给出一个流程文件。", "Name the file of a flow."),
            sources.UNREADABLE,
        )
    around = (
        sources.read(lint.organisation_files(organisation)) if organisation is not None else sources.beside(one.path)
    )
    names = lint.names_of(around)
    compiled = compile_flow(
        one.text, one.name, organisation=names.organisation, neighbours=sources.flows_beside(one.path)
    )
    if compiled.definition is None:
        sys.stderr.write(report.render(compiled.findings, one.text, str(one.path), language or SPOKEN))
        return 1
    text = WRITERS[form](shape_of(compiled.definition, language or SPOKEN, names.organisation))
    if output is None:
        sys.stdout.write(text)
        return 0
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Stop(
            say(f"写不了 {output}：{error.strerror}。", f"{output} cannot be written: {error.strerror}."),
            say("检查文件夹和权限。", "Check the folder and its permissions."), sources.UNREADABLE,
        ) from error  # fmt: skip
    sys.stderr.write(say(f"已写入 {output}", f"written to {output}") + "\n")
    return 0
