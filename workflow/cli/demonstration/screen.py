"""What stands in a transcript, as somebody who reads it would say: cards of an item, buttons by their label, words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

Json = dict[str, Any]

LABELS: Final = {
    "approve": ("通过", "Approve"), "reject": ("驳回", "Reject"), "return": ("退回", "Return"), "comment": ("意见", "Comment"),
    "transfer": ("转交", "Hand over"), "assign": ("指派", "Assign"), "withdraw": ("撤回", "Withdraw"), "nudge": ("催办", "Nudge"),
    "resubmit": ("修改重报", "Amend"), "edit": ("修改", "Change"), "pass": ("通过", "Pass"), "fail": ("不通过", "Fail"),
    "next": ("下一页", "Next"), "hand in": ("提交", "Submit", "修改重报", "Amend", "办结", "Hand in", "填写", "Fill in"), "skip": ("跳过", "Skip"), "enough": ("完成", "Done"),
    "take": ("接单", "Take it"), "hand in work": ("办结", "Hand in"), "answer": ("填写", "Fill in"), "write down": ("代填", "Write down"),
    "all clear": ("报平安", "All clear"), "stop": ("停播", "Stop"), "go on": ("复播", "Go on again"),
}  # fmt: skip
"""What the buttons that the demonstration presses are called."""
ASKING: Final = ("approve", "assign", "take", "hand in work", "answer", "stop")
"""Buttons of which a prompt has at least one: somebody is asked for something."""
STATES: Final = {
    "done": ("已办结", "done"), "rejected": ("已驳回", "rejected"), "withdrawn": ("已撤回", "withdrawn"), "cancelled": ("已取消", "cancelled"),
}  # fmt: skip


class Button(NamedTuple):
    """A button on a message."""

    label: str
    token: str
    message: str


def card(message: Json) -> Json | None:
    """The card of a message, a checklist's too; None where it shows something else."""
    view = message.get("view") or {}
    if view.get("type") == "checklist":
        return dict(view["card"])
    return view if view.get("type") == "card" else None


def cards(messages: Iterable[Json], code: str) -> list[Json]:
    """The messages that are cards of an item, the newest first."""
    return [one for one in reversed(list(messages)) if (found := card(one)) is not None and found["number"] == code]


def panels(messages: Iterable[Json], code: str) -> list[Json]:
    """The messages that are panels of an item, the newest first."""
    views = ((one, one.get("view") or {}) for one in reversed(list(messages)))
    return [one for one, view in views if view.get("type") == "panel" and code in view["title"]]


def buttons(message: Json) -> list[Button]:
    """Every button of a message but a checklist's marks."""
    view = message.get("view") or {}
    shown = card(message) or view
    choices = [*view.get("options", ()), *shown.get("choices", ()), *([view["stop"]] if view.get("stop") else ())]
    choices += [row for row in view.get("rows", ()) if row.get("token")]
    return [Button(one["label"], one["token"], message["id"]) for one in choices]


def button(message: Json, word: str) -> Button | None:
    """The button of a word of `LABELS`, or of a label."""
    labels = LABELS.get(word, (word,))
    return next((one for one in buttons(message) if one.label in labels), None)


def prompt(messages: Iterable[Json], code: str, *wanted: str, of: Iterable[str] = ()) -> Button | None:
    """The newest button of one of these words on a card of the item, or on its panel; on one where all of `of` can be read."""
    held, read = list(messages), tuple(of)
    shown = [one for one in (*cards(held, code), *panels(held, code)) if all(word in words(one) for word in read)]
    found = (button(one, word) for one in shown for word in wanted)
    return next((one for one in found if one is not None), None)


def listing(messages: Iterable[Json], after: int) -> Json | None:
    """The newest list that came after the message of that number."""
    held = (one for one in reversed(list(messages)) if one["no"] > after)
    return next((one for one in held if (one.get("view") or {}).get("type") == "list"), None)


def row(message: Json, wanted: Iterable[str]) -> Button | None:
    """The row of a list with all these words."""
    rows = (message.get("view") or {}).get("rows", ())
    wanted = tuple(wanted)
    found = (one for one in rows if all(word in f"{one['label']} {one.get('detail', '')}" for word in wanted))
    return next((Button(one["label"], one["token"], message["id"]) for one in found), None)


def carrying(messages: Iterable[Json], wanted: Iterable[str], known: Iterable[str]) -> Json | None:
    """The newest card with all these words on it, of an item whose code is not among the `known` ones."""
    old = {"", *known}
    fresh = (one for one in reversed(list(messages)) if card(one) is not None and number(one) not in old)
    return next((one for one in fresh if all(word in words(one) for word in wanted)), None)


def number(message: Json) -> str:
    """The code on a card."""
    return str((card(message) or {}).get("number", ""))


def question(messages: Iterable[Json]) -> Json | None:
    """The question that waits for an answer: the newest one that still has a way out."""
    asked = (one for one in reversed(list(messages)) if (one.get("view") or {}).get("type") == "ask")
    return next((one for one in asked if one["view"].get("choices")), None)


def summary(messages: Iterable[Json]) -> Json | None:
    """A form's last look: a card without a number that can be handed in."""
    found = (one for one in cards(messages, "") if button(one, "hand in") is not None)
    return next(found, None)


def marks(message: Json) -> Iterator[tuple[str, str, dict[str, Button]]]:
    """A checklist's lines: (label, mark, its buttons by `pass fail`)."""
    for line in (message.get("view") or {}).get("lines", ()):
        by_word = {
            word: Button(one["label"], one["token"], message["id"])
            for one in line.get("choices", ()) for word in ("pass", "fail") if one["label"] in LABELS[word]
        }  # fmt: skip
        yield line["label"], line.get("mark", ""), by_word


def words(message: Json) -> str:
    """Everything that can be read on a message."""
    return " ".join([message["text"], *_strings(message.get("view") or {})])


def state(message: Json) -> str:
    """The one line that says where it stands."""
    view = message.get("view") or {}
    shown = card(message) or view
    return str(shown.get("state") or shown.get("title") or shown.get("prompt") or shown.get("text") or message["text"])


def find(messages: Iterable[Json], code: str, wanted: Iterable[str], after: int = 0) -> Json | None:
    """The newest message after `after` on which the code and all the wanted words can be read."""
    wanted = [one for one in (code, *wanted) if one]
    newer = (one for one in reversed(list(messages)) if one["no"] > after and not one["mine"])
    return next((one for one in newer if all(word in words(one) for word in wanted)), None)


def attachment(messages: Iterable[Json], code: str, name: str) -> Json | None:
    """A file of that name on a card of the item."""
    files = (file for one in cards(messages, code) for file in (card(one) or {}).get("files", ()))
    return next((dict(one) for one in files if one["name"] == name), None)


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, one in value.items():
                if name not in ("token", "type"):
                    yield from _strings(one)
        case list():
            for one in value:
                yield from _strings(one)


def changed(message: Json | None, names: tuple[str, ...]) -> Json | None:
    """A form's last look, if these fields are marked there as changed."""
    labels = [label for label, _ in (card(message) or {}).get("facts", ())] if message is not None else []
    return message if all(any(one.startswith((f"{name}（", f"{name} (")) for one in labels) for name in names) else None
