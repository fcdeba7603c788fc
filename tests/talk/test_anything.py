"""Whatever people do, in whatever order: nothing raises, nothing unclean is shown, and at most one command comes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.talk.stage import KEY, ORGANISATION, SHIPPED, Stage, buttons
from tests.talk.test_present import sound
from workflow.talk.commands import ALIASES, NAVIGATION
from workflow.talk.incoming import Filled, Pressed
from workflow.talk.tokens import VERBS, Press, version_of, write
from workflow.talk.view import Choice

PEOPLE = ("李明", "张伟", "刘洋", "王芳", "赵敏", "吕梁", "林国栋", "彭慧", "郭建军", "何亨利")
NASTY = (
    "\u202e反", "\x00", "\ud800", "a\u2066b\u2069", "{0}", "{name}", "%s", "<b>", "`x`", "字" * 5000, "2" * 400, "\n\n", "NaN", "1e999",
    "-0", str(2**63), "💥" * 50, "＜標題＞", "0001", "１２", "٣", "/", "／", "//", "/item \u202e", "/find \x00", "/new {x}",
)  # fmt: skip
SENSIBLE = (
    "清明祭扫", "丰富", "明天 9:00", "12月20日 9:00", "2026-12-20 10:00", "广场", "30", "是", "2小时", "平台01", "王芳", "理由", "1", "2", "3",
    "7", "提交", "完成", "加一行", "标题", *ALIASES, *(f"/{one}" for one in ALIASES), *NAVIGATION, "/new activity", "/new livestream",
)  # fmt: skip

texts = st.sampled_from(SENSIBLE) | st.sampled_from(NASTY) | st.text(max_size=30)
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from([one.name for flow in SHIPPED for one in flow.start.form])


class Anybody:
    """Does what it is told on a stage, and looks at everything afterwards."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.tokens: list[str] = []

    def do(self, data: st.DataObject) -> None:
        stage, person = self.stage, data.draw(st.sampled_from(PEOPLE))
        before = {one.id: one.version for one in stage.items.values()}
        match data.draw(
            st.sampled_from(("type", "file", "press", "press", "press", "stale", "made", "fill", "later", "number"))
        ):
            case "type":
                stage.type(person, data.draw(texts))
            case "file":
                name = data.draw(st.sampled_from(("a.pdf", "b.docx", "c.exe", "无名", "\u202efdp.exe")))
                stage.type(person, data.draw(st.sampled_from(("", "给你"))), (name, ""))
            case "number":
                stage.number(person, data.draw(texts))
            case "press":
                choices = [choice for view in stage.seen(person)[-6:] for choice in buttons(view)]
                if choices:
                    choice: Choice = data.draw(st.sampled_from(choices))
                    self.tokens.append(choice.token)
                    stage.hear(person, Pressed(person, person, choice.token))
            case "stale" if self.tokens:
                stage.hear(person, Pressed(person, person, data.draw(st.sampled_from(self.tokens))))
            case "made":
                stage.hear(person, Pressed(person, person, write(data.draw(self.presses(person)), KEY, "bot", person)))
            case "fill":
                flow = data.draw(st.sampled_from(SHIPPED))
                token = write(Press("start", version_of(flow.digest)), KEY, "bot", person)
                answers: dict[str, Any] = data.draw(st.dictionaries(fields | texts, json, max_size=5))
                stage.hear(person, Filled(person, person, token, answers))
            case "later":
                stage.until(timedelta(minutes=data.draw(st.sampled_from((1, 20, 31, 600, 5000)))))
                return
        grown = [one.id for one in stage.items.values() if one.version - before.get(one.id, 0) > 0]
        assert len(grown) <= 1
        assert all(one.version - before.get(one.id, 0) <= 1 for one in stage.items.values())
        for view in stage.seen(person)[-4:]:
            sound(view, ours=False)

    def presses(self, person: str) -> st.SearchStrategy[Press]:
        """Buttons that nobody was ever shown, but whose MAC holds."""
        top = self.stage.chat(person).dialogue.top
        subjects = [*self.stage.items, version_of(SHIPPED[0].digest), *([top.id] if top else [])]
        small = st.integers(0, 4)
        numbers = st.sampled_from([0, 1, 2, 3, *([top.no] if top else [])])
        return st.builds(
            Press, st.sampled_from(VERBS), st.sampled_from(subjects), numbers, small, small | st.just(2**32 - 1)
        )


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_anything(data: st.DataObject) -> None:
    anybody = Anybody()
    anybody.stage.activity()
    if data.draw(st.booleans()):
        anybody.stage.livestream()
    for _ in range(data.draw(st.integers(1, 25))):
        anybody.do(data)
    for person in (*PEOPLE, ORGANISATION.people[-1].id):
        for language in ("zh", "en"):
            for view in anybody.stage.seen(person, language):
                sound(view, ours=False)
