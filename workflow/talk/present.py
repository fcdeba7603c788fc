"""What a message is about becomes what people see, made anew whenever it is shown. Not here: the cards themselves (cards/)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from workflow.talk.about import About, Detail, Handed, Line, Page, Prompt, Question, Status, Told
from workflow.talk.cards import detail, document, listing, notice, parts, prompt, question, status
from workflow.talk.scene import Scene
from workflow.talk.view import Notice, View

_PRESENT: Final[Mapping[type, Callable[[Any, Scene], View]]] = {
    Prompt: prompt.prompt,
    Status: status.status,
    Told: notice.told,
    Question: question.question,
    Detail: detail.detail,
    Handed: document.handed,
    Page: listing.page,
    Line: notice.line,
}


def present(about: About, scene: Scene) -> View:
    """The view of a message for the reader of `scene`. An item that is not there (any more) is said to be so.

    In a group, of a secret item nothing but its number and its link is shown, whatever the message is about.
    """
    if name := getattr(about, "item", ""):
        item = scene.items.get(name)
        if item is None:
            return Notice(scene.say("refused.no_such_item"))
        if scene.definition(item).secret and not scene.private:
            return parts.veiled(item, scene)
    return _PRESENT[type(about)](about, scene)
