"""Every statement names the tenant of every table that it touches. (Keys and indexes: tests/integration/test_schema.py.)"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from workflow.store.statements import QUERIES

MIGRATIONS = Path(__file__).parents[2] / "workflow/store/migrations"
ACROSS = {"all_tenants"}
"""What looks for a tenant, and so cannot name one."""

COMMENT = re.compile(r"--[^\n]*")
FUNCTION = re.compile(r"create (?:or replace )?function (\w+)\([^$]*?language plpgsql[^$]*\$\$(.*?)\$\$", re.DOTALL)
STATEMENT = re.compile(
    r"(?:^|;|then|begin|else)\s*((?:select|insert|update|delete|merge|with|return\s*\()\s.*?)(?=;)", re.DOTALL
)

TABLES = {
    name
    for file in MIGRATIONS.glob("*.sql")
    for name in re.findall(r"^create table (\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
}


PARTS = (exp.Select, exp.Update, exp.Delete, exp.Insert, exp.Merge)


def forgotten(tree: exp.Expr) -> Iterator[str]:
    """Tables whose tenant nothing in their own part of the statement names."""
    for table in tree.find_all(exp.Table):
        if table.name not in TABLES or isinstance(table.parent, exp.Schema):
            continue
        alias, part = table.alias_or_name, _part(table)
        if isinstance(part, exp.Insert) and table.parent is part:
            continue
        assert part is not None
        alone = sum(1 for one in part.find_all(exp.Table) if one.name in TABLES and _part(one) is part) == 1
        if not any(_names(column, alias, alone) for column in part.find_all(exp.Column) if _part(column) is part):
            yield f"{table.name} as {alias}"


def _part(node: exp.Expr) -> exp.Expr | None:
    return node.find_ancestor(*PARTS)


def _names(column: exp.Column, alias: str, alone: bool) -> bool:
    """`alias.tenant_id = …`, in a condition."""
    return (
        column.name == "tenant_id"
        and column.table in ({alias, ""} if alone else {alias})
        and isinstance(column.parent, exp.EQ)
        and (column.find_ancestor(exp.Where, exp.Join) is not None or _merges(column))
    )


def _merges(column: exp.Column) -> bool:
    """In the condition by which a row is found that is merged into."""
    part = _part(column)
    return isinstance(part, exp.Merge) and any(one is column for one in part.args["on"].find_all(exp.Column))


def unkeyed(tree: exp.Expr) -> Iterator[str]:
    """Inserts whose first column, or whose conflict's first column, is not the tenant."""
    for insert in tree.find_all(exp.Insert):
        columns = (
            [one.name for one in insert.this.expressions] if isinstance(insert.this, exp.Schema | exp.Tuple) else []
        )
        if columns[:1] != ["tenant_id"]:
            yield f"insert into {insert.this.this if columns else insert.this}"
        conflict = insert.args.get("conflict")
        keys = [one.name for one in conflict.args.get("conflict_keys") or ()] if conflict is not None else []
        if conflict is not None and keys[:1] != ["tenant_id"]:
            yield f"on conflict of {insert.this.this}"


def of_functions() -> dict[str, str]:
    """The statements inside the functions as the last migration left them, by the line that they begin in."""
    last: dict[str, tuple[str, str, int]] = {}
    for file in sorted(MIGRATIONS.glob("*.sql")):
        text = file.read_text(encoding="utf-8")
        for function in FUNCTION.finditer(text):
            body = COMMENT.sub(lambda found: " " * len(found[0]), function[2])
            last[function[1]] = file.name, body, text.count("\n", 0, function.start(2)) + 1
    return {
        f"{name}:{first + body.count(chr(10), 0, statement.start(1))}": plain(statement[1])
        for name, body, first in last.values()
        for statement in STATEMENT.finditer(body)
    }


def plain(statement: str) -> str:
    """A statement of PL/pgSQL as SQL: without `into` its variables, and `return`."""
    statement = re.sub(r"^return\s*", "select ", statement)
    return re.sub(
        r"(?<!insert )\binto (?!\w+ (?:as \w+ )?\()[\w, ]+?(?=\s+from\b|\s*$)", " ", statement, flags=re.DOTALL
    )


STATEMENTS = {name: text for name, text in QUERIES.items() if name not in ACROSS} | of_functions()


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_statement_forgets_the_tenant(name: str) -> None:
    tree = sqlglot.parse_one(STATEMENTS[name], dialect="postgres")
    assert not list(forgotten(tree)), "name the tenant of each: `and that.tenant_id = $1`"
    assert not list(unkeyed(tree)), "tenant_id stands first in every key"


def test_everything_is_read() -> None:
    assert len(TABLES) > 25
    assert len(QUERIES) > 80
    assert set(QUERIES) > ACROSS
    written = {
        table.name
        for text in of_functions().values()
        for table in sqlglot.parse_one(text, dialect="postgres").find_all(exp.Table)
    }
    assert written >= {
        "item",
        "event",
        "task",
        "party",
        "command",
        "dialogue",
        "stream",
        "counter",
        "content",
        "delivery",
        "owed",
        "chat",
    }


@pytest.mark.parametrize(
    "statement",
    [
        "select * from item",
        "select * from item where item_id = $1",
        "select tenant_id from item",
        "select * from item i join task k on k.item_id = i.item_id where i.tenant_id = $1",
        "select * from item where tenant_id = $1 and exists (select from task k where k.item_id = item_id)",
        "select * from item where tenant_id = $1 union all select * from item",
        "with x as (delete from owed where chat_id = $1 returning *) select * from x",
        "update item set place = $1",
        "update item i set place = $1 from task k where i.tenant_id = $2 and k.item_id = i.item_id",
        "delete from task",
        "insert into item (item_id, tenant_id) values ($1, $2)",
        "insert into item values ($1)",
        "insert into item (tenant_id) values ($1) on conflict (item_id) do nothing",
        "insert into item (tenant_id) select tenant_id from task",
        "merge into item i using x on i.item_id = x.item_id when matched then delete",
        "merge into item i using x on i.item_id = x.item_id when matched and i.tenant_id = $1 then delete",
        "merge into item i using x on i.tenant_id = $1 when not matched then insert (item_id) values (x.item_id)",
    ],
)
def test_what_forgets_it_is_seen(statement: str) -> None:
    tree = sqlglot.parse_one(statement, dialect="postgres")
    assert [*forgotten(tree), *unkeyed(tree)]
