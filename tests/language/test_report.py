"""How findings are printed: the place, the sentence, the line, and a caret where the eye looks for it."""

from __future__ import annotations

from typing import Any

import msgspec

from tests.language.flows import compiled, with_steps
from workflow.domain.finding import Finding
from workflow.language.report import WIDEST, headline, render, rows, width


def at(line: int, column: int, end: int, **more: Any) -> Finding:
    return Finding(
        code="F301",
        message_zh="不对",
        message_en="wrong",
        line=line,
        column=column,
        end_line=line,
        end_column=end,
        **more,
    )


def test_a_finding_for_people() -> None:
    text = with_steps("站初审: { reviw: 站.审核员 }")
    found = compiled(text).findings
    assert render(found, text, "flows/trial.yaml", "zh") == (
        "flows/trial.yaml:14:10 F301 没有“reviw”这个键；是不是“review”？\n"
        "   14 |   站初审: { reviw: 站.审核员 }\n"
        "      |             ^^^^^ → review\n"
    )
    assert render(found, text, "flows/trial.yaml", "en").startswith(
        "flows/trial.yaml:14:10 F301 there is no key “reviw”; did you mean “review”?\n"
    )


def test_a_chinese_character_is_two_columns_wide() -> None:
    assert width("站a：") == 5
    assert width("e\u0301") == 1
    (_, line, caret) = render([at(1, 3, 5)], "站的审核员\n", "f", "zh").splitlines()
    assert line.index("站") == caret.index("^") - 4
    assert caret.count("^") == 4


def test_a_point_has_a_caret_too() -> None:
    assert render([at(1, 2, 2)], "ab", "f", "en").splitlines()[-1] == "      |  ^"


def test_what_is_to_do() -> None:
    assert render([at(1, 1, 2, fix="")], "ab", "f", "zh").endswith("^ 删掉\n")
    assert render([at(1, 1, 2, fix=" ")], "ab", "f", "en").endswith("^ make it blank\n")
    assert render([at(1, 1, 2, fix=None)], "ab", "f", "en").endswith("^\n")


def test_a_warning_and_a_note_say_so() -> None:
    warning = compiled(with_steps("甲: { review: 所.审核员, when: 人数 > 900 }")).findings
    assert "F370 警告：" in headline(warning[0], "f", "zh")
    note = compiled(with_steps("甲: { review: 站.审核员 }"), checked=False).findings
    assert "O450 note: " in headline(note[0], "f", "en")


def test_over_several_lines_the_first_is_underlined_to_its_end() -> None:
    one = Finding(code="F303", message_zh="不对", message_en="wrong", line=1, column=3, end_line=3, end_column=2)
    assert render([one], "a: bcd\n  b\n c", "f", "en").splitlines()[-1].count("^") == 4


def test_of_a_long_line_only_what_stands_around_is_shown() -> None:
    text = "字" * 300
    (_, line, caret) = render([at(1, 200, 203)], text, "f", "zh").splitlines()
    assert width(line) < WIDEST + 20
    assert line.endswith("…")
    assert caret.count("^") == 6


def test_nothing_of_a_text_moves_the_cursor() -> None:
    out = render([at(1, 1, 3)], "a\x1b[2Jb\u202e\tc", "f\x1b", "zh")
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_a_line_that_is_not_there() -> None:
    assert render([at(9, 1, 2)], "a", "f", "en") == "f:9:1 F301 wrong\n"


def test_lines_end_as_windows_ends_them() -> None:
    assert render([at(2, 1, 2)], b"\xef\xbb\xbfa\r\nb\r\n", "f", "en").splitlines()[1] == "    2 | b"


def test_for_a_program() -> None:
    text = with_steps("甲: { reviw: 站.审核员, when: 人数 > 3 }")
    (row,) = rows(compiled(text).findings, "f.yaml")
    assert row["file"] == "f.yaml"
    assert (row["line"], row["column"], row["end_line"], row["end_column"]) == (14, 8, 14, 13)
    assert (row["code"], row["level"], row["fix"]) == ("F301", "error", "review")
    assert "reviw" in row["message_zh"]
    assert "reviw" in row["message_en"]
    assert msgspec.json.decode(msgspec.json.encode(row)) == row
