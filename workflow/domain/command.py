"""What somebody asks for (command), and what came of it when nothing may change (refused)."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct, field

SYSTEM = "system"
"""The actor of every automatic act."""

OWN: Final = "web"
"""The network that everybody has: our own pages, which need no token and no linking. They are a chat, too."""


class Command(Struct, frozen=True, omit_defaults=True):
    """One request about one item. `id` makes it happen once; `args` are canonical, people's words among them raw.

    verb → args: `submit` flow, unit?, form · `approve reject` task?, marks?, answers?, comment? · `return` task?, to?, comment
    · `resubmit` form? · `withdraw` comment? · `comment` comment · `nudge` · `transfer` task?, to, comment? ·
    `reassign` run?, to, comment · `terminate` comment · `retry` comment · `wake` · `restaff` · `answer` task? or run?, answers, channel?, respondent? · `tally` run.
    `take` task?, place? · `done` task?, place?, answers?, comment? · `decline` task?, place?, comment? · `assign` task?, to, comment?.
    `task` is `(task number, round)`, as the pressed button named it; without it, the actor's own open task is meant.
    """

    id: str
    tenant: str
    item: str
    verb: str
    actor: str
    network: str
    args: dict[str, Any] = field(default_factory=dict)


class Refused(Struct, frozen=True, omit_defaults=True):
    """Nothing changed, and why: `reason` is a word that `talk` knows, `facts` what its sentence needs."""

    reason: str
    facts: dict[str, Any] = field(default_factory=dict)


class Answer(Struct, frozen=True, omit_defaults=True):
    """What came of a command that was followed: the item it was about, after it. `state` is the item's state, or `said` for a chat's own affair."""

    item: str = ""
    code: str = ""
    verb: str = ""
    version: int = 0
    state: str = ""
