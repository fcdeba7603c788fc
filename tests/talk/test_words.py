"""Every sentence is there in both languages, with the same slots, and somebody says it."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from tests.talk.stage import ORGANISATION, START
from workflow.domain import places
from workflow.domain.command import Refused
from workflow.domain.effect import Send
from workflow.domain.item import ItemState
from workflow.talk import tokens
from workflow.talk.dialogues import act, fields
from workflow.talk.listen import SAID_ALWAYS
from workflow.talk.speaker import Speaker
from workflow.talk.wording.commands import COMMANDS
from workflow.talk.words import TABLES, WORDS, refusal, say, slots_of
from workflow.verbs.verbs import VERBS

ROOT = Path(__file__).parents[2] / "workflow"
TALK = [path for path in (ROOT / "talk").rglob("*.py") if path.parent.name != "wording"]
SPEAKERS = [*TALK, *(ROOT / "engine").rglob("*.py"), *(ROOT.parent / "adapters").rglob("*.py")]
"""Whatever says a word by its key: talk itself, the engine's alerts, what an adapter adds of its own."""
REASON = re.compile(r'Refused\(\s*"([a-z_]+)"')
ENGINES = {
    "quarantined", "unreached", "undecodable", "chat_moved", "locked_out", "stranger", "link_private", "link_mine", "link_wrong",
    "link_tries", "linked", "channel_linked", "channel_unlinked", "slow_down", "codes_void", "code_shown", "room_bound", "room_there", "rooms",
}  # fmt: skip
"""Lines that the engine says of accounts, chats and bots."""
CONSEQUENCES = {"tell", "publish", "remind", "escalate", "nudge", "unstaffed", "rounds"}
CONSEQUENCES |= {"watch_failed"} | {"beat", "restarted", "uncut", "unheard", "undone", "webhook", "invite"} | {"report"}
CONSEQUENCES |= {"asked"}
SENT = {"silent", "cut"} | CONSEQUENCES - {"unstaffed", "asked"} | {"returned", "ended"}


def sources(*rooms: str) -> Iterator[str]:
    for room in rooms:
        place = ROOT / room
        for path in [place] if place.suffix else place.rglob("*.py"):
            yield path.read_text(encoding="utf-8")


def reasons(*rooms: str) -> set[str]:
    return {reason for text in sources(*rooms) for reason in REASON.findall(text)}


@cache
def constants() -> set[str]:
    return {
        node.value for path in SPEAKERS for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }  # fmt: skip


def families() -> dict[str, set[str]]:
    """What follows a family's name where the key is put together: every word that the code can come to."""
    said = constants()
    yes = {verb for verb, slots in act.SLOTS.items() if "yes" in slots}
    kinds = {*fields.KINDS, "target"} - {"stars", "bool", "number"} | {"stars", "bool"}
    return {
        "button": (said & {*tokens.VERBS, "handle", "before", "after", "submit"}) | {"location", "phone"} | {f"mark_{m}" for m in ("pass", "fail", "na")}
        | {f"yes_{verb}" for verb in yes},
        "state": {*get_args(ItemState), *places.RESERVED, "late", "over"},
        "result": {"approved", "rejected", "late", "skipped", "cancelled"},
        "choice": {"approve", "reject", "return", "resubmit", "done"},
        "verb": set(VERBS),
        "outcome": {"voted", "decided", "decided_by_nobody", "closed", "transferred", "reassigned", "lost"},
        "line": said | {f"done_{verb}" for verb in {*act.SLOTS, *SAID_ALWAYS, "approve", "submit", "take", "done", "clear", "stop", "restart"}} | ENGINES,
        "ask": {verb for verb, slots in act.SLOTS.items() if "words" in slots}
        | {f"{slot}_{verb}" for verb, slots in act.SLOTS.items() for slot in slots if slot != "words"} | {"unit", "column", "which_field"},
        "hint": kinds | {"words", "person", "yes", "many", "narrowed", "file_kinds", "least", "most", "int", "rows"}
        | {f"{kind}_range" for kind in ("text", "int", "number", "money", "photo")}
        | {f"bound{sign}" for sign in (">=", ">", "<=", "<", "==", "!=")},
        "told": SENT | {"other", "report_days", "report_ever", "report_line", "report_figure"},
        "list": {f"{what}{end}" for what in ("inbox", "mine", "find", "flows") for end in ("", "_empty")},
        "live": {"on", "owed", "off", "cut", "uncut", "lost", "over", "agreed", "agreed_none"},
        "reason": {"gates", "returned", "rejected", "ended", "condition", "rounds", "uncovered", "lacked", "run"},
        "fact": {key[5:] for key in said if key.startswith("fact.") and key[-1] != "_"} | {f"informed_{one}" for one in CONSEQUENCES}
        | {"opened_open", "opened_open_again", "opened_shut", "opened_unstaffed", "opened_gathering", "opened_amending"} | {f"seated_{one}" for one in ("transferred", "reassigned", "lost", "declined")},
        "record": {"phone", "visit"},
        "why": {"when", "tier", "due", "short"},
        "rule": {"in_order", "everyone", "some"},
        "command": {one.word for one in COMMANDS},
    }  # fmt: skip


def test_both_languages_have_the_same_slots() -> None:
    for key, (zh, en) in WORDS.items():
        assert zh.strip(), key
        assert en.strip(), key
        assert set(slots_of(zh)) == set(slots_of(en)), key


def test_english_is_written_in_english_and_chinese_in_chinese() -> None:
    for key, (zh, en) in WORDS.items():
        bare = re.sub(r"\{[^}]*\}", "", en)
        chinese = [one for one in bare if unicodedata.east_asian_width(one) in "WF"]
        assert not chinese, (key, chinese)
        if len(re.findall("[\u4e00-\u9fff]", zh)) > 3:
            assert not re.search(r"[\u4e00-\u9fff][,;:?!]", zh), f"{key}: half-width punctuation"


def test_no_sentence_is_for_nobody() -> None:
    known, said = families(), constants()
    used = {f"{family}.{word}" for family, words in known.items() for word in words}
    used |= {f"refused.{one}" for one in reasons(".") | {"form", "unknown", "decided_by_nobody"}}
    unused = [key for key in WORDS if key not in used and key not in said]
    assert not unused


def test_whatever_can_be_said_has_its_sentence() -> None:
    for family in (
        "state",
        "result",
        "choice",
        "verb",
        "ask",
        "list",
        "reason",
        "fact",
        "why",
        "rule",
        "told",
        "outcome",
    ):
        missing = [word for word in families()[family] if f"{family}.{word}" not in WORDS]
        assert not missing, (family, missing)
    for path in SPEAKERS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="say"), args=[ast.Constant(value=str(key)), *_]) if (
                    "." in key and path in TALK
                ):
                    assert key in WORDS, (path, key)
                case ast.Call(func=ast.Name(id="Line"), args=[ast.Constant(value=str(word)), *_]):
                    assert word in WORDS or f"line.{word}" in WORDS, (path, word)
                case _:
                    pass


@pytest.mark.parametrize("room", ["verbs", "steps", "decide.py", "engine", "talk", "grammars", "lifecycle.py"])
def test_every_refusal_has_a_sentence(room: str) -> None:
    missing = [one for one in reasons(room) if f"refused.{one}" not in WORDS]
    assert not missing, f"say why in wording/refusals.py: {missing}"


def test_whatever_is_sent_or_informed_has_a_sentence() -> None:
    code = "\n".join(sources("steps", "verbs"))
    assert set(re.findall(r'Send\("([a-z_]+)"', code)) <= SENT
    assert set(re.findall(r'Informed\("([a-z_]+)"', code)) <= CONSEQUENCES
    assert set(re.findall(r'pause\(draft, no, "([a-z_]+)"', code)) <= {"condition", "rounds", "run"}
    assert Send("tell", person="甲").kind in SENT


def test_the_reasons_are_found_by_the_pattern() -> None:
    assert {"decided", "not_yours", "lines_unmarked", "which_unit", "token_forged"} <= reasons(".")


def test_no_key_stands_in_two_tables() -> None:
    assert sum(len(table) for table in TABLES.values()) == len(WORDS)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refusal_is_a_sentence_whatever_its_facts(language: str) -> None:
    speaker = Speaker(language, ORGANISATION, START)
    for reason in [*reasons("."), "no-such-reason"]:
        for facts in (
            {},
            {"by": ["王芳"], "at": START, "result": "approved", "lines": ["甲"], "places": ["站初审"], "most": 9},
        ):
            said = speaker.refusal(Refused(reason, facts))
            assert said, reason
            assert "{" not in said, reason
    assert refusal(Refused("token_forged"), language) == say("refused.token_forged", language)
    assert (
        refusal(Refused("comment_too_long", {"most": 4000}), "zh") == "太长了，最多 4000 个字；更长的请作为文件附上。"
    )


def test_a_late_click_names_who_and_when() -> None:
    facts = {"step": "站初审", "result": "approved", "by": ["王芳"], "at": "2026-11-23T01:32:00Z"}
    assert (
        Speaker("zh", ORGANISATION, START).refusal(Refused("decided", facts))
        == "这一步已由 王芳 于 09:32 通过，不用再办了。"
    )
    english = "This step was approved by 王芳 at 09:32; nothing is left to do."
    assert Speaker("en", ORGANISATION, START).refusal(Refused("decided", facts)) == english
    nobody = Refused("decided", {**facts, "by": [], "result": "late"})
    assert Speaker("zh", ORGANISATION, START).refusal(nobody) == "这一步已于 09:32 结束（逾期），不用再办了。"


def test_the_page_about_talk_names_every_command() -> None:
    page = (ROOT.parent / "docs" / "talk.md").read_text(encoding="utf-8")
    assert all(f"`/{one.word}" in page for one in COMMANDS)


def test_the_help_names_every_command() -> None:
    for language in ("zh", "en"):
        text = say("line.help", language)
        assert all(f"/{one.word}" in text for one in COMMANDS)
        assert all(one.purpose[language == "en"] in text for one in COMMANDS)
    assert all(one.alias in say("line.help", "zh") for one in COMMANDS)
