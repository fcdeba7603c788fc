"""Tasks that people do: 接单 办结 谢绝 派给, on their cards, buttons, questions and in an item's history."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # Buttons
    "button.take": ("接单", "Take it"),
    "button.hand_in": ("办结", "Hand in"),
    "button.decline": ("谢绝", "Decline"),
    "button.assign": ("派给", "Give to"),
    # Cards
    "work.offer": (
        "接单后由您办理，办结时填写：{names}",
        "Take it, and it is yours to do; to be filled in then: {names}",
    ),
    "work.take": ("接单即可，没有要填的。", "Taking it is all; nothing has to be filled in."),
    "work.do": ("办结时填写：{names}", "To be filled in when handing in: {names}"),
    "work.assign": ("请选一人办理。", "Please say who does it."),
    "rule.hands": ("须 {n} 人办结，已有 {done} 人", "{n} must hand in, {done} have"),
    "outcome.taken": ("已由 {by} 于 {at} 接单", "taken by {by} at {at}"),
    "outcome.done_by": ("已由 {by} 于 {at} 办结", "done by {by} at {at}"),
    "outcome.declined": ("已谢绝 · {at}", "declined · {at}"),
    "outcome.assigned": ("已派出 · {at}", "given out · {at}"),
    "result.done": ("办结", "done"),
    "choice.done": ("办结", "handed it in"),
    "verb.take": ("接单", "take it"),
    "verb.done": ("办结", "hand it in"),
    "verb.decline": ("谢绝", "decline it"),
    "verb.assign": ("派给别人", "give it to somebody"),
    # Questions
    "ask.decline": ("为什么谢绝{title}？（可以跳过）", "Why do you decline {title}? (may be skipped)"),
    "ask.person_assign": ("{title}派给谁？", "Who is to do {title}?"),
    # Done
    "line.done_take": ("{code} 已接单。", "{code}: it is yours."),
    "line.done_done": ("{code} 已办结。", "{code}: handed in."),
    "line.done_decline": ("{code} 已谢绝。", "{code}: declined."),
    "line.done_assign": ("{code} 已派出。", "{code}: given out."),
    "line.take_usage": ("请带上编号，如 /take K3M9QX。", "Give the code, like /take K3M9QX."),
    # Not done
    "refused.taken": ("这一单已由 {by} 于 {at} 接下，不用再办了。", "{by} took it at {at}; nothing is left to do."),
    "refused.take_first": ("请先接单，再办结。", "Take it first, then hand it in."),
    "refused.yours_already": (
        "这一单已经是您的；办完后按“办结”。",
        "It is yours already; press “Hand in” once it is done.",
    ),
    "refused.not_among": (
        "{person} 不在这一步能办的人里，或已谢绝；请另选。",
        "{person} is not among those who may do this, or declined; choose somebody else.",
    ),
    # History
    "fact.taken": ("接单“{step}”", "took “{step}”"),
    "fact.handed": ("办结“{step}”", "handed in “{step}”"),
    "fact.seated_declined": ("{people} 谢绝", "{people} declined"),
    "fact.informed_asked": ("“{step}”人多，先问 {why} 人", "many may do “{step}”; asked {why} of them"),
}
