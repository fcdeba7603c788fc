"""Both languages say everything, with the same slots, and nothing is said that nobody uses."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from string import Formatter

import pytest

from adapters.web import words

WEB = Path(words.__file__).parent
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted(WEB.rglob("*"))
    if path.suffix in {".py", ".html"} and path.name != "words.py"
)


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("word", words.WORDS)
def test_both_languages_say_it(word: str) -> None:
    zh, en = words.WORDS[word]
    assert zh
    assert en
    assert slots(zh) == slots(en)
    assert word == "language" or (re.search(r"[\u4e00-\u9fff]", zh) and not re.search(r"[\u4e00-\u9fff]", en))


@pytest.mark.parametrize("word", words.WORDS)
def test_every_word_is_used(word: str) -> None:
    family = word.split(".", maxsplit=1)[0]
    if family in {"trouble", "mark"}:  # made of a family and a name at run time
        return
    assert re.search(rf"""["']{re.escape(word)}["']""", SOURCES), f"{word} is not used: delete it"


def test_every_word_that_templates_use_is_there() -> None:
    used = set(re.findall(r"""\bt\(["']([a-z.]+)["'][,)]""", SOURCES))
    assert used - set(words.WORDS) == set()
    assert len(used) > 50


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 415, 429, 500, 503])
def test_every_trouble_says_what_to_do_next(status: int) -> None:
    assert {f"trouble.{status}", f"trouble.{status}.next"} <= set(words.WORDS)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"), ("en", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-GB,en;q=0.9,zh;q=0.8", "en"), ("fr,de;q=0.5", "zh"),
        ("fr, en;q=0.3", "en"), ("zh;q=0.2, en;q=0.7", "en"), ("en;q=x", "zh"), ("en;q=0", "zh"),
    ],
)  # fmt: skip
def test_the_browser_says_which_language(header: str, language: str) -> None:
    assert words.preferred(header) == language


def test_days_and_moments() -> None:
    at = datetime(2026, 11, 22, 9, 5)  # noqa: DTZ001  # words know no zone
    assert words.day("zh", at) == "11月22日 星期日"
    assert words.day("en", at) == "Sun 22 Nov"
    assert words.moment("zh", at) == "2026年11月22日 09:05"
    assert words.moment("en", at) == "22 Nov 2026, 09:05"
