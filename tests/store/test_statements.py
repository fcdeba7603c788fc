"""Statements are found by their names; what has none, or another's, is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from workflow.store.statements import QUERIES, StatementsError, load, statement


def test_each_statement_is_found_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "items.sql").write_text(
        "-- What the engine asks about items.\n\n"
        "-- name: load_items\n-- Ordered, so that locks are.\nSELECT ';' FROM item;\n\n"
        "--name:count_items\nSELECT count(*)\nFROM item\n",
        encoding="utf-8",
    )
    (tmp_path / "tasks.sql").write_text("-- name: open_tasks\nSELECT '意见';", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no SQL")
    assert load(tmp_path) == {
        "load_items": "-- Ordered, so that locks are.\nSELECT ';' FROM item",
        "count_items": "SELECT count(*)\nFROM item",
        "open_tasks": "SELECT '意见'",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT 1;", "a.sql:1: a statement without a name"),
        ("/* two\nlines */ SELECT 1;\n-- name: one\nSELECT 1", "a.sql:1: a statement without a name"),
        (
            "-- name: one\nSELECT 1;\n-- name: one\nSELECT 2;",
            "a.sql:3: one is already the name of the statement at a.sql:1",
        ),
        ("-- name: One Two\nSELECT 1", "a.sql:1: 'One Two' is no name"),
        ("-- name:\nSELECT 1", "a.sql:1: '' is no name"),
        ("-- name: one\n-- nothing\n\n-- name: two\nSELECT 2", "a.sql:1: one has no statement"),
        ("-- name: one\n;\n", "a.sql:1: one has no statement"),
    ],
)
def test_refused_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.sql").write_text(text)
    with pytest.raises(StatementsError) as caught:
        load(tmp_path)
    assert str(caught.value).startswith(message)


def test_one_name_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.sql").write_text("-- name: one\nSELECT 1")
    with pytest.raises(StatementsError, match=r"b\.sql:1: one is already .* a\.sql:1"):
        load(tmp_path)


def test_our_own_are_there_and_cannot_be_changed() -> None:
    assert QUERIES
    assert all(text and not text.endswith(";") for text in QUERIES.values())
    with pytest.raises(TypeError):
        QUERIES["one"] = "SELECT 1"  # type: ignore[index]


def test_a_name_that_nobody_has_is_an_error_of_ours() -> None:
    name = next(iter(QUERIES))
    assert statement(name) == QUERIES[name]
    with pytest.raises(StatementsError, match="no statement is called lod_items"):
        statement("lod_items")
