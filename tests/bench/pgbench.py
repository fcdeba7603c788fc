"""PostgreSQL's own pgbench, from the wheel: how many calls a second, and how long each took."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workflow.store import embedded
from workflow.store.cluster import environment
from workflow.store.pool import SETTINGS

OPTIONS = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
"""The same session as the engine's."""


Call = tuple[float, float]
"""The second at which it ended, and how many milliseconds it took."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Calls a second, and the milliseconds that half of them and 99 in 100 stayed below."""

    per_second: float
    p50: float
    p99: float

    @classmethod
    def of(cls, begun: float, clients: Collection[Sequence[Call]]) -> Rate:
        """From each client's calls, in order. A second's are counted while all are at work: the last ones have the machine to themselves."""
        until = min(calls[-1][0] for calls in clients)
        counted = sum(ended <= until for calls in clients for ended, _ in calls)
        taken = sorted(milliseconds for calls in clients for _, milliseconds in calls)
        return cls(counted / (until - begun), taken[len(taken) // 2], taken[len(taken) * 99 // 100])


class Failed(RuntimeError):
    """pgbench or psql refused; the text is what it said."""


def psql(url: str, file: Path, variables: Mapping[str, object]) -> None:
    """Run a file of SQL with psql's own variables."""
    sets = [word for name, value in variables.items() for word in ("-v", f"{name}={value}")]
    _run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *sets, "-f", str(file), url)


def pgbench(url: str, script: str, clients: int, calls: int, variables: Mapping[str, object]) -> Rate:
    """Let so many clients call the script, prepared, so often between them. `:k` counts a client's calls, from 0 if it is not given."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "script.sql")
        file.write_text(f"{script.strip()}\n\\set k :k + 1\n", encoding="utf-8")
        sets = [
            word
            for name, value in {"clients": clients, "k": 0, **variables}.items()
            for word in ("-D", f"{name}={value}")
        ]
        _run(
            "pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 2)), "-t", str(calls // clients),
            "-l", f"--log-prefix={folder}/took", *sets, "-f", str(file), url,
        )  # fmt: skip
        logs = [log.read_text(encoding="ascii").splitlines() for log in Path(folder).glob("took*")]
    taken: dict[str, list[Call]] = {}
    for line in (line for log in logs for line in log):
        client, _, microseconds, _, second, fraction = line.split()[:6]
        taken.setdefault(client, []).append((int(second) + int(fraction) / 1e6, int(microseconds) / 1000))
    begun = min(ended - milliseconds / 1000 for calls in taken.values() for ended, milliseconds in calls)
    return Rate.of(begun, taken.values())


def _run(program: str, *words: str) -> None:
    path = embedded.programs() / "bin" / program
    done = subprocess.run(
        [path, *words], env={**environment(), "PGOPTIONS": OPTIONS}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(f"{program} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
