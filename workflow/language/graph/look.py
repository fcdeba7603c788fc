"""How the picture looks: rules by variables, and a file's own values for these. The web has the same rules among its own (app.css)."""

from __future__ import annotations

from typing import Final

RULES: Final = """
.fl { font: 12.5px/1.3 system-ui, -apple-system, "PingFang SC", "HarmonyOS Sans SC", "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", sans-serif; }
.fl text { text-anchor: middle; fill: var(--soft); }
.fl-lane rect { fill: var(--surface); stroke: var(--line); }
.fl-lane rect[data-odd="1"] { fill: var(--paper); }
.fl-lane text { font-weight: 600; font-size: 13px; letter-spacing: .06em; }
.fl-body, .fl-behind { fill: var(--surface); stroke: var(--soft); stroke-width: 1.25; }
.fl-behind { stroke: var(--line); fill: var(--sunk); }
.fl-box .fl-title { fill: var(--ink); font-weight: 600; font-size: 15px; }
.fl-box[data-kind="check"] .fl-body { stroke-width: 2; }
.fl-box[data-kind="live"] .fl-body { stroke: var(--bad); stroke-width: 2; }
.fl-box[data-kind="do"] .fl-body { fill: var(--sunk); stroke: var(--line); }
.fl-box[data-kind="all"] .fl-body, .fl-box[data-kind="steps"] .fl-body { fill: var(--sunk); stroke: var(--soft); }
.fl-box[data-kind="join"] .fl-body { fill: var(--soft); stroke: none; }
.fl-box[data-kind="start"] .fl-body, .fl-box[data-kind="done"] .fl-body { fill: var(--ink); stroke: var(--ink); }
.fl-box[data-kind="start"] text, .fl-box[data-kind="done"] text { fill: var(--paper); }
.fl-box[data-kind="rejected"] .fl-body { stroke: var(--bad); }
.fl-box[data-kind="rejected"] text { fill: var(--bad); }
.fl-box[data-kind="cancelled"] .fl-body { stroke: var(--wait); }
.fl-box[data-kind="cancelled"] text { fill: var(--wait); }
.fl-gate { fill: var(--paper); stroke: var(--soft); stroke-dasharray: 3 2; }
.fl .fl-when { fill: var(--ink); }
.fl-line { fill: none; stroke: var(--soft); stroke-width: 1.5; }
.fl-tip { fill: var(--soft); }
.fl-line[data-kind="skip"] { stroke-width: 1.25; stroke-dasharray: 2 3; }
.fl-line[data-kind="return"] { stroke: var(--focus); stroke-dasharray: 6 4; stroke-width: 1.25; }
.fl-tip[data-kind="return"] { fill: var(--focus); }
.fl-line[data-kind="reject"] { stroke: var(--bad); stroke-width: 1; }
.fl-tip[data-kind="reject"] { fill: var(--bad); }
.fl-line[data-kind="late"] { stroke: var(--wait); stroke-width: 1.25; stroke-dasharray: 8 3 2 3; }
.fl-tip[data-kind="late"] { fill: var(--wait); }
.fl-legend text { text-anchor: start; }
.fl-mark circle { fill: var(--soft); }
.fl-mark path { fill: none; stroke: var(--surface); stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
.fl-box[data-mark="now"] .fl-body { stroke: var(--wait); stroke-width: 3; fill: color-mix(in srgb, var(--wait) 9%, var(--surface)); }
.fl-box[data-mark="now"][data-kind="start"] .fl-body { fill: var(--wait); }
.fl-box[data-mark="now"][data-kind="done"] .fl-body { fill: var(--good); stroke: var(--good); }
.fl-box[data-mark="now"][data-kind="done"] text { fill: var(--on-good); }
.fl-box[data-mark="done"] .fl-mark circle { fill: var(--good); }
.fl-box[data-mark="done"] .fl-body { stroke: var(--good); }
.fl-box[data-mark="skipped"] > :not(.fl-mark) { opacity: .45; }
.fl-box[data-mark="rejected"] .fl-mark circle { fill: var(--bad); }
.fl-box[data-mark="rejected"] .fl-body { stroke: var(--bad); }
.fl-box[data-kind="rejected"][data-mark] .fl-body { fill: var(--bad); }
.fl-box[data-kind="cancelled"][data-mark] .fl-body { fill: var(--wait); }
.fl-box[data-kind="rejected"][data-mark] text, .fl-box[data-kind="cancelled"][data-mark] text { fill: var(--surface); }
.fl-box[data-mark="late"] .fl-mark circle { fill: var(--wait); }
"""

FILE: Final = """
.fl { --paper: #f6f5f2; --surface: #fff; --sunk: #efede8; --ink: #1d1d1f; --soft: #66645f; --line: #e2dfd8; --good: #1d6a50; --on-good: #fff; --bad: #b3261e; --wait: #8a5a00; --focus: #2b6cb0; }
@media (prefers-color-scheme: dark) {
.fl { --paper: #141416; --surface: #1e1e21; --sunk: #29292d; --ink: #ececea; --soft: #a5a39e; --line: #333338; --good: #67c39d; --on-good: #0d2119; --bad: #f08379; --wait: #e2b04a; --focus: #7fb2ec; }
}
.fl-paper { fill: var(--paper); }
"""
