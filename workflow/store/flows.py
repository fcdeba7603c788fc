"""Versions of flows: their texts for ever, by digest; and which is current. What they say is for `language` to read."""

from __future__ import annotations

from workflow.store.pool import Session


class UnknownFlow(LookupError):
    """No version of a flow has that digest."""


async def put(session: Session, tenant: str, flow: str, digest: str, source: str) -> None:
    """From now on items of `flow` begin with this version. `digest` is its text's SHA-256, in hex."""
    await session.run("put_flow_version", tenant, digest, flow, source)
    await session.run("put_flow_current", tenant, flow, digest)


async def current(session: Session, tenant: str) -> dict[str, str]:
    """The current digest of every flow."""
    return {row["flow"]: row["digest"] for row in await session.fetch("current_flows", tenant)}


async def source(session: Session, tenant: str, digest: str) -> str:
    """The text of a version. Raises `UnknownFlow`."""
    row = await session.row("flow_source", tenant, digest)
    if row is None:
        raise UnknownFlow(f"no version of a flow has the digest {digest}; was it applied to this tenant?")
    return str(row["source"])


async def digests(session: Session, tenant: str) -> list[str]:
    """Every version there ever was."""
    return [row["digest"] for row in await session.fetch("flow_digests", tenant)]
