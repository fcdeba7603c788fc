"""The EBNF of the small grammars a second time, in lark: what the hand-written readers are held against. No behaviour of its own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from workflow.domain.tree import Node
from workflow.grammars.tokens import FUNCTIONS, KEYWORDS, OPERATORS, PERIODS, SELVES, UNITS

_UNIT: Final = "|".join(sorted(UNITS, key=len, reverse=True))
_DUR: Final = rf"[0-9]+(?:{_UNIT})(?:[0-9]+(?:{_UNIT}))*"
_RESERVED: Final = "|".join(sorted([*SELVES, *KEYWORDS], key=len, reverse=True))
_SELF: Final = "|".join(sorted((word for word in SELVES if word != "各"), key=len, reverse=True))
_FN: Final = "|".join(sorted(FUNCTIONS, key=len, reverse=True))

_ANCHOR: Final = rf"(?!各|(?:{_RESERVED})[前后])[^\W\d_]\w*?[前后](?=[ \t]*(?:{_DUR})(?!\w))"

GRAMMAR: Final = rf"""
value: cond [IF cond ELSE value]
cond: conj (OR conj)*
conj: neg (AND neg)*
neg: NOT neg -> negation | cmp
cmp: sum | sum (OP | GT) sum -> compare | sum [NOT] IN (list | ref) -> contains
list: "(" sum (_SEP sum)* ")"
sum: prod | sum PLUS prod -> calculate | sum MINUS prod -> calculate
prod: sign | prod TIMES sign -> calculate
sign: atom | MINUS atom -> negative
atom: NUM -> num | WORD -> word | STR -> str | time [CLOCK] -> at | FN "(" cond (_SEP cond)* ")" -> call | "(" cond ")" -> inner
time: DATE -> date | SINCE -> since | IN DUR -> within | DUR [LATER | AGO] -> duration | DUR (BEFORE | AFTER) ref -> moved | ref | anchored
anchored: [part "." [part "."]] ANCHOR DUR
ref: part ["." part ["." part]]
part: NAME | SELF | EACH
need: (NUM | ALL | ORDERED | IN ORDER | ref) [IF cond ELSE need]
text: (TEXT | slot | counter)*
slot: "<" inside GT
inside: sum [IF cond ELSE inside]
counter: "<" COUNT [EACHPER | PER SELF | PER NAME] GT
actor: who [EXCEPT who]
who: person "." person ["." person ["." person]] | person -> who | (EACH | EVERY | GLUED) NAME "." NAME -> every
person: NAME | SELF | EACH | EVERY

STR.9: /“[^”]*”/
DATE.9: /[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?!\w)/
CLOCK.8: /[0-9]{{2}}:[0-9]{{2}}(?!\w)/
SINCE.7: /(?:{_DUR})[后前](?!\w)/
DUR.6: /(?:{_DUR})(?!\w)/
COUNT.6: /0*1(?!\w)/
NUM.5: /(?:0|[1-9][0-9]*)(?:\.[0-9]+)?[%万亿]?(?!\w)/
WORD.4: /[0-9]\w*/
ANCHOR.4: /{_ANCHOR}/
FN.5: /(?:{_FN})(?=[ \t]*\()/
SELF.3: /(?:{_SELF})(?!\w)/
EACH.3: /各(?!\w)/
GLUED.3: /各(?=\w)/
AND.3: /(?:and|且)(?!\w)/
OR.3: /(?:or|或)(?!\w)/
NOT.3: /(?:not|非)(?!\w)/
IN.3: /(?:in|属于)(?!\w)/
IF.3: /(?:if|若)(?!\w)/
ELSE.3: /(?:else|否则)(?!\w)/
EXCEPT.3: /(?:except|除)(?!\w)/
ALL.3: /(?:all|全部|会签)(?!\w)/
ORDERED.3: /依次(?!\w)/
ORDER.3: /order(?!\w)/
LATER.3: /later(?!\w)/
AGO.3: /ago(?!\w)/
BEFORE.3: /before(?!\w)/
AFTER.3: /after(?!\w)/
EVERY.3: /every(?!\w)/
EACHPER.4: /每(?:日|周|月|季度|年)(?!\w)/
PER.3: /(?:per|每)(?!\w)/
NAME.1: /(?!{_ANCHOR})(?!各|(?:{_RESERVED})(?!\w))[^\W\d_]\w*/
OP: "==" | "!=" | "≠" | "<=" | "≤" | "<" | ">=" | "≥"
GT: ">"
PLUS: "+"
MINUS: "-"
TIMES: "*" | "/"
_SEP: "、" | ","
TEXT.9: /(?:[^<]|<<)+/
BLANK: /[ \t]+/
%ignore BLANK
"""
STARTS: Final = ("value", "cond", "need", "text", "actor")
LARK: Final = Lark(GRAMMAR, start=list(STARTS), parser="lalr", lexer="contextual", maybe_placeholders=True)


def accepts(text: str, start: str) -> Any:
    """The shape of what lark reads, or None when it refuses."""
    try:
        return _shape(LARK.parse(text, start=start))
    except UnexpectedInput:
        return None


def shape(node: Any) -> Any:
    """One of our trees without its spans, as nested tuples."""
    if isinstance(node, Node):
        fields = [name for name in node.__struct_fields__ if "span" not in name]
        return (type(node).__name__, *(shape(getattr(node, name)) for name in fields))
    return tuple(shape(each) for each in node) if isinstance(node, tuple) else node


def _shape(tree: Tree[Token]) -> Any:
    return globals()[f"_{tree.data}"](*tree.children)


def _number(token: str) -> Any:
    times = {"%": "0.01", "万": "10000", "亿": "100000000"}.get(token[-1], "1")
    value = Decimal(token.rstrip("%万亿")) * Decimal(times)
    percent = token.endswith("%")
    return ("Number", value if percent or value != int(value) else int(value), percent)


def _duration_of(token: str) -> Any:
    parts, text = [], str(token).rstrip("后前")
    while text:
        digits = text[: len(text) - len(text.lstrip("0123456789"))]
        unit = next(unit for unit in sorted(UNITS, key=len, reverse=True) if text.startswith(digits + unit))
        parts.append((int(digits), UNITS[unit]))
        text = text[len(digits) + len(unit) :]
    return ("Duration", tuple(parts))


def _part(token: Token) -> str:
    return SELVES.get(str(token), str(token))


_person = _part


def _ref(*parts: Any) -> Any:
    return ("Ref", tuple(_shape(part) for part in parts if part is not None))


def _value(then: Any, if_: Any, condition: Any, else_: Any, otherwise: Any) -> Any:
    return ("Choose", _shape(then), _shape(condition), _shape(otherwise)) if if_ else _shape(then)


_inside = _value


def _chain(op: str, operands: Any) -> Any:
    shapes = tuple(_shape(each) for each in operands if isinstance(each, Tree))
    return ("Logic", op, shapes) if len(shapes) > 1 else shapes[0]


def _cond(*operands: Any) -> Any:
    return _chain("or", operands)


def _conj(*operands: Any) -> Any:
    return _chain("and", operands)


def _negation(_: Token, operand: Any) -> Any:
    return ("Not", _shape(operand))


def _same(tree: Any) -> Any:
    return _shape(tree)


_neg = _cmp = _sum = _prod = _sign = _inner = _time = _same


def _compare(left: Any, op: Token, right: Any) -> Any:
    return ("Compare", OPERATORS.get(str(op), str(op)), _shape(left), _shape(right))


def _contains(left: Any, not_: Any, _: Token, among: Any) -> Any:
    return ("Contains", _shape(left), _shape(among), not_ is not None)


def _list(*values: Any) -> Any:
    return tuple(_shape(value) for value in values)


def _calculate(left: Any, op: Token, right: Any) -> Any:
    return ("Calculate", str(op), _shape(left), _shape(right))


def _negative(_: Token, operand: Any) -> Any:
    return ("Negative", _shape(operand))


def _num(token: Token) -> Any:
    return _number(token)


def _word(token: Token) -> Any:
    return ("Word", str(token))


def _str(token: Token) -> Any:
    return ("String", str(token)[1:-1])


def _at(time: Any, clock: Any) -> Any:
    return ("At", _shape(time), int(clock[:2]), int(clock[3:])) if clock else _shape(time)


def _call(name: Token, *arguments: Any) -> Any:
    return ("Call", FUNCTIONS[str(name)], tuple(_shape(each) for each in arguments))


def _date(token: Token) -> Any:
    return ("Day", date.fromisoformat(str(token)))


def _since(token: Token) -> Any:
    return ("Shift", None, _duration_of(token), 1 if token.endswith("后") else -1)


def _within(_: Token, token: Token) -> Any:
    return ("Shift", None, _duration_of(token), 1)


def _duration(token: Token, word: Any) -> Any:
    return ("Shift", None, _duration_of(token), 1 if word == "later" else -1) if word else _duration_of(token)


def _moved(token: Token, word: Token, ref: Any) -> Any:
    return ("Shift", _shape(ref), _duration_of(token), 1 if word == "after" else -1)


def _anchored(*children: Any) -> Any:
    *parts, anchor, duration = children
    names = tuple(_shape(part) for part in parts if part is not None)
    return ("Shift", ("Ref", (*names, str(anchor)[:-1])), _duration_of(duration), 1 if anchor.endswith("后") else -1)


def _need(*children: Any) -> Any:
    *first, if_, condition, _, otherwise = children
    head = first[-1]
    if isinstance(head, Tree):
        then = _shape(head)
    elif head.type == "NUM":
        then = _number(head)
    else:
        then = ("Everyone",) if head.type == "ALL" else ("InOrder",)
    return ("NeedChoose", then, _shape(condition), _shape(otherwise)) if if_ else then


def _text(*pieces: Any) -> Any:
    return (
        "Template",
        tuple(("Piece", str(each).replace("<<", "<")) if isinstance(each, Token) else _shape(each) for each in pieces),
    )


def _slot(value: Any, _: Token) -> Any:
    return ("Slot", _shape(value))


def _counter(count: Token, *rest: Any) -> Any:
    period = next(
        (PERIODS[str(each).removeprefix("每")] for each in rest[:-1] if each is not None and each not in {"每", "per"}),
        None,
    )
    return ("Counter", len(count), period)


def _actor(who: Any, _: Any, but: Any) -> Any:
    return ("Actor", _shape(who), _shape(but) if but is not None else None)


def _who(*parts: Any) -> Any:
    return ("Who", tuple(_shape(part) for part in parts if part is not None), False)


def _every(_: Token, tier: Token, role: Token) -> Any:
    return ("Who", (str(tier), str(role)), True)
