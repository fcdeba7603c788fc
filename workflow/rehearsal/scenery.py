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
from workflow.language.report import width
from workflow.rehearsal.seen import name_of, seen
from workflow.rehearsal.stage import Stage
from workflow.rehearsal.words import STATE_WORDS
from workflow.steps.environment import RESULTS

Language = str
MOST_MOMENTS: Final = 5
_DAYS: Final = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_INFORMED: Final = {
    "tell": ("通知", "told"), "publish": ("发布到", "published to"), "remind": ("提醒", "reminded"), "escalate": ("上报给", "escalated to"),
    "nudge": ("催办", "nudged"), "unstaffed": ("没有人能办，转给", "nobody can decide, so asked"), "rounds": ("多次退回，告知", "many rounds, so told"),
}  # fmt: skip
_LATE: Final = {
    "escalate": ("到期上报", "due, then escalated"), "continue": ("到期就继续", "due, then goes on"), "reject": ("到期就驳回", "due, then rejected"),
    "cancel": ("到期就取消", "due, then cancelled"),
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
            case e.Informed(what=what, to=to) if to:
                word = _INFORMED.get(what, (what, what))[not zh]
                yield f"{word} {_listed(to, language)}"
            case e.Named(values=values):
                kept = seen(stage, "names")
                yield from (f"{name} = {kept[name]}" for name, _ in values if name in kept)
            case e.Counted(name=name, n=n):
                yield f"{name} +{n}"
            case e.Suspended(pause=pause):
                why = pause.detail[not zh] or pause.reason
                yield f"挂起，等管理员处理：{why}" if zh else f"suspended until an administrator looks at it: {why}"
            case e.Ended(state=state):
                yield f"事项{STATE_WORDS[state]}" if zh else f"the item is {state}"


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
