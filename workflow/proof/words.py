"""A path and what is known at its end, as people read it, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from workflow.domain import places
from workflow.domain.definition import Definition
from workflow.proof.paths import Path
from workflow.proof.space import Space
from workflow.proof.walk import Move
from workflow.steps.amending import is_giver

Language = Literal["zh", "en"]
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "submit": ("提交", "handed in"), "resubmit": ("重新提交", "handed in again"),
    "approve": ("通过", "approved"), "reject": ("驳回", "rejected"), "skip": ("跳过", "skipped"),
    "lapse": ("逾期后继续", "late, and on"), "expire": ("逾期驳回", "late, which rejects"), "cancel": ("取消", "cancelled"),
    "return": ("退回到{to}", "returned to {to}"), "enter": ("开始", "opens"),
}  # fmt: skip
_DONE: Final = ("办完", "over")


def told(definition: Definition, path: Path, language: Language) -> str:
    """`提交 → 站初审 通过 → 中心终审 跳过`."""
    return " → ".join(_told(definition, path, language))


def _told(definition: Definition, path: Path, language: Language) -> Iterator[str]:
    for move in path.moves:
        step = definition.places.get(move.place)
        zh, en = _WORDS[move.word]
        if move.word == "approve" and step is not None and (step.body or step.kind == "do"):
            zh, en = _DONE
        said = (zh if language == "zh" else en).format(to=_to(definition, move, language))
        if step is None:
            yield said
        elif step.place.endswith(f"/{places.ROW}") and language == "zh":
            yield f"{step.name}的一行 {said}"
        else:
            yield f"{step.name} {said}"


def _to(definition: Definition, move: Move, language: Language) -> str:
    if is_giver(move.target):
        return {"zh": "这一行的提交人", "en": "who gave the row"}[language]
    if move.target in definition.places:
        return definition.places[move.target].name
    return {"zh": "提交人", "en": "the submitter"}[language]


def known(space: Space, path: Path) -> list[tuple[str, str]]:
    """What the conditions on the path leave of the form's fields."""
    return list(space.told(path.store)) if path.store else []
