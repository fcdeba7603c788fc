"""A flow as the rule that people would have on paper, every default in force. `prose` is the room's face; the sentences stand in `words`."""

from workflow.language.prose.rule import prose

__all__ = ["prose"]
