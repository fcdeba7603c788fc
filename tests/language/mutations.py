"""One mistake made in a flow in which nothing was wrong, in every way the linter names. Not here: what it says of them (test_mutations.py)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from tests.language.flow_text import Flow, Mutation
from workflow.language.keys import START_TABLE, STEP_TABLE
from workflow.language.text import nodes
from workflow.language.text.nodes import Place, Scalar


def first(flow: Flow, code: str, pattern: str, new: str) -> Mutation | None:
    """The first of a pattern in the steps, replaced (`\\1` and the like are its groups)."""
    begin = sum(len(line) + 1 for line in flow.lines[: flow.top["steps"][0].place.line])
    hit = re.compile(pattern).search(flow.text, begin)
    if hit is None:
        return None
    return Mutation(
        code,
        flow.text[: hit.start()] + hit.expand(new) + flow.text[hit.end() :],
        flow.text.count("\n", 0, hit.start()) + 1,
    )


def asking(code: str, key: str, new: str) -> Callable[[Flow], Mutation | None]:
    """Another value of this key at the first step where somebody decides."""

    def mutate(flow: Flow) -> Mutation | None:
        step = next((step for step in flow.asking() if flow.is_handed_in or "提交人" not in new), None)
        return flow.value(code, step, key, new) if step is not None else None

    return mutate


def when(code: str, new: str) -> Callable[[Flow], Mutation | None]:
    """A step more with this condition: at one that is there, later steps would have to ask whether it opened."""
    return lambda flow: flow.step(code, f"加步: {{ when: {new}, do: {{ count: {{ 次: 1 }} }} }}")


def renamed(flow: Flow, code: str, key: str, new: str) -> Mutation:
    return flow.put(code, flow.top[key][0].place, new)


def without(flow: Flow, code: str, key: str) -> Mutation:
    word, value = flow.top[key]
    kept = [line for n, line in enumerate(flow.lines, 1) if not word.place.line <= n <= value.place.end_line]
    return Mutation(code, "\n".join(kept), 0)


def backwards(flow: Flow) -> Mutation | None:
    """A return to a step that comes later."""
    step = next((one for one in flow.steps if one.kind in ("review", "check")), None)
    if step is None or step is flow.steps[-1]:
        return None
    return flow.value("F326", step, "back", f"[{flow.steps[-1].name.text}]")


def who(code: str, new: str) -> Callable[[Flow], Mutation | None]:
    """Somebody else decides, at the first step that says in one line who does."""

    def mutate(flow: Flow) -> Mutation | None:
        places = (step.keys[step.kind].place for step in flow.asking())
        place = next((place for place in places if place.line == place.end_line), None)
        return flow.put(code, place, new) if place is not None else None

    return mutate


def misnamed(code: str, part: int, new: str) -> Callable[[Flow], Mutation | None]:
    """Another tier, or another role, at the first step that names one of each."""

    def mutate(flow: Flow) -> Mutation | None:
        for step in flow.asking():
            value = step.keys[step.kind]
            parts = value.text.split(".") if isinstance(value, Scalar) else []
            if isinstance(value, Scalar) and len(parts) == 2 and parts[1] != "办理人" and " " not in value.text:
                parts[part] = new
                return flow.put(code, value.place, ".".join(parts))
        return None

    return mutate


def lacking(code: str, key: str, entry: str) -> Callable[[Flow], Mutation | None]:
    """An entry that means nothing without a key which the step does not have."""

    def mutate(flow: Flow) -> Mutation | None:
        step = next((step for step in flow.asking() if key not in step.keys), None)
        return flow.key(code, step, entry) if step is not None else None

    return mutate


def started(flow: Flow, code: str, key: str, entry: str) -> Mutation | None:
    """An entry of the start that is wrong, in the place of what stands there (`by`), or where no `key` is."""
    value = flow.top["start"][1]
    assert isinstance(value, nodes.Mapping)
    held = {START_TABLE.known.get(word.text, word.text): under for word, under in value.entries}
    if key == "by":
        written = held.get("by")
        return flow.put(code, written.place, entry.partition(": ")[2]) if isinstance(written, Scalar) else None
    return flow.start(code, entry) if key not in held and "by" in held else None


def two_kinds(flow: Flow) -> Mutation | None:
    step = next(flow.every())
    if step.kind == "do":
        return None
    made = flow.key("F321", step, "do: { count: { 次: 1 } }")
    written = next(key.place.line for key, _ in step.value.entries if STEP_TABLE.known.get(key.text) == step.kind)
    return made if step.in_braces else replace(made, line=written + 1)  # the second of the two is one too many


def unguarded(flow: Flow) -> Mutation | None:
    """A condition on what may have been left out."""
    name = _optional(flow)
    return when("G210", f"{name} > 2")(flow) if name else None


def after_title(code: str, flow: Flow, column: int, new: str) -> Mutation | None:
    """Something else between `title` and its value."""
    line = flow.top["title"][0].place.line
    written = flow.lines[line - 1].startswith("title: ")
    return flow.put(code, Place(line, column, line, 8), new) if written else None


def taken(flow: Flow) -> Mutation | None:
    """A step called like what is handed in."""
    form = form_of(flow)
    name = form.entries[0][0].text.rstrip("?？") if form.entries else ""
    return flow.step("F322", f"{name}: {{ do: {{ count: {{ 次: 1 }} }} }}") if name else None


def form_of(flow: Flow) -> nodes.Mapping:
    start = flow.top["start"][1]
    form = (
        next((value for key, value in start.entries if key.text in ("form", "表单")), None)
        if isinstance(start, nodes.Mapping)
        else None
    )
    return form if isinstance(form, nodes.Mapping) else nodes.Mapping((), Place(1, 1, 1, 1))


def slip_in_a_type(flow: Flow) -> Mutation | None:
    place = next((value.place for _, value in form_of(flow).entries if isinstance(value, Scalar)), None)
    return flow.put("G201", place, "txet 2..40") if place is not None else None


def _optional(flow: Flow) -> str | None:
    """A number of the form that may be left out."""
    found = (
        (key.text, value)
        for key, value in form_of(flow).entries
        if key.text.endswith("?") and isinstance(value, Scalar)
    )
    return next((name[:-1] for name, value in found if value.text.split()[0] in ("int", "number", "money")), None)


MUTATORS: dict[str, Callable[[Flow], Mutation | None]] = {
    # the text
    "a NUL": lambda flow: flow.title("Y103", "甲\0乙"),
    "a tab": lambda flow: flow.under("Y104", flow.top["start"][0].place.line, "\thelp: 请看"),
    "a wide colon": lambda flow: after_title("Y105", flow, 6, "："),
    "a wide blank": lambda flow: after_title("Y106", flow, 7, "\u3000"),
    "a wide brace": lambda flow: first(flow, "Y107", r": \{ (?=\w)", ": ｛ "),
    "a wide comma in braces": lambda flow: first(flow, "Y108", r"(\{ \w+: [\w.]+), (?=\w+: )", r"\1，"),
    "no blank behind a colon": lambda flow: after_title("Y109", flow, 7, ""),
    "too deep": lambda flow: flow.title("Y110", "[" * 21 + "]" * 21),
    "too much": lambda flow: flow.title("Y111", "[" + "a, " * 20_001 + "]"),
    "an anchor": lambda flow: flow.title("Y120", "&a 乙"),
    "an alias": lambda flow: flow.title("Y121", "*a"),
    "a tag": lambda flow: flow.title("Y122", "!a 乙"),
    "a merge": lambda flow: flow.under("Y123", flow.top["steps"][0].place.line - 1, "<<: 甲"),
    "a key twice": lambda flow: flow.under("Y124", flow.top["title"][0].place.line, "title: 又一个"),
    "a list for a key": lambda flow: flow.under("Y125", flow.top["title"][0].place.line, "[甲, 乙]: 丙"),
    "two documents": lambda flow: flow.under("Y126", len(flow.lines), "---", "甲: 乙", at=0),
    "a directive": lambda flow: Mutation("Y127", "%YAML 1.1\n---\n" + flow.text, 0),
    "a sign first": lambda flow: flow.title("Y130", "@所有人"),
    "two colons": lambda flow: flow.title("Y131", "通知: 请看"),
    "two colons in braces": lambda flow: first(flow, "Y131", r"\{ (?=(review|check|task): )", "{ help: 注意: 请看, "),
    "a value glued to its key": lambda flow: first(flow, "Y132", r"\{ (review|check|task|do): (?=\w)", r"{ \1:"),
    "a cut title": lambda flow: flow.title("Y133", "第1期 #2"),
    "a cut in braces": lambda flow: first(flow, "Y133", r"\{ (?=(review|check|task): )", "{ help: 第1期 #2, "),
    "a wide comma in brackets": lambda flow: first(flow, "Y134", r"(\[[\w.]+), (?=[\w.]+[,\]])", r"\1，"),
    "a comma that splits": lambda flow: first(flow, "Y135", r"\{ (?=(review|check|task): (?![^\n]*when: ))", "{ when: max(3, 4) > 5, "),
    "a brace that never closes": lambda flow: first(flow, "Y199", r"(\{ (?:review|check|task): [^{}\n]*)\}", r"\1"),
    # the shape
    "a slip in a key": lambda flow: renamed(flow, "F301", "title", "titel"),
    "no title": lambda flow: without(flow, "F302", "title"),
    "a list for a title": lambda flow: flow.title("F303", "[甲, 乙]"),
    "both spellings": lambda flow: flow.under("F304", flow.top["title"][0].place.line, "名称: 又一个"),
    "a key of another kind": asking("F306", "beat", "10分钟"),
    "a word that is none of those": asking("F307", "late", "明天再说"),
    "nobody told": asking("F308", "tell", "[]"),
    "a target twice": asking("F309", "back", "[提交人, 提交人]"),
    "a long title": lambda flow: flow.title("F310", "长" * 61),
    "an id of other letters": lambda flow: flow.put("F311", flow.top["flow"][1].place, "流程"),
    "another flow's id": lambda flow: flow.put("F312", flow.top["flow"][1].place, "another-one"),
    "too many steps": lambda flow: flow.step("F313", *(f"步{n}: {{ do: {{ count: {{ 次{n}: 1 }} }} }}" for n in range(61)), at=60),
    "nested too deep": lambda flow: flow.step("F314", "深: " + "".join(f"{{ steps: {{ 层{n}: " for n in range(7)) + "{ do: { count: { 次: 1 } } }" + " } }" * 7),
    # steps
    "nothing to do": lambda flow: flow.step("F320", "空步: { due: 1日 }"),
    "two kinds": two_kinds,
    "a name that is taken": taken,
    "a reserved name": lambda flow: flow.step("F323", "done: { do: { count: { 次: 1 } } }"),
    "a return to nowhere": asking("F325", "back", "[天边外]"),
    "a return to what is to come": backwards,
    "where without each": lacking("F329", "each", "where: 1 > 2"),
    "must without a form": lacking("F330", "form", "must: 1 < 2"),
    "a ladder backwards": asking("F340", "late", "{ 2日: { tell: 提交人 }, 1日: cancel }"),
    "a rung behind the end": asking("F341", "late", "{ 1日: cancel, 2日: { tell: 提交人 } }"),
    # the start
    "the submitter starts it": lambda flow: started(flow, "F362", "by", "by: 提交人"),
    "a date, and nobody to fill in": lambda flow: started(flow, "F403", "at", "at: 每季度 第5个工作日 09:00"),
    "merged by nothing": lambda flow: started(flow, "F402", "merge", "merge: { same: [没有这一项], last: 7日 }"),
    "a unit that is none": lambda flow: started(flow, "F404", "unit", "unit: 今天"),
    "a file too large": lambda flow: Mutation("Y102", flow.text + "# " + "长" * 100_000 + "\n", 0),
    "an empty file": lambda _: Mutation("Y100", "# 什么也没有\n", 0),
    # values
    "a slip in a type": slip_in_a_type,
    "three for an actor": who("G202", "站..审核员"),
    "one equals sign": when("G203", "季度 = 2"),
    "people counted in words": asking("G204", "need", "2 个半"),
    "a moment that is none": asking("G205", "due", "3日 左右"),
    "a slot that is never closed": lambda flow: flow.step("G206", "说明步: { do: { tell: 提交人, text: 请看<提交人 } }"),
    "a name of two words": lambda flow: flow.step("G207", "说 明: { do: { count: { 次: 1 } } }"),
    "a rung that is no duration": asking("G208", "late", "{ 很久: { tell: 提交人 } }"),
    "a name that nobody defined": when("G210", "没有这个名 > 3"),
    "a value that may be missing": unguarded,
    "a name in a text that nobody defined": lambda flow: flow.step("G210", "说明步: { do: { tell: 提交人, text: 请看<没有这个名> } }"),
    "the submitter decides": who("F361", "提交人"),
    "nothing of that name to show": asking("F363", "show", "[没有这一项]"),
    "a condition that never holds": when("F370", "1 > 2"),
    "a condition that always holds": when("F371", "1 < 2"),
    # beside the organisation
    "a tier that is none": misnamed("O451", 0, "天边"),
    "a role that is none": misnamed("O452", 1, "没有这个角色"),
    "a room that is none": asking("O453", "tell", "没有这个群"),
    "an outlet that is none": lambda flow: flow.step("O454", "发步: { do: { publish: 没有这个渠道, text: 请看 } }"),
    "every of no tier": asking("O456", "tell", "各天边.协调员"),
}  # fmt: skip
