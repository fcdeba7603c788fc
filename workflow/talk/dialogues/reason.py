"""The words that go with an act: the reason of a return, a comment. A rejection does not count before its reason was given."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from workflow.talk.dialogue import Act
from workflow.talk.dialogues.turn import Next, Turn, wrong
from workflow.talk.plain import clean
from workflow.verbs.verb import LONGEST_COMMENT

OPTIONAL: Final = frozenset({"transfer", "withdraw", "decline"})
"""The acts that may go without words."""


def typed(act: Act, text: str) -> Turn:
    """What was typed is the comment."""
    words = clean(text, len(text) + 1)
    if not words:
        return wrong(act, "refused.comment_needed")
    if len(words) > LONGEST_COMMENT:
        return wrong(act, "refused.comment_too_long", most=LONGEST_COMMENT)
    return Next(replace(act, comment=words))


def skip(act: Act) -> Turn:
    """Without words, where that will do."""
    return Next(replace(act, comment="")) if act.verb in OPTIONAL else wrong(act, "refused.comment_needed")
