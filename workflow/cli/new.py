"""`guankou new`: a flow of one's own, begun from one that is shipped, with its cases. Nothing that is there is ever overwritten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workflow.cli import printing
from workflow.cli.rehearsing import ENDING
from workflow.cli.tongue import SPOKEN, say
from workflow.cli.trouble import Stop
from workflow.grammars.tokens import nearest

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
UNKNOWN: Final = 2
_ID: Final = re.compile("[a-z][a-z0-9-]{1,39}")


@dataclass(frozen=True)
class Template:
    """One that is shipped: `zh` and `en` say in a line what it is for."""

    name: str
    zh: str
    en: str
    path: Path


def templates() -> Iterator[Template]:
    """Every template by name; its first two lines say what it is for."""
    for path in sorted(TEMPLATES.glob("*.yaml")):
        if not path.name.endswith(ENDING):
            zh, en, *_ = path.read_text("utf-8").splitlines()
            yield Template(path.stem, zh.removeprefix("# "), en.removeprefix("# "), path)


def new(flow: str, template: str, folder: Path, listed: bool) -> int:
    """Write FLOW.yaml and FLOW.test.yaml into a folder. Raises Stop (2) for a name or template that is none, (1) for what is there."""
    known = {one.name: one for one in templates()}
    if listed:
        printing.table(
            [say("模板", "template"), say("用途", "what for")],
            [(one.name, one.zh if SPOKEN == "zh" else one.en) for one in known.values()],
        )
        return 0
    if not _ID.fullmatch(flow):
        raise Stop(
            say(f"“{flow}”不能做流程的标识。" if flow else "给新流程起个名。", f"“{flow}” is no id of a flow." if flow else "The new flow needs a name."),
            say("小写字母开头，2 到 40 个小写字母、数字或连字符，如 spring-fair。", "A small letter, then small letters, digits and hyphens, 2 to 40 in all: spring-fair."),
            UNKNOWN,
        )  # fmt: skip
    if template not in known:
        near = nearest(template, list(known))
        raise Stop(
            say(f"没有“{template}”这个模板。" if template else "用 --from 说从哪个模板开始。", f"There is no template “{template}”." if template else "Say with --from which template to begin from."),
            say(f"是不是 {near}？" if near else "guankou new --list 列出全部。", f"Did you mean {near}?" if near else "`guankou new --list` shows them all."),
            UNKNOWN,
        )  # fmt: skip
    from_ = known[template].path
    made = {
        folder / f"{flow}.yaml": re.sub(
            rf"^flow: {template}$", f"flow: {flow}", from_.read_text("utf-8"), count=1, flags=re.MULTILINE
        ),
        folder / f"{flow}{ENDING}": from_.with_name(template + ENDING).read_text("utf-8"),
    }
    for path in made:
        if path.exists() or path.is_symlink():
            raise Stop(
                say(f"{path} 已经有了，没有动它。", f"{path} is there already and was left alone."),
                say("换一个名称，或先把它移走。", "Choose another name, or move it away first."),
            )
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in made.items():
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
        printing.line(say(f"写好了 {path}", f"wrote {path}"))
    made_flow = folder / f"{flow}.yaml"
    printing.line(
        say(f"接着：改 {made_flow}，然后 guankou lint {folder}，guankou test {folder}，guankou simulate {made_flow}",
            f"Next: edit {made_flow}, then `guankou lint {folder}`, `guankou test {folder}`, `guankou simulate {made_flow}`")
    )  # fmt: skip
    return 0
