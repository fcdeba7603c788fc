"""Whatever a view says, Telegram takes it, shows it as it is, and every choice can be made."""

from __future__ import annotations

from aiogram.types import ForceReply, InlineKeyboardMarkup, ReplyKeyboardMarkup
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.telegram.render import cut, rendered
from tests.telegram.render.strict import labels, read, tokens, utf16
from workflow.talk.plain import clean
from workflow.talk.view import (
    Ask,
    Attachment,
    Card,
    Checklist,
    Choice,
    Document,
    Line,
    Listing,
    Notice,
    Panel,
    Row,
    View,
)

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
GRAPHEMES = ["a", "宽", " ", "\n", "<", "&", "é", "e\u0301", "𠮷", "👍🏽", "☑️", "🇨🇳", "🏳️\u200d🌈", FAMILY, "각", "क्"]
EVIL = ["</b>", "<b>", "<a href='tg://user?id=1'>", "&lt;", "&#60;", "&amp;amp;", "</blockquote>", "\u202e", "\x00", "\ud800", "<tg-emoji>", "*_`[x](y)"]  # fmt: skip

pieces = st.sampled_from(GRAPHEMES + EVIL) | st.text(max_size=6)
texts = st.lists(pieces, max_size=12).map("".join)
floods = st.builds(lambda unit, n: unit * n, st.sampled_from(GRAPHEMES + EVIL), st.sampled_from([1, 200, 4200]))
any_text = texts | texts | floods
tokens_ = st.text("ABCabc019-_", min_size=1, max_size=64)
styles = st.sampled_from(["plain", "good", "bad", "danger", "quiet"])
labelled = st.sampled_from(["取消", "Cancel", "返回", "下一页"]) | any_text


def some(what: st.SearchStrategy, most: int = 6) -> st.SearchStrategy:
    return st.lists(what, max_size=most).map(tuple)


choices = st.builds(Choice, tokens_, labelled, styles, texts)
facts = some(st.tuples(any_text, any_text), 30)
files = some(st.builds(Attachment, texts, any_text, texts, st.integers(0, 10**9), st.just("") | tokens_), 12)
cards = st.builds(
    Card, texts, any_text, any_text, facts, any_text, files, st.just("https://a.example/item/K7M3QX") | texts, some(choices, 9),
    st.sampled_from(["", "good", "bad", "quiet"]),
)  # fmt: skip
lines = st.builds(Line, any_text, st.sampled_from(["", "pass", "fail", "na"]), some(choices, 3))
kinds = st.sampled_from(
    ["text", "number", "money", "date", "datetime", "duration", "bool", "one", "many", "stars", "person", "unit", "file",
     "photo", "location", "phone", "url", "rows"]
)  # fmt: skip
asks = st.builds(
    Ask, kinds, any_text, texts, any_text, any_text, any_text, st.booleans(), st.tuples(st.integers(1, 99), st.integers(1, 99)),
    some(choices, 8), some(texts, 3), some(st.builds(Ask, kinds, texts), 4), some(choices, 5),
)  # fmt: skip
views: st.SearchStrategy[View] = st.one_of(
    cards, st.builds(Checklist, cards, some(lines, 8)), asks,
    st.builds(Listing, any_text, some(st.builds(Row, any_text, any_text, st.just("") | tokens_), 8), any_text, some(choices, 2)),
    st.builds(Notice, any_text, some(choices)),
    st.builds(Document, st.builds(Attachment, texts, texts, texts, st.integers(0, 10**9)), any_text),
    st.builds(Panel, any_text, any_text, facts, st.none() | choices, some(choices)),
)  # fmt: skip
languages = st.sampled_from(["zh", "en"])


@settings(max_examples=150, deadline=None)
@given(
    view=views,
    language=languages,
    private=st.booleans(),
    attempt=st.integers(1, 12),
    link=st.sampled_from(["", "https://a.example/"]),
)
def test_telegram_takes_it(view: View, language: str, private: bool, attempt: int, link: str) -> None:
    shown = rendered(view, language=language, private=private, attempt=attempt, link=link)
    plain, entities = read(shown.text)
    assert 1 <= utf16(plain) <= (1024 if isinstance(view, Document) else 4096)
    assert plain.strip()
    assert all(one.text.strip() for one in entities)
    rows = labels(shown)
    assert sum(map(len, rows)) <= 100
    assert all(1 <= len(row) <= 8 for row in rows)
    assert all(label.strip() and "\n" not in label and utf16(label) <= 64 for row in rows for label in row)
    assert all(1 <= len(token.encode()) <= 64 for token in tokens(shown))
    assert shown.inline == (shown.markup is None or isinstance(shown.markup, InlineKeyboardMarkup))
    if isinstance(shown.markup, ForceReply | ReplyKeyboardMarkup):
        assert private
        assert utf16(shown.markup.input_field_placeholder or "x") in range(1, 65)
    again = rendered(view, language=language, private=private, attempt=attempt, link=link)
    assert again == shown, "the same view is the same message, so an edit changes nothing"


@settings(max_examples=100, deadline=None)
@given(view=views, language=languages, private=st.booleans())
def test_every_choice_can_be_made(view: View, language: str, private: bool) -> None:
    shown = rendered(view, language=language, private=private)
    wanted: list[Choice] = []
    match view:
        case Checklist(card, ticks):
            wanted = [*(one for line in ticks for one in line.choices), *card.choices]
        case Ask(options=options, choices=ways):
            wanted = [*options, *ways]
        case Listing(rows=rows, choices=ways):
            wanted = [*(Choice(row.token, row.label) for row in rows if row.token), *ways]
        case Panel(stop=stop, choices=ways):
            wanted = [*([stop] if stop else []), *ways]
        case Card(choices=ways) | Notice(choices=ways):
            wanted = list(ways)
    match shown.markup:
        case ForceReply():
            assert {one.label for one in wanted} <= {"取消" if language == "zh" else "Cancel"}
            assert not wanted or wanted[0].label in read(shown.text)[0]
        case ReplyKeyboardMarkup(keyboard=keys):
            assert [len(keys[0]), sum(map(len, keys[1:]))] == [1, len(wanted)]
        case _:
            given_ = tokens(shown)
            assert given_[: len(wanted)] == [one.token for one in wanted]


@settings(max_examples=100, deadline=None)
@given(texts, texts, texts, texts)
@example("<b>粗</b>", "&lt;script&gt;", "</blockquote><b>", "&amp;&#60;")
def test_what_looks_like_markup_is_shown_as_it_is(title: str, value: str, text: str, label: str) -> None:
    card = Card("K7M3QX", title, title, ((value, value),), text, choices=(Choice("t", label),))
    for view in (
        card,
        Ask("one", title, hint=value, problem=text, value=label),
        Listing(title, (Row(value, text, "t"),)),
        Notice(text),
    ):
        plain, _ = read(rendered(view, language="zh", private=True).text)
        said = (title, value, text) if not isinstance(view, Notice) else (text,)
        for one in said:
            assert clean(one) in plain


@settings(max_examples=200)
@given(st.lists(st.sampled_from(GRAPHEMES), max_size=80), st.integers(1, 60))
def test_a_cut_falls_between_graphemes(graphemes: list[str], most: int) -> None:
    text = "".join(graphemes)
    short = cut(text, most)
    assert utf16(short) <= max(most, 1)
    if short == text:
        return
    assert utf16(text) > most
    assert short.endswith("…")
    # the longest run of whole graphemes that leaves room for the …
    whole = ""
    for one in graphemes:
        if utf16(whole + one) > most - 1:
            break
        whole += one
    assert short == whole.rstrip() + "…"


def test_what_is_left_of_a_long_card() -> None:
    link = "https://a.example/item/K7M3QX"
    facts = tuple((f"第 {n} 项", "值" * 300) for n in range(24))
    card = Card("K7M3QX", "标题", "站初审", facts, "文" * 6000, link=link, choices=(Choice("t", "通过"),))
    plain, _ = read(rendered(card, language="zh", private=True, attempt=2).text)
    assert 3900 < utf16(plain) <= 4096, "the room is used"
    assert plain.startswith("〔重发 #1〕\nK7M3QX 标题\n站初审\n")
    assert plain.endswith(f"\n🔗 {link}")
    assert all(f"第 {n} 项：值值值" in plain for n in range(24)), "every figure keeps its beginning"
    assert "…" in plain
    only = Card("K7M3QX", "长文", text="宽" * 9000, link=link)
    plain, entities = read(rendered(only, language="zh", private=True).text)
    assert utf16(plain) == 4096
    assert entities[-1].tag == "blockquote expandable"
    assert entities[-1].text.endswith("宽…")


def test_what_has_no_address_of_its_own_is_given_one_when_cut() -> None:
    long = Notice("长" * 5000)
    shown = rendered(long, language="zh", private=True, link="https://a.example/inbox").text
    assert shown.endswith("长…\n\n太长，未全显示；全文：https://a.example/inbox")
    assert rendered(long, language="en", private=True).text.endswith("长…")
    assert "https" not in rendered(Notice("短"), language="zh", private=True, link="https://a.example/inbox").text


def test_of_too_many_lines_the_last_are_left_out() -> None:
    files = tuple(Attachment("f", f"附件 {n} {'长' * 40}.pdf", "application/pdf", n) for n in range(400))
    plain, _ = read(
        rendered(Card("K7M3QX", "多", files=files, link="https://a.example/"), language="zh", private=True).text
    )
    assert utf16(plain) <= 4096
    assert "📎 1. 附件 0" in plain
    assert plain.endswith("\n…\n\n🔗 https://a.example/")
