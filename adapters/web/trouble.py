"""What a request is told when it cannot be had: a status and a word of the pages. Not here: how it looks (desk)."""

from __future__ import annotations


class Trouble(Exception):
    """`word` names two texts, what happened and what to do next; `detail` stands in for the latter where the engine knows better."""

    def __init__(self, status: int, word: str = "", *, detail: str = "", **facts: object) -> None:
        super().__init__(f"{status} {word}")
        self.status = status
        self.word = word or str(status)
        self.detail = detail
        self.facts = facts
