"""What the web asks of the engine: the few calls it makes, by shape. Not here: who answers them (workflow.engine)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from workflow.domain.command import Refused
from workflow.talk.view import Ask, Attachment, View


class PersonRow(Protocol):
    """Somebody; `posts` are (unit, tier, role), the first being the one they are known for."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def posts(self) -> Sequence[tuple[str, str, str]]: ...
    @property
    def administrator(self) -> bool: ...


class Message(Protocol):
    """One line of a chat. `id` is the delivery's (also the web's `Outcome.ref`), or that of the command that was typed.

    `no` orders a chat and never changes; `at` is in the tenant's zone, like every moment here.
    """

    @property
    def id(self) -> str: ...
    @property
    def no(self) -> int: ...
    @property
    def mine(self) -> bool: ...
    @property
    def at(self) -> datetime: ...
    @property
    def text(self) -> str: ...
    @property
    def view(self) -> View | None: ...
    @property
    def version(self) -> int: ...


class Entry(Protocol):
    """One line of an item's timeline."""

    @property
    def at(self) -> datetime: ...
    @property
    def actor(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def kind(self) -> str: ...


class Form(Protocol):
    """A whole form; `token` goes back with the answers."""

    @property
    def token(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def questions(self) -> Sequence[Ask]: ...


class Problem(Protocol):
    """What is wrong with an answer; `name` is the field, `嘉宾/0/姓名` within rows, empty for the whole form."""

    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...


class AuditStatus(Protocol):
    """Whether the log verifies; `first_bad` names the first event that does not."""

    @property
    def events(self) -> int: ...
    @property
    def streams(self) -> int: ...
    @property
    def verified(self) -> bool: ...
    @property
    def first_bad(self) -> str: ...


class AuditLine(Protocol):
    """One event of the log's tail; `leaf` is its hash in hex."""

    @property
    def at(self) -> datetime: ...
    @property
    def stream(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def verb(self) -> str: ...
    @property
    def actor(self) -> str: ...
    @property
    def leaf(self) -> str: ...


class Reads(Protocol):
    """Questions. What somebody may not see is answered like what does not exist."""

    async def people(self, tenant: str) -> Sequence[PersonRow]: ...
    async def person(self, tenant: str, person: str) -> PersonRow | None: ...
    async def transcript(
        self, tenant: str, chat: str, after: int = 0, before: int = 0, limit: int = 100
    ) -> Sequence[Message]:
        """The newest `limit` with `after` < no (and no < `before`, unless 0), in order."""

    async def waiting(self, tenant: str, person: str) -> int: ...
    async def flows(self, tenant: str, person: str, language: str) -> Sequence[tuple[str, str]]: ...
    async def form(self, tenant: str, person: str, flow: str, language: str) -> Form | Refused: ...
    async def check(self, tenant: str, person: str, token: str, answers: dict[str, Any]) -> Sequence[Problem]:
        """What the engine would object to, were this form handed in now."""

    def refusal(self, refused: Refused, language: str) -> str:
        """The sentence of a refusal, what to do next included."""

    async def item(self, tenant: str, person: str, code: str) -> View | Refused: ...
    async def timeline(self, tenant: str, person: str, code: str) -> Sequence[Entry]: ...
    async def audit(self, tenant: str) -> AuditStatus: ...
    async def audit_tail(self, tenant: str, n: int, language: str = "zh") -> Sequence[AuditLine]: ...
    async def now(self, tenant: str) -> datetime: ...
    async def next_moment(self, tenant: str) -> datetime | None: ...


class Files(Protocol):
    """Files of people, up and down."""

    async def upload(
        self, tenant: str, person: str, name: str, chunks: AsyncIterator[bytes]
    ) -> Attachment | Refused: ...
    async def download(
        self, tenant: str, person: str, file: str
    ) -> tuple[Attachment, AsyncIterator[bytes]] | Refused: ...


class Identity(Protocol):
    """Who an account is, and how it comes to be."""

    async def account(self, tenant: str, bot: str, external: str) -> str | None: ...
    async def redeem(self, tenant: str, code: str, network: str) -> str | Refused: ...
    async def speak(self, tenant: str, person: str, language: str) -> None: ...


class Demonstration(Protocol):
    """The clock of a demonstration's tenant."""

    async def advance(self, tenant: str, to: datetime) -> None: ...


class Engine(Protocol):
    """The engine's public face, as far as the web knows it."""

    @property
    def read(self) -> Reads: ...
    @property
    def files(self) -> Files: ...
    @property
    def identity(self) -> Identity: ...
    @property
    def demonstration(self) -> Demonstration: ...
