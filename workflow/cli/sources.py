"""Files of rules as they are given to `lint` and `apply`: folders walked, each file known for a flow, an organisation or a list.

A file is what its first key says. Tests (`*.test.yaml`) are no rules; a `.csv` belongs to the list of its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from workflow.cli.tongue import say
from workflow.cli.trouble import Stop
from workflow.language.beside import Beside
from workflow.language.files import Kind, kind_of

UNREADABLE: Final = 2
"""The exit code for what cannot be read at all."""
LARGEST: Final = 16 << 20
"""Bytes of a file that are looked at; the readers have smaller limits, and words for them."""


@dataclass(frozen=True)
class Source:
    """One file: its bytes, what it is, and (of a list) the bytes of the .csv beside it."""

    path: Path
    kind: Kind
    text: bytes
    beside: bytes | None = None

    @property
    def name(self) -> str:
        """The file's name without its ending: the flow's or the organisation's id."""
        return self.path.stem


def read(paths: Iterable[Path], *, alone: bool = False) -> list[Source]:
    """Every file of rules at or below the paths, organisations and lists before flows. Raises Stop for what cannot be read.

    `alone`: without folders further down that have an `orgs/` of their own, for they belong to another organisation.
    """
    files = dict.fromkeys(file for path in paths for file in _walk(path) if not (alone and _of_another(file, path)))
    order: Sequence[Kind] = ("organisation", "list", "flow")
    return sorted((_source(file) for file in files), key=lambda one: order.index(one.kind))


def beside(flow: Path) -> list[Source]:
    """The organisations and lists that stand in `orgs/` and `lists/` beside a flow."""
    folders = [flow.parent / "orgs", flow.parent / "lists"]
    return read(folder for folder in folders if folder.is_dir() and next(_files(folder), None))


def flows_beside(flow: Path) -> Beside:
    """The flows in the folder of one, itself among them."""
    files = [one for one in sorted(flow.parent.glob("*.yaml")) if not is_test(one) and one.is_file()]
    return Beside({one.stem: partial(bytes_of, one) for one in files})


def _walk(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise Stop(
            say(f"没有 {path} 这个文件或文件夹。", f"There is no file or folder {path}."),
            say("检查路径。", "Check the path."), UNREADABLE,
        )  # fmt: skip
    if path.is_dir():
        found = list(_files(path))
        if not found:
            raise Stop(
                say(f"{path} 里没有 .yaml 文件。", f"There is no .yaml file in {path}."),
                say("给出流程所在的文件夹。", "Name the folder that holds the flows."), UNREADABLE,
            )  # fmt: skip
        yield from found
    elif is_test(path):
        raise Stop(
            say(f"{path} 是测试，不是流程。", f"{path} is a test, no flow."),
            say("给出它旁边的流程。", "Name the flow beside it."), UNREADABLE,
        )  # fmt: skip
    else:
        yield path


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix in (".yaml", ".yml") and not is_test(path) and not hidden and path.is_file():
            yield path


def _of_another(file: Path, folder: Path) -> bool:
    """Whether a file lies in a folder, below this one, that has organisations of its own."""
    within = file.relative_to(folder).parents if folder.is_dir() else ()
    return any((folder / one / "orgs").is_dir() for one in within if one != Path())


def is_test(path: Path) -> bool:
    """Whether a file holds tests of the flow beside it."""
    return path.stem.endswith(".test")


def _source(path: Path) -> Source:
    return source_of(path, bytes_of(path))


def source_of(path: Path, text: bytes) -> Source:
    """A file as if it held these bytes, with the .csv beside it where it is a list. Raises Stop where that cannot be read."""
    kind, table = kind_of(text), path.with_suffix(".csv")
    return Source(path, kind, text, bytes_of(table) if kind == "list" and table.is_file() else None)


def bytes_of(path: Path) -> bytes:
    """A file's bytes, as many as are looked at. Raises Stop where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST)
    except OSError as error:
        raise Stop(
            say(f"读不了 {path}：{error.strerror}。", f"{path} cannot be read: {error.strerror}."),
            say("检查它的权限。", "Check its permissions."), UNREADABLE,
        ) from error  # fmt: skip
