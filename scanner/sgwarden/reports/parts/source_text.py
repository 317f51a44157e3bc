"""Source files at hand for reports: their lines, and their paths as the repository knows them."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from sgwarden.model.locations import Location

_LARGEST = 8 * 1024 * 1024


class SourceText:
    """Files by the path shown in locations, relative to ``directory``; each is read once."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory.resolve()
        self._files: dict[str, Sequence[str] | None] = {}
        self._repository = _repository(self._directory)
        self._tops: dict[Path, Path] = {}

    def lines(self, file: str) -> Sequence[str] | None:
        """The lines of a file; None when it cannot be shown (gone, too large, no text)."""
        if file not in self._files:
            self._files[file] = self._read(self._directory / file)
        return self._files[file]

    def repository_path(self, file: str) -> str:
        """The path of a file relative to the repository that holds it, else to the one of the working directory."""
        path = (self._directory / file).resolve()
        top = self._repository
        if not path.is_relative_to(top):
            parent = path.parent
            if parent not in self._tops:
                self._tops[parent] = _repository(parent)
            if (self._tops[parent] / ".git").exists():
                top = self._tops[parent]
        return os.path.relpath(path, top).replace(os.sep, "/")

    def call_site(self, root: str, module: str) -> Location | None:
        """The ``module`` block of a root module (or of the directory of a plan) that makes ``module.name[...]``."""
        name = re.match(r"module\.([\w-]+)", module)
        directory = Path(root)
        if name is None:
            return None
        if not (self._directory / directory).is_dir():
            directory = directory.parent
        header = re.compile(rf'^[ \t]*module[ \t]+"?{re.escape(name[1])}"?[ \t]*\{{')
        for path in sorted((self._directory / directory).iterdir()):
            if not path.name.endswith((".tf", ".tofu")):
                continue
            file = (directory / path.name).as_posix()
            for number, line in enumerate(self.lines(file) or (), 1):
                found = header.match(line)
                if found:
                    indent = len(line) - len(line.lstrip())
                    return Location(file, number, number, indent + 1, len(line.rstrip()) + 1)
        return None

    def _read(self, path: Path) -> Sequence[str] | None:
        try:
            if not path.is_file() or path.stat().st_size > _LARGEST:
                return None
            return path.read_bytes().decode("utf-8-sig", "replace").split("\n")
        except OSError:
            return None


def _repository(directory: Path) -> Path:
    for candidate in (directory, *directory.parents):
        if (candidate / ".git").exists():
            return candidate
    return directory
