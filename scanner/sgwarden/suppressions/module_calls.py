"""Where module calls lead, for code that is not evaluated."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from sgwarden.terraform.modules.files import configuration_files, is_local
from sgwarden.terraform.syntax.split_blocks import split

MAX_SIZE = 8 * 1024 * 1024
"""In bytes; larger files are not read."""
_SOURCE = re.compile(r'^[ \t]*source[ \t]*=[ \t]*"((?:[^"\\$%]|\\.)*)"', re.MULTILINE)
_MANIFEST = Path(".terraform", "modules", "modules.json")
_NATIVE = (".tf", ".tofu")


class ModuleCalls:
    """The directories of called modules, by ``source`` and by the manifest of ``terraform init``."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._sources: dict[Path, dict[str, str]] = {}
        self._manifests: dict[Path, dict[str, str]] = {}

    def sources(self, directory: Path) -> dict[str, str]:
        """Return the sources of the calls of one directory, by name; empty where they are no plain text."""
        if directory not in self._sources:
            found: dict[str, str] = {}
            for text in _texts(directory):
                for block in split(text)[0] if "module" in text else ():
                    if block.type == "module" and len(block.labels) == 1:
                        source = _SOURCE.search(text, block.start, block.end)
                        found.setdefault(block.labels[0], source[1] if source else "")
            self._sources[directory] = found
        return self._sources[directory]

    def directory(self, root: Path, caller: Path, key: str) -> Path | None:
        """Return the directory of the module that ``key`` (``a.b``: call b of module a) calls from ``caller``."""
        source = self.sources(caller).get(key.rpartition(".")[2], "")
        if is_local(source):
            target = (caller / source.replace("\\", "/")).resolve()
        else:
            written = self._manifest(root).get(key)
            if written is None:
                return None
            target = (root / written).resolve()
        return target if target.is_relative_to(self._top) else None

    def _manifest(self, root: Path) -> dict[str, str]:
        if root not in self._manifests:
            found: dict[str, str] = {}
            path = root / _MANIFEST
            try:
                if path.stat().st_size <= MAX_SIZE and path.resolve().is_relative_to(self._top):
                    entries = json.loads(path.read_bytes()).get("Modules", [])
                    found = {entry["Key"]: entry["Dir"] for entry in entries}
            except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
                found = {}  # the evaluation of the code reports what it cannot read
            self._manifests[root] = found
        return self._manifests[root]


def _texts(directory: Path) -> Iterator[str]:
    try:
        files = configuration_files(directory)
    except OSError:
        return
    for file in files:
        try:
            if file.name.endswith(_NATIVE) and file.stat().st_size <= MAX_SIZE:
                yield file.read_text(encoding="utf-8-sig", errors="replace")
        except OSError:
            continue
