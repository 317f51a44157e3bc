"""Where caches lie, and how their files are written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def default_directory(environment: Mapping[str, str]) -> Path | None:
    """Return ``$XDG_CACHE_HOME/sgwarden``, else ``~/.cache/sgwarden``; None without a home."""
    base = Path(environment.get("XDG_CACHE_HOME", ""))
    if base.is_absolute():
        return base / "sgwarden"
    home = environment.get("HOME") or environment.get("USERPROFILE")
    return Path(home) / ".cache" / "sgwarden" if home else None


def write_whole(file: Path, data: bytes) -> bool:
    """Write a file of the cache so that it appears whole or not at all; whether that went well."""
    import tempfile  # imported late: slow to import, and a run that finds everything in the cache writes nothing

    temporary = ""
    try:
        _make_private(file.parent)
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".new-")
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(temporary).replace(file)
    except OSError:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        return False
    return True


def _make_private(directory: Path) -> None:
    """Make a directory, and those above it that lack, for the user alone: values of the code stand in its files."""
    if not directory.is_dir():
        _make_private(directory.parent)
        directory.mkdir(mode=0o700, exist_ok=True)
