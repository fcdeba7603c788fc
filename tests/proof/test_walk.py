"""The walk of a flow: what it counts, what it knows where; and that whatever an item does on the real decision core, the walk has met it."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flows.house import FLOWS, house
from tests.language.flows import definition, with_steps
from tests.language.imagined import flows
from workflow.domain.definition import Definition
from workflow.language.compile import compile_flow
from workflow.lifecycle import Lifecycle
from workflow.proof import walk as walking
from workflow.proof.paths import count_paths, shortest
from workflow.proof.people import sorts_of
from workflow.proof.walk import Walk, walked
from workflow.proof.words import told
from workflow.rehearsal import ways
from workflow.rehearsal.case import Sentence
from workflow.rehearsal.menu import acts, sentence
from workflow.rehearsal.play import tell
from workflow.rehearsal.stage import Stage


def walk_of(steps: str) -> Walk:
    return walked(definition(with_steps(steps)), {})


def test_a_row_of_reviews_has_one_path_for_each_rejection_and_one_to_the_end() -> None:
    walk = walk_of("甲: { review: 站.审核员 }\n乙: { review: 所.审核员 }\n丙: { review: 中心.审核员 }")
    assert count_paths(walk) == 4
    assert len(walk.states) == 7  # start, three steps, returned, rejected, done


def test_branches_side_by_side_are_walked_one_at_a_time() -> None:
    branches = ", ".join(f"步{n}: {{ review: 站.审核员, late: continue }}" for n in range(12))
    walk = walk_of(f"甲: {{ all: {{ {branches} }} }}\n乙: {{ review: 所.审核员 }}")
    assert len(walk.states) < 30  # every order of them would be 3 ** 12
    assert count_paths(walk) == 12 + 2**12 * 2  # a branch rejects; or each is passed or late, and the next step decides


def test_what_branches_leave_is_known_after_them() -> None:
    steps = """\
甲: { all: { 乙: { review: 站.审核员, reject: continue }, 丙: { review: 所.审核员, reject: continue } } }
丁: { when: 乙.结果 == 驳回 and 丙.结果 == 驳回, review: 中心.审核员 }
戊: { when: 乙.结果 == 通过 and 丁.结果 == 通过, review: 中心.审核员 }
己: { review: 中心.审核员 }"""
    walk = walk_of(steps)
    assert walk.seen["丁"].held >= 0
    assert walk.seen["丁"].failed >= 0
    assert walk.seen["戊"].held < 0  # 丁 opens only where 乙 was rejected


def test_a_return_to_the_submitter_forgets_what_the_form_said() -> None:
    walk = walk_of(
        "甲: { when: 人数 >= 100, review: 站.审核员 }\n乙: { when: 人数 < 100, review: 所.审核员 }\n丙: { review: 中心.审核员 }"
    )
    returned = next(state for state in walk.states if state.place == "returned")
    assert returned.store == walk.states[0].store
    assert walk.seen["乙"].held >= 0


def test_a_return_within_a_flow_keeps_what_came_before() -> None:
    walk = walk_of(
        "甲: { when: 人数 >= 100, review: 站.审核员 }\n乙: { review: 所.审核员, back: [甲] }\n丙: { when: 人数 > 500, review: 中心.审核员 }"
    )
    assert walk.seen["丙"].held < 0


def test_a_straight_way_back_is_taken_only_after_a_return() -> None:
    walk = walk_of(
        "甲: { review: 站.审核员 }\n乙: { review: 所.审核员 }\n丙: { review: 中心.审核员, back: [甲], resume: here }"
    )
    straight = [
        (at, move) for at, moves in enumerate(walk.moves) for move, _ in moves if move.word == "approve" and move.target
    ]
    assert straight
    assert all(walk.states[at].back == "甲>丙" for at, _ in straight)


def test_a_shortest_path_is_told_in_both_languages() -> None:
    flow = definition(
        with_steps("甲: { when: 人数 > 9, review: 站.审核员 }\n乙: { review: 所.审核员, back: [甲, 提交人] }")
    )
    walk = walked(flow, {})
    paths = shortest(walk)
    done = next(at for at, state in enumerate(walk.states) if state.place == "done")
    assert len(paths[done].moves) == 3
    returned = next(at for at, state in enumerate(walk.states) if state.place == "returned")
    assert told(flow, paths[returned], "zh") == "提交 → 甲 退回到提交人"
    assert told(flow, paths[returned], "en") == "handed in → 甲 returned to the submitter"


def test_too_many_states_are_walked_with_every_condition_open(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = "\n".join(
        f"步{n}: {{ when: 步{n - 1}.结果 == 驳回, review: 站.审核员, reject: continue }}"
        if n
        else "步0: { review: 站.审核员, reject: continue }"
        for n in range(9)
    )
    steps += "\n末: { when: " + " and ".join(f"步{n}.结果 == 驳回" for n in range(9)) + ", review: 所.审核员 }"
    whole = walk_of(steps)
    assert not whole.coarse
    monkeypatch.setattr(walking, "MOST_STATES", len(whole.states) - 5)
    rough = walk_of(steps)
    assert rough.coarse
    assert rough.taken >= whole.taken
    assert len(rough.states) < len(whole.states)


@pytest.mark.parametrize("shape", ["beside", "behind"])
def test_the_hardest_flow_is_proven_soon(shape: str) -> None:
    """Forty steps, each of which may come to two ends that a later condition looks at: 2 to the 40 states, if one met them all."""
    steps = [f"步{n}: {{ review: 站.审核员, reject: continue }}" for n in range(40)]
    last = "末: { when: " + " or ".join(f"步{n}.结果 == 驳回" for n in range(20)) + ", review: 所.审核员 }"
    text = "\n".join(steps) if shape == "behind" else f"并: {{ all: {{ {', '.join(steps)} }} }}"
    flow = definition(with_steps(f"{text}\n{last}"))
    began = time.thread_time()
    walk = walked(flow, {})
    assert walk.coarse
    assert count_paths(walk) > 40
    assert time.thread_time() - began < 10


@pytest.mark.parametrize("name", sorted(path.stem for path in FLOWS.glob("*.yaml") if not path.stem.endswith(".test")))
def test_every_edge_of_a_shipped_flow_is_walked(name: str) -> None:
    found = compile_flow((FLOWS / f"{name}.yaml").read_bytes(), name, organisation=house())
    assert found.definition is not None, found.findings
    taken = set().union(*(sort.walk.taken for sort in sorts_of(found.definition, house())))
    assert {way for way in ways.owed(found.definition) if replace(way, guard="") not in taken} == set()


# ------------------------------------------------------------------------------------------------- beside the real core


class Playing:
    """An item of an imagined flow, moved at random."""

    def __init__(self, flow: Definition, form: dict[str, Any], dice: random.Random) -> None:
        self.stage = Stage(flow, Lifecycle(flow), house())
        self.dice = dice
        self.stage.command("submit", "李明", {"flow": flow.flow, "form": form})

    def on(self) -> bool:
        """One act, or time that passes; False at the end."""
        item = self.stage.item
        if item is None or item.ended is not None or item.pause is not None:
            return False
        offers = [
            one for one in acts(self.stage, "zh") if not any(word in one for word in ("撤回", "终止", "催办", "重试"))
        ]
        if not offers or self.dice.random() < 0.15:
            if item.next_at is None:
                return False
            self.stage.until(max(item.next_at, self.stage.now) + timedelta(seconds=1))
            return True
        line = sentence(self.dice.choice(offers))
        assert isinstance(line, Sentence)
        tell(self.stage, line)
        return True


@settings(max_examples=40, deadline=None)
@given(
    flows(size=7),
    st.integers(1, 500),
    st.sampled_from([None, 300, 60000]),
    st.sampled_from(["活动", "讲座"]),
    st.randoms(use_true_random=False),
)
def test_whatever_an_item_does_was_walked(
    text: str, people: int, money: int | None, sort: str, dice: random.Random
) -> None:
    found = compile_flow(text, "trial", organisation=house())
    if found.definition is None:
        return
    form = {
        "标题": "读书会",
        "类别": sort,
        "开始日": "20工作日后",
        "人数": people,
        "负责人": "王芳",
        "名单": [{"姓名": "甲甲", "年龄": 70}, {"姓名": "乙乙", "年龄": 7}],
    }
    playing = Playing(found.definition, form if money is None else {**form, "预算": money}, dice)
    for _ in range(8):
        if not playing.on():
            break
    taken = set().union(*(sort.walk.taken for sort in sorts_of(found.definition, house())))
    walked_ = {replace(edge, guard="") for edge in ways.walked(playing.stage.events)}
    assert {edge for edge in walked_ if edge.trigger not in ("suspend", "withdraw", "terminate")} <= taken
