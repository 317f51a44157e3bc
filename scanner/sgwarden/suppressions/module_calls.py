"""Where module calls lead, for code that is not evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from sgwarden.terraform.modules.files import configuration_files, is_local, local_directory, read_scanned_if_possible
from sgwarden.terraform.modules.manifest import InstalledModule, read_manifest
from sgwarden.terraform.syntax.split_blocks import split

MAX_SIZE = 8 * 1024 * 1024
"""In bytes; larger files are not read."""
_SOURCE = re.compile(r'^[ \t]*source[ \t]*=[ \t]*"((?:[^"\\$%]|\\.)*)"', re.MULTILINE)
_NATIVE = (".tf", ".tofu")


class ModuleCalls:
    """The directories of called modules, by ``source`` and by the manifest of ``terraform init``."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self._sources: dict[Path, dict[str, str]] = {}
        self._manifests: dict[Path, Mapping[str, InstalledModule]] = {}

    def sources(self, directory: Path) -> dict[str, str]:
        """Return the sources of the calls of one directory, by name; empty where they are no plain text."""
        if directory not in self._sources:
            found: dict[str, str] = {}
            for text in self._texts(directory):
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
            target = local_directory(source, caller)
        else:
            installed = self._manifest(root).get(key)
            if installed is None or (source and not installed.answers(source, None)):
                return None
            target = local_directory(installed.directory, root)
        return target if target.resolve().is_relative_to(self.top) else None

    def _manifest(self, root: Path) -> Mapping[str, InstalledModule]:
        if root not in self._manifests:
            self._manifests[root] = read_manifest(root, self.top)
        return self._manifests[root]

    def _texts(self, directory: Path) -> Iterator[str]:
        try:
            files = configuration_files(directory)
        except OSError:
            return
        for file in files:
            data = read_scanned_if_possible(file, self.top, MAX_SIZE) if file.name.endswith(_NATIVE) else None
            if data is not None:
                yield data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
