"""What the administrators are told because something of ours broke. It stands in the administration's stream as well."""

from __future__ import annotations

from workflow.domain.command import SYSTEM
from workflow.domain.event import Deed
from workflow.engine.definitions import Definitions
from workflow.engine.writing import about_bytes
from workflow.journal import canonical, chain
from workflow.store import commit, ids, load
from workflow.store.commit import PLAIN, Batch, DeliveryRow, EventRow, StreamRow
from workflow.store.pool import Database
from workflow.talk.about import Line

TRIES = 20


class Alerts:
    """Writes an alert down and owes it to every administrator, in one commit."""

    def __init__(self, database: Database, definitions: Definitions) -> None:
        self.database, self.definitions = database, definitions

    async def tell(self, tenant: str, line: Line) -> bool:
        """Returns whether chats are owed it. Its facts are ids and words of ours, never anybody's own."""
        stream = ids.administration(tenant)
        for _ in range(TRIES):
            loaded = await load.batch(self.database, tenant, streams=[stream])
            organisation = await self.definitions.organisation(tenant, loaded.organisation_version)
            expected, head = loaded.streams.get(stream, (0, chain.NOTHING))
            facts = tuple((name, str(value)) for name, value in line.facts.items())
            deed = Deed(stream, expected + 1, loaded.now, "", line.word, SYSTEM, SYSTEM, facts)
            body = canonical.encode(deed)
            leaf = chain.leaf(head, body)
            batch = Batch(tenant, organisation.version)
            batch.streams.append(StreamRow(0, stream, "administration", expected, deed.version, leaf))
            batch.events.append(EventRow(0, stream, deed.version, deed.at, body, leaf))
            batch.deliveries += [
                DeliveryRow(0, stream, PLAIN, person, None, None, about_bytes(line), urgent=True)
                for person in organisation.administrators(loaded.now)
            ]
            committed = await commit.commit(self.database, batch)
            if not committed.lost:
                return committed.owed
        raise RuntimeError(f"the administration's stream of {tenant} was taken {TRIES} times in a row")
