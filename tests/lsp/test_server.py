"""The language server as an editor meets it: a program of its own, asked over standard input and output."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types as lsp

from tests.flows.house import FLOWS
from tests.language.flows import FIRST, HEAD, with_steps
from tests.language.test_findings import STEPS, TOPS
from tests.language.test_findings_organisation import UNKNOWN
from tests.lsp.editor import PROGRAM, Editor, editing

pytestmark = pytest.mark.asyncio(loop_scope="module")

ACTIVITY = (FLOWS / "activity.yaml").read_text("utf-8")
LIVESTREAM = (FLOWS / "livestream.yaml").read_text("utf-8")
ORGANISATION = (FLOWS / "orgs/jiuxianqiao.yaml").read_text("utf-8")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def editor() -> AsyncIterator[Editor]:
    """One editor and its server for all tests that need no other: it goes on whatever each of them does to it."""
    async with editing() as one:
        yield one


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A folder for flows, beside the shipped organisation and its lists."""
    shutil.copytree(FLOWS / "orgs", tmp_path / "orgs")
    shutil.copytree(FLOWS / "lists", tmp_path / "lists")
    return tmp_path


def spot(text: str) -> tuple[str, int, int]:
    """A text without its `¦`, and where that stood, as an editor counts."""
    before, after = text.split("¦")
    line = before.rpartition("\n")[2]
    return before + after, before.count("\n"), len(line.encode("utf-16-le")) // 2


# ---------------------------------------------------------------------------------------------------- one validator

BAD = [
    *(with_steps(steps) for steps, _ in STEPS),
    *(HEAD.replace(before, after, 1) + FIRST for before, after, _ in TOPS),
    *(with_steps(steps) for steps, _ in UNKNOWN),
    # characters of two units before, within and after what is wrong
    with_steps("甲: { review: 站.审核员, help: 🎪👩‍👩‍👧, reviw: 𠮷, late: 🎉 }"),
    with_steps("甲🎪: { review: 站.审核员 }"),
    with_steps('甲: { review: 站.审核员, help: "🎪\\u0041", when: 标题 == “𠮷” }'),
    # other line ends, a byte-order mark, nothing at all, no flow, an unclosed bracket, a control character
    with_steps("甲: { reviw: 站.审核员 }").replace("\n", "\r\n"),
    with_steps("甲: { reviw: 站.审核员 }").replace("\n", "\r"),
    "\ufefftitel: 试验\n" + HEAD + FIRST,
    "",
    "[]",
    "flow：trial\n",
    HEAD + "  甲: { review: [站.审核员\n  乙: { review: 站.审核员 }\n",
    HEAD + FIRST + "  乙: { review: 站.审核员, help: a\x0bb\u2028c }\n",
    ORGANISATION.replace("tier: 站", "tier: 占"),
    ORGANISATION.replace("[朝阳中心.管理员]", "[朝阳中心.管理🎪员]"),
    "organisation: 一\n",
    "list: 一\ncolumns: { 甲: txt }\n",
]


def characters(text: str, position: lsp.Position) -> tuple[int, int]:
    """Line and column from 1, in characters, of a place that is counted in UTF-16 units."""
    line = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[position.line]
    units = line.encode("utf-16-le")[: 2 * position.character]
    mark = line.startswith("\ufeff")
    return position.line + 1, len(units.decode("utf-16-le")) + 1 - mark


def lint(files: Iterable[Path]) -> str:
    done = subprocess.run([PROGRAM, "lint", "--output", "json", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return done.stdout


async def test_the_editor_sees_what_the_command_line_prints(editor: Editor, rules: Path) -> None:
    files = {}
    for number, text in enumerate([ACTIVITY, LIVESTREAM, *BAD]):
        path = rules / f"t{number}.yaml"
        files[path] = text.replace("flow: trial", f"flow: t{number}", 1)
        path.write_bytes(files[path].encode())
    printed = json.loads(await asyncio.to_thread(lint, files))
    seen = []
    for path, text in files.items():
        for one in await editor.open(path, text):
            begin, end = characters(text, one.range.start), characters(text, one.range.end)
            seen.append((str(path), *begin, *end, one.code, one.message))
    told = [
        (row["file"], row["line"], row["column"], row["end_line"], row["end_column"], row["code"], row["message_zh"])
        for row in printed
    ]
    assert sorted(seen) == sorted(told)
    assert len({row[5] for row in told}) > 50


async def test_how_grave_a_finding_is(editor: Editor, rules: Path) -> None:
    found = await editor.open(rules / "trial.yaml", with_steps("甲: { reviw: 站.审核员 }"))
    assert [one.severity for one in found] == [lsp.DiagnosticSeverity.Error]
    found = await editor.open(rules / "trial.yaml", with_steps("甲: { review: 站.审核员, when: 人数 >= 1 }"))
    assert lsp.DiagnosticSeverity.Warning in [one.severity for one in found]
    found = await editor.open("untitled:1", with_steps("甲: { review: 站.审核员 }"))
    assert [(one.code, one.severity) for one in found] == [("O450", lsp.DiagnosticSeverity.Information)]


@pytest.mark.parametrize(("options", "locale", "word"), [
    ((), "zh-cn", "没有"), ((), "fr", "there is no"), (("--lang", "en"), "zh-cn", "there is no"), (("--lang", "zh"), None, "没有"),
])  # fmt: skip
async def test_the_language(rules: Path, options: tuple[str, ...], locale: str | None, word: str) -> None:
    async with editing(*options, locale=locale) as editor:
        (one,) = await editor.open(rules / "trial.yaml", with_steps("甲: { review: 站.审核员, 截止: 1日 }"))
        assert word in one.message


async def test_an_organisation_of_ones_choice(tmp_path: Path) -> None:
    text = with_steps("甲: { review: 占.审核员 }")
    async with editing() as editor:
        assert [one.code for one in await editor.open(tmp_path / "trial.yaml", text)] == ["O450"]
    async with editing("--org", str(FLOWS / "orgs/jiuxianqiao.yaml")) as editor:
        assert [one.code for one in await editor.open(tmp_path / "trial.yaml", text)] == ["O451"]
        assert [one.code for one in await editor.open("untitled:1", text)] == ["O451"]


async def test_a_saved_organisation_is_seen_at_once(editor: Editor, rules: Path) -> None:
    flow, organisation = rules / "trial.yaml", rules / "orgs/jiuxianqiao.yaml"
    await editor.open(organisation, ORGANISATION)
    assert [one.code for one in await editor.open(flow, with_steps("甲: { review: 占.审核员 }"))] == ["O451"]
    changed = ORGANISATION.replace("tiers: [", "tiers: [占, ")
    organisation.write_text(changed, encoding="utf-8")
    editor.client.text_document_did_save(
        lsp.DidSaveTextDocumentParams(lsp.TextDocumentIdentifier(organisation.as_uri()))
    )
    assert "O451" not in [one.code for one in await editor.heard(flow)]


async def test_what_is_no_file_of_rules_is_left_alone(editor: Editor, rules: Path) -> None:
    assert await editor.open(rules / "activity.test.yaml", "- case: 一\n") == []
    assert await editor.open(rules / "notes.txt", "[") == []
    assert await editor.hover(rules / "notes.txt", 0, 0) == ""
    assert await editor.complete(rules / "notes.txt", 0, 0) == []


# ---------------------------------------------------------------------------------------------------- what is asked


async def test_what_a_key_means_and_whom_an_actor_stands_for(editor: Editor, rules: Path) -> None:
    path = rules / "activity.yaml"
    text, line, character = spot(ACTIVITY.replace("    need: all", "    ne¦ed: all"))
    await editor.open(path, text)
    assert "**`need` 会签**" in await editor.hover(path, line, character)
    for old, new, words in (
        ("{ review: 站.审核员, due", "{ review: 站.审¦核员, due", ["大山子站：张伟、刘洋", "**`review` 审核**"]),
        ("{ review: 站.审核员, due", "{ review: ¦站.审核员, due", ["**站**：层级，10 个单位"]),
        ("[提交人, 站初审,", "[提交人, 站¦初审,", ["**站初审**: 步骤 `review 审核` (第 16 行)"]),
        ("预计人数 >= 500", "预计¦人数 >= 500", ["**预计人数**: 字段 `int 1..5000`"]),
        ("[公众号, 站群]", "[公众号, 站¦群]", ["**站群**：发布渠道，发到 站群"]),
        ("    时间: datetime", "    时间: date¦time", ["**`form` 表单**"]),
    ):
        assert ACTIVITY.count(old) == 1
        text, line, character = spot(ACTIVITY.replace(old, new))
        editor.type(path, text)
        await editor.heard(path)
        said = await editor.hover(path, line, character)
        assert all(word in said for word in words), said


COMPLETIONS: list[tuple[str, str, set[str], set[str]]] = [
    ("{ review: 站.审核员, due: 1工作日 }", "{ re¦ }", {"review", "审核", "check", "do", "task"}, {"number", "publish"}),
    ("{ review: 站.审核员, due: 1工作日 }", "{ review: 站.审核员, ¦ }", {"due", "need", "限时"}, {"check", "items", "review"}),
    ("{ review: 站.审核员, due: 1工作日 }", "{ do: [], ¦ }", {"when"}, {"due", "need"}),
    ("{ review: 站.审核员, due: 1工作日 }", "{ review: 站.¦ }", {"站.审核员", "站.协调员"}, {"所.审核员", "站."}),
    ("    need: all", "    ¦", {"due", "late", "show"}, {"need all", "back", "when"}),
    ("    need: all", "    late: ¦", {"escalate", "cancel", "上报"}, {"end"}),
    ("    need: all", "    need: ¦", {"all", "in order", "全部"}, set()),
    ("    need: all", "    tell: ¦", {"各站.协调员", "提交人", "站群", "所.协调员", "站初审.办理人"}, {"派发.办理人"}),
    ("    back: [提交人, 站初审, 所复审]", "    back: [提交人, ¦]", {"提交人", "站初审", "所复审"}, {"中心终审", "派发", "标题"}),
    ("    need: all", "    show: [¦]", {"标题", "预算"}, {"站初审"}),
    ("预计人数 >= 500", "预计人数 >= 500 and 站初审.¦", {"站初审.结果", "站初审.超时"}, {"标题", "站初审.编号"}),
    ("      - publish: [公众号, 站群]", "      - ¦", {"publish", "发布", "number"}, {"review"}),
    ("      - publish: [公众号, 站群]", "      - publish: [公众号, ¦]", {"站群"}, {"大山子站"}),
    ("    地点: place", "    地点: ¦", {"place", "地点", "datetime"}, {"review"}),
    ("  by: 站.协调员", "  by: ¦", {"群众", "站.协调员"}, {"提交人"}),
    ("flow: activity", "flow: activity\n¦", {"help", "secret"}, {"flow", "start"}),
    ("flow: activity", "# ¦\nflow: activity", set(), {"help"}),
]  # fmt: skip


async def test_what_may_be_written(editor: Editor, rules: Path) -> None:
    path = rules / "activity.yaml"
    await editor.open(path, ACTIVITY)
    for old, new, offered, withheld in COMPLETIONS:
        assert ACTIVITY.count(old) == 1
        text, line, character = spot(ACTIVITY.replace(old, new))
        editor.type(path, text)
        await editor.heard(path)
        labels = {one.label for one in await editor.complete(path, line, character)}
        assert offered <= labels, (new, labels)
        assert not withheld & labels, (new, labels)


async def test_what_is_offered_replaces_what_was_typed(editor: Editor, rules: Path) -> None:
    """Behind characters of two units each."""
    path = rules / "trial.yaml"
    text, line, character = spot(with_steps("甲: { help: 🎪👩‍👩‍👧, review: 站.审¦ }"))
    await editor.open(path, text)
    (item,) = [one for one in await editor.complete(path, line, character) if one.label == "站.审核员"]
    assert isinstance(item.text_edit, lsp.TextEdit)
    assert apply(text, [item.text_edit]) == text.replace("站.审 }", "站.审核员 }")


def apply(text: str, edits: list[lsp.TextEdit]) -> str:
    """The text after edits, counted in UTF-16 units."""
    for edit in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
        units = [line.encode("utf-16-le") for line in text.split("\n")]
        start, end = edit.range.start, edit.range.end
        before = b"\n\0".join([*units[: start.line], units[start.line][: 2 * start.character]])
        after = b"\n\0".join([units[end.line][2 * end.character :], *units[end.line + 1 :]])
        text = (before + edit.new_text.encode("utf-16-le") + after).decode("utf-16-le")
    return text


async def test_the_names_of_an_organisations_file(editor: Editor, rules: Path) -> None:
    path = rules / "orgs/jiuxianqiao.yaml"
    await editor.open(path, ORGANISATION)
    for old, new, offered in (
        (
            "  大山子站: { tier: 站, parent: 酒仙桥所 }",
            "  大山子站: { tier: ¦, parent: 酒仙桥所 }",
            {"中心", "所", "站"},
        ),
        ("  大山子站: { tier: 站, parent: 酒仙桥所 }", "  大山子站: { tier: 站, parent: ¦ }", {"酒仙桥所"}),
        ("  孙丽华: { roles: [朝阳中心.协调员] }", "  孙丽华: { roles: [朝阳中心.¦] }", {"朝阳中心.协调员"}),
        ("  公众号: { room: 同心e桥 }", "  公众号: { ¦ }", {"room", "webhook"}),
    ):
        text, line, character = spot(ORGANISATION.replace(old, new))
        editor.type(path, text)
        await editor.heard(path)
        assert offered <= {one.label for one in await editor.complete(path, line, character)}
    editor.type(path, ORGANISATION)
    await editor.heard(path)
    assert "层级，自上而下" in await editor.hover(path, spot(ORGANISATION.replace("tiers:", "ti¦ers:"))[1], 2)
    names = {one.name: [each.name for each in one.children or []] for one in await editor.symbols(path)}
    assert "大山子站" in names["units"]


async def test_the_steps(editor: Editor, rules: Path) -> None:
    await editor.open(rules / "livestream.yaml", LIVESTREAM)
    found = await editor.symbols(rules / "livestream.yaml")
    assert [(one.name, one.detail) for one in found][:2] == [("选题关", "check"), ("三关并审", "all")]
    assert [one.name for one in found[1].children or []] == ["内容关", "流程关", "嘉宾关"]
    lines = LIVESTREAM.split("\n")
    for one in found:
        assert lines[one.range.start.line].strip().startswith(one.name)
        assert one.range.start <= one.selection_range.start <= one.selection_range.end <= one.range.end


async def test_a_fix_mends_the_text(editor: Editor, rules: Path) -> None:
    path = rules / "trial.yaml"
    good = with_steps(
        "甲: { help: 🎪, review: 站.审核员 }\n乙: { help: 🎪, due: 2工作日, check: 所.审核员, items: [一] }"
    )
    bad = good.replace("review", "reviw").replace("2工作日", "2工作曰")
    found = await editor.open(path, bad)
    text = bad
    assert len(found) == 2
    for one in found:
        (action,) = await editor.actions(path, one.range, ["quickfix"])
        assert action.is_preferred
        assert action.edit is not None
        (change,) = action.edit.document_changes or []
        assert isinstance(change, lsp.TextDocumentEdit)
        assert change.text_document.version == 1
        text = apply(text, [edit for edit in change.edits if isinstance(edit, lsp.TextEdit)])
    assert text == good
    nowhere = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 1))
    assert await editor.actions(path, nowhere, ["quickfix"]) == []


async def test_the_form_of_a_flow(editor: Editor, rules: Path) -> None:
    path = rules / "trial.yaml"
    text = with_steps("甲:   { review:    站.审核员 }   # 🎪")
    await editor.open(path, text)
    edits = await editor.form(path)
    formed = apply(text, edits)
    assert formed != text
    editor.type(path, formed)
    await editor.heard(path)
    assert await editor.form(path) == []
    editor.type(path, "flow: [")
    await editor.heard(path)
    assert await editor.form(path) == []


async def test_an_editor_that_counts_otherwise(rules: Path) -> None:
    text = with_steps("甲: { help: 🎪, reviw: 站.审核员 }")
    before = text.split("\n")[-2].partition("reviw")[0]
    for encoding, units in (("utf-8", len(before.encode())), ("utf-32", len(before)), ("utf-16", len(before) + 1)):
        async with editing(encodings=[encoding]) as editor:
            (one,) = await editor.open(rules / "trial.yaml", text)
            assert one.range.start.character == units


# ---------------------------------------------------------------------------------------------------- typing, and worse


async def test_a_burst_of_keystrokes_is_looked_at_once(editor: Editor, rules: Path) -> None:
    path = rules / "activity.yaml"
    await editor.open(path, ACTIVITY)
    for number in range(200):
        editor.type(path, ACTIVITY.replace("活动项目", "活" * (number % 7 + 1)))
    editor.type(path, ACTIVITY.replace("review: 中心", "reviw: 中心"))
    heard: list[lsp.PublishDiagnosticsParams] = []
    while not heard or heard[-1].version != editor.versions[path.as_uri()]:
        heard.append(await asyncio.wait_for(editor.published[path.as_uri()].get(), 20))
    assert len(heard) < 20
    assert [one.code for one in heard[-1].diagnostics if one.severity == lsp.DiagnosticSeverity.Error] == ["F301"]


async def test_closing_takes_the_findings_away(editor: Editor, rules: Path) -> None:
    path = rules / "trial.yaml"
    assert await editor.open(path, "flow: [")
    editor.client.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(path.as_uri())))
    params = await asyncio.wait_for(editor.published[path.as_uri()].get(), 20)
    assert list(params.diagnostics) == []


TYPED = {
    "half a character": "\ud800", "half a value": "a: \udfff\n", "a circle": "&a [*a]", "brackets": "{" * 30_000, "too much": "甲: " * 90_000,
    "controls": "\x00\x01", "marks": "\ufeff\ufeff", "dashes": "- " * 5000,
}  # fmt: skip


@pytest.mark.parametrize("name", TYPED)
async def test_whatever_is_typed_it_goes_on(editor: Editor, rules: Path, name: str) -> None:
    path, text = rules / "trial.yaml", TYPED[name]
    await open_escaped(editor, path, text)
    await editor.heard(path)
    await editor.hover(path, 0, 1)
    await editor.hover(path, 10**6, 10**6)
    await editor.complete(path, 0, 1)
    await editor.symbols(path)
    await editor.form(path)
    assert [one.code for one in await again(editor, path)] == ["F301"]


async def again(editor: Editor, path: Path) -> list[lsp.Diagnostic]:
    editor.type(path, with_steps("甲: { reviw: 站.审核员 }"))
    return await editor.heard(path)


async def open_escaped(editor: Editor, path: Path, text: str) -> None:
    """Open a document whose text JSON can write and UTF-8 cannot."""
    uri = path.as_uri()
    editor.versions[uri] = 1
    message = {"jsonrpc": "2.0", "method": lsp.TEXT_DOCUMENT_DID_OPEN, "params": {
        "textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text},
    }}  # fmt: skip
    await send(editor, json.dumps(message).encode())


async def send(editor: Editor, body: bytes) -> None:
    writer = editor.client._server.stdin  # type: ignore[union-attr]
    assert writer is not None
    writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    await writer.drain()


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"null", b'"\xff"', b'{"jsonrpc": "2.0", "id": 9, "method": "nothing"}', b'{"jsonrpc": "2.0", "method": "textDocument/didChange"}',
        b'{"jsonrpc": "2.0", "id": 9, "method": "textDocument/hover", "params": {"textDocument": {"uri": "file:///none"}, "position": {"line": -1, "character": -1}}}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didClose", "params": {"textDocument": {"uri": "file:///none"}}}',
        b'{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 77}}',
    ],
)  # fmt: skip
async def test_whatever_is_sent_it_goes_on(editor: Editor, rules: Path, body: bytes) -> None:
    path = rules / "trial.yaml"
    await editor.open(path, HEAD + FIRST)
    await send(editor, body)
    assert [one.code for one in await again(editor, path)] == ["F301"]
