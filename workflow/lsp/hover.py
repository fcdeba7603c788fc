"""What is said of the key or the value under the pointer: its meaning, how it is written, and whom an actor stands for. Not here: the sentences of keys."""

from __future__ import annotations

import re
from datetime import datetime

from workflow.language.meanings import Language, Said, markdown
from workflow.language.shapes import SECTIONS, SHAPES
from workflow.lsp.outline import Entry, Span
from workflow.lsp.page import Named, Page
from workflow.organisation.model import Organisation

_MOST = 8
_WORD = re.compile(r"\w+")
_WHAT = {
    "field": Said("字段", "field"),
    "column": Said("列", "column"),
    "step": Said("步骤", "step"),
    "value": Said("算出的值", "value"),
}
_ACTORS = {"actor", "actors", "post", "posts", "role", "tier", "unit"}


def hover(
    page: Page, row: int, column: int, organisation: Organisation | None, language: Language, at: datetime
) -> tuple[str, Span] | None:
    """Markdown for what stands at a place, and the words that it is about; None where there is nothing to say. `at`: who holds a role."""
    found = page.entry(row, column)
    if found is None:
        return None
    entry, on_key = found
    if on_key:
        said = _key(page, entry, language)
        return (said, entry.at) if said else None
    if entry.value is None:
        return None
    place = page.place([*entry.parent.path(), "-" if entry.parent.sequence else entry.key])
    word, span = _word(page, entry.value, column)
    parts = [one for one in (_name(page, word, language), _post(word, organisation, language, at, place.shape)) if one]
    shape = SHAPES.get(place.shape)
    if not parts or place.shape in _ACTORS or (shape is not None and shape.words):
        parts += [markdown(place.section, place.key, language)] if place.key else []
    if not parts:
        return None
    return "\n\n---\n\n".join(parts), span if len(parts) > 1 or not place.key else entry.value


def _key(page: Page, entry: Entry, language: Language) -> str:
    section = page.section(entry.parent.path())
    if section is not None:
        name, known = section
        word = known.spellings.get(entry.key)
        return markdown(name, word, language) if word is not None else ""
    named = next((one for one in page.names if one.entry is entry), None)
    return _about(page, named, language) if named is not None else ""


def _word(page: Page, value: Span, column: int) -> tuple[str, Span]:
    """The word under the pointer; with what stands before its dot where it has one: `站.审核员` for its second part."""
    line = page.positions.lines[value.row]
    for hit in _WORD.finditer(line, value.start, value.end):
        if hit.start() <= column <= hit.end():
            start = hit.start()
            while start > value.start and line[start - 1] == "." and (before := re.search(r"\w+\.$", line[:start])):
                start = max(before.start(), value.start)
            return line[start : hit.end()], Span(value.row, start, hit.end())
    return "", value


def _name(page: Page, word: str, language: Language) -> str:
    named = page.named(word.partition(".")[0]) if word else None
    return _about(page, named, language) if named is not None else ""


def _about(page: Page, named: Named, language: Language) -> str:
    """One of the flow's own names: what it is, and how it is written."""
    entry = named.entry
    written = entry.text
    if named.what == "step":
        word = page.kind_of(entry)
        written = f"{word} {SECTIONS['step'].words[word]}" if word else ""
    elif entry.inner is not None and not entry.text:
        rows = page.positions.lines[entry.at.row][entry.at.end :].lstrip(": ")
        written = rows if len(rows) <= 80 else rows[:80] + "…"
    line = Said("第 {row} 行", "line {row}").spoken(language).format(row=entry.at.row + 1)
    code = f" `{written}`" if written else ""
    return f"**{_plain(entry.key)}**: {_WHAT[named.what].spoken(language)}{code} ({line})"


def _post(word: str, organisation: Organisation | None, language: Language, at: datetime, shape: str) -> str:
    """A tier, a unit, a role, a room or an outlet of the organisation, and who is meant."""
    if organisation is None or not word:
        return ""
    if shape in {"outlet", "outlets"}:
        return _outlet(word, organisation, language)
    place, _, role = word.partition(".")
    every = place.startswith("各") and place[1:] in organisation.tiers
    tier = place[1:] if every else place
    unit = organisation.unit(place)
    if tier in organisation.tiers:
        units = [one.id for one in organisation.units if one.tier == tier]
        head = Said("**{tier}**：层级，{count} 个单位：{names}", "**{tier}**: a tier of {count} units: {names}").spoken(
            language
        )
        said = head.format(tier=tier, count=len(units), names=_some(units, language))
    elif unit is not None:
        units = [unit.id]
        head = Said("**{name}**：{tier}{above}", "**{name}**: {tier}{above}").spoken(language)
        above = (
            Said("，上级 {parent}", ", below {parent}").spoken(language).format(parent=unit.parent)
            if unit.parent
            else ""
        )
        said = head.format(name=unit.id, tier=unit.tier, above=above)
    else:
        return _other(word, organisation, language)
    if role not in organisation.roles:
        return said
    holders = [f"{_plain(one)}：{_who(organisation, one, role, language, at)}" for one in units]
    return said + f"\n\n**{role}**\n\n" + "\n".join(f"- {line}" for line in holders[: _MOST * 2])


def _who(organisation: Organisation, unit: str, role: str, language: Language, at: datetime) -> str:
    people = [organisation.person(one) for one in organisation.holders(unit, role, at)]
    names = [_plain(one.name) for one in people if one is not None]
    return _some(names, language) if names else Said("没有人", "nobody").spoken(language)


def _outlet(word: str, organisation: Organisation, language: Language) -> str:
    outlet = organisation.outlet(word)
    if outlet is None:
        return ""
    said = Said("**{name}**：发布渠道，发到 {to}", "**{name}**: an outlet, to {to}").spoken(language)
    return said.format(name=_plain(outlet.name), to=_plain(outlet.room or outlet.webhook or ""))


def _other(word: str, organisation: Organisation, language: Language) -> str:
    room, pool, listed = organisation.room(word), organisation.pool(word), organisation.list_named(word)
    if room is not None:
        return (
            Said("**{word}**：{unit} 的群", "**{word}**: a room of {unit}")
            .spoken(language)
            .format(word=word, unit=room.unit)
        )
    if pool is not None:
        return (
            Said("**{word}**：队伍，来自 {of}", "**{word}**: a pool, of {of}")
            .spoken(language)
            .format(word=word, of=pool.of)
        )
    if listed is not None:
        names = _some([_plain(name) for name in listed.row_names()], language)
        return Said("**{word}**：名录，{count} 行：{names}", "**{word}**: a list of {count} rows: {names}").spoken(language).format(
            word=word, count=len(listed.rows), names=names
        )  # fmt: skip
    return ""


def _some(names: list[str], language: Language) -> str:
    joined = Said("、", ", ").spoken(language).join(names[:_MOST])
    return joined + ("…" if len(names) > _MOST else "")


def _plain(text: str) -> str:
    """A text in which markdown means nothing."""
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", text)
