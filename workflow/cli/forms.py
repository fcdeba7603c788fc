"""A form from the words of a command: `--set FIELD=VALUE`, `--file FIELD=PATH`. What the answers mean is the engine's to say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any, Final

import msgspec

from workflow.cli.house import House
from workflow.cli.tongue import say
from workflow.cli.trouble import Stop
from workflow.domain.command import Refused
from workflow.organisation.model import Person
from workflow.store.tenants import Tenant

PIECE: Final = 256 * 1024
"""Bytes of a file that are read at once."""


async def answers(
    house: House, tenant: Tenant, actor: Person, fields: Iterable[str], files: Iterable[str]
) -> dict[str, Any]:
    """`--set` and `--file` as a form: a value in brackets is JSON, `嘉宾/0/承诺书=PATH` a file inside the rows."""
    form: dict[str, Any] = {}
    for name, raw in map(pair, fields):
        form[name] = _json(name, raw) if raw[:1] in ("[", "{") else raw
    for name, path in map(pair, files):
        kept = await house.engine.files.upload(tenant.id, actor.id, Path(path).name, pieces(Path(path)))
        if isinstance(kept, Refused):
            raise await house.refused(tenant.id, kept)
        _place(form, name.split("/"), kept.file)
    return form


def pair(given: str) -> tuple[str, str]:
    """`NAME=VALUE`, split."""
    name, found, value = given.partition("=")
    if not found or not name.strip():
        raise Stop(
            say(f"“{given}”不是 字段=值。", f"“{given}” is not FIELD=VALUE."),
            say("如 --set 预计人数=400。", "Like --set 预计人数=400."),
        )
    return name.strip(), value.strip()


def _json(name: str, raw: str) -> Any:
    try:
        return msgspec.json.decode(raw)
    except msgspec.DecodeError as error:
        raise Stop(
            say(f"“{name}”的值不是 JSON：{error}", f"The value of “{name}” is no JSON: {error}"),
            say('几行写成 [{"姓名": "…"}]，几项写成 ["…", "…"] 或用顿号隔开。', 'Rows look like [{"NAME": "…"}], several choices like ["…", "…"].'),
        ) from error  # fmt: skip


def _place(form: dict[str, Any], path: list[str], file: str) -> None:
    """Put a file where it belongs; several for one field stand beside each other."""
    if (
        len(path) == 3
        and path[1].isdecimal()
        and isinstance(rows := form.get(path[0]), list)
        and int(path[1]) < len(rows)
    ):
        rows[int(path[1])][path[2]] = [file]
    elif len(path) == 1:
        form.setdefault(path[0], []).append(file)
    else:
        name = "/".join(path)
        raise Stop(
            say(f"没有“{name}”这个位置可以放文件。", f"There is no place “{name}” for a file."),
            say("写 字段=路径，或（先用 --set 给出各行）字段/行号/列=路径，行号从 0 起。", "Write FIELD=PATH, or FIELD/ROW/COLUMN=PATH after --set gave the rows; rows count from 0."),
        )  # fmt: skip


async def pieces(path: Path) -> AsyncIterator[bytes]:
    """A file's bytes."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise Stop(
            say(f"读不了 {path}：{error.strerror}。", f"{path} cannot be read: {error.strerror}."),
            say("检查路径。", "Check the path."),
        ) from error
    with file:
        while piece := file.read(PIECE):
            yield piece
