"""A case as text, for the end of a `*.test.yaml`: what `read_cases` reads again. Not here: writing files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from workflow.language.text import nodes
from workflow.language.text.reader import read
from workflow.language.text.syntax import quoted

WIDEST: Final = 110
"""Characters of a line that is not broken; a longer mapping stands over several lines."""


@dataclass(frozen=True, slots=True)
class Script:
    """A case as it will be written: `lines` are sentences, or mappings with `say`, `after`, `until` or `expect`."""

    name: str
    people: Mapping[str, tuple[str, ...]]
    by: str
    form: Mapping[str, Any]
    lines: Sequence[Any] = field(default_factory=tuple)
    unit: str = ""


def written(script: Script) -> str:
    """The text of the case, from `- case:` to its last line end."""
    people = {post: who[0] if len(who) == 1 else list(who) for post, who in script.people.items()}
    start: dict[str, Any] = {
        "by": script.by,
        **({"unit": script.unit} if script.unit else {}),
        "form": dict(script.form),
    }
    said = [
        f"- case: {_scalar(script.name, inside=False)}",
        *_entry("  ", "people", people),
        *_entry("  ", "start", start),
        "  then:",
    ]
    said += [f"    - {_line(line)}" for line in script.lines] or []
    return "\n".join(said) + "\n"


def _entry(indent: str, key: str, value: Any) -> list[str]:
    flat = f"{indent}{key}: {_flow(value)}"
    if len(flat) <= WIDEST or not isinstance(value, Mapping) or not value:
        return [flat]
    return [f"{indent}{key}:", *(line for name, one in value.items() for line in _entry(indent + "  ", name, one))]


def _line(line: Any) -> str:
    if not isinstance(line, Mapping):
        return _scalar(str(line), inside=False)
    if len(line) == 1:
        ((key, value),) = line.items()
        return f"{key}: {_flow(value) if isinstance(value, Mapping) else _scalar(str(value), inside=False)}"
    head, *rest = (f"{key}: {_flow(value)}" for key, value in line.items())
    return "\n      ".join((head, *rest))


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_scalar(name)}: {_flow(one)}' for name, one in value.items())} }}" if value else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_flow(one) for one in value)}]"
    return _scalar(str(value))


def _scalar(text: str, *, inside: bool = True) -> str:
    """Plain where that is read as the same text, else in quotation marks."""
    if "\n" in text or "\t" in text:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
    return text if _reads_as(text, inside=inside) else quoted(text)


def _reads_as(text: str, *, inside: bool) -> bool:
    for around in ("[ {} ]", "{{ a: {} }}", "{{ {}: a }}") if inside else ("- {}",):
        document = read(around.format(text))
        if (
            document.root is None
            or document.findings
            or text not in _texts(document.root)
            or len(_texts(document.root)) != around.count("a") + 1
        ):
            return False
    return True


def _texts(node: nodes.Node) -> list[str]:
    if isinstance(node, nodes.Scalar):
        return [node.text]
    if isinstance(node, nodes.Sequence):
        return [text for one in node.items for text in _texts(one)]
    return [text for key, value in node.entries for text in (key.text, *_texts(value))]
