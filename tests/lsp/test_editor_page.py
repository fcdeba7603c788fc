"""docs/editor.md is true: its commands exist, its settings can be read, and what it says of the files is so."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from typer.testing import CliRunner

from tests.flows.house import FLOWS
from workflow.cli.app import app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/editor.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_its_commands_exist() -> None:
    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    named = set(re.findall(r"`guankou (\w+)", PAGE)) | {"lsp"}
    assert {"lsp", "schema", "lint", "fmt"} <= named
    assert named <= known


def test_the_schema_is_written_as_the_page_says(tmp_path: Path) -> None:
    (line,) = blocks("sh")
    words = line.split()
    assert words[0] == "guankou"
    target = tmp_path / words[-1]
    done = CliRunner().invoke(app, [*words[1:-1], str(target)])
    assert done.exit_code == 0, done.output
    schema = json.loads(target.read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    step = schema["definitions"]["step"]["properties"]
    assert re.search("[一-鿿]", step["review"]["description"])
    assert [each["label"] for each in schema["definitions"]["step"]["defaultSnippets"]] == [
        "review",
        "check",
        "all",
        "do",
    ]


def test_the_schema_on_standard_output_in_both_languages() -> None:
    spoken = {}
    for language in ("zh", "en"):
        done = CliRunner().invoke(app, ["schema", "--lang", language])
        assert done.exit_code == 0
        spoken[language] = json.loads(done.output)["definitions"]["step"]["properties"]["due"]["description"]
    assert "限时" in spoken["zh"]
    assert spoken["en"].isascii() or "3工作日" in spoken["en"]
    assert spoken["zh"] != spoken["en"]


def test_its_settings_can_be_read() -> None:
    settings = [json.loads(block) for block in blocks("json")]
    assert settings[0]["glspc.server.command"] == "guankou"
    (helix,) = blocks("toml")
    assert tomllib.loads(helix)["language-server"]["guankou"]["args"] == ["lsp"]
    (lua,) = blocks("lua")
    assert "cmd = { 'guankou', 'lsp' }" in lua


def test_its_pictures_are_there() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", PAGE)
    assert pictures
    assert all((ROOT / "docs" / picture).is_file() for picture in pictures)


@pytest.mark.parametrize("path", sorted(FLOWS.rglob("*.yaml")), ids=lambda path: path.name)
def test_the_schema_may_be_set_for_the_whole_folder(path: Path) -> None:
    done = CliRunner().invoke(app, ["schema"])
    root = yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506 - it makes nothing but text
    assert list(jsonschema.Draft7Validator(json.loads(done.output)).iter_errors(root)) == []


def test_an_organisation_that_is_not_there_is_said_at_once() -> None:
    done = CliRunner().invoke(app, ["lsp", "--org", "nowhere.yaml"])
    assert done.exit_code != 0
