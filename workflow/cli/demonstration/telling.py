"""How the demonstration is told while it is played: who did what, and what they saw then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from workflow.cli.demonstration import screen, script
from workflow.cli.demonstration.screen import Json
from workflow.cli.demonstration.script import Act, Scene
from workflow.cli.tongue import say

_PHRASES: Final[dict[type[Act], tuple[str, str]]] = {
    script.Submits: ("提交《{item}》", "hands in “{item}”"),
    script.Approves: ("通过《{item}》", "approves “{item}”"),
    script.Rejects: ("驳回《{item}》：{reason}", "rejects “{item}”: {reason}"),
    script.Returns: ("退回《{item}》：{reason}", "returns “{item}”: {reason}"),
    script.Resubmits: ("修改重报《{item}》", "amends “{item}” and hands it in again"),
    script.Withdraws: ("撤回《{item}》", "withdraws “{item}”"),
    script.Comments: ("对《{item}》说：{words}", "comments on “{item}”: {words}"),
    script.HandsOver: ("把《{item}》转交给{to}：{reason}", "hands “{item}” over to {to}: {reason}"),
    script.Assigns: ("指派{to}办理《{item}》：{reason}", "assigns “{item}” to {to}: {reason}"),
    script.Nudges: ("催办《{item}》", "asks for haste with “{item}”"),
    script.ClicksLate: ("又点了《{item}》的“通过”", "presses “approve” of “{item}” too late"),
    script.Forges: ("按了一个伪造的按钮", "presses a forged button"),
    script.Pries: ("打开与己无关的《{item}》", "opens “{item}”, which is none of their business"),
    script.Reads: ("下载《{item}》的 {name}", "downloads {name} of “{item}”"),
    script.Types: ("发送 {text}", "sends {text}"),
    script.ClockOn: ("拨动时钟（《{item}》）", "moves the clock on (“{item}”)"),
    script.Ends: ("看《{item}》的结果", "looks how “{item}” ended"),
}


class Telling:
    """Lines to `write`: scenes, acts, and under each act what was seen, who was asked, or what did not hold."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self.write = write

    def scene(self, scene: Scene) -> None:
        """A heading."""
        self.write("")
        self.write(f"— {say(scene.zh, scene.en)} —")

    def act(self, act: Act, code: str) -> None:
        """Who did what."""
        facts = {name: getattr(act, name) for name in act.__dataclass_fields__}
        phrase = say(*_PHRASES[type(act)]).format(**facts)
        self.write(f"{act.who}  {phrase}" + (f"  [{code}]" if code else ""))

    def saw(self, text: str) -> None:
        """What they saw then."""
        if text:
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
