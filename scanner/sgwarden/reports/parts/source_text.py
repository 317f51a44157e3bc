"""Source files for reports: their lines, and their paths in the repository."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from sgwarden.model.locations import Location

_LARGEST = 8 * 1024 * 1024
"""Bytes of a file."""


class SourceText:
    """Files by the path shown in locations, relative to ``directory``; each is read once."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory.resolve()
        self._files: dict[str, Sequence[str] | None] = {}
        self._repository = _repository(self._directory)
        self._repositories: dict[Path, Path] = {}

    def lines(self, file: str) -> Sequence[str] | None:
        """Return the lines of a file; None when it cannot be read (gone, too large, no file)."""
        if file not in self._files:
            self._files[file] = self._read(self._directory / file)
        return self._files[file]

    def repository_path(self, file: str) -> str:
        """Return the path of a file in the repository that holds it, else relative to the one of ``directory``."""
        path = (self._directory / file).resolve()
        top = self._repository
        if not path.is_relative_to(top):
            parent = path.parent
            if parent not in self._repositories:
                self._repositories[parent] = _repository(parent)
            if (self._repositories[parent] / ".git").exists():
                top = self._repositories[parent]
        return os.path.relpath(path, top).replace(os.sep, "/")

    def call_site(self, root: str, module: str) -> Location | None:
        """Return the ``module`` block in a root module (or beside a plan) of the call ``module.name[...]``."""
        name = re.match(r"module\.([\w-]+)", module)
        directory = Path(root)
        if name is None:
            return None
        if not (self._directory / directory).is_dir():
            directory = directory.parent
        block = re.compile(rf'^[ \t]*module[ \t]+"?{re.escape(name[1])}"?[ \t]*\{{')
        for path in sorted((self._directory / directory).iterdir()):
            if not path.name.endswith((".tf", ".tofu")):
                continue
            file = (directory / path.name).as_posix()
            for number, line in enumerate(self.lines(file) or (), 1):
                if block.match(line):
                    indent = len(line) - len(line.lstrip())
                    return Location(file, number, number, indent + 1, len(line.rstrip()) + 1)
        return None

    def _read(self, path: Path) -> Sequence[str] | None:
        try:
            is_inside = path.resolve().is_relative_to(_repository(path.parent.resolve()))
            if not is_inside or not path.is_file() or path.stat().st_size > _LARGEST:
                return None
            return path.read_bytes().decode("utf-8-sig", "replace").split("\n")
        except OSError:
            return None


def _repository(directory: Path) -> Path:
    """Return the closest directory above that holds ``.git``; without one, the directory itself."""
    for candidate in (directory, *directory.parents):
        if (candidate / ".git").exists():
            return candidate
    return directory
