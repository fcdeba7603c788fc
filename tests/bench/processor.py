"""How long the processor worked for PostgreSQL: of its server and all of its backends, those that have ended included."""

from __future__ import annotations

import os
from pathlib import Path

from workflow.store.cluster import Layout, postmaster

TICK = 1 / os.sysconf("SC_CLK_TCK")


def postgres_seconds(data: Path) -> float:
    """Seconds of the processor so far, for the server of this data folder; 0.0 where there is no /proc."""
    first = postmaster(Layout(data))
    if first is None or not Path("/proc/self/stat").exists():
        return 0.0
    ticks = 0
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, _, rest = entry.read_text(encoding="utf-8", errors="replace").partition(" (")
        except OSError:
            continue  # it has just ended, and is counted with its parent's dead
        fields = rest.rpartition(") ")[2].split()
        if int(pid) == first:
            ticks += sum(map(int, fields[11:15]))  # its own, and of those of its children that have ended
        elif int(fields[1]) == first:
            ticks += sum(map(int, fields[11:13]))
    return ticks * TICK
