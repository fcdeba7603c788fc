"""`guankou explain`: a code's page, or a flow as prose. Not here: the pages (workflow/language/pages/), the prose (language.prose)."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from textwrap import wrap
from typing import Final, Literal

from workflow.cli import sources
from workflow.cli.lint import Found, Names, names_of, organisation_files, tell
from workflow.cli.sources import UNREADABLE
from workflow.cli.tongue import SPOKEN, say
from workflow.cli.trouble import Stop
from workflow.language.codes import level
from workflow.language.compile import compile_flow
from workflow.language.prose import prose

_CODE: Final = re.compile(r"[A-Za-z][0-9]+")
_PAGE: Final = re.compile(
    r"^## (?P<code>[A-Z][0-9]{3}) (?P<zh>.+?) · (?P<en>.+)\n(?P<words_zh>.+)\n(?P<words_en>.+)\n(?P<examples>(?:```yaml \w+\n(?:.*\n)*?```\n)*)",
    re.MULTILINE,
)
_EXAMPLE: Final = re.compile(r"^```yaml (\w+)\n((?:.*\n)*?)```$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """A piece of a file: `steps` of a flow, parts of its `top`, of an `organisation`, a whole `list`, or a whole `text`."""

    of: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """What is said about one code, in Chinese and English; the first example is wrong, the second right. Some codes show none."""

    code: str
    title: tuple[str, str]
    words: tuple[str, str]
    examples: tuple[Example, ...]


def explain(what: str, organisation: Path | None = None, language: Literal["zh", "en"] | None = None) -> int:
    """0: explained; 1: the flow has errors, which are said; 2 (a Stop): there is no such code or file."""
    if _CODE.fullmatch(what) and not Path(what).exists():
        sys.stdout.write(told(page_of(what.upper()), language or SPOKEN))
        return 0
    return _flow(Path(what), organisation, language or SPOKEN)


def page_of(code: str) -> Page:
    """The page of a code; Stop where there is none."""
    known = {one.code: one for one in pages()}
    if code in known:
        return known[code]
    near = " ".join(get_close_matches(code, known, 3, 0.7))
    raise Stop(
        say(f"没有 {code} 这个代码。", f"There is no code {code}."),
        say(f"相近的有：{near}", f"Near it: {near}") if near else "", UNREADABLE,
    )  # fmt: skip


def pages() -> Iterator[Page]:
    """Every page, in the order of the files."""
    for file in sorted(files("workflow.language").joinpath("pages").iterdir(), key=lambda each: each.name):
        for hit in _PAGE.finditer(file.read_text("utf-8")):
            examples = tuple(Example(one[1], one[2]) for one in _EXAMPLE.finditer(hit["examples"]))
            yield Page(hit["code"], (hit["zh"], hit["en"]), (hit["words_zh"], hit["words_en"]), examples)


def told(page: Page, language: Literal["zh", "en"] = SPOKEN) -> str:
    """A page in one language, the terminal's unless another is asked for."""
    lines = [
        f"{page.code} {page.title[language == 'en']}",
        "",
        *([page.words[0]] if language == "zh" else wrap(page.words[1], 78)),
    ]
    for example, head in zip(
        page.examples, ("不对：", "对：") if language == "zh" else ("wrong:", "right:"), strict=False
    ):
        lines += ["", head, *(f"    {line}" for line in example.text.splitlines())]
    return "\n".join(lines) + "\n"


def _flow(path: Path, organisation: Path | None, language: Literal["zh", "en"]) -> int:
    sources_read = sources.read([path])
    if len(sources_read) != 1 or sources_read[0].kind != "flow":
        raise Stop(
            say(f"{path} 不是一个流程。", f"{path} is not one flow."),
            say("给出一个代码（F301）或一个流程文件。", "Give a code (F301) or a flow's file."), UNREADABLE,
        )  # fmt: skip
    flow = sources_read[0]
    near = sources.read(organisation_files(organisation)) if organisation is not None else sources.beside(flow.path)
    names: Names = names_of(near)
    found = compile_flow(
        flow.text, flow.name, organisation=names.organisation, neighbours=sources.flows_beside(flow.path)
    )
    if found.definition is None:
        errors = [one for one in found.findings if level(one.code) == "error"]
        tell([Found(flow.path, flow.text, errors)], {})
        return 1
    sys.stdout.write(prose(found.definition, language))
    return 0
