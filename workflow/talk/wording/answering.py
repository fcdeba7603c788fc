"""What is said where answers are collected: invitations, forms of one's own, what others said and how long it is secret."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "button.answer": ("填写", "Fill in"),
    "button.record": ("代填", "Write down"),
    "answers.asked": ("“{step}”请您填写", "“{step}”: please fill this in"),
    "answers.again": (
        "“{step}”您已填写，结束前可以再填",
        "“{step}”: you answered; you may answer again until it is over",
    ),
    "answers.invited": ("“{step}”征集中", "“{step}” is open to answers"),
    "answers.over": ("“{step}”征集已结束", "“{step}” takes no more answers"),
    "answers.form": ("填写：{names}", "To be filled in: {names}"),
    "answers.nothing": ("点“填写”就算一份。", "Pressing the button is the answer."),
    "answers.secret": ("所填内容在“{step}”开始以前保密。", "What you fill in is secret until “{step}” opens."),
    "answers.private": ("私聊发给我 {code} 就可以填写。", "Send me {code} in private to fill it in."),
    "answers.hidden": ("“{step}”开始以前保密", "secret until “{step}” opens"),
    "answers.count": ("已收 {n} 份", "{n} answers"),
    "answers.of": ("已收 {n} 份，要 {need} 份", "{n} answers of {need}"),
    "answers.people": ("{n} 人", "{n} people"),
    "answers.more": ("其余 {n} 份", "{n} more"),
    "waiting.gathering": ("征集中", "taking answers"),
    "label.answers": ("份数", "Answers"),
    "label.yours": ("您填的 {name}", "Your {name}"),
    "record.channel": ("方式（电话、入户）", "How (by telephone, at the door)"),
    "record.phone": ("电话", "by telephone"),
    "record.visit": ("入户", "at the door"),
    "record.respondent": ("受访人（姓名、电话）", "Who was asked (name, telephone)"),
    "line.done_answer": (
        "{code} 已收到您填的内容；结束前可以再填，最后一次的算数。",
        "{code}: your answer is in. You may give it again until it is over; the last one counts.",
    ),
    "told.invite": ("请填写：{item}的“{step}”。", "Please fill in: {item} at “{step}”."),
    "fact.answered": ("填写了“{step}”", "answered “{step}”"),
    "fact.recorded": (
        "代 {person} 填写了“{step}”（{channel}）",
        "wrote down what {person} answered at “{step}” ({channel})",
    ),
    "fact.informed_invite": ("邀请填写“{step}”：{to}{why}", "Invited to answer “{step}”: {to}{why}"),
    "fact.opened_gathering": ("“{step}”开始征集", "“{step}” is open to answers"),
    "verb.answer": ("填写", "answer"),
    "verb.tally": ("计数", "count"),
    "refused.answers_over": ("征集已经结束，不再接受填写。", "It is over: no more answers are taken."),
    "refused.no_answers": ("这一件没有征集，或者还没有开始。", "Nothing is collected in this item, or not yet."),
    "refused.answers_secret": (
        "“{step}”开始以前，谁填了什么都保密。",
        "Who answered what is secret until “{step}” opens.",
    ),
    "refused.not_asked": ("这次征集没有请您填写。", "You were not asked to answer this."),
    "refused.coordinators_only": (
        "只有本单位的协调员可以代填。",
        "Only a coordinator of the unit can write down somebody's answer.",
    ),
    "refused.which_channel": ("请说明是电话还是入户。", "Please say whether it was by telephone or at the door."),
    "refused.respondent_needed": (
        "请写明受访人，最多 {most} 个字。",
        "Please say who was asked, in {most} characters at the most.",
    ),
}
