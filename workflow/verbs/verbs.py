"""The verbs: one line each. A new verb is a file beside this one and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.verbs.answer import ANSWER, TALLY
from workflow.verbs.automatic import RESTAFF, WAKE
from workflow.verbs.back import RESUBMIT, RETURN
from workflow.verbs.child import CANCEL, JOINED
from workflow.verbs.hand import REASSIGN, TRANSFER
from workflow.verbs.join import JOIN
from workflow.verbs.noticing import WATCH
from workflow.verbs.submit import SUBMIT
from workflow.verbs.verb import Verb
from workflow.verbs.vote import APPROVE, REJECT
from workflow.verbs.watching import CLEAR, CONFIRM, RESTART, STOP
from workflow.verbs.whole import COMMENT, NUDGE, RETRY, TERMINATE, WITHDRAW
from workflow.verbs.work import ASSIGN, DECLINE, DONE, TAKE

VERBS: Mapping[str, Verb] = {
    verb.word: verb
    for verb in (
        SUBMIT, JOIN, WATCH, APPROVE, REJECT, RETURN, RESUBMIT, WITHDRAW, COMMENT, NUDGE, TRANSFER, REASSIGN, TERMINATE, RETRY, WAKE,
        RESTAFF, TAKE, DONE, DECLINE, ASSIGN, ANSWER, TALLY, CLEAR, STOP, RESTART, CONFIRM, JOINED, CANCEL,
    )
}  # fmt: skip
