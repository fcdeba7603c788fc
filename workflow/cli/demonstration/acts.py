"""The acts that the demonstration is made of: who does what to which item, and what must follow. What happens is script.py's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Later:
    """A day so many days after the demonstration's first, at a clock time."""

    days: int
    clock: str = "19:30"


@dataclass(frozen=True)
class File:
    """A small file made for the occasion: PDF or DOCX by its name."""

    name: str
    text: str


@dataclass(frozen=True)
class Act:
    """Somebody does something about an item (by its title). Afterwards `asks` must have been asked, and `sees` be read by `who`."""

    who: str
    item: str = ""
    asks: tuple[str, ...] = field(default=(), kw_only=True)
    sees: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True)
class Submits(Act):
    """Fills in a flow's whole form."""

    flow: str = ""
    answers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Approves(Act):
    """通过, at each of their open prompts of the item, every line of a checklist ticked before. `twice`: a double click."""

    prompts: int = 1
    twice: bool = False


@dataclass(frozen=True)
class Rejects(Act):
    """驳回 with a reason; of a checklist the `fails` do not pass."""

    reason: str = ""
    fails: tuple[str, ...] = ()


@dataclass(frozen=True)
class Returns(Act):
    """退回 with a reason, `to` a step where several may be chosen."""

    reason: str = ""
    to: str = ""


@dataclass(frozen=True)
class Resubmits(Act):
    """修改重报: one field after the other, then hands it in again."""

    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FillsIn(Act):
    """Presses a `button` that asks something (办结 填写 代填 …) and answers it, one field after the other; None skips one.

    `of`: what can be read on the prompt that is meant, where the item has several.
    """

    button: str = "hand in work"
    of: tuple[str, ...] = ()
    answers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Presses(Act):
    """Presses a `button` that asks nothing: 接单 报平安 停播 复播. `says`: what it is answered with, or turns into."""

    button: str = ""


@dataclass(frozen=True)
class Opens(Act):
    """Types /inbox, turns its pages to the row with these `words`, and presses it."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finds(Act):
    """Sees an item that nobody handed in (a child, a firing), by words on its card, and knows it by the name `item` from then on."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Withdraws(Act):
    """撤回, confirmed."""


@dataclass(frozen=True)
class Comments(Act):
    """意见: words that change nothing."""

    words: str = ""


@dataclass(frozen=True)
class HandsOver(Act):
    """转交 to somebody."""

    to: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Assigns(Act):
    """指派, an administrator's, of an item that nobody may decide."""

    to: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Nudges(Act):
    """催办: reminds those who still owe something."""


@dataclass(frozen=True)
class ClicksLate(Act):
    """Presses the 通过 of a prompt that somebody (`by`) has settled meanwhile, and is told so."""

    by: str = ""


@dataclass(frozen=True)
class Forges(Act):
    """Presses a button that nobody made."""


@dataclass(frozen=True)
class Pries(Act):
    """Opens the page of an item that is none of their business, and is told there is none."""


@dataclass(frozen=True)
class Reads(Act):
    """Downloads the file of a field and finds in it what was handed in."""

    name: str = ""


@dataclass(frozen=True)
class Types(Act):
    """Types into the chat."""

    text: str = ""


@dataclass(frozen=True)
class ClockOn(Act):
    """Presses “on to the next moment” until the `asks` are asked about the item, or `who` `sees` it."""

    at_most: int = 40


@dataclass(frozen=True)
class Ends(Act):
    """The item has come to its end, as `who` reads on their own card of it."""

    state: str = ""


@dataclass(frozen=True)
class Scene:
    """Acts that belong together."""

    zh: str
    en: str
    acts: tuple[Act, ...]
