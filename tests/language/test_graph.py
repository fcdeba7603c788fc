"""The picture of a flow: everything is on it, nothing lies on anything else, and it is the same every time."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.flows.house import FLOWS, house
from tests.language.flows import compiled
from tests.language.imagined import flows
from workflow.domain import places
from workflow.domain.definition import Definition
from workflow.language.compile import compile_flow
from workflow.language.graph.dot import dot
from workflow.language.graph.layout import INK, Rect
from workflow.language.graph.look import RULES
from workflow.language.graph.mermaid import mermaid
from workflow.language.graph.route import Picture, picture_of
from workflow.language.graph.shape import JOIN, Shape, core_of, shape_of
from workflow.language.graph.svg import svg
from workflow.language.graph.type import SMALL, TITLE, width, wrapped
from workflow.language.graph.words import WORDS
from workflow.language.prose.words import Language
from workflow.steps.kinds.kinds import KINDS

PICTURES = Path(__file__).parents[2] / "docs/pictures"
SHIPPED = ("activity", "livestream")
FIFTEEN = """\
flow: fifteen
title: 志愿服务项目全过程管理
start:
  by: 站.协调员
  form:
    标题: text 2..40
    时间: datetime >= 1工作日后
    人数: int 1..5000
    预算?: money 0..200000
    负责人: person 所.审核员
    医生: { rows: { 姓名: text 2..20, 年龄: int 1..120 } }
steps:
  站初审: { review: 站.审核员, due: 1工作日 }
  站复核: { review: 站.审核员, need: all, back: [提交人, 站初审], resume: here }
  所受理: { check: 所.组织委员, items: [材料齐全, 表述准确], late: continue }
  资质关: { each: 医生, where: 各.年龄 >= 60, check: 所.组织委员, items: [证书有效, 身份相符], reject: continue, due: 2工作日 }
  三方会签:
    due: 5工作日
    late: { 0日: { tell: 中心.协调员, text: <标题>已逾期 }, 2工作日: cancel }
    all:
      卫生: { review: 所.审核员 }
      安全: { steps: { 安全初查: { review: 站.审核员 }, 安全复查: { check: 所.现场负责人, items: [场地], back: [安全初查, 提交人], resume: here } } }
      宣传: { review: 中心.审核员, when: 人数 >= 300 }
  大额审批: { when: has(预算) and 预算 > 5万, review: 中心.审核员, need: 2, back: [提交人, 所受理], late: reject }
  负责人确认: { review: 负责人, need: 2 if 人数 > 500 else 1 }
  中心终审: { review: 中心.审核员, need: 60%, back: [提交人, 站初审, 所受理] }
  补救: { when: 中心终审.轮次 > 1, review: 中心.分管领导, late: cancel }
  现场关: { check: 所.现场负责人, need: 2, open: 时间前 2小时, due: 时间前 15分钟, late: cancel, items: [设备, 场地] }
  归档: { do: [ { number: { 编号: YZ-<年>-<0001 每年> } }, { count: { 场次: 1 } }, { publish: [公众号, 站群] } ] }
"""


def shipped(name: str) -> Definition:
    found = compile_flow((FLOWS / f"{name}.yaml").read_bytes(), name, organisation=house())
    assert found.definition is not None
    return found.definition


def fifteen() -> Definition:
    found = compile_flow(FIFTEEN, "fifteen", organisation=house())
    assert found.definition is not None, found.findings
    assert len(found.definition.places) >= 15
    return found.definition


def shapes() -> list[Shape]:
    return [shape_of(one, "zh", house()) for one in (*map(shipped, SHIPPED), fifteen())]


def apart(one: Rect, other: Rect) -> bool:
    return one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y


def meets(low: tuple[float, float], high: tuple[float, float], rect: Rect) -> bool:
    """Whether a straight piece runs through a box; along its edge is not through it."""
    (x, y), (to_x, to_y) = sorted((low, high))
    return rect.x < max(x, to_x) and min(x, to_x) < rect.right and rect.y < max(y, to_y) and min(y, to_y) < rect.bottom


def sound(picture: Picture) -> None:
    """Boxes apart and within their lanes, their words inside, every arrow from its box to its box and through none."""
    layout = picture.layout
    for one, other in combinations(layout.rects.values(), 2):
        assert apart(one, other), (one, other)
    lanes = {lane.id: lane for lane in layout.lanes}
    for placed in layout.placed.values():
        assert placed.rect.x >= 0
        assert placed.rect.right <= layout.width
        assert placed.rect.bottom <= layout.height
        if placed.box.lane in lanes and placed.rect.w <= INK * 1.2:
            lane = lanes[placed.box.lane]
            assert lane.x < placed.rect.x
            assert placed.rect.right < lane.x + lane.w
        for line in placed.title:
            assert width(line, TITLE) <= placed.rect.w - 8
        for line in (*placed.lines, *placed.gate_lines):
            assert width(line, SMALL) <= placed.rect.w - 8
    for route in picture.routes:
        source, target = layout.placed[route.arrow.source], layout.placed[route.arrow.target]
        assert all(x == to_x or y == to_y for (x, y), (to_x, to_y) in pairwise(route.way))
        assert on_edge(route.way[0], source.gate if route.arrow.kind == "skip" and source.gate else source.rect)
        assert on_edge(route.way[-1], target.hull)
        for low, high in pairwise(route.way):
            for id_, rect in layout.rects.items():
                inside = Rect(rect.x + 1, rect.y + 1, rect.w - 2, rect.h - 2)
                assert id_ in {route.arrow.source, route.arrow.target} or not meets(low, high, inside), (route, id_)


def on_edge(point: tuple[float, float], rect: Rect) -> bool:
    (x, y) = point
    across = rect.x <= x <= rect.right and (y in {rect.y, rect.bottom})
    return across or (rect.y <= y <= rect.bottom and (x in {rect.x, rect.right}))


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape.title)
def test_nothing_lies_on_anything_else(shape: Shape) -> None:
    picture = picture_of(shape)
    sound(picture)
    assert [route.arrow for route in picture.routes if not route.clear] == []


@given(flows())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_lies_on_anything_else_in_any_flow(text: str) -> None:
    sound(picture_of(shape_of(definition(text), "zh")))


def definition(text: str) -> Definition:
    found = compiled(text, checked=False)
    assert found.definition is not None, found.findings
    return found.definition


@given(flows())
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_step_is_a_box_and_every_way_of_the_machine_an_arrow(text: str) -> None:
    flow = definition(text)
    shape = shape_of(flow, "zh")
    rows = {core_of(one).place for one in flow.places.values() if one.kind == "each"}
    assert {one.id for one in shape.boxes if not one.id.endswith(JOIN)} - places.RESERVED == set(flow.places) - rows
    drawn = {(arrow.kind, arrow.source, arrow.target) for arrow in shape.arrows}
    for edge in flow.edges:
        if (
            edge.trigger.startswith("return>")
            and KINDS[flow.places[edge.source].kind].votes
            and edge.source not in rows
        ):
            target = edge.trigger.removeprefix("return>")
            assert ("return", edge.source, places.START if target == places.SUBMITTER else target) in drawn
    for step in flow.places.values():
        core = core_of(step)
        if step.place not in rows and KINDS[core.kind].votes:
            assert sum(kind == "reject" and source == step.place for kind, source, _ in drawn) == 1
        if step.place not in rows:
            assert (step.when is not None) == any(kind == "skip" and source == step.place for kind, source, _ in drawn)
    forward = {
        place: {target for kind, source, target in drawn if source == place and kind == "next"}
        for place in (one.id for one in shape.boxes)
    }
    assert reached(forward) == set(forward) - {places.REJECTED, places.CANCELLED}, (
        "every step can be reached by approvals alone"
    )


def reached(forward: dict[str, set[str]]) -> set[str]:
    found, waiting = {places.START}, [places.START]
    while waiting:
        fresh = forward[waiting.pop()] - found
        found |= fresh
        waiting += fresh
    return found


def test_where_rejections_and_lateness_lead() -> None:
    flow = definition(
        "flow: trial\ntitle: 试验\nstart: { by: 站.协调员, form: { 标题: text 2..40 } }\nsteps:\n"
        "  甲: { review: 站.审核员, reject: continue, late: continue }\n"
        "  乙:\n    reject: continue\n    all: { 丙: { review: 站.审核员, late: reject }, 丁: { review: 所.审核员, late: cancel, reject: continue } }\n"
        "  戊: { review: 所.审核员, due: 1日, late: { 0日: { tell: 所.协调员 }, 1日: reject } }\n"
    )
    ways = {
        (arrow.source, arrow.kind): arrow.target
        for arrow in shape_of(flow, "zh").arrows
        if arrow.kind in {"reject", "late"}
    }
    assert ways == {
        ("甲", "reject"): "乙", ("甲", "late"): "乙", ("乙/丙", "reject"): "戊", ("乙/丙", "late"): "戊", ("乙/丁", "reject"): "乙/+",
        ("乙/丁", "late"): "cancelled", ("戊", "reject"): "rejected", ("戊", "late"): "rejected",
    }  # fmt: skip


def test_tiers_are_lanes_from_the_lowest_up() -> None:
    assert [label for _, label in shape_of(fifteen(), "zh", house()).lanes] == ["站", "所", "中心", "指定的人", "系统"]
    assert [label for _, label in shape_of(shipped("livestream"), "en", house()).lanes] == ["所", "中心", "System"]


@pytest.mark.parametrize("name", SHIPPED)
def test_the_pictures_of_the_docs_are_up_to_date(name: str) -> None:
    drawn = svg(shape_of(shipped(name), "zh", house()))
    assert (PICTURES / f"{name}.svg").read_text("utf-8") == drawn, (
        f"guankou graph flows/{name}.yaml --lang zh -o docs/pictures/{name}.svg"
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_svg_that_a_strict_policy_lets_through(language: Language) -> None:
    text = svg(
        shape_of(fifteen(), language, house()), {"站初审": "done", "站复核": "now", "大额审批": "skipped"}, style=False
    )
    root = ET.fromstring(text)  # noqa: S314 (our own)
    assert not [one.tag for one in root.iter() if one.tag.endswith(("style", "script"))]
    assert not re.search(r"\s(style|on\w+|href|id)=", text), "nothing inline, nothing named twice on a page"
    assert root.get("role") == "img"
    assert "志愿服务项目全过程管理" in (root.get("aria-label") or "")
    marks = {one.get("data-mark"): one for one in root.iter() if one.get("data-mark")}
    assert set(marks) == {"done", "now", "skipped"}
    said = next(one.text for one in marks["now"].iter() if one.tag.endswith("title"))
    assert said is not None
    assert WORDS["mark.now"][language == "en"] in said


def test_every_class_has_its_rule_and_every_rule_its_class() -> None:
    text = svg(shape_of(fifteen(), "zh", house()), dict.fromkeys(["站初审"], "done"), style=False)
    used = {name for names in re.findall(r'class="([^"]+)"', text) for name in names.split()}
    ruled = set(re.findall(r"\.(fl[\w-]*)", RULES))
    assert used - {"fl-box", "fl-lane", "fl-legend", "fl-mark"} <= ruled
    assert ruled <= used


def test_what_people_write_stays_text() -> None:
    flow = definition(
        'flow: trial\ntitle: <b>&"试验"</b>\nstart: { by: 站.协调员, form: { 标题: text 2..40, 类: ["<i>", "&b"] } }\n'
        "steps: { 甲: { when: 类 == “<i>”, review: 站.审核员 } }\n"
    )
    shape = shape_of(flow, "zh")
    assert "".join(ET.fromstring(svg(shape)).itertext()).count('<b>&"试验"</b>') == 1  # noqa: S314 (our own)
    assert "<i>" not in mermaid(shape).replace("<b>", "")
    assert dot(shape).count('"') % 2 == 0


def test_the_same_flow_is_the_same_picture() -> None:
    first = svg(shape_of(fifteen(), "zh", house()))
    picture_of.cache_clear()
    assert svg(shape_of(fifteen(), "zh", house())) == first


@pytest.mark.parametrize("write", [mermaid, dot])
def test_the_texts_hold_every_box_and_every_arrow(write: object) -> None:
    shape = shape_of(fifteen(), "zh", house())
    text = write(shape)  # type: ignore[operator]
    assert all(box.title in text for box in shape.boxes)
    lines = [line for line in text.splitlines() if re.search(r"\S (-->|-\.->|==>|->)", line)]
    assert len(lines) == len(shape.arrows)
    for kind in ("return", "reject", "late"):
        label = WORDS[f"arrow.{kind}"][0]
        assert sum(f'"{label}"' in line for line in lines) == sum(arrow.kind == kind for arrow in shape.arrows)


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("站初审", 100, ("站初审",)),
        ("一二三四五六七八九十", 80, ("一二三四五", "六七八九十")),
        ("一二三四五六七八九十甲乙丙", 80, ("一二三四五", "六七八九…")),
        ("一二三四，五", 70, ("一二三", "四，五")),
        ("预算 50000 元以上", 80, ("预算", "50000…")),
    ],
)
def test_breaking_lines(text: str, room: float, lines: tuple[str, ...]) -> None:
    broken = wrapped(text, 16, room, 2)
    assert broken == lines
    assert all(width(line, 16) <= room for line in broken)


def test_every_label_is_used_and_in_both_languages() -> None:
    folder = Path(__file__).parents[2] / "workflow/language/graph"
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.py") if path.name != "words.py")
    for key, (zh, en) in WORDS.items():
        family = key.partition(".")[0]
        assert (
            f'"{key}"' in source or re.search(rf"f[\"']{family}\.{{", source) or key in places.RESERVED | {"start"}
        ), key
        assert sorted(re.findall(r"{(\w+)}", zh)) == sorted(re.findall(r"{(\w+)}", en))
        assert zh
        assert not re.search(r"[\u4e00-\u9fff]", en)
