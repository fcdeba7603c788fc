"""What hearing and showing may look at, all of it loaded by the engine before. Values only; what must be loaded is said in needs.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final

from msgspec import Struct

from workflow.domain.command import Command, Refused
from workflow.domain.definition import Definition
from workflow.domain.effect import Content
from workflow.domain.event import Event
from workflow.domain.item import Item, Task
from workflow.domain.item import Line as Row
from workflow.lifecycle import Lifecycle
from workflow.organisation.model import Organisation
from workflow.steps.draft import Random
from workflow.talk import tokens
from workflow.talk.about import About
from workflow.talk.dialogue import Dialogue
from workflow.talk.speaker import Speaker
from workflow.talk.view import Attachment, Choice, Style

NOTHING: Final = Dialogue()


class Upload(Struct, frozen=True):
    """A file that was uploaded: by whom (`subject`), and what stands for its bytes and name in an event (`commitment`)."""

    file: str
    name: str
    media_type: str
    bytes: int
    subject: str
    commitment: str

    @property
    def attachment(self) -> Attachment:
        """As it is offered."""
        return Attachment(self.file, self.name, self.media_type, self.bytes)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Who is spoken with, where and when, and what is known.

    `items` by id; `definitions` and `lifecycles` by digest; `flows` the current definition of every flow of the tenant.
    `key` signs tokens; `chat` is the bot's own chat id; `capabilities` are the network's (`ports.Profile`). `rows` are those kept
    apart from their item, and `counts` how many (`steps.draft.World`); whoever lacks some raises WantingError.
    """

    person: str
    language: str
    bot: str
    chat: str
    key: bytes
    now: datetime
    organisation: Organisation
    private: bool = True
    capabilities: frozenset[str] = frozenset()
    flows: Mapping[str, Definition] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    lifecycles: Mapping[str, Lifecycle] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)
    dialogue: Dialogue = NOTHING
    rows: Mapping[tuple[str, str, int], tuple[Row, ...]] = field(default_factory=dict)
    counts: Mapping[tuple[str, str, int], int] = field(default_factory=dict)

    @cached_property
    def speaker(self) -> Speaker:
        """How the reader is spoken to."""
        return Speaker(self.language, self.organisation, self.now)

    def say(self, key: str, **slots: object) -> str:
        """A sentence in the reader's language."""
        return self.speaker.say(key, **slots)

    def definition(self, item: Item) -> Definition:
        """The version that an item is pinned to."""
        return self.definitions[item.digest]

    def token(self, press: tokens.Press) -> str:
        """The token of a press, good in this chat alone."""
        return tokens.write(press, self.key, self.bot, self.chat)

    def button(self, key: str, press: tokens.Press, style: Style = "plain", confirm: str = "") -> Choice:
        """A button whose label is the sentence `button.KEY`."""
        return Choice(self.token(press), self.say(f"button.{key}"), style, confirm)


@dataclass(frozen=True, kw_only=True)
class Hearing(Setting):
    """What `hear` may look at. `command` is the id of the update's row; `sent` the ids of files that came with the message,
    `spoilt` why others of them were not taken.

    `shown` is what the message was about on which a button was pressed, where the engine knows it. `muted` is until when the
    person wants to be left alone; `quiet` says when everybody is (`22:00-07:00`; empty: never).
    """

    command: str
    random: Random
    sent: tuple[str, ...] = ()
    spoilt: tuple[Refused, ...] = ()
    shown: About | None = None
    muted: datetime | None = None
    quiet: str = ""


class Mute(Struct, frozen=True, omit_defaults=True):
    """Not to be disturbed `until` then; None: to be told everything again."""

    until: datetime | None = None


class Heard(Struct, frozen=True, omit_defaults=True):
    """What came of one update, all of it written in one commit.

    `dialogue` is the chat's row from now on; `says` are new messages in this chat, in order; `turn`: the message whose button
    was pressed is about this from now on (unknown: say it anew); `bump` are messages of this chat to be shown anew.
    `command` lacks id, tenant and (for `submit`) item. `acknowledgement` answers the press, where the network can.
    `language`: the person wants to be spoken to in it from now on; `mute`: they want to be left alone, or not any more. `kept`
    comes back when the command is refused.
    """

    dialogue: Dialogue
    says: tuple[About, ...] = ()
    turn: About | None = None
    bump: tuple[About, ...] = ()
    command: Command | None = None
    contents: tuple[Content, ...] = ()
    acknowledgement: str = ""
    language: str = ""
    mute: Mute | None = None
    kept: Dialogue | None = None
    pressed: bool = False


@dataclass(frozen=True, kw_only=True)
class Scene(Setting):
    """What `present` may look at, besides. What is missing from `contents` (by commitment) or `files` (by id) was erased.

    `events` by item; `tasks` by (item, task number), where the item itself has forgotten them; `listed` is a listing's page:
    (item, task number or 0), `total` how many there are; `link` is the address that items are found under, or empty.
    """

    contents: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    tasks: Mapping[tuple[str, int], Task] = field(default_factory=dict)
    listed: tuple[tuple[str, int], ...] = ()
    total: int = 0
    link: str = ""
