"""The JSON Schema and the checker: what the schema refuses the checker refuses, what is clean the schema takes, and the shape's mistakes it sees itself."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.flows.house import FLOWS
from tests.language.flows import FIRST, HEAD, with_steps
from tests.language.test_compile_spoilt import spoilt
from tests.language.test_findings import STEPS, TOPS
from tests.language.test_language_page import FLOW, FRAGMENTS
from workflow.language import keys, meanings, shapes
from workflow.language.codes import level
from workflow.language.compile import compile_flow
from workflow.language.schema import schema

SCHEMA = jsonschema.Draft7Validator(schema("zh"))
_CORE = (
    (re.compile(r"~|null|Null|NULL|"), lambda _: None),
    (re.compile("true|True|TRUE"), lambda _: True),
    (re.compile("false|False|FALSE"), lambda _: False),
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
)


def values(node: yaml.Node, *, typed: bool) -> Any:
    """What an editor takes a YAML node for: by YAML 1.2's core schema, or every scalar as text. Keys are always text."""
    if isinstance(node, yaml.MappingNode):
        return {
            key.value if isinstance(key, yaml.ScalarNode) else "?": values(each, typed=typed)
            for key, each in node.value
        }
    if isinstance(node, yaml.SequenceNode):
        return [values(each, typed=typed) for each in node.value]
    if typed and isinstance(node, yaml.ScalarNode) and not node.style:
        for pattern, read in _CORE:
            if pattern.fullmatch(node.value):
                return read(node.value)
    return node.value


def refused(text: str) -> list[str]:
    """What the schema has against a text, as an editor reads it; nothing where it is no YAML."""
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError, UnicodeEncodeError):
        return []
    if root is None:
        return []
    try:
        return [error.message for typed in (False, True) for error in SCHEMA.iter_errors(values(root, typed=typed))]
    except RecursionError:  # a mapping that holds itself, by an alias
        return []


def clean(text: str, name: str = "") -> bool:
    return all(level(one.code) == "note" for one in compile_flow(text, name).findings)


GOOD = [
    *((FLOWS / f"{name}.yaml").read_text("utf-8") for name in ("activity", "livestream")),
    FLOW,
    *(FLOW + "".join(f"  {line}\n" for line in fragment.splitlines()) for fragment in FRAGMENTS),
    HEAD + FIRST,
]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_is_a_schema(language: meanings.Language) -> None:
    jsonschema.Draft7Validator.check_schema(schema(language))
    assert "oneOf" not in json.dumps(schema(language))


@pytest.mark.parametrize("text", GOOD, ids=lambda text: text.split("\n")[0] + text[-40:].replace("\n", " "))
def test_what_is_clean_is_taken(text: str) -> None:
    assert clean(text)
    assert refused(text) == []


def in_chinese(value: Any, name: str) -> Any:
    """A value with the keys of its shape, and of those within, in Chinese."""
    shape = shapes.SHAPES.get(name, shapes.Shape())
    if isinstance(value, list):
        return [in_chinese(each, shape.items) for each in value]
    if not isinstance(value, dict):
        return value
    if shape.named:
        return {key: in_chinese(each, shape.named) for key, each in value.items()}
    section = shapes.SECTIONS[shape.section]
    return {section.words[key]: in_chinese(each, shapes.shape_of(shape.section, key)) for key, each in value.items()}


@pytest.mark.parametrize("text", GOOD, ids=lambda text: text.split("\n")[0] + text[-40:].replace("\n", " "))
def test_keys_in_chinese_are_taken(text: str) -> None:
    top = shapes.SECTIONS["top"]
    root = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - it makes nothing but text
    written = plain({top.words[key]: in_chinese(each, top.shapes[key]) for key, each in root.items()})
    assert "\n发起:\n  由: 站.协调员" in written or "\n发起:\n  由: 所.直播负责人" in written
    assert clean(written), compile_flow(written).findings
    assert refused(written) == []


SEEN = {"F301", "F302", "F303", "F304", "F306", "F307", "F308", "F320", "F321", "F354", "F355"}
"""The mistakes of shape: these the schema sees too."""

NOT_SEEN = {
    "甲: { each: 名单, review: 各.姓名 }",  # F360 about an actor
    "甲: { review: 站.审核员, back: 各.提交人 }",
    "类别: { rows: { 甲: { rows: { 乙: text } } } }",
}


@pytest.mark.parametrize(
    "text",
    [
        *(with_steps(one) for one, said in STEPS if said[0][0] in SEEN and one not in NOT_SEEN),
        *(HEAD.replace(old, new, 1) + FIRST for old, new, said in TOPS if said[0][0] in SEEN and new not in NOT_SEEN),
    ],
    ids=lambda text: "".join(line for line in text.splitlines(keepends=True) if line not in HEAD),
)
def test_a_mistake_of_shape_is_seen(text: str) -> None:
    assert refused(text)


@settings(max_examples=400, deadline=None)
@given(spoilt())
@example("")
@example("[]")
@example("&a [*a]")
@example("flow: null\ntitle: ~\n")
@example(HEAD + "  甲: { review: 站.审核员, need: 2, due: 0001 }\n")
@example(with_steps("甲: { review: 站.审核员, remind: [], back: [], show: [] }"))
@example(with_steps("甲: { do: { publish: [] } }"))
def test_spoilt_text(text: str) -> None:
    assert not clean(text) or refused(text) == []


ALL_KEYS = sorted(
    {spelling for section in shapes.SECTIONS.values() for spelling in section.spellings} | {"task", "乙", "x?"}
)
LEAVES = st.sampled_from(
    [
        "站.审核员",
        "2",
        "all",
        "1工作日",
        "continue",
        "escalate",
        "yes",
        "no",
        "null",
        "true",
        "1.5",
        "~",
        "text 2..40",
        "标题",
        "chat",
        "",
    ]
)


def trees(deep: int) -> st.SearchStrategy[Any]:
    if not deep:
        return LEAVES
    inner = trees(deep - 1)
    return st.one_of(LEAVES, st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(ALL_KEYS), inner, max_size=3))


@st.composite
def replanted(draw: st.DrawFn) -> str:
    """A good flow in which a few values are changed for others, keys renamed, entries added or taken away."""
    root = yaml.load(draw(st.sampled_from(GOOD)), Loader=yaml.CBaseLoader)  # noqa: S506 - it makes nothing but text
    for _ in range(draw(st.integers(1, 3))):
        here = root
        while True:
            nodes = [
                each
                for each in (here.values() if isinstance(here, dict) else here)
                if isinstance(each, dict | list) and each
            ]
            if not nodes or draw(st.integers(0, 2)) == 0:
                break
            here = draw(st.sampled_from(nodes))
        value = draw(trees(2))
        if isinstance(here, list):
            here[draw(st.integers(0, len(here) - 1))] = value
            continue
        key = draw(st.sampled_from(list(here)))
        match draw(st.sampled_from(["value", "key", "add", "drop"])):
            case "value":
                here[key] = value
            case "key":
                here[draw(st.sampled_from(ALL_KEYS))] = here.pop(key)
            case "add":
                here[draw(st.sampled_from(ALL_KEYS))] = value
            case _:
                del here[key]
    return plain(root)


def plain(value: Any) -> str:
    """Written as YAML, every scalar as it is."""
    written: str = yaml.dump(value, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=1000)
    return written


class _Plain(yaml.SafeDumper):
    """Writes `2` and `yes` as they are."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own name

    def ignore_aliases(self, data: Any) -> bool:
        return True


@settings(max_examples=300, deadline=None)
@given(replanted())
def test_replanted_trees(text: str) -> None:
    assert not clean(text) or refused(text) == []


@pytest.mark.parametrize("path", sorted(FLOWS.rglob("*.yaml")), ids=lambda path: path.name)
def test_an_editor_may_use_it_for_the_whole_folder(path: Path) -> None:
    assert refused(path.read_text("utf-8")) == []


def test_every_key_has_its_sentence_and_its_shape() -> None:
    for name, section in shapes.SECTIONS.items():
        assert set(section.words) == set(meanings.KEYS[name]) == set(section.shapes)
        for key in section.words:
            assert all(said.strip() for said in meanings.KEYS[name][key])
            assert shapes.shape_of(name, key) != shapes.ANYTHING
    assert set(meanings.VALUES) <= set(shapes.SHAPES)


def test_a_new_key_appears_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in the tables that nobody described yet: taken with anything behind it, and described by its other spelling."""
    step = shapes.SECTIONS["step"]
    fresh = shapes.Section({**step.words, "someday": "日后"}, step.shapes, heads=step.heads, beside={
        head: beside | {"someday"} for head, beside in step.beside.items()
    })  # fmt: skip
    monkeypatch.setitem(shapes.SECTIONS, "step", fresh)
    made = schema("zh")
    validator = jsonschema.Draft7Validator(made)
    for spelling in ("someday", "日后"):
        flow = yaml.safe_load(HEAD + f"  甲: {{ review: 站.审核员, {spelling}: 是 }}\n")
        assert list(validator.iter_errors(flow)) == []
    assert made["definitions"]["step"]["properties"]["someday"]["description"] == "日后"


def test_every_table_of_keys_is_in_the_schema() -> None:
    properties = schema("en")["definitions"]["step"]["properties"]
    assert set(properties) == set(keys.STEP_TABLE.known)
    assert set(schema("en")["definitions"]["flow"]["properties"]) == set(keys.TOP_TABLE.known)
    assert set(schema("en")["definitions"]["start"]["properties"]) == set(keys.START_TABLE.known)
    assert set(schema("en")["definitions"]["action"]["properties"]) == set(keys.ACTION_TABLE.known)
