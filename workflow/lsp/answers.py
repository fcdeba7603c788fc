"""Findings, offers and steps in the protocol's words: diagnostics, fixes, completion items, symbols. Not here: finding any of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lsprotocol import types as lsp

from workflow.domain.finding import Finding
from workflow.language.codes import level
from workflow.language.meanings import Language, Said
from workflow.lsp.completion import Offer
from workflow.lsp.look import Looked
from workflow.lsp.outline import Entry, Span
from workflow.lsp.page import Page
from workflow.lsp.positions import Positions

SOURCE: Final = "guankou"
_SEVERITY: Final = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "note": lsp.DiagnosticSeverity.Information,
}
_KINDS: Final = {
    "key": lsp.CompletionItemKind.Property, "kind": lsp.CompletionItemKind.Class, "word": lsp.CompletionItemKind.EnumMember,
    "role": lsp.CompletionItemKind.Interface, "name": lsp.CompletionItemKind.Variable, "step": lsp.CompletionItemKind.Function,
    "type": lsp.CompletionItemKind.TypeParameter, "snippet": lsp.CompletionItemKind.Value,
}  # fmt: skip
_CHANGE: Final = Said("改成 {fix}", "change to {fix}")
_DELETE: Final = Said("删掉", "delete")
_BLANK: Final = Said("改成空格", "make it blank")
_ALL: Final = Said("改正所有能改的", "mend everything that can be mended")


def diagnostic(finding: Finding, positions: Positions, language: Language) -> lsp.Diagnostic:
    """A finding as the editor underlines it."""
    said = finding.message_zh if language == "zh" else finding.message_en
    severity = _SEVERITY[level(finding.code)]
    return lsp.Diagnostic(positions.of(finding), said, severity, finding.code, source=SOURCE, data=finding.fix)


def item(offer: Offer, where: lsp.Range) -> lsp.CompletionItem:
    """An offer; it takes the place of what stands at `where`."""
    about = lsp.MarkupContent(lsp.MarkupKind.Markdown, offer.about) if offer.about else None
    return lsp.CompletionItem(
        offer.label, kind=_KINDS[offer.sort], detail=offer.detail or None, documentation=about,
        sort_text=f"{offer.rank + 1:02}{offer.label}", filter_text=offer.insert, text_edit=lsp.TextEdit(where, offer.insert),
    )  # fmt: skip


# ---------------------------------------------------------------------------------------------------- fixes


def actions(
    uri: str, held: tuple[int | None, Looked], positions: Positions, asked: lsp.CodeActionParams, language: Language
) -> list[lsp.CodeAction]:
    """The fixes of the findings in a range, and all of the document's at once."""
    number, looked = held
    fixable = [one for one in looked.findings if one.fix is not None]
    only = asked.context.only
    found = []
    if only is None or any(str(kind).startswith("quickfix") for kind in only):
        found += [
            lsp.CodeAction(
                _title(one, language), lsp.CodeActionKind.QuickFix, [diagnostic(one, positions, language)], is_preferred=one.sure,
                edit=_edit(uri, number, [one], positions),
            )
            for one in fixable if _meet(positions.of(one), asked.range)
        ]  # fmt: skip
    sure = _apart([one for one in fixable if one.sure])
    if sure and (only is None or any(str(kind).startswith("source") for kind in only)):
        found.append(
            lsp.CodeAction(
                _ALL.spoken(language), lsp.CodeActionKind.SourceFixAll, edit=_edit(uri, number, sure, positions)
            )
        )
    return found


def _title(finding: Finding, language: Language) -> str:
    fix = finding.fix or ""
    said = _CHANGE if fix.strip() else _BLANK if fix else _DELETE
    return said.spoken(language).format(fix=fix.strip())


def _edit(uri: str, number: int | None, findings: Sequence[Finding], positions: Positions) -> lsp.WorkspaceEdit:
    edits = [lsp.TextEdit(positions.of(one), one.fix or "") for one in findings]
    document = lsp.OptionalVersionedTextDocumentIdentifier(uri, number)
    return lsp.WorkspaceEdit(document_changes=[lsp.TextDocumentEdit(document, list(edits))])


def _apart(findings: Sequence[Finding]) -> list[Finding]:
    """Those that do not touch one another: the first of several about the same words."""
    kept: list[Finding] = []
    for one in sorted(findings, key=lambda one: (one.line, one.column)):
        last = kept[-1] if kept else None
        if last is None or (last.end_line, last.end_column) <= (one.line, one.column):
            kept.append(one)
    return kept


def _meet(one: lsp.Range, other: lsp.Range) -> bool:
    return not (_key(one.end) < _key(other.start) or _key(other.end) < _key(one.start))


def _key(position: lsp.Position) -> tuple[int, int]:
    return position.line, position.character


# ---------------------------------------------------------------------------------------------------- symbols


def symbols(page: Page) -> list[lsp.DocumentSymbol]:
    """The steps of a flow as a tree; of other files, their keys."""
    if page.kind != "flow":
        return [_symbol(page, entry, _children(page, entry)) for entry in page.outline.entries if entry.key.strip()]
    for entry in page.outline.entries:
        if page.top.spellings.get(entry.key) == "steps":
            return _steps(page, entry)
    return []


def _steps(page: Page, holder: Entry) -> list[lsp.DocumentSymbol]:
    found = []
    for step in holder.inner.entries if holder.inner is not None else ():
        inner = [
            each
            for entry in (step.inner.entries if step.inner is not None else ())
            if page.place([*step.parent.path(), step.key, entry.key]).shape == "steps"
            for each in _steps(page, entry)
        ]
        if step.key.strip():
            found.append(_symbol(page, step, inner, page.kind_of(step)))
    return found


def _children(page: Page, entry: Entry) -> list[lsp.DocumentSymbol]:
    inner = entry.inner.entries if entry.inner is not None else []
    return [_symbol(page, each, []) for each in inner if each.key.strip()]


def _symbol(page: Page, entry: Entry, inner: list[lsp.DocumentSymbol], detail: str = "") -> lsp.DocumentSymbol:
    last = [entry.value or entry.at]
    if entry.inner is not None:
        last += [each.value or each.at for each in entry.inner.walk()]
    end = max(last, key=lambda span: (span.row, span.end))
    whole = lsp.Range(page.positions.span(entry.at).start, page.positions.span(Span(end.row, end.start, end.end)).end)
    kind = lsp.SymbolKind.Function if detail else lsp.SymbolKind.Property
    return lsp.DocumentSymbol(
        entry.key, kind, whole, page.positions.span(entry.at), detail=detail or None, children=inner
    )
