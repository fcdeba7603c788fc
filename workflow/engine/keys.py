"""One secret file, a key of its own for each use (HKDF-SHA256). The secret never enters the database or a log."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from workflow.store.worded import WordedError

LENGTH = 32


class SecretFileError(WordedError):
    """The secret file cannot be used, and what to do about it."""


class Keys:
    """The keys derived from one secret; a key is derived once and kept."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._derived: dict[str, bytes] = {}

    def __repr__(self) -> str:
        return "Keys(…)"

    def of(self, use: str) -> bytes:
        """The 32 bytes for this use: `token`, `random`, `link` …"""
        key = self._derived.get(use)
        if key is None:
            derive = HKDF(algorithm=SHA256(), length=LENGTH, salt=None, info=b"guankou " + use.encode())
            key = self._derived[use] = derive.derive(self._secret)
        return key


def keys_of(path: Path) -> Keys:
    """The keys of the secret at `path`, which is made (mode 0600) when there is none.

    Raises SecretFileError when it is too short, or when others could read it.
    """
    if not path.exists():
        _make(path)
    try:
        mode = path.stat().st_mode & 0o777
        secret = path.read_bytes()
    except OSError as error:
        raise SecretFileError(
            f"密钥文件 {path} 读不了（{error.strerror}）。请让它的所有者有权读取。",
            f"The secret file {path} cannot be read ({error.strerror}). Give its owner the right to.",
        ) from error
    if mode & 0o077:
        raise SecretFileError(
            f"密钥文件 {path} 别人也能读（权限 {mode:o}）。请运行：chmod 600 {path}",
            f"The secret file {path} can be read by others (mode {mode:o}). Run: chmod 600 {path}",
        )
    if len(secret) < LENGTH:
        raise SecretFileError(
            f"密钥文件 {path} 只有 {len(secret)} 字节，需要 {LENGTH} 字节。请从备份恢复它；"
            "换成新的，已经发出的按钮就都失效了。",
            f"The secret file {path} holds {len(secret)} bytes; {LENGTH} are needed. Restore it from your backup; "
            "a new one would make every button that was already sent useless.",
        )
    return Keys(secret)


def _make(path: Path) -> None:
    """Make the file whole or not at all: of two processes that start together, both read the one that was first."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(LENGTH))
        file.flush()
        os.fsync(file.fileno())
    try:
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
