"""`python -m tests.telegram.play`: the live-stream flow through the local Bot API server, as people see it; 0 when all was as expected.

`--json` ends with one line of figures; `--write PAGE` puts the story of the one item between the marks of a page.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Final

import msgspec

from tests.telegram.play.book import Book
from tests.telegram.play.phone import Unmet
from tests.telegram.play.stage import Stage, staged
from tests.telegram.play.story import TELEPHONES, Story
from workflow.cli import demo, trouble
from workflow.cli.house import Place, database, settings
from workflow.engine.loop import run

EXPECTED: Final = {"done": 2, "withdrawn": 1}
"""How many items end how."""
HARMLESS: Final = ("message can't be edited", "message is not modified")
"""What the Bot API may refuse: a question that asked for a reply is not edited (tdlib/td#3196); one may be shown what it shows."""
MARKS: Final = ("<!-- the play begins -->", "<!-- the play ends -->")


class Figures(msgspec.Struct, frozen=True):
    """The last line of `--json`: what `guankou demo` tells, and what the Bot API server saw."""

    items: int
    decisions: int
    by_state: dict[str, int]
    prompts_sent: int
    audit: demo.Audit
    messages: int
    edits: int
    provoked_429: int
    refused: dict[str, int]
    seconds: float


async def played(place: Place, book: Book, tell: type[Story] = Story) -> tuple[Figures, list[str]]:
    """Everything, once, in a tenant of its own; the figures, and what was not as expected."""
    began, unmet = monotonic(), list[str]()
    of = settings()
    of = of.model_copy(update={"poll_seconds": min(of.poll_seconds, 0.5)})
    async with staged(of, place, TELEPHONES) as stage:
        try:
            await tell(stage, book).tell()
        except* Unmet as missed:
            unmet += [str(one) for one in _leaves(missed)]
        figures = await _figures(stage, monotonic() - began)
    return figures, unmet or [*_unexpected(figures)]


async def _figures(stage: Stage, seconds: float) -> Figures:
    told = await demo.outcome_of(stage.house, stage.tenant)
    methods = Counter(call.method for call in stage.api.calls)
    return Figures(
        told.items, told.decisions, told.by_state, told.prompts_sent, told.audit,
        methods["sendMessage"] + methods["sendDocument"], methods["editMessageText"], stage.api.provoked429,
        dict(Counter(refusal.description for _, refusal in stage.api.refused)), round(seconds, 1),
    )  # fmt: skip


def _unexpected(figures: Figures) -> Iterator[str]:
    if figures.by_state != EXPECTED:
        yield f"结果应为 {EXPECTED}，实为 {figures.by_state}"
    if not figures.audit.verified:
        yield "审计日志不成立"
    if figures.provoked_429:
        yield f"有 {figures.provoked_429} 次超过了 Telegram 的限速"
    for description, times in figures.refused.items():
        if not any(one in description for one in HARMLESS):
            yield f"Bot API 拒绝了 {times} 次：{description}"


def _leaves(group: BaseExceptionGroup[Unmet]) -> Iterator[Unmet]:
    for one in group.exceptions:
        if isinstance(one, BaseExceptionGroup):
            yield from _leaves(one)
        else:
            yield one


def written(page: str, story: str) -> str:
    """The page with this story between its marks."""
    begins, ends = (re.escape(one) for one in MARKS)
    block = f"{MARKS[0]}\n```text\n{story}\n```\n{MARKS[1]}"
    return re.sub(f"{begins}.*{ends}", lambda _: block, page, flags=re.DOTALL)


def told_in(page: str) -> str:
    """The story that stands on a page; empty for none."""
    begins, ends = (re.escape(one) for one in MARKS)
    found = re.search(f"{begins}\n```text\n(.*)\n```\n{ends}", page, re.DOTALL)
    return found[1] if found else ""


def main() -> int:
    """Play, and tell."""
    words = argparse.ArgumentParser(prog="python -m tests.telegram.play", description=__doc__)
    words.add_argument("--json", action="store_true", help="end with one line of JSON")
    words.add_argument("--write", type=Path, metavar="PAGE", help="put the item's story between the marks of this page")
    given = words.parse_args()
    book = Book(_write)
    try:
        with database(settings()) as place:
            figures, unmet = run(played(place, book))
    except trouble.Stop as stop:
        return trouble.tell(stop)
    _write(f"\n{_conclusion(figures, len(unmet))}")
    for one in unmet:
        _write(f"✗ {one}")
    if given.write is not None and not unmet:
        given.write.write_text(written(given.write.read_text(encoding="utf-8"), book.story()), encoding="utf-8")
    if given.json:
        _write(msgspec.json.encode(figures).decode())
    return int(bool(unmet))


def _conclusion(figures: Figures, unmet: int) -> str:
    states = "、".join(f"{state} {n}" for state, n in figures.by_state.items())
    return (
        f"{figures.items} 个事项（{states}），{figures.decisions} 个决定；{figures.messages} 条消息，{figures.edits} 次就地修改，"
        f"触发限速 {figures.provoked_429} 次；{figures.audit.events} 个审计事件{'全部成立' if figures.audit.verified else '不成立'}，"
        f"{figures.seconds:.0f} 秒；" + (f"{unmet} 处不符合预期。" if unmet else "全部符合预期。")
    )


def _write(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
