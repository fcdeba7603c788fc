"""A flow's JSON Schema (draft-07), for editors that know YAML: made from the shapes, so that it knows what the readers know. Not here: shapes, meanings.

Flat: nothing is tried in turn, so that no wrong branch is ever reported. It looks at keys, at what stands where, and at the words of closed lists; the
small grammars, names and types are the checker's. So whatever the schema refuses the checker refuses, and never the other way round.
`markdownDescription`, `defaultSnippets` and `errorMessage` are what VS Code's YAML extension reads; it knows draft-07 best.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from workflow.grammars.words import spellings
from workflow.language.codes import CODES
from workflow.language.meanings import Language, Said, markdown, sentence, value
from workflow.language.shapes import ANYTHING, SECTIONS, SHAPES, Section, Shape, shape_of

_OTHERS: Final = [
    spelling for kind in ("organisation", "list") for spelling in spellings({kind: SECTIONS[kind].words[kind]})
]
"""First keys of files that are no flows; a list at the top is a file of tests. Editors choose a schema by the folder, and would underline these whole."""

Json = dict[str, Any]

TEXT: Final = ["string", "number", "boolean", "null"]
"""Every scalar is text to us: `12`, `yes` and `null` are what they look like, so an editor may take them for what it likes."""

TITLE: Final = Said("关口流程", "guankou flow")
_BESIDE: Final = Said("“{head}”旁边不能写这个", "this means nothing beside {head}")
_TWICE: Final = Said("“{word}”就是“{other}”，只写一个", "“{word}” is “{other}”; write one of them")
_ONLY: Final = {"minProperties": 1, "maxProperties": 1}

EXAMPLES: Final[dict[str, tuple[str, ...]]] = {
    "actor": ("站.审核员", "所.审核员", "提交人"),
    "moment": ("1工作日", "3工作日", "4小时"),
    "need": ("all", "in order", "60%"),
    "field": ("text 2..40", "int 1..500", "money 0..200000", "date", "datetime >= 3工作日后", "file pdf docx", "bool", "person 站.协调员", "place", "phone"),
    "template": ("<标题>", "DX-<年>-<0001 每年>"),
}  # fmt: skip

_STEPS: Final[tuple[tuple[str, Said, Json], ...]] = (
    ("review", Said("审核：由这些人决定", "a review"), {"review": "${1:站.审核员}", "due": "${2:3工作日}"}),
    ("check", Said("关口：逐条核对", "a check"), {"check": "${1:所.组织委员}", "items": ["${2:证书有效}"]}),
    ("all", Said("并行", "side by side"), {"all": {"${1:甲}": {"review": "${2:站.审核员}"}, "${3:乙}": {"review": "${4:所.审核员}"}}}),
    ("do", Said("自动：编号、发布、告知", "deeds: number, publish, tell"), {"do": [{"number": {"${1:编号}": "${2:DX-<年>-<0001 每年>}"}}]}),
)  # fmt: skip


def schema(language: Language) -> Json:
    """The schema of a flow, described in one language."""
    writer = _Writer(language)
    flow = {"title": TITLE.spoken(language), "type": ["object"], **writer.section("top", SECTIONS["top"])}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": TITLE.spoken(language),
        "if": {"anyOf": [{"type": "array"}, *({"type": "object", "required": [key]} for key in _OTHERS)]},
        "else": {"$ref": "#/definitions/flow"},
        "definitions": {"flow": flow, **{name: writer.shape(name, SHAPES[name]) for name in _used("top")}},
    }


def _used(section: str) -> list[str]:
    """The shapes, other than single texts, that are met below a section."""
    found: dict[str, None] = {}
    ahead = [shape_of(section, key) for key in SECTIONS[section].words]
    while ahead:
        name = ahead.pop()
        if name in found or name == ANYTHING or SHAPES[name] == Shape():
            continue
        found[name] = None
        shape = SHAPES[name]
        ahead += [each for each in (shape.items, shape.named) if each]
        ahead += [shape_of(shape.section, key) for key in SECTIONS[shape.section].words] if shape.section else []
    return sorted(found)


class _Writer:
    """Shapes and sections as JSON Schema, in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def code(self, code: str, **facts: str) -> str:
        """What the checker says of the same."""
        said = Said(CODES[code].zh, CODES[code].en).spoken(self.language)
        return said.format(**facts, asked_zh="", asked_en="")

    # ------------------------------------------------------------------------------------------- shapes

    def shape(self, name: str, shape: Shape) -> Json:
        """The definition of a shape: its keywords speak of one form of YAML each, and say nothing of the others."""
        structure: Json = {}
        if shape.items:
            several = {"items": self.at(shape.items), **({"minItems": shape.least} if shape.least else {})}
            # Beside a text, where an editor would take `items` for the only way to write it.
            structure = {"allOf": [several]} if shape.text else several
        if shape.named:
            structure["additionalProperties"] = self.at(shape.named)
            structure |= {"minProperties": shape.least} if shape.least else {}
        if shape.section:
            section = self.section(shape.section, SECTIONS[shape.section])
            structure |= {**section, "allOf": [*structure.get("allOf", ()), *section.get("allOf", ())]}
        if name == "step":
            structure["defaultSnippets"] = [
                {"label": label, "description": said.spoken(self.language), "body": body}
                for label, said, body in _STEPS
            ]
        forms = [*(["array"] if shape.items else []), *(["object"] if shape.section or shape.named else [])]
        if shape.most:
            numbers = "|".join(map(str, range(1, shape.most + 1)))
            said = self.code("F303", example=f"1, 2 … {shape.most}")
            whole = {"type": ["string", "integer"], "pattern": f"^0?({numbers})$", "errorMessage": said}
            return {**whole, "minimum": 1, "maximum": shape.most}
        if not shape.words:
            return {**structure, "type": [*TEXT, *forms] if shape.text else forms, **self.examples(name)}
        choices = " ".join(word for word in shape.words if word.isascii())
        words = {"enum": list(shape.words), "errorMessage": self.code("F307", choices=choices)}
        if not forms:
            return words
        structure["allOf"] = [*structure.get("allOf", ()), {"if": {"type": "string"}, "then": words}]
        return {**structure, "type": ["string", *forms], "examples": list(shape.words)}

    def examples(self, name: str) -> Json:
        """What an editor may offer where anything may be written."""
        return {"examples": list(EXAMPLES[name])} if name in EXAMPLES else {}

    def at(self, name: str) -> Json:
        """What stands in a place: the shape's definition, or a single text."""
        if name == ANYTHING:
            return {}
        if SHAPES[name] != Shape():
            return {"$ref": f"#/definitions/{name}"}
        said = value(name, self.language)
        return {"type": TEXT, **({"description": said} if said else {}), **self.examples(name)}

    # ------------------------------------------------------------------------------------------- sections

    def section(self, name: str, section: Section) -> Json:
        """The keywords of a mapping with known keys."""
        properties = {}
        for word, alias in section.words.items():
            told = {
                **self.at(shape_of(name, word)),
                "description": sentence(name, word, self.language),
                "markdownDescription": markdown(name, word, self.language),
            }
            properties[word] = properties[alias] = told
        found: Json = {"properties": properties, "additionalProperties": False}
        if section.only:
            return {**found, **_ONLY}
        rules = [
            *(self.needed(section, word) for word in section.needed),
            *self.twice(section),
            *self.heads(section),
        ]
        return {**found, "allOf": rules} if rules else found

    def needed(self, section: Section, word: str) -> Json:
        """A key that must be there, in one spelling or the other."""
        return {
            "if": {"not": _has(section, (word,))},
            "then": {"required": [self.spelt(section, word)], "errorMessage": self.code("F302", keys=word)},
        }

    def twice(self, section: Section) -> Iterator[Json]:
        """No key in both spellings."""
        for word, alias in section.words.items():
            message = _TWICE.spoken(self.language).format(word=alias, other=word)
            yield {"if": {"required": [word]}, "then": {"properties": {alias: False}, "errorMessage": message}}

    def heads(self, section: Section) -> Iterator[Json]:
        """One head, and only what it goes with."""
        if not section.heads:
            return
        kinds = " ".join(section.heads)
        missing = self.code("F320" if section is SECTIONS["step"] else "F303", kinds=kinds, example=kinds)
        head = self.spelt(section, section.heads[0])
        yield {
            "if": {"not": _has(section, section.heads)},
            "then": {"required": [head], "errorMessage": missing},
        }
        for word in section.heads:
            strange = [each for each in section.words if each != word and each not in section.beside[word]]
            message = _BESIDE.spoken(self.language).format(head=word)
            then: Json = {"properties": dict.fromkeys(_spellings(section, strange), False), "errorMessage": message}
            if owed := section.owed.get(word, ()):
                then["allOf"] = [self.needed(section, key) for key in owed]
            yield {"if": _has(section, (word,)), "then": then}

    def spelt(self, section: Section, word: str) -> str:
        """A key in the language that is described."""
        return section.words[word] if self.language == "zh" else word


def _spellings(section: Section, words: Iterable[str]) -> list[str]:
    return list(spellings({word: section.words[word] for word in words}))


def _has(section: Section, words: Iterable[str]) -> Json:
    """One of these keys is there, in either spelling."""
    return {"anyOf": [{"required": [spelling]} for spelling in _spellings(section, words)]}
