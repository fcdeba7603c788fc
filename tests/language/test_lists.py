from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.language.organisations import rows
from workflow.language.organisations.lists import read_list

ROOT = Path(__file__).parents[2]
HEAD = """\
list: 服务类型
columns: { 名称: text 1..20, 类别: [生活, 文化], 标签?: { many: [甲, 乙] }, 起?: date, 分?: number 0..1, 价?: money 0..100 }
"""
GOOD = """\
rows:
  - { 名称: 理发, 类别: 生活, 标签: [甲, 乙], 起: 2026-01-01, 分: 0.5, 价: 12.5 }
  - { 类别: 文化, 名称: 讲座 }
"""
ROWS = (("理发", "生活", ["甲", "乙"], "2026-01-01", "0.5", 1250), ("讲座", "文化", None, None, None, None))


def codes(source: str, beside: bytes | None = None) -> tuple[list[str], list[str]]:
    reading = read_list(source, beside)
    assert (reading.value is None) == bool(reading.findings or reading.csv_findings)
    return [one.code for one in reading.findings], [one.code for one in reading.csv_findings]


def test_rows_in_the_file() -> None:
    value = read_list(HEAD + GOOD).value
    assert value is not None
    assert value.name == "服务类型"
    assert [column.name for column in value.columns] == ["名称", "类别", "标签", "起", "分", "价"]
    assert value.rows == ROWS
    assert value.row_names() == ("理发", "讲座")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_beside_it_in_any_order_of_columns(encoding: str, end: str) -> None:
    lines = ["类别,名称,标签,分,价,起", "生活,理发,甲、乙,0.5,12.5,2026-01-01", "", "文化,讲座,,,,"]
    value = read_list(HEAD, end.join(lines).encode(encoding)).value
    assert value is not None
    assert value.rows == ROWS


def test_keys_may_be_chinese() -> None:
    chinese = (
        (HEAD + GOOD)
        .replace("list:", "名录:")
        .replace("columns:", "列:")
        .replace("rows:", "行:")
        .replace("many:", "多选:")
    )
    assert read_list(chinese).value == read_list(HEAD + GOOD).value


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (HEAD.replace("服务类型", "服务 类型") + GOOD, "O430"),
        (HEAD.replace("名称:", "1名称:") + GOOD, "O430"),
        (HEAD.replace("text 1..20", "txet 1..20") + GOOD, "O431"),
        (HEAD.replace("text 1..20", "file pdf") + GOOD, "O431"),
        (HEAD.replace("起?: date", "起?: date >= 3日后") + GOOD, "O431"),
        (HEAD.replace("[生活, 文化]", "[生活, 生活]") + GOOD, "O431"),
        (HEAD.replace("{ many: [甲, 乙] }", "{ some: [甲, 乙] }") + GOOD, "O431"),
        (HEAD.replace("标签?", "名称?") + GOOD, "O431"),
        ("list: 空\ncolumns: {}\nrows: []\n", "O431"),
        (HEAD.replace("名称:", "名称?:") + GOOD, "O432"),
        (HEAD.replace("text 1..20", "int 1..20") + GOOD, "O432"),
        (HEAD, "O436"),
        ("list: 服务类型\nrows: []\n", "O402"),
        (HEAD + "row: []\n", "O403"),
        (HEAD + "rows: [理发]\n", "O404"),
        (HEAD + "rows:\n  - { 名称: 理发, 类另: 生活 }\n", "O433"),
        (HEAD + "rows:\n  - { 名称: 理发, 类别: 体育 }\n", "O434"),
        (HEAD + "rows:\n  - { 类别: 文化 }\n", "O434"),
        (HEAD + "rows:\n  - { 名称: 理发, 类别: 生活, 起: 明天 }\n", "O434"),
        (HEAD + "rows:\n  - { 名称: 理发, 类别: 生活, 分: 2 }\n", "O434"),
        (HEAD + "rows: [{ 名称: 理发, 类别: 生活 }, { 名称: 理发, 类别: 文化 }]\n", "O435"),
    ],
)
def test_a_mistake_in_the_file(source: str, code: str) -> None:
    found, _ = codes(source)
    assert code in found
    assert len(set(found)) == len(found), "a mistake is told once"


@pytest.mark.parametrize(
    ("beside", "code"),
    [
        (b"\xff\xfe\xff", "O437"),
        (b"", "O437"),
        ("名称\n理发\n".encode(), "O437"),
        ("名称,名称,类别\n".encode(), "O437"),
        ("名称,类别\n理发\n".encode(), "O437"),
        ('名称,类别\n"理发,生活\n'.encode(), "O437"),
        ("名称,类别,颜色\n理发,生活,红\n".encode(), "O433"),
        ("名称,类别\n理发,体育\n".encode(), "O434"),
        ("名称,类别\n理发,生活\n理发,生活\n".encode(), "O435"),
    ],
)
def test_a_mistake_in_the_csv_is_told_of_the_csv(beside: bytes, code: str) -> None:
    assert codes(HEAD, beside) == ([], [code])


def test_the_line_of_the_csv_is_the_one_that_an_editor_shows() -> None:
    reading = read_list(HEAD, '名称,类别\n"理\n发",生活\n\n讲座,体育\n'.encode())
    assert [(one.line, one.column, one.end_column) for one in reading.csv_findings] == [(5, 1, 6)]


def test_rows_in_two_places_are_refused() -> None:
    assert codes(HEAD + GOOD, "名称,类别\n".encode()) == (["O436"], [])


def test_too_many_rows_are_refused_and_a_wrong_file_is_not_listed_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    many = "名称,类别\n" + "".join(f"n{n},生活\n" for n in range(200))
    monkeypatch.setattr(rows, "MAX_ROWS", 199)
    assert codes(HEAD, many.encode()) == ([], ["O438"])
    assert len(codes(HEAD, many.replace("生活", "体育").encode())[1]) == 50


@given(st.binary(max_size=200))
def test_any_bytes_beside_are_rows_or_findings(beside: bytes) -> None:
    codes(HEAD, beside)


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=5))
def test_any_text_in_cells_is_rows_or_findings(cells: list[tuple[str, str]]) -> None:
    quoted = "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in cells)
    codes(HEAD, ("名称,类别\n" + quoted).encode(errors="replace"))


def test_the_shipped_list_names_fourteen_platforms() -> None:
    value = read_list((ROOT / "flows" / "lists" / "platforms.yaml").read_bytes()).value
    assert value is not None
    assert value.name == "直播平台"
    assert len(value.rows) == 14


def test_the_pages_own_example_is_good() -> None:
    page = (ROOT / "docs" / "organisation.md").read_text()
    example = page.split("```yaml\n", 2)[2].split("```", 1)[0]
    assert read_list(example).findings == ()
