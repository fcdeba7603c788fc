"""`guankou fmt`: flows in their form, in the words of one language if asked. What cannot be read is left alone, with what is wrong in it."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path

from workflow.cli import sources
from workflow.cli.sources import UNREADABLE, Source
from workflow.cli.tongue import SPOKEN, say
from workflow.cli.trouble import Stop
from workflow.grammars.respell import Language
from workflow.language import report
from workflow.language.codes import level
from workflow.language.text.slips import as_before
from workflow.language.writing.formatting import formatted


def fmt(paths: list[Path], *, zh: bool, en: bool, check: bool, diff: bool) -> int:
    """0: done, or nothing to do; 1: `--check` or `--diff`, and something would change; 2: something cannot be read."""
    if zh and en:
        raise Stop(say("--zh 和 --en 只能写一个。", "Give --zh or --en, not both."), code=UNREADABLE)
    language: Language | None = "zh" if zh else "en" if en else None
    flows = [one for one in sources.read(paths) if one.kind == "flow"]
    if not flows:
        raise Stop(say("这里没有流程文件。", "There is no flow here."), code=UNREADABLE)
    changed = unread = 0
    for one in flows:
        after = _after(one, language)
        if after is None:
            unread += 1
        elif after != one.text:
            changed += 1
            if diff:
                sys.stdout.writelines(_diff(one, after))
            elif check:
                sys.stdout.write(say(f"要整理：{one.path}", f"would reformat: {one.path}") + "\n")
            else:
                one.path.write_bytes(after)
    _count(changed, len(flows) - changed - unread, unread, done=not (check or diff))
    return UNREADABLE if unread else int(changed > 0 and (check or diff))


def _after(one: Source, language: Language | None) -> bytes | None:
    """The file's bytes in their form; None, and what is wrong is said, where it cannot be read."""
    found = formatted(one.text, language)
    if found.text is None:
        grave = [each for each in found.findings if level(each.code) == "error"]
        sys.stdout.write(report.render(grave, one.text, str(one.path), SPOKEN))
        return None
    if found.kept:
        sys.stderr.write(
            say(
                f"{one.path} 没有动：整理后的意思不能保证不变。",
                f"{one.path} was left alone: in its form it might not mean the same.",
            )
            + "\n"
        )
        return one.text
    return as_before(found.text, one.text)


def _diff(one: Source, after: bytes) -> Iterator[str]:
    before, then = (text.decode().splitlines(keepends=True) for text in (one.text, after))
    yield from difflib.unified_diff(before, then, str(one.path), str(one.path))


def _count(changed: int, same: int, unread: int, *, done: bool) -> None:
    """How many files are and were in their form, on standard error: what is piped on does not hold it."""
    zh = [f"{changed} 个{'已' if done else '要'}整理"] * (changed > 0)
    en = [f"{changed} {'reformatted' if done else 'would be reformatted'}"] * (changed > 0)
    zh += [f"{same} 个不变"] * (same > 0) + [f"{unread} 个读不了，没有动"] * (unread > 0)
    en += [f"{same} unchanged"] * (same > 0) + [f"{unread} unreadable and left alone"] * (unread > 0)
    sys.stderr.write(say("，".join(zh), ", ".join(en)) + "\n")
