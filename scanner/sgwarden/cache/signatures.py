"""Tell whether files and directories are still what they were, without reading them again where possible."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from stat import S_ISREG

from sgwarden.terraform.modules.files import MAX_FILE

_SETTLED = 2.0
"""Seconds after which a file's time stamp is taken to change with every later edit."""

Signature = list[int | str]
"""``[mtime in ns, size, inode, digest]`` of a file, ``[digest]`` of a directory's names, ``[]`` of nothing."""


class Signatures:
    """Signatures by key: ``f:PATH`` a file's content, ``d:PATH`` a directory's names, ``t:PATH`` all names below it."""

    def __init__(self, stored: Mapping[str, Signature]) -> None:
        self._stored = stored
        self._current: dict[str, Signature] = {}
        self._unchanged: dict[str, bool] = {}

    def unchanged(self, key: str) -> bool:
        """Return True if what ``key`` names is as it was when its signature was stored."""
        known = self._unchanged.get(key)
        if known is None:
            stored = self._stored.get(key)
            known = stored is not None and self._same(key, stored)
            self._unchanged[key] = known
        return known

    def _same(self, key: str, stored: Signature) -> bool:
        if key[0] != "f":
            return self.current(key) == stored
        try:
            status = os.stat(key[2:])
        except OSError:
            return stored == []
        if stored and stored[:3] == [status.st_mtime_ns, status.st_size, status.st_ino]:
            self._current[key] = stored
            return True
        # Another time stamp does not mean another content: a fresh checkout has the same files.
        return bool(stored) and self.current(key)[-1:] == stored[-1:]

    def listed(self, directory: Path, names: Sequence[str]) -> None:
        """Note the ``names`` of all that lies in ``directory``, which need not be listed again."""
        self._current[f"d:{directory}"] = _sign_names(names)

    def current(self, key: str) -> Signature:
        """Return the signature of what ``key`` names now."""
        signature = self._current.get(key)
        if signature is None:
            signature = _sign(key)
            self._current[key] = signature
        return signature


def _sign_names(names: Sequence[str]) -> Signature:
    return [_digest("\0".join(sorted(names)).encode(errors="surrogateescape"))]


def _sign(key: str) -> Signature:
    path = Path(key[2:])
    try:
        if key[0] == "d":
            return _sign_names(os.listdir(path))
        if key[0] == "t":
            return _sign_names([os.path.join(base, name) for base, _, files in os.walk(path) for name in files])
        status = path.stat()
        # What is no regular file, or too large, was not read either: only that it is there counts.
        is_read = S_ISREG(status.st_mode) and status.st_size <= MAX_FILE
        data = path.read_bytes() if is_read else b""
    except OSError:
        return []
    # A file changed just now may change again within the resolution of its time stamp.
    stamp = status.st_mtime_ns if time.time() - status.st_mtime > _SETTLED else -1
    return [stamp, status.st_size, status.st_ino, _digest(data)]


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def key_of(path: Path) -> str:
    """Return the key for something that was read: a directory counts with everything below it."""
    return f"t:{path}" if path.is_dir() else f"f:{path}"
