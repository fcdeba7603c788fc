"""How the demonstration is told while it is played: who did what, and what they saw then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from workflow.cli.demonstration import acts, screen
from workflow.cli.demonstration.acts import Act, Scene
from workflow.cli.demonstration.screen import Json
from workflow.cli.tongue import say

_PHRASES: Final[dict[type[Act], tuple[str, str]]] = {
    acts.Submits: ("提交《{item}》", "hands in “{item}”"),
    acts.Approves: ("通过《{item}》", "approves “{item}”"),
    acts.Rejects: ("驳回《{item}》：{reason}", "rejects “{item}”: {reason}"),
    acts.Returns: ("退回《{item}》：{reason}", "returns “{item}”: {reason}"),
    acts.Resubmits: ("修改重报《{item}》", "amends “{item}” and hands it in again"),
    acts.FillsIn: ("点“{button}”，填好《{item}》", "presses “{button}” of “{item}” and fills it in"),
    acts.Presses: ("对《{item}》点“{button}”", "presses “{button}” of “{item}”"),
    acts.Opens: ("在待办里打开《{item}》", "opens “{item}” from the inbox"),
    acts.Finds: ("看到《{item}》来了", "sees “{item}” come"),
    acts.Withdraws: ("撤回《{item}》", "withdraws “{item}”"),
    acts.Comments: ("对《{item}》说：{words}", "comments on “{item}”: {words}"),
    acts.HandsOver: ("把《{item}》转交给{to}：{reason}", "hands “{item}” over to {to}: {reason}"),
    acts.Assigns: ("指派{to}办理《{item}》：{reason}", "assigns “{item}” to {to}: {reason}"),
    acts.Nudges: ("催办《{item}》", "asks for haste with “{item}”"),
    acts.ClicksLate: ("又点了《{item}》的“通过”", "presses “approve” of “{item}” too late"),
    acts.Forges: ("按了一个伪造的按钮", "presses a forged button"),
    acts.Pries: ("打开与己无关的《{item}》", "opens “{item}”, which is none of their business"),
    acts.Reads: ("下载《{item}》的 {name}", "downloads {name} of “{item}”"),
    acts.Types: ("发送 {text}", "sends {text}"),
    acts.ClockOn: ("拨动时钟（《{item}》）", "moves the clock on (“{item}”)"),
    acts.Ends: ("看《{item}》的结果", "looks how “{item}” ended"),
}


class Telling:
    """Lines to `write`: scenes, acts, and under each act what was seen, who was asked, or what did not hold."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self.write = write
        self.last = ""

    def scene(self, scene: Scene) -> None:
        """A heading."""
        self.write("")
        self.write(f"— {say(scene.zh, scene.en)} —")

    def act(self, act: Act, code: str) -> None:
        """Who did what."""
        facts = {name: getattr(act, name) for name in act.__dataclass_fields__}
        if facts.get("button"):
            facts["button"] = say(*screen.LABELS[facts["button"]][:2])
        phrase = say(*_PHRASES[type(act)]).format(**facts)
        self.write(f"{act.who}  {phrase}" + (f"  [{code}]" if code else ""))
        self.last = ""

    def saw(self, text: str) -> None:
        """What they saw then; the same is said once."""
        if text and text != self.last:
            self.last = text
            self.write(f"      {say('看到', 'sees')}: {' '.join(text.split())[:110]}")

    def asked(self, names: tuple[str, ...]) -> None:
        """Who was asked then, in their own windows."""
        if names:
            self.write(f"      {say('请办', 'asked')}: {'、'.join(names)}")

    def unmet(self, why: str) -> None:
        """What did not hold."""
        self.write(f"    ✗ {why}")

    def instead(self, messages: Sequence[Json]) -> None:
        """What they saw instead."""
        for one in messages:
            self.write(f"      {say('实际看到', 'saw instead')}: {' '.join(screen.words(one).split())[:240]}")
