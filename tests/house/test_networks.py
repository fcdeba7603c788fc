"""`workflow` serves every chat network alike: it names none. Our own pages have one name, in one place."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from workflow.ports import OWN

ROOT = Path(__file__).parents[2] / "workflow"
FILES = sorted(path for path in ROOT.rglob("*") if path.suffix in {".py", ".sql"})
NETWORKS = re.compile(
    r"telegram|aiogram|matrix|synapse|feishu|lark|wecom|dingtalk|slack|whatsapp|电报|飞书|企业微信|钉钉|微信",
    re.IGNORECASE,
)
SHELL = {"cli"}
"""Where the program is put together out of what is installed, networks may be named."""
OF_THE_LANGUAGE = {"domain/definition.py", "grammars/words.py", "verbs/submit.py", "talk/cards/listing.py"}
"""Here `web` is a word of the flow language: where an item may be begun (`via`)."""


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def names(text: str) -> list[str]:
    return [
        f"line {number}: {line.strip()}" for number, line in enumerate(text.splitlines(), 1) if NETWORKS.search(line)
    ]


@pytest.mark.parametrize(
    "path", [one for one in FILES if room(one) not in SHELL], ids=lambda one: str(one.relative_to(ROOT))
)
def test_no_network_is_named(path: Path) -> None:
    assert not names(path.read_text(encoding="utf-8")), (
        "say it in the port's words (a capability, an outcome), or in adapters/"
    )


def test_our_own_pages_are_named_in_one_place() -> None:
    said = {
        str(path.relative_to(ROOT)) for path in FILES if path.suffix == ".py" and room(path) not in SHELL
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value == OWN
    }  # fmt: skip
    assert said - OF_THE_LANGUAGE == {"domain/command.py"}


def test_such_a_name_would_be_found() -> None:
    assert names('if network == "Telegram":')
    assert names("-- only for 飞书")
    assert not names("a label, a market")
