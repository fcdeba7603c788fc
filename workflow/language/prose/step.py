"""One step in words: who, how many, when, what lateness, a rejection and a return do; every default says that it is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from workflow.domain import places, tree
from workflow.domain.definition import Definition, Step
from workflow.language.prose.deeds import deeds, rungs
from workflow.language.prose.forms import form
from workflow.language.prose.live import set_going, stopped, watched
from workflow.language.prose.people import who
from workflow.language.prose.rows import taken
from workflow.language.prose.running import ran
from workflow.language.prose.values import Pen, number
from workflow.language.prose.words import listed
from workflow.language.prose.work import found
from workflow.language.steps import DUE
from workflow.steps.kinds.kinds import KINDS
from workflow.steps.moments import BY_DEFAULT


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the rule: sentences, or one item (`item`) of what the line before announces, `depth` deep."""

    said: str
    item: bool = False
    depth: int = 0


class Telling:
    """One step being told. `inside`: it stands in another, whose deadline bounds it and whose rejection its own is."""

    def __init__(self, pen: Pen, definition: Definition, step: Step, *, inside: bool) -> None:
        self.pen, self.definition, self.inside = pen, definition, inside
        self.whole = step if step.kind == "each" else None
        self.step = step.body[0] if step.kind == "each" else step
        self.outer = step

    def rules(self) -> Iterator[Rule]:
        """Everything that is in force for it, in the order in which it matters."""
        yield from self.done()
        if self.whole is not None:
            yield self.line(*self.rows())
        kind = KINDS[self.step.kind]
        if kind.votes:
            weight = self.step.own.get("weight")
            yield self.line(self.needed(), *([self.say("need.weight", column=weight)] if weight else []))
            yield from self.filled_in()
        elif "take" in self.step.own:
            yield self.line(*found(self.pen, self.step))
            yield from self.filled_in()
        elif kind.actors == "ask":
            yield self.line(self.gathered(self.step.need))
            yield from self.filled_in()
        yield self.line(self.admitted(), self.opened())
        if kind.votes or kind.value == "steps" or self.outer.due is not None:
            yield from self.timed()
        if kind.votes or kind.value in ("steps", "flow"):
            yield self.line(*self.refused())
        if kind.votes:
            yield self.line(self.shown())
        if self.outer.urgent or self.step.urgent:
            yield self.line(self.say("step.urgent"))
        if self.outer.tell:
            yield self.line(self.say("tell.when.over", who=who(self.pen, self.definition, self.outer.tell)))
        if self.outer.help:
            yield Rule(self.say("step.help", help=self.outer.help))

    def say(self, key: str, *, default: bool = False, **facts: object) -> str:
        return self.pen.say(key, **facts) + (self.pen.say("default") if default else "")

    def line(self, *sentences: str) -> Rule:
        return Rule(sentences_of(self.pen, sentences))

    # ------------------------------------------------------------------------------------------- sentences

    def admitted(self) -> str:
        if self.outer.when is None:
            return self.say("step.always", default=True)
        return self.say("step.when", condition=self.pen.condition(self.outer.when))

    def opened(self) -> str:
        if self.outer.open is None:
            return self.say("step.opens.at_once", default=True)
        return self.say("step.opens", moment=self.pen.moment(self.outer.open))

    def rows(self) -> Iterator[str]:
        each = self.outer.each
        yield self.say("step.each", rows=".".join(each.parts) if each is not None else self.outer.name)
        if self.outer.where is not None:
            yield self.say("step.where", condition=self.pen.condition(self.outer.where))

    def done(self) -> Iterator[Rule]:
        step = self.step
        if step.kind == "do":
            yield Rule(self.say("step.do"))
            for said in deeds(self.pen, self.definition, step.own["actions"]):
                yield Rule(sentences_of(self.pen, [said]), item=True)
            return
        if "of" in step.own:
            yield self.line(*taken(self.pen, step))
            return
        if "flow" in step.own:
            yield self.line(*ran(self.pen, step))
            return
        if "stop" in step.own:
            yield self.line(*watched(self.pen, self.definition, step))
            yield Rule(self.say("live.stop"))
            for said in stopped(self.pen, self.definition, step):
                yield Rule(sentences_of(self.pen, [said]), item=True)
            yield self.line(set_going(self.pen, step))
            return
        people = who(self.pen, self.definition, step.who)
        items = listed(self.pen.language, step.own.get("items", ()))
        yield self.line(self.say(f"step.{step.kind}", who=people, items=items))

    def needed(self) -> str:
        need = self.step.need
        return self.need(need) + (self.pen.say("default") if _one(need) else "")

    def need(self, need: tree.Need | None) -> str:
        match need:
            case tree.Everyone():
                return self.say("need.all")
            case tree.InOrder():
                return self.say("need.in_order")
            case tree.Number(percent=True) | tree.Ref():
                percent = isinstance(need, tree.Number)
                return self.say("need.percent" if percent else "need.number", need=self.pen.value(need))
            case tree.Number(value=value) if value != 1:
                return self.say("need.number", need=number(value))
            case tree.NeedChoose():
                return self.say(
                    "need.if", condition=self.pen.condition(need.condition), then=self.need(need.then),
                    otherwise=self.need(need.otherwise),
                )  # fmt: skip
        return self.say("need.one")

    def gathered(self, need: tree.Need | None) -> str:
        """How many answers end a `collect`."""
        match need:
            case tree.Everyone() | tree.InOrder():
                return self.say("answers.all")
            case tree.Number() | tree.Ref():
                percent = isinstance(need, tree.Number) and need.percent
                return self.say("answers.percent" if percent else "answers.number", need=self.pen.value(need))
            case tree.NeedChoose():
                return self.say(
                    "need.if", condition=self.pen.condition(need.condition), then=self.gathered(need.then),
                    otherwise=self.gathered(need.otherwise),
                )  # fmt: skip
        return self.say("answers.open", default=True)

    def filled_in(self) -> Iterator[Rule]:
        if not self.step.form:
            return
        kind = KINDS[self.step.kind]
        yield Rule(self.say("answers.form" if kind.actors == "ask" else "form.own" if kind.votes else "task.form"))
        for depth, line in form(self.pen, self.definition, self.step.form):
            yield Rule(line, item=True, depth=depth)
        if self.step.must is not None:
            yield Rule(sentences_of(self.pen, [self.say("form.must", condition=self.pen.condition(self.step.must))]))
        if self.step.secret:
            yield self.line(self.say("form.secret", step=self.step.secret.rpartition("/")[2]))

    def timed(self) -> Iterator[Rule]:
        """The deadline, the reminders on the way, and what lateness does; where the whole has a deadline, its own alone."""
        timed = self.outer if self.outer.due is not None else self.step
        said = [self.due(timed)]
        if timed.due is not None and KINDS[self.step.kind].hurried:
            said.append(self.reminded())
        if timed.due is None:
            yield self.line(*said)
        elif isinstance(timed.late, str):
            late = self.say(
                f"late.{timed.late}", default=timed.late == KINDS[self.step.kind].late, rejected=self.rejected()
            )
            yield self.line(*said, late)
        else:
            yield Rule(sentences_of(self.pen, [*said, self.say("late.ladder")], open_end=True))
            for rung in rungs(self.pen, self.definition, timed.late, self.rejected()):
                yield Rule(sentences_of(self.pen, [rung]), item=True)

    def due(self, step: Step) -> str:
        if step.due is None:
            return self.say("due.none", default=True)
        if isinstance(step.due, tree.Duration):
            due = self.say("due.after", duration=self.pen.duration(step.due))
        elif (lasting := self.lasting(step.due)) is not None:
            due = self.say("due.lasting", name=lasting)
        else:
            due = self.say("due.at", moment=self.pen.moment(step.due))
        said = self.say("due", due=due, default=_same(step.due, DUE))
        return said + (("；" if self.pen.language == "zh" else "; ") + self.say("due.outer") if self.inside else "")

    def lasting(self, due: tree.Value) -> str | None:
        """The field that says how long, where one does."""
        field = self.definition.field(due.parts[0]) if isinstance(due, tree.Ref) and len(due.parts) == 1 else None
        return field.name if field is not None and field.type == "duration" else None

    def reminded(self) -> str:
        step = self.step
        if step.remind is None:
            shares = self.say("and").join(self.say("remind.share", share=share) for share in BY_DEFAULT)
            return self.say("remind", moments=self.say("remind.default", shares=shares), default=True)
        if not step.remind:
            return self.say("remind.none")
        moments = listed(self.pen.language, [self._reminder(one) for one in step.remind])
        return self.say("remind", moments=moments)

    def _reminder(self, value: tree.Value) -> str:
        said = self.pen.moment(value)
        if isinstance(value, tree.Duration):
            return self.say("remind.after", duration=said)
        return said

    def rejected(self) -> str:
        return self.say("rejected.around" if self.inside else "rejected.end")

    def refused(self) -> Iterator[str]:
        step = self.step
        ends = "reject.around" if self.inside else "reject.end"
        yield self.say("reject.continue") if step.reject == "continue" else self.say(ends, default=True)
        if not KINDS[step.kind].votes:
            return
        if not step.back:
            yield self.say("back.none")
            return
        named = {places.SUBMITTER: "back.submitter", places.ROW: "back.giver"}
        last = [one.rpartition("/")[2] for one in step.back]
        names = [self.say(named[one]) if one in named else one for one in last]
        targets = listed(self.pen.language, names)
        yield self.say("back", targets=targets, default=step.back == (places.SUBMITTER,))
        yield self.say(f"resume.{step.resume}", default=step.resume == "again")
        if step.reopen_on is not None:
            yield self.say("reopen.some", names=listed(self.pen.language, step.reopen_on))

    def shown(self) -> str:
        if not self.step.show:
            return self.say("show.all", default=True)
        return self.say("show.some", names=listed(self.pen.language, self.step.show))


def sentences_of(pen: Pen, sentences: Iterator[str] | list[str] | tuple[str, ...], *, open_end: bool = False) -> str:
    """Sentences one after the other, the first letter of each a capital; the mark of a default stands before the stop."""
    stop = pen.say("stop")
    said = [one[:1].upper() + one[1:] for one in sentences]
    whole = (stop if pen.language == "zh" else f"{stop} ").join(said)
    return whole if open_end else whole + stop


def _one(need: tree.Need | None) -> bool:
    return need is None or (isinstance(need, tree.Number) and need.value == 1 and not need.percent)


def _same(one: tree.Value, other: tree.Value) -> bool:
    """Whether two trees say the same, wherever they stand."""
    return msgspec.structs.replace(one, span=(0, 0)) == other
