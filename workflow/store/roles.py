"""What a role of the database could do to the log. Roles are the server's, so nothing here is of a tenant."""

from __future__ import annotations

import asyncpg
import msgspec

ROLE = """
SELECT current_user::text AS name, rolsuper OR coalesce(
    has_table_privilege(to_regclass('event'), 'UPDATE') OR has_table_privilege(to_regclass('event'), 'DELETE')
    OR has_table_privilege(to_regclass('event'), 'TRUNCATE'), false) AS may
FROM pg_roles WHERE rolname = current_user
"""


class Role(msgspec.Struct, frozen=True):
    """Whom a connection signs in as; `changes_the_log` is true of the owner and of superusers."""

    name: str
    changes_the_log: bool


async def role(connection: asyncpg.Connection[asyncpg.Record]) -> Role:
    """The connection's role."""
    row = await connection.fetchrow(ROLE)
    assert row is not None, "whoever is connected has a role"  # noqa: S101
    return Role(row["name"], row["may"])
