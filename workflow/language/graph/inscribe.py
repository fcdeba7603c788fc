"""What stands in the boxes: who decides, how many, until when, what is done. Short; the whole rule in words is prose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflow.domain import tree
from workflow.domain.definition import Action, Definition, Step
from workflow.grammars.respell import spelt
from workflow.language.graph.words import say
from workflow.language.prose.values import Pen
from workflow.language.prose.words import Language
from workflow.steps.kinds.kinds import KINDS
from workflow.steps.work import several


class Inscriber:
    """Writes a box's lines in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.pen = Pen(language, brief=True)

    def say(self, key: str, **facts: object) -> str:
        """A label of the table."""
        return say(self.language, key, **facts)

    def listed(self, words: Iterable[str]) -> str:
        return self.say("listed").join(words)

    def condition(self, value: tree.Value) -> str:
        """A condition, comparisons by their sign."""
        return self.pen.condition(value)

    def start(self, definition: Definition) -> tuple[str, tuple[str, ...]]:
        """The title and the lines of the box in which an item begins."""
        start = definition.start
        who = [self.say("anyone")] if start.anyone else []
        who += [_actor(one) for one in start.by]
        lines = [self.listed(who)] if who else []
        if start.at is not None:
            lines.append(spelt(start.at, self.language))
        return self.say("start"), tuple(lines or [self.say("unasked")])

    def lines(self, step: Step) -> tuple[str, ...]:
        """The lines of a step's box below its name."""
        return tuple(self._lines(step, step.body[0] if step.kind == "each" else step))

    def _lines(self, step: Step, core: Step) -> Iterator[str]:
        if core.kind in {"all", "steps"}:
            yield self.say(f"kind.{core.kind}")
        if core.kind == "do":
            yield from self._deeds(core.own["actions"])
        if KINDS[core.kind].votes:
            yield self.listed(_actor(one) for one in core.who)
            yield from self._asked(core)
        if KINDS[core.kind].actors == "ask":
            yield self.listed(_actor(one) for one in core.who)
            yield from self._gathered(core)
        if "take" in core.own:
            yield self.listed(_actor(one) for one in core.who)
            yield self._hands(core)
        if "stop" in core.own:
            yield from self._live(core)
        if "of" in core.own:
            yield from self._taken(core)
        if "flow" in core.own:
            yield self.say("kind.run", flow=core.own["flow"])
        if step.each is not None:
            yield self.say("each", rows=".".join(step.each.parts))
        if step.where is not None:
            yield self.say("where", condition=self.condition(step.where))
        yield from self._times(step, core)

    def _hands(self, core: Step) -> str:
        """How a task finds its people, how many, and of how many fields."""
        said = [self.say(f"hands.{core.own['take']}")]
        if isinstance(core.need, tree.Everyone):
            said.append(self.say("hands.all"))
        elif several(core):
            said.append(
                self.say(
                    "hands.need",
                    need=self.pen.value(core.need) if isinstance(core.need, tree.Number | tree.Ref) else "…",
                )
            )
        if core.form:
            said.append(self.say("form", n=len(core.form)))
        return " · ".join(said)

    def _live(self, core: Step) -> Iterator[str]:
        """Who watches, how often they say that all is well, what a stop does, and how many set it going again."""
        yield self.say("live.watch", who=self.listed(_actor(one) for one in core.who))
        if (beat := core.own.get("beat")) is not None:
            yield self.say("live.beat", duration=self.pen.duration(beat))
        deeds = self.listed(self._deeds(core.own["stop"]))
        yield self.say("live.stop", deeds=deeds)
        yield self.say("live.restart", n=core.own["restart"])

    def _taken(self, core: Step) -> Iterator[str]:
        """From which list, by what, and how many."""
        rows = ".".join(core.own["of"].parts)
        yield self.say(f"kind.{core.kind}", rows=rows)
        if core.kind == "rank":
            yield self.say("score", score=self.pen.value(core.own["score"].tree))
        said = []
        match core.need:
            case tree.Everyone() | tree.InOrder():
                said.append(self.say("rows.all"))
            case tree.Number() | tree.Ref():
                said.append(self.say("rows", need=self.pen.value(core.need)))
        if "spread" in core.own:
            said.append(self.say("spread", column=core.own["spread"]))
        if (within := core.own.get("within")) is not None:
            said.append(self.say("within", condition=self.condition(within)))
        if said:
            yield " · ".join(said)

    def _gathered(self, core: Step) -> Iterator[str]:
        """How many answers, of how many fields, and how long they are secret."""
        said = []
        if isinstance(core.need, tree.Everyone | tree.InOrder):
            said.append(self.say("answers.all"))
        elif isinstance(core.need, tree.Number | tree.Ref):
            said.append(self.say("answers.number", need=self.pen.value(core.need)))
        if core.form:
            said.append(self.say("form", n=len(core.form)))
        if core.secret:
            said.append(self.say("secret", step=core.secret.rpartition("/")[2]))
        if said:
            yield " · ".join(said)

    def _asked(self, core: Step) -> Iterator[str]:
        said = [] if isinstance(core.need, tree.Number) and core.need.value == 1 else [self.need(core.need)]
        if items := core.own.get("items"):
            said.append(self.say("items", n=len(items)))
        if core.form:
            said.append(self.say("form", n=len(core.form)))
        if said:
            yield " · ".join(said)

    def need(self, need: tree.Need | None) -> str:
        """How many have to approve."""
        match need:
            case tree.Everyone():
                return self.say("need.all")
            case tree.InOrder():
                return self.say("need.in_order")
            case tree.Number(percent=True):
                return self.say("need.percent", need=self.pen.value(need))
            case tree.NeedChoose():
                return self.say(
                    "need.if", condition=self.condition(need.condition), then=self.need(need.then),
                    otherwise=self.need(need.otherwise),
                )  # fmt: skip
            case tree.Ref() | tree.Number() if not (isinstance(need, tree.Number) and need.value == 1):
                return self.say("need.number", need=self.pen.value(need))
        return self.say("need.one")

    def _times(self, step: Step, core: Step) -> Iterator[str]:
        if step.open is not None:
            yield self.say("open", moment=self.pen.moment(step.open))
        timed = step if step.due is not None else core
        if isinstance(timed.due, tree.Duration):
            yield self.say("due.after", duration=self.pen.duration(timed.due))
        elif timed.due is not None:
            yield self.say("due.at", moment=self.pen.moment(timed.due))
        if core.reject == "continue":
            yield self.say("goes_on.reject")
        if timed.due is not None and _goes_on(timed):
            yield self.say("goes_on.late")

    def _deeds(self, actions: Iterable[Action]) -> Iterator[str]:
        for action in actions:
            what = [*(name for name, _ in action.names), *(_actor(one) for one in action.to), *action.outlets]
            if action.word in {"hold", "pay"}:
                what = [f"{action.own['currency']} {self.pen.value(action.own['amount'])}"]
            elif action.word == "add":
                what = [action.own["list"]]
            elif action.word == "run":
                what = [action.own["flow"]]
            yield self.say(f"deed.{action.word}", what=self.listed(what))


def _goes_on(step: Step) -> bool:
    return step.late == "continue" or bool(
        step.late and step.late[-1] and getattr(step.late[-1], "then", "") == "continue"
    )


def _actor(actor: tree.Actor) -> str:
    """An actor as a coordinator writes it."""
    return ("各" if actor.who.every else "") + ".".join(actor.who.parts)
