"""What `each`, `draw` and `rank` go over: a list of the form, of a step before, of the organisation, or the units of a tier. Not here: its rows (steps)."""

from __future__ import annotations

from workflow.domain.tree import Ref
from workflow.grammars.kinds import Type, name_of
from workflow.grammars.tokens import is_name, is_slip, nearest
from workflow.language.entries import whole
from workflow.language.names import EXPORTS, Name
from workflow.language.reading import Reading, Settled
from workflow.language.text.nodes import Node, Scalar


def read_list(reading: Reading, node: Node, example: str, settled: Settled) -> tuple[Ref | None, Name | None]:
    """The list, and what is known of it; None where it cannot be told."""
    if isinstance(node, Scalar) and _is_tier(reading, node.text):
        return _bare(node), Name(Type("rows"))
    if reading.organisation is None and isinstance(node, Scalar) and _may_be_listed(reading, node.text):
        reading.desk.unverified(whole(node))
        return _bare(node), None
    found = reading.value(node, example, settled, sealed=False)
    if found is None:
        return None, None
    tree, kind = found
    if isinstance(tree, Ref) and kind.kind in {"rows", "unknown"}:
        listed = reading.names.find(tree.parts)
        for column in kind.columns:
            if column in EXPORTS:
                reading.desk.say("F324", node.place, word=column)
        return tree, listed[0] if listed is not None and kind.kind == "rows" else None
    zh, en = name_of(kind)
    if kind.kind != "unknown":
        reading.desk.say("F327", node.place, word=node.text if isinstance(node, Scalar) else "", zh=zh, en=en)
    return None, None


def _is_tier(reading: Reading, word: str) -> bool:
    """Whether a word is no name of the flow's but a tier: its units are rows."""
    organisation = reading.organisation
    return organisation is not None and word in organisation.tiers and reading.names.find((word,)) is None


def _may_be_listed(reading: Reading, word: str) -> bool:
    """Whether a word that the flow does not know, nor nearly so, may be an organisation's list."""
    names = reading.names
    near = nearest(word, list(names.names(())))
    return is_name(word) and names.find((word,)) is None and (near is None or not is_slip(word, near))


def _bare(node: Scalar) -> Ref:
    """A bare word as a name."""
    span = (0, len(node.text))
    return Ref(span, (node.text,), (span,))
