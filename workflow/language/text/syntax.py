"""What the YAML parser refused, said in the words of a coordinator, with the place and the fix. Not here: parsing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yaml import MarkedYAMLError

from workflow.language.text.nodes import Place, found

if TYPE_CHECKING:
    from yaml import YAMLError

    from workflow.domain.finding import Finding

_VALUE: Final = re.compile(r"(?:[:\-,{\[][ ]+|^[ ]*)(?P<value>(?P<sign>[>|%@`!*&])(?P<rest>[^,}\]\n]*))")
_AFTER_LIST: Final = re.compile(r":[ ]+(?P<value>(?:\[[^\]]*\]|\{[^}]*\})[ ]*[^\s#,\]}].*)$")
_TWO_COLONS: Final = re.compile(r"^[ ]*(?:-[ ]+)*[^\s:]+:[ ]+(?P<value>[^\"'\[{|>#\s].*?:[ ].*)$")
_TAB: Final = re.compile("^[ ]*(?P<value>\t+)")
_CUT: Final = re.compile(r"(?<=\S)[ \t]+#[^\s#]")

_WORDS: Final = (
    ("mapping values are not allowed", "这一行的缩进不对，或者上一行少了冒号", "the indentation of this line is wrong, or the line above lacks its colon"),
    ("could not find expected ':'", "这里少了半角冒号和空格", "a colon and a blank are missing here"),
    ("did not find expected ',' or '}'", "花括号 { 没有用 } 收尾，或者里面少了逗号", "the brace { is not closed by }, or a comma is missing in it"),
    ("did not find expected ',' or ']'", "方括号 [ 没有用 ] 收尾，或者里面少了逗号", "the bracket [ is not closed by ], or a comma is missing in it"),
    ("found unexpected end of stream", "引号没有收尾", "the quotation mark is never closed"),
    ("block sequence entries are not allowed", "列表的 - 要另起一行写", "a list's - begins on a line of its own"),
    ("did not find expected '-' indicator", "这一行的缩进和上面的列表对不上", "the indentation of this line does not fit the list above"),
    ("did not find expected key", "这一行的缩进和上面对不上，或者值后面多了东西", "the indentation of this line does not fit, or something follows the value"),
    ("did not find expected node content", "这里少了一个值，或者多了一个符号", "a value is missing here, or a sign too many"),
    ("found unknown escape character", "双引号里的反斜线要写成 \\\\", "inside double quotes a backslash is written \\\\"),
    ("tab character", "缩进只能用半角空格，不能用 Tab", "indentation is made of blanks, not of tabs"),
)  # fmt: skip


def refused(error: YAMLError, text: str) -> Finding:
    """The finding for an error of the parser."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return found("Y199", "这段文字不是 YAML", f"this text is no YAML ({error})", Place(1, 1, 1, 1))
    mark = error.problem_mark
    lines = text.split("\n")
    at = min(mark.line, len(lines) - 1)
    line = lines[at]
    trap = _trap(line, at)
    if trap is None and error.context_mark is not None and error.context_mark.line < at:
        context = error.context_mark.line
        trap = next((each for number in (at - 1, context) if (each := _trap(lines[number], number)) is not None), None)
    trap = trap or _in_braces(error, lines)
    if trap is not None:
        return trap
    problem = error.problem or ""
    unclosed = "expected ','" in problem or "end of stream" in problem or "could not find" in problem
    if unclosed and error.context_mark is not None:
        mark = error.context_mark
    if at == len(lines) - 1 and "node content" in problem:
        opened = max((number for number, each in enumerate(lines) if re.search(r"[\[{][^\]}]*$", each)), default=at)
        place = Place(opened + 1, 1, opened + 1, len(lines[opened]) + 1)
        return found(
            "Y199", "文件到头了，这里的括号还没有收尾", "the file ends and the bracket here is not closed", place
        )
    zh, en = next(
        ((zh, en) for words, zh, en in _WORDS if words in problem), ("YAML 读不下去了", "YAML cannot be read on")
    )
    place = Place(mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2)
    return found("Y199", zh, f"{en} ({problem})", place)


def _trap(line: str, number: int) -> Finding | None:
    """A known trap in this line: a value that begins with a sign of YAML's own, or holds `: `."""
    for pattern, code, zh, en in (
        (_TAB, "Y104", "缩进只能用半角空格，不能用 Tab", "indentation is made of blanks, not of tabs"),
        (_AFTER_LIST, "Y130", "以 [ 或 { 开头的文字要整个放进引号", "a text that begins with [ or { stands in quotes"),
        (_TWO_COLONS, "Y131", "值里面有“: ”，要整个放进引号", "the value holds “: ” and stands in quotes"),
        (_VALUE, "Y130", "以 {sign} 开头的值要整个放进引号", "a value that begins with {sign} stands in quotes"),
    ):
        hit = pattern.search(line)
        if hit is None:
            continue
        if pattern is _VALUE and (hit["sign"] in "|>" and re.fullmatch(r"[+\-0-9]*\s*(#.*)?", hit["rest"])):
            continue
        sign = hit["value"][0]
        value = re.sub(r"\s+#\s.*$", "", hit["value"]).rstrip()
        place = Place(number + 1, hit.start("value") + 1, number + 1, hit.start("value") + 1 + len(value))
        fix = "  " * len(value) if pattern is _TAB else quoted(value)
        # an anchor, an alias or a tag may have been meant as one
        return found(code, zh.replace("{sign}", sign), en.replace("{sign}", sign), place, fix, sure=sign not in "&*!")
    return None


def _in_braces(error: MarkedYAMLError, lines: list[str]) -> Finding | None:
    """Inside braces or brackets: a value that holds `: `, or one that a ` #` cut, together with what would have closed them."""
    mark, opened = error.problem_mark, error.context_mark
    if mark is None or opened is None or "flow" not in (error.context or ""):
        return None
    line = lines[mark.line] if mark.line < len(lines) else ""
    begin = line.rfind(": ", 0, mark.column) + 2
    if line[mark.column : mark.column + 1] == ":" and begin > max(
        line.rfind(sign, 0, mark.column) + 2 for sign in ",{["
    ):
        return _whole(
            line, mark.line, begin, "Y131", "值里面有“: ”，要整个放进引号", "the value holds “: ” and stands in quotes"
        )
    for number in range(opened.line, min(mark.line + 1, len(lines))):
        hit = _CUT.search(lines[number])
        if (
            hit is not None
            and not lines[number].count('"', 0, hit.start()) % 2
            and not lines[number].count("'", 0, hit.start()) % 2
        ):
            begin = max(lines[number].rfind(sign, 0, hit.start()) for sign in (": ", ",", "{", "[")) + 1
            zh = "空格加 # 把后面连同收尾的括号都当注释切掉了；是值就整个放进引号"
            return _whole(
                lines[number],
                number,
                begin,
                "Y133",
                zh,
                "a blank and # cut off what follows, the closing bracket too; a value stands in quotes",
            )
    return None


def _whole(line: str, number: int, begin: int, code: str, zh: str, en: str) -> Finding:
    """The value of braces or brackets that begins here, up to the comma or bracket behind it: quoted, it is one."""
    while line[begin : begin + 1] == " ":
        begin += 1
    value = re.split(r"[,}\]]", line[begin:], maxsplit=1)[0].rstrip()
    place = Place(number + 1, begin + 1, number + 1, begin + 1 + len(value))
    return found(code, zh, en, place, quoted(value))


def quoted(value: str) -> str:
    """The value in single quotes, as YAML writes them."""
    return "'" + value.replace("'", "''") + "'"
