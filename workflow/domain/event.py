"""What happened: one event a decision, made of facts. Only these are kept for ever; `fold` gives them meaning.

Facts are read by auditors in many years: a fact may gain fields with defaults, never lose or rename one. Names that
authors chose stand as pairs, words of people as sealed commitments, moments as RFC 3339 in UTC, never a float.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from workflow.domain.item import Back, Line, Moment, Need, Pair, Pause, Result, Task, Value


class _Fact(Struct, frozen=True, omit_defaults=True, tag_field="fact", tag=lambda name: name.lower()):
    pass


class Started(_Fact, frozen=True):
    """The item exists; `form` is what was handed in, `shown` its digest (a vote says what it was about).

    `parent` is the item that set it going, by its step at `path` in this `round`, for this row (-1: none) of this `origin`.
    """

    code: str
    flow: str
    digest: str
    unit: str
    submitter: str
    form: tuple[Pair, ...]
    shown: str
    parent: str = ""
    path: str = ""
    round: int = 0
    row: int = -1
    origin: str = ""


class Fired(_Fact, frozen=True):
    """Nobody began this item: its flow's recurrence did, at `moment`. `origin` is the row of `each`; `late`: the moment had been missed."""

    moment: datetime
    origin: str = ""
    late: bool = False


class Merged(_Fact, frozen=True):
    """并入: somebody handed in the same again; `form` is what they said. `apart`: they sit in the item already, and stay who they are."""

    person: str
    form: tuple[Pair, ...]
    apart: bool = False


class Noticed(_Fact, frozen=True):
    """监测: a rule over items that ended became true with this one. `per` is what it goes by, `n` how many items it looked at."""

    rule: str
    per: tuple[Pair, ...]
    n: int


class Committed(_Fact, frozen=True):
    """What is said of the seeds of the flow's draws, by the place of each, before anything is known (`domain.lots`)."""

    seeds: tuple[Pair, ...]


class Revised(_Fact, frozen=True):
    """Who gave a row handed it in again (`task`), after it came back to them: the row of the step at `path` has these values now."""

    run: int
    task: int
    person: str
    path: str
    origin: str
    values: tuple[Pair, ...]


class Drawn(_Fact, frozen=True):
    """抽取: the seed of this round is revealed, and with it who was drawn from whom (`pool`: origin, and value it is spread over)."""

    run: int
    path: str
    place: str
    round: int
    seed: str
    pool: tuple[tuple[str, str], ...]
    drawn: tuple[str, ...]


class Ranked(_Fact, frozen=True):
    """排名: the rows of a list in their order, each with its score and place."""

    run: int
    rows: tuple[Line, ...]


class Amended(_Fact, frozen=True):
    """The submitter changed these fields of the form."""

    form: tuple[Pair, ...]
    shown: str


class Moved(_Fact, frozen=True):
    """Run `run` took the machine's edge `trigger`, which led to `place`."""

    run: int
    trigger: str
    place: str


class Forked(_Fact, frozen=True):
    """Run `parent` opened a thread of its own beside or below it, at `place`."""

    parent: int
    run: int
    path: str
    place: str
    row: int = -1


class Opened(_Fact, frozen=True):
    """A step opened for a run: who owes what, how many must approve, and what is due when.

    `state` `shut` waits for its opening moment; `unstaffed` found nobody who may decide; `joining` waits for its own runs.
    `rows`: those that an `each` goes over, by their origin.
    """

    run: int
    round: int
    state: str
    tasks: tuple[Task, ...] = ()
    need: Need | None = None
    moments: tuple[Moment, ...] = ()
    rows: tuple[Line, ...] = ()


class Seated(_Fact, frozen=True):
    """Who owes something changed while the step is open: tasks added, tasks ended without a vote."""

    run: int
    added: tuple[Task, ...]
    ended: tuple[tuple[int, str], ...]
    state: str
    need: Need | None = None


class Called(_Fact, frozen=True):
    """In order: it is this task's turn now."""

    run: int
    task: int


class Voted(_Fact, frozen=True):
    """意见. `shown` is the digest of what they saw, `marks` a checklist's lines, `answers` the step's own form."""

    run: int
    task: int
    person: str
    part: str
    choice: str
    shown: str
    marks: tuple[Pair, ...] = ()
    answers: tuple[Pair, ...] = ()
    comment: str = ""


class Answered(_Fact, frozen=True):
    """Somebody's answer to a `collect` that asked them by name (`task`); the last one counts.

    `channel` is `phone` or `visit` where the actor wrote down what `person` said.
    """

    run: int
    task: int
    person: str
    values: tuple[Pair, ...]
    channel: str = ""


class Taken(_Fact, frozen=True):
    """接单: an offer was taken. `done`: there is no more to it."""

    run: int
    task: int
    person: str
    done: bool = False


class Handed(_Fact, frozen=True):
    """办结: what somebody handed in at their task. `origin` names the row that it is, where the step keeps rows."""

    run: int
    task: int
    person: str
    values: tuple[Pair, ...] = ()
    origin: str = ""
    comment: str = ""


class Timed(_Fact, frozen=True):
    """Moments of a run fired (`fired`), and those that remain. `late` is set once its due has passed."""

    run: int
    fired: tuple[str, ...]
    moments: tuple[Moment, ...]
    late: bool = False


class Resulted(_Fact, frozen=True):
    """A step is over for a run; `path` is the step's own name (with the row, inside an `each`)."""

    run: int
    path: str
    result: Result


class Cleared(_Fact, frozen=True):
    """报平安: a watcher of a live step says that all is well. `moments` are those of the run from now on, as in the facts below."""

    run: int
    person: str
    moments: tuple[Moment, ...] = ()


class Missed(_Fact, frozen=True):
    """An all-clear was owed and did not come."""

    run: int
    moments: tuple[Moment, ...] = ()


class Stopped(_Fact, frozen=True):
    """停播: a watcher took a live step off the air. `hooks`: the numbers of the deeds that called a webhook."""

    run: int
    person: str
    hooks: tuple[int, ...] = ()
    moments: tuple[Moment, ...] = ()


class Confirmed(_Fact, frozen=True):
    """Whether the webhook that deed `deed` of a stop called has arrived; where not, it will not any more."""

    run: int
    deed: int
    hook: str
    arrived: bool


class Agreed(_Fact, frozen=True):
    """A watcher wants a stopped live step to go on."""

    run: int
    person: str


class Restarted(_Fact, frozen=True):
    """复播: enough watchers agreed, it is on the air again."""

    run: int
    moments: tuple[Moment, ...] = ()


class Kept(_Fact, frozen=True):
    """Steps that will be gone through again, but saw nothing of what was changed: what was decided there still counts."""

    paths: tuple[str, ...]


class Dropped(_Fact, frozen=True):
    """Runs that were abandoned, their open tasks cancelled."""

    runs: tuple[int, ...]


class Returned(_Fact, frozen=True):
    """退回: who sent it back from where, and where to."""

    back: Back
    comment: str = ""


class Named(_Fact, frozen=True):
    """What a `do` numbered or set; of the row at hand where `run`, which goes over it, is no -1."""

    values: tuple[Pair, ...]
    run: int = -1


class Counted(_Fact, frozen=True):
    """What a `do` added to a counter of a unit."""

    name: str
    unit: str
    n: int


class Held(_Fact, frozen=True):
    """`amount` (fen) of an account is set aside for this item. `deed` says which deed did it: its step's path, `#` and its number."""

    currency: str
    account: str
    amount: int
    deed: str


class Released(_Fact, frozen=True):
    """What a deed had held, and was not paid, is the account's again."""

    currency: str
    account: str
    amount: int
    deed: str


class Paid(_Fact, frozen=True):
    """`amount` (fen) went from one account to another, `held` of it out of what this item held. `asked`: more was, and a cap cut it."""

    currency: str
    source: str
    target: str
    amount: int
    deed: str
    held: int = 0
    asked: int = 0


class Lacked(_Fact, frozen=True):
    """A hold could not be had: `asked` of an account that has `there`. The system rejects."""

    currency: str
    account: str
    asked: int
    there: int
    deed: str


class Added(_Fact, frozen=True):
    """What a `do` added to a list of the organisation: the columns of the row with their values, people's words sealed."""

    listed: str
    values: tuple[Pair, ...]


class Reported(_Fact, frozen=True):
    """What a `report` summed up, from the day `since` to the day `until`: one line a unit, its values in the order of `names`.

    `since` is empty where everything that ever was is summed up.
    """

    names: tuple[str, ...]
    since: str
    until: str
    lines: tuple[tuple[str, tuple[str, ...]], ...]
    step: str
    deed: int = 0


class Ran(_Fact, frozen=True):
    """A deed set an item of another flow going; nobody waits for it."""

    flow: str
    child: str


class Joined(_Fact, frozen=True):
    """An item that the step of a run set going has ended; only `done` counts as an approval."""

    run: int
    child: str
    code: str
    end: str


class Suspended(_Fact, frozen=True):
    """The item waits for an administrator, and why."""

    pause: Pause


class Resumed(_Fact, frozen=True):
    """An administrator let a suspended item go on."""


class Said(_Fact, frozen=True):
    """A comment, or the reason of an act. `comment` is a commitment."""

    comment: str


class Informed(_Fact, frozen=True):
    """Somebody was told: `what` is `tell publish remind escalate nudge unstaffed`; it decides nothing."""

    what: str
    to: tuple[str, ...]
    step: str = ""
    why: str = ""


class Ended(_Fact, frozen=True):
    """The item is over."""

    state: str


Fact = (
    Started
    | Fired
    | Committed
    | Drawn
    | Revised
    | Ranked
    | Merged
    | Noticed
    | Amended
    | Moved
    | Forked
    | Opened
    | Seated
    | Called
    | Voted
    | Taken
    | Handed
    | Answered
    | Timed
    | Resulted
    | Cleared
    | Missed
    | Stopped
    | Confirmed
    | Agreed
    | Restarted
    | Kept
    | Dropped
    | Returned
    | Named
    | Counted
    | Held
    | Released
    | Paid
    | Lacked
    | Added
    | Reported
    | Ran
    | Joined
    | Suspended
    | Resumed
    | Said
    | Informed
    | Ended
)


class Event(Struct, frozen=True, omit_defaults=True):
    """One decision about one item. `version` is dense from 1; its bytes, once chained, never change."""

    item: str
    version: int
    at: datetime
    command: str
    verb: str
    actor: str
    network: str
    facts: tuple[Fact, ...]


class Deed(Struct, frozen=True, omit_defaults=True):
    """An event of a stream that is not an item: an administrator's act, a refusal, a link. `facts` are pairs."""

    stream: str
    version: int
    at: datetime
    command: str
    verb: str
    actor: str
    network: str
    facts: tuple[tuple[str, Any], ...] = ()


__all__ = ["Deed", "Ended", "Event", "Fact", "Value"]
