"""The whole run, in order: what is compared with what stands side by side in every round, and a figure is a median of rounds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median

import msgspec

from tests.bench import ground, pure, scalar
from tests.bench.answers import answers
from tests.bench.language import FLOWS_LINTED, Language, language
from tests.bench.pgbench import Rate, pgbench
from tests.bench.processes import Workers, working
from tests.bench.processor import postgres_seconds
from tests.bench.telegram import Chats, Spoken, telegram
from tests.bench.votes import votes
from tests.bench.where import CALLERS, WARM, Where, where
from workflow.engine.loop import run
from workflow.store.embedded import EmbeddedServer

UNIT = "\\set which random(1, :items)\nselect unit.decide('{tenant}', :which, :body_bytes)"
UNIT_BYTES = 220
LONGEST = 6.0
"""Seconds after which a turn of the engine begins no other item."""


class Size(msgspec.Struct, frozen=True):
    """How much is played: `rounds` of so many calls of the unit, of the scalar call, and of items through the engine."""

    rounds: int = 9
    unit_1: int = 1500
    unit: int = 5000
    scalar: int = 2000
    engine: int = 2000
    eight: int = 750
    warm: int = 1000
    ballots: int = 2000
    answers: int = 10_000
    linted: int = FLOWS_LINTED
    repeats: int = pure.REPEATS
    each: int = 25
    chats: Chats = Chats()

    @property
    def items(self) -> int:
        """So many copies are needed: the scalar call is called twice for each, now with 32 clients, now with 8."""
        return scalar.SAMPLE + self.rounds * self.scalar + 1


class Turn(msgspec.Struct, frozen=True):
    """One turn's rate, and the processor's µs a call: in the caller (Python; 0 for pgbench), and in PostgreSQL."""

    rate: Rate
    python: float
    postgres: float


class Figures(msgspec.Struct, frozen=True):
    """Everything that was seen. `turns` by name, one a round; `decide` is (µs, µs of a trigger, ratio)."""

    turns: dict[str, list[Turn]]
    decide: tuple[float, float, float]
    votes: float
    answers: float
    language: Language
    where: Where
    chats: Spoken

    def of(self, name: str, what: Callable[[Turn], float]) -> float:
        """The median of all rounds."""
        return median(what(turn) for turn in self.turns[name])

    def beside(self, ratio: Callable[[dict[str, Turn]], float]) -> float:
        """The median of what each round says."""
        rounds = [dict(zip(self.turns, turns, strict=True)) for turns in zip(*self.turns.values(), strict=True)]
        return median(ratio(turns) for turns in rounds)

    def ratios(self) -> dict[str, float]:
        """What the bars are about."""

        def fast(turns: dict[str, Turn], *names: str) -> float:
            return max(turns[name].rate.per_second for name in names)

        return {
            "engine_over_same_rows": self.beside(lambda t: fast(t, "engine 2 x 32") / fast(t, "scalar 8", "scalar 32")),
            "engine_over_bare_unit": self.beside(
                lambda t: fast(t, "engine 2 x 32") / fast(t, "unit 1", "unit 8", "unit 32")
            ),
            "p50_over_bare_unit": self.beside(lambda t: t["engine 8"].rate.p50 / t["unit 8"].rate.p50),
            "decide_over_trigger": self.decide[2],
            "votes_2000_seconds": self.votes,
            "collect_10000_seconds": self.answers,
            **msgspec.structs.asdict(self.language),
        }

    def spoken(self) -> dict[str, float]:
        """What the bars of Telegram are about: times, and how often its limits were exceeded."""
        return {
            "press_to_edit_p50_ms": self.chats.edit.p50,
            "press_to_edit_p99_ms": self.chats.edit.p99,
            "thousand_prompts_seconds": self.chats.seconds,
            "provoked_429": self.chats.provoked,
        }


class Bench:
    """One run on one database; items are used up from the first to the last: copies for the scalar call, others for the engine."""

    def __init__(self, running: EmbeddedServer, laid: ground.Ground, size: Size) -> None:
        self.laid, self.size = laid, size
        self.turns: dict[str, list[Turn]] = {}
        self._data = Path(running.order.data)
        self._copied, self._next = scalar.SAMPLE + 1, size.items + 1

    def items(self, count: int) -> range:
        """The next so many that nobody has handed in."""
        first = self._next
        self._next += count
        return range(first, self._next)

    def call(self, name: str, url: str, script: str, clients: int, calls: int, **variables: object) -> None:
        """A turn of pgbench."""
        before = postgres_seconds(self._data)
        rate = pgbench(url, script, clients, calls, variables)
        spent = (postgres_seconds(self._data) - before) * 1e6 / (calls // clients * clients)
        self.turns.setdefault(name, []).append(Turn(rate, 0.0, spent))

    def play(self, name: str, workers: Workers, callers: int, processes: int, items: int) -> None:
        """A turn of the engine."""
        taken = self.items(items)
        workers.hand_in(processes, taken)
        before = postgres_seconds(self._data)
        played = workers.play(callers, LONGEST, processes, taken)
        spent = (postgres_seconds(self._data) - before) * 1e6 / played.decisions
        self.turns.setdefault(name, []).append(Turn(played.rate, played.python, spent))

    def round(self, workers: Workers, call: str) -> None:
        """Everything that is compared, each beside what it is compared with."""
        size, unit = self.size, UNIT.format(tenant=ground.UNIT_TENANT)

        def bare(clients: int, calls: int) -> None:
            given = {"items": ground.UNIT_ITEMS, "body_bytes": UNIT_BYTES}
            self.call(f"unit {clients}", self.laid.superuser_url, unit, clients, calls, **given)

        bare(1, size.unit_1)
        bare(32, size.unit)
        for clients in (32, 8):
            first = self._copied
            self._copied += size.scalar // 2
            self.call(f"scalar {clients}", self.laid.app_url, call, clients, size.scalar, first=first)
        self.play("engine 2 x 32", workers, 32, 2, size.engine)
        self.play("engine 8", workers, 8, 1, size.eight)
        bare(8, size.unit)


def measure(size: Size, say: Callable[[str], None]) -> Figures:
    """Play everything once; `say` is told how far it is."""
    say(f"the flow language: {size.linted} flows linted")
    read = language(size.repeats, size.linted)
    say("decide beside a trigger")
    decided = pure.decide_beside_trigger(size.repeats)
    with ground.server() as running:
        say(f"a database with {size.items} items")
        laid = run(ground.lay(running, size.items))
        bench = Bench(running, laid, size)
        call = run(scalar.script(laid))
        with working(laid, 2) as workers:
            bench.play("warm", workers, 32, 2, size.warm)
            bench.turns.clear()
            for no in range(1, size.rounds + 1):
                say(f"round {no} of {size.rounds}")
                bench.round(workers, call)
        say("where the microseconds go")
        places = run(where(laid, bench.items(CALLERS * (WARM + 2 * size.each)).start, size.each))
        say(f"{size.ballots} votes on one item")
        took = run(votes(running, size.ballots))
        say(f"{size.answers} answers to one step")
        answered = run(answers(running, size.answers))
        say(f"{size.chats.prompts} prompts to {size.chats.chats} chats, and {size.chats.presses} presses")
        spoken = run(telegram(running, size.chats))
    return Figures(bench.turns, decided, took, answered, read, places, spoken)
