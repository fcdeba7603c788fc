"""The stage in words, for whoever steps through: what just happened, where the item is, who owes what, what is due when. Not here: what may be done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from typing import Final
from zoneinfo import ZoneInfo

from workflow.domain import event as e
from workflow.domain import places
from workflow.domain.definition import Step
from workflow.domain.item import Moment, Need, Run
from workflow.grammars.values import Money
from workflow.language.report import width
from workflow.rehearsal.seen import name_of, seen
from workflow.rehearsal.stage import Stage
from workflow.rehearsal.words import STATE_WORDS
from workflow.steps.environment import RESULTS
from workflow.steps.kinds.run import counts

Language = str
MOST_MOMENTS: Final = 5
_DAYS: Final = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_INFORMED: Final = {
    "tell": ("通知", "told"), "publish": ("发布到", "published to"), "remind": ("提醒", "reminded"), "escalate": ("上报给", "escalated to"),
    "report": ("报送", "reported to"), "nudge": ("催办", "nudged"), "unstaffed": ("没有人能办，转给", "nobody can decide, so asked"), "rounds": ("多次退回，告知", "many rounds, so told"),
    "beat": ("没有报平安，提醒", "no all-clear, so nudged"), "restarted": ("已复播，告知", "on the air again, so told"),
    "uncut": ("断流没有送到，请人工断流：", "the cut did not arrive, so asked to cut it by hand:"),
    "unheard": ("断流没有回音，请人工确认：", "nothing was heard of the cut, so asked to make sure:"),
    "undone": ("停播时有动作没有做成，告知", "a deed of the stop was not done, so told"), "webhook": ("调用接口", "called"),
}  # fmt: skip
_BEAT: Final = (
    ("要报平安", "the all-clear is owed"), ("还没有报平安就上报", "escalated, if it is silent still"),
    ("断流该有回音了", "the cut should have been heard of"),
)  # fmt: skip
_LATE: Final = {
    "escalate": ("到期上报", "due, then escalated"), "continue": ("到期就继续", "due, then goes on"), "reject": ("到期就驳回", "due, then rejected"),
    "cancel": ("到期就取消", "due, then cancelled"), "end": ("到期就结束", "due, then over"),
}  # fmt: skip


def clock(stage: Stage, at: datetime, language: Language) -> str:
    """A moment on the organisation's clock: `2026-11-23 周一 09:00`."""
    local = at.astimezone(ZoneInfo(stage.house.time_zone))
    day = _DAYS[language][local.weekday()]
    return f"{local:%Y-%m-%d} {'周' if language == 'zh' else ''}{day} {local:%H:%M}" + (
        f":{local:%S}" if local.second > 1 else ""
    )


def happened(stage: Stage, language: Language) -> Iterator[str]:
    """What the last line brought about, a line each."""
    zh = language == "zh"
    for fact in (fact for event in stage.recent for fact in event.facts):
        match fact:
            case e.Resulted(path=path, result=result):
                word = RESULTS[result.result] if zh else result.result
                yield f"{path}{'：' if zh else ': '}{word}"
            case e.Returned(back=back):
                target = (
                    ("提交人" if zh else "the submitter")
                    if back.target == places.SUBMITTER
                    else name_of(stage.definition, back.target)
                )
                yield f"退回到 {target}" if zh else f"returned to {target}"
            case e.Held() | e.Released() | e.Paid() | e.Lacked():
                yield _moved(fact, language)
            case e.Informed(what=what, to=to) if to:
                word = _INFORMED.get(what, (what, what))[not zh]
                yield f"{word} {_listed(to, language)}"
            case e.Stopped() | e.Missed() | e.Restarted() | e.Confirmed():
                yield _watched(fact)[not zh]
            case e.Named(values=values):
                kept = seen(stage, "names")
                yield from (f"{name} = {kept[name]}" for name, _ in values if name in kept)
            case e.Counted(name=name, n=n):
                yield f"{name} +{n}"
            case e.Ran() | e.Joined():
                yield _of_item(fact)[not zh]
            case e.Suspended(pause=pause):
                why = pause.detail[not zh] or pause.reason
                yield f"挂起，等管理员处理：{why}" if zh else f"suspended until an administrator looks at it: {why}"
            case e.Ended(state=state):
                yield f"事项{STATE_WORDS[state]}" if zh else f"the item is {state}"


def _of_item(fact: e.Ran | e.Joined) -> tuple[str, str]:
    """What happened to an item that this one set going."""
    if isinstance(fact, e.Ran):
        return f"开出一件 {fact.flow}", f"set an item of {fact.flow} going"
    return f"一件子件{STATE_WORDS[fact.end]}", f"an item it runs is {fact.end}"


def _watched(fact: e.Stopped | e.Missed | e.Restarted | e.Confirmed) -> tuple[str, str]:
    """What happened to a live step, in Chinese and in English."""
    match fact:
        case e.Stopped(person=person):
            return f"{person} 停播", f"{person} stopped it"
        case e.Missed():
            return "漏报平安", "an all-clear was missed"
        case e.Confirmed(hook=hook, arrived=True):
            return f"接口 {hook} 已送达", f"the webhook {hook} arrived"
        case e.Confirmed(hook=hook):
            return f"接口 {hook} 没有送到", f"the webhook {hook} did not arrive"
    return "复播", "on the air again"


def scene(stage: Stage, language: Language) -> Iterator[str]:
    """Where the item is now, who owes what, what comes next, a line each."""
    zh = language == "zh"
    item = stage.item
    if item is None:
        return
    state = STATE_WORDS[item.state] if zh else item.state
    yield f"\n{'现在' if zh else 'Now'} {clock(stage, stage.now, language)} · {stage.definition.title} · {state}"
    for run in stage.standing():
        yield "  " + _standing(stage, run, language)
    if item.next_at is not None:
        coming = sorted(((one.at, run, one) for run in stage.runs() for one in run.moments), key=itemgetter(0))
        shown = dict.fromkeys(
            f"{clock(stage, at, language)} {_moment(stage, run, one, language)}" for at, run, one in coming
        )
        label = "接下来" if zh else "next"
        for n, one in enumerate(list(shown)[:MOST_MOMENTS]):
            yield f"  {' ' * width(label) if n else label} {one}"


def _standing(stage: Stage, run: Run, language: Language) -> str:
    zh = language == "zh"
    step = stage.definition.places.get(run.place)
    if step is None:
        owing = [task.person for task in run.tasks.values() if task.state == "open"]
        return (
            (f"等 {_listed(owing, language)}" if zh else f"waits for {_listed(owing, language)}")
            if owing
            else ("没有待办" if zh else "nothing is owed")
        )
    name = _where(stage, run, step, language)
    if run.state == "shut":
        return f"{name}：还没到时间" if zh else f"{name}: not open yet"
    if counts(run) and run.need is not None:
        over = run.ayes + run.noes
        return (
            f"{name}：子件 {over}/{run.need.ayes} 件已结束"
            if zh
            else f"{name}: {over} of {run.need.ayes} items are over"
        )
    owing = [task.person for task in run.tasks.values() if task.state == "open"]
    if run.state == "unstaffed":
        return (
            f"{name}：没有人能办，等 {_listed(owing, language)} 指派"
            if zh
            else f"{name}: nobody can decide; {_listed(owing, language)} must name somebody"
        )
    round_ = (f"（第 {run.round} 轮）" if zh else f" (round {run.round})") if run.round > 1 else ""
    waits = f"等 {_listed(owing, language)}" if zh else f"waits for {_listed(owing, language)}"
    return f"{name}{round_}{'：' if zh else ': '}{waits}{_need(run, language)}"


def _where(stage: Stage, run: Run, step: Step, language: Language) -> str:
    """The step's name, and of an `each` which row."""
    inside: Run | None = run
    while inside is not None and inside.row < 0:
        inside = next((one for one in stage.runs() if one.no == inside.parent), None)
    if inside is None:
        return step.name
    row = inside.row + 1
    return f"{step.name}（第 {row} 行）" if language == "zh" else f"{step.name} (row {row})"


def _need(run: Run, language: Language) -> str:
    need: Need | None = run.need
    if need is None:
        return ""
    zh = language == "zh"
    if need.in_order:
        said = "依次" if zh else "in order"
    elif need.everyone:
        said = "全部通过才算过" if zh else "all must approve"
    else:
        said = f"要 {need.ayes} 人通过" if zh else f"{need.ayes} must approve"
    so_far = (f"，已有 {run.ayes} 人" if zh else f", {run.ayes} did") if run.ayes else ""
    return f"（{said}{so_far}）" if zh else f" ({said}{so_far})"


def _moment(stage: Stage, run: Run, moment: Moment, language: Language) -> str:
    step = stage.definition.places[run.place]
    zh = language == "zh"
    match moment.kind:
        case "open":
            said = "开始" if zh else "opens"
        case "beat":
            said = _BEAT[moment.n][not zh]
        case "remind":
            said = "提醒" if zh else "reminds"
        case "due":
            said = _LATE[step.late][not zh] if isinstance(step.late, str) else ("到期" if zh else "due")
        case _:
            said = f"逾期第 {moment.n + 1} 级" if zh else f"rung {moment.n + 1} of lateness"
    return f"{step.name} {said}"


def _listed(people: tuple[str, ...] | list[str], language: Language, most: int = 8) -> str:
    mark = "、" if language == "zh" else ", "
    return mark.join(people[:most]) + ("…" if len(people) > most else "") or (
        "没有人" if language == "zh" else "nobody"
    )


def _moved(fact: e.Held | e.Released | e.Paid | e.Lacked, language: Language) -> str:
    """What became of money."""
    zh = language == "zh"
    if isinstance(fact, e.Lacked):
        asked, there = Money(fact.asked), Money(fact.there)
        if zh:
            return f"{fact.account} 的{fact.currency}只有 {there}，不够冻结 {asked}"
        return f"{fact.account} has {there} {fact.currency}, too little to hold {asked}"
    amount = f"{fact.currency} {Money(fact.amount)}" if zh else f"{Money(fact.amount)} {fact.currency}"
    if isinstance(fact, e.Paid):
        return f"支付{amount}：{fact.source} → {fact.target}" if zh else f"paid {amount}: {fact.source} → {fact.target}"
    if isinstance(fact, e.Held):
        return f"冻结 {fact.account} 的{amount}" if zh else f"held {amount} of {fact.account}"
    return f"退回 {fact.account} 的{amount}" if zh else f"gave {amount} back to {fact.account}"
