"""The image and the compose file, as far as they can be read without a container engine."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
KNOWN = {"FROM", "LABEL", "RUN", "COPY", "ENV", "USER", "WORKDIR", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK"}
KNOWN |= {"ENTRYPOINT", "CMD"}


def instructions() -> list[tuple[str, str]]:
    """Read the Dockerfile: (instruction, its words on one line), comments dropped."""
    text = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#")).replace("\\\n", " ")
    return [(name, " ".join(words)) for name, *words in (line.split() for line in lines.splitlines() if line.strip())]


def stages() -> list[list[tuple[str, str]]]:
    found: list[list[tuple[str, str]]] = []
    for instruction in instructions():
        if instruction[0] == "FROM":
            found.append([])
        found[-1].append(instruction)
    return found


def test_every_instruction_is_one() -> None:
    assert {name for name, _ in instructions()} <= KNOWN


def test_images_are_named_with_a_version() -> None:
    images = [words.split()[0] for name, words in instructions() if name == "FROM"]
    images += [service["image"] for service in SERVICES.values()]
    assert len(images) >= 5
    for image in images:
        assert re.fullmatch(r"[a-z]+:\d+[.\w-]*", image), image


def test_the_image_is_of_a_python_the_project_takes() -> None:
    versions = {
        tuple(map(int, match))
        for match in re.findall(r"FROM python:(\d+)\.(\d+)", "\n".join(map(" ".join, instructions())))
    }
    assert len(versions) == 1, "both stages must have the same interpreter"
    assert min(versions) >= (3, 11)


def test_the_last_stage_runs_as_nobody_in_particular() -> None:
    users = [words for name, words in stages()[-1] if name == "USER"]
    assert users
    assert users[-1].split(":")[0] not in {"root", "0"}
    after = [name for name, _ in stages()[-1]]
    assert "RUN" not in after[after.index("USER") :]


def test_the_last_stage_has_no_tool_to_build_or_to_fetch_with() -> None:
    runs = " ".join(words for name, words in stages()[-1] if name == "RUN")
    assert "pip uninstall" in runs
    assert not re.search(r"apt-get|apk |pip install|gcc|curl|wget", runs)
    assert {words for name, words in stages()[-1] if name == "COPY"} == {"--from=build /opt/guankou /opt/guankou"}


def test_what_is_installed_is_locked() -> None:
    installs = [
        part for name, words in instructions() if name == "RUN" for part in words.split("&&") if " install " in part
    ]
    pips = [part for part in installs if "pip install" in part]
    assert len(pips) == 3
    assert all("--require-hashes" in part or "--no-index" in part for part in pips)


def test_what_is_copied_exists_and_is_let_into_the_context() -> None:
    ignore = (DOCKER / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert ignore[0] == "*"
    allowed = {line[1:] for line in ignore if line.startswith("!")}
    sources = {
        source
        for name, words in instructions()
        if name == "COPY" and "--from" not in words
        for source in words.split()[:-1]
    }
    assert all((ROOT / source).exists() for source in sources | allowed)
    assert sources == allowed


def test_nothing_secret_is_in_the_files() -> None:
    for file in DOCKER.iterdir():
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"(?i)(password|secret|token)[ \t]*[:=][ \t]*['\"]?(?!password)[A-Za-z0-9]{8,}", text), (
            file
        )
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if "PASSWORD" in name or "URL" in name:
                assert re.search(r"\$\{[A-Z_]+:\?.+\}", value), (
                    f"{name} must come from the environment or nothing starts"
                )


def test_the_application_never_has_the_owners_password() -> None:
    assert "OWNER" not in str(SERVICES["guankou"])
    assert "guankou_app:" in SERVICES["guankou"]["environment"]["GUANKOU_DATABASE_URL"]


def test_services_wait_for_each_other() -> None:
    assert "healthcheck" in SERVICES["postgres"]
    for service in SERVICES.values():
        assert service.get("depends_on", {}).keys() <= SERVICES.keys()
    assert SERVICES["guankou"]["depends_on"]["schema"]["condition"] == "service_completed_successfully"


def test_volumes_and_networks_are_declared_and_mounted_files_exist() -> None:
    for service in SERVICES.values():
        assert set(service["networks"]) <= COMPOSE["networks"].keys()
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (DOCKER / source).is_file() if source.startswith(".") else source in COMPOSE["volumes"]


def test_nobody_outside_this_machine_hears_it() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def words_after(name: str) -> list[str]:
    [words] = [words for instruction, words in stages()[-1] if instruction == name]
    return [str(word) for word in yaml.safe_load(words)]


@pytest.mark.parametrize("words", [words_after("CMD"), SERVICES["schema"]["command"]], ids=" ".join)
def test_the_command_is_one_of_ours(words: list[str]) -> None:
    options = [word for word in words if word.startswith("--")]
    verb = [word for word in words if re.fullmatch("[a-z]+", word)]
    guankou = Path(sys.executable).with_name("guankou")
    told = subprocess.run([guankou, *verb, "--help"], capture_output=True, text=True, check=True).stdout
    assert all(re.search(rf"{option}\b", told) for option in options), told


def test_the_health_check_asks_the_port_that_is_exposed() -> None:
    last = dict(stages()[-1])
    assert f"127.0.0.1:{last['EXPOSE']}/health" in last["HEALTHCHECK"]
    assert last["EXPOSE"] in words_after("CMD")
    assert any(fnmatch(port, f"*:{last['EXPOSE']}") for port in SERVICES["guankou"]["ports"])


@pytest.mark.skipif(shutil.which("sh") is None, reason="no shell here")
def test_the_script_of_roles_is_a_script() -> None:
    assert (DOCKER / "roles.sh").stat().st_mode & 0o111
    subprocess.run(["sh", "-n", DOCKER / "roles.sh"], check=True)
