"""`python -m tests.bench`: measure, print the table, write build/bench.json. What is measured, and how: docs/performance.md."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from time import monotonic

import msgspec

from tests.bench.ground import BUILD
from tests.bench.measure import Figures, Size, measure
from workflow.engine import logs
from workflow.store import embedded

BARS = {
    "engine_over_same_rows": (">=", 2.0), "p50_over_bare_unit": ("<=", 4.0), "decide_over_trigger": ("<=", 5.0),
    "votes_2000_seconds": ("<=", 0.5), "collect_10000_seconds": ("<=", 10.0), "lint_ms": ("<=", 5.0), "keystroke_ms": ("<=", 50.0), "lint_1000_seconds": ("<=", 5.0), "check_livestream_seconds": ("<=", 2.0),
    "press_to_edit_p50_ms": ("<=", 50.0), "press_to_edit_p99_ms": ("<=", 250.0),
    "thousand_prompts_seconds": ("<=", 38.0), "provoked_429": ("<=", 0.0),
}  # fmt: skip
NAMES = {
    "unit 1": "bare five-row unit, 1 client", "unit 8": "bare five-row unit, 8", "unit 32": "bare five-row unit, 32",
    "scalar 8": "same rows, one scalar call, 8", "scalar 32": "same rows, one scalar call, 32",
    "engine 2 x 32": "the engine, 2 processes x 32 callers", "engine 8": "the engine, 1 process, 8 callers",
}  # fmt: skip


def machine() -> dict[str, str | int]:
    """What all figures depend on."""
    version = subprocess.run(
        [embedded.programs() / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()} ({', '.join(platform.python_build())}; "
        f"{platform.python_compiler()})",
        "postgresql": version.stdout.split()[-1],
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 0,
        "load_before": f"{os.getloadavg()[0]:.1f}",
    }


def table(figures: Figures, on: dict[str, str | int]) -> str:
    """Everything for people to read."""
    lines = [
        f"{on['python']} · PostgreSQL {on['postgresql']} · {on['cores']} cores · load before {on['load_before']}",
        "",
    ]
    lines.append(f"{'decisions':40} {'per s':>8} {'p50 ms':>8} {'p99 ms':>8} {'µs Python':>10} {'µs PostgreSQL':>14}")
    for name, words in NAMES.items():
        rate, p50, p99, python, postgres = (
            figures.of(name, lambda turn: turn.rate.per_second), figures.of(name, lambda turn: turn.rate.p50),
            figures.of(name, lambda turn: turn.rate.p99), figures.of(name, lambda turn: turn.python),
            figures.of(name, lambda turn: turn.postgres),
        )  # fmt: skip
        spent = f"{python:10.0f}" if python else f"{'':10}"
        lines.append(f"{words:40} {rate:8,.0f} {p50:8.2f} {p99:8.2f} {spent} {postgres:14.0f}")
    decided, trigger, _ = figures.decide
    lines += ["", f"decide() {decided:.1f} µs, one trigger of `transitions` {trigger:.1f} µs", ""]
    for title, parts in (("Python, µs", figures.where.python), ("commit_decisions, µs", figures.where.postgres)):
        lines.append(f"{title}: " + ", ".join(f"{part} {spent:.0f}" for part, spent in parts.items()))
    lines.append("")
    for name, ratio in {**figures.ratios(), **figures.spoken()}.items():
        sign, bar = BARS.get(name, ("", 0.0))
        held = (
            ""
            if not sign
            else f"   {sign} {bar:g}   " + ("ok" if (ratio >= bar if sign == ">=" else ratio <= bar) else "NOT REACHED")
        )
        lines.append(f"{name:24} {ratio:8.2f}{held}")
    return "\n".join(lines)


def main() -> None:
    """Measure and tell."""
    logs.configure("warning", "json")
    began = monotonic()

    def say(what: str) -> None:
        print(f"[{monotonic() - began:5.0f} s] {what}", file=sys.stderr, flush=True)

    on = machine()
    figures = measure(Size(), say)
    print(table(figures, on))
    BUILD.mkdir(exist_ok=True)
    seen = {
        **figures.ratios(),
        **figures.spoken(),
        **on,
        "seconds": round(monotonic() - began, 1),
        "figures": msgspec.to_builtins(figures),
    }
    (BUILD / "bench.json").write_bytes(msgspec.json.format(msgspec.json.encode(seen), indent=2))


if __name__ == "__main__":
    main()
