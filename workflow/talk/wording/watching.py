"""A live step: its panel, its buttons, what its watchers are told, what became of a press, and how its history is told."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # Buttons
    "button.clear": ("报平安", "All clear"),
    "button.stop": ("停播", "Stop"),
    "button.restart": ("复播", "Go on again"),
    # How it stands
    "live.on": ("直播中", "on the air"),
    "live.owed": ("直播中 · 请报平安", "on the air · please give the all-clear"),
    "live.off": ("已停播 · {person} · {at}", "stopped · {person} · {at}"),
    "live.cut": ("已断 · {person} · {at}", "cut off · {person} · {at}"),
    "live.uncut": ("已停播，未确认 · {person} · {at}", "stopped, not confirmed · {person} · {at}"),
    "live.lost": (
        "已停播，未确认：断流没有送到，请立即人工断流 · {person} · {at}",
        "stopped, not confirmed: the cut did not arrive, please cut it by hand now · {person} · {at}",
    ),
    "live.over": (
        "直播结束 · {at} · 停播 {stops} 次，漏报 {missed} 次",
        "over · {at} · stopped {stops} times, {missed} all-clears missed",
    ),
    "live.agreed": ("{people}；还要 {n} 人", "{people}; {n} more needed"),
    "live.agreed_none": ("要 {n} 位不同的看守人同意", "{n} different people of those who watch must agree"),
    "label.until": ("到", "Until"),
    "label.cleared": ("上次报平安", "Last all-clear"),
    "label.clear_by": ("下次报平安", "Next all-clear by"),
    "label.watching": ("看守", "Watched by"),
    "label.stops": ("停播次数", "Stops"),
    "label.missed": ("漏报次数", "Missed all-clears"),
    "label.agreed": ("复播", "Going on again"),
    # What came of a press
    "line.done_clear": ("{code} 已报平安。", "{code}: all clear."),
    "line.done_stop": ("{code} 已停播。", "{code}: stopped."),
    "line.done_restart": ("{code}：已记下您同意复播。", "{code}: your agreement to go on is recorded."),
    "refused.off_air": ("已由 {person} 于 {at} 停播。", "It was stopped by {person} at {at}."),
    "refused.on_air": ("正在直播，不用复播。", "It is on the air: there is nothing to go on with."),
    "refused.agreed_already": (
        "您已同意复播；还要 {n} 位别的看守人同意。",
        "You agreed already; {n} others of those who watch must, too.",
    ),
    "verb.clear": ("报平安", "give the all-clear"),
    "verb.stop": ("停播", "stop"),
    "verb.restart": ("复播", "go on again"),
    "verb.confirm": ("确认", "confirm"),
    # What people, and hooks, are told
    "told.beat": ("请报平安：{item}的“{step}”到时没有人报。", "All clear? {item} at “{step}” heard nothing in time."),
    "told.silent": (
        "督办：{item}的“{step}”没有人报平安，请立即过问。",
        "Nobody has given the all-clear of {item} at “{step}”; please look into it now.",
    ),
    "told.restarted": ("{item}的“{step}”已复播。", "{item} at “{step}” is on the air again."),
    "told.uncut": (
        "{item}的“{step}”已停播，但断流没有送到：请立即人工断流。",
        "{item} at “{step}” was stopped, but the cut did not arrive: please cut it by hand now.",
    ),
    "told.unheard": (
        "{item}的“{step}”已停播，断流一分钟没有回音：请人工确认，必要时人工断流。",
        "{item} at “{step}” was stopped, and a minute later nothing is heard of the cut: please make sure, and cut it by hand if need be.",
    ),
    "told.undone": (
        "{item}的“{step}”已停播，但停播时有动作没有做成，请看经过。",
        "{item} at “{step}” was stopped, but something that the stop should do was not done; see its history.",
    ),
    "told.webhook": ("{item}，{state}。", "{item}, {state}."),
    "told.cut": ("停播，请断流：{item}", "Stopped, please cut: {item}"),
    "reason.gates": (
        "“{detail}”没有通过，不能开播；重试即回到“{step}”重新办",
        "“{detail}” did not pass, so it does not go on the air; a retry goes through “{step}” again",
    ),
    # Its history
    "fact.cleared": ("报平安（“{step}”）", "gave the all-clear (“{step}”)"),
    "fact.missed": ("“{step}”漏报平安", "the all-clear of “{step}” was missed"),
    "fact.stopped": ("停播（“{step}”）", "stopped “{step}”"),
    "fact.confirmed": ("“{step}”已断：接口 {hook} 已送达", "“{step}” is cut off: the webhook {hook} arrived"),
    "fact.unconfirmed": (
        "“{step}”未确认：接口 {hook} 没有送到",
        "“{step}” is not confirmed: the webhook {hook} did not arrive",
    ),
    "fact.agreed": ("同意复播（“{step}”）", "agreed to go on (“{step}”)"),
    "fact.restarted": ("“{step}”复播", "“{step}” is on the air again"),
    "fact.kept": (
        "审过的内容没有改动，原来的意见照旧：{names}",
        "nothing that was reviewed there changed, so it still counts: {names}",
    ),
    "fact.informed_beat": ("请 {to} 报平安（“{step}”）", "asked {to} for the all-clear (“{step}”)"),
    "fact.informed_restarted": ("告知 {to} 已复播（“{step}”）", "told {to} that it is on the air again (“{step}”)"),
    "fact.informed_uncut": ("请 {to} 人工断流（“{step}”）", "asked {to} to cut it by hand (“{step}”)"),
    "fact.informed_unheard": (
        "断流没有回音，请 {to} 人工确认（“{step}”）",
        "nothing was heard of the cut; asked {to} to make sure (“{step}”)",
    ),
    "fact.informed_undone": (
        "停播时有动作没有做成，已告知 {to}（“{step}”）：{why}",
        "a deed of the stop was not done; told {to} (“{step}”): {why}",
    ),
    "fact.informed_webhook": ("调用接口 {to}（“{step}”）", "called {to} (“{step}”)"),
}
