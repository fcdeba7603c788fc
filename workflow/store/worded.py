"""What an error says to people, in Chinese and in English; which of them is shown, the command line knows. Needs nothing but Python's own."""

from __future__ import annotations


class WordedError(Exception):
    """Something that people have to put right: both texts say what it is and what to do. In a log it is the English one."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en
