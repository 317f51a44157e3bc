"""Changed files in reverse: which root modules read each of them, and which are read by none."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sgwarden.model.infrastructure import Skipped
from sgwarden.run.inputs import CODE, NotRead, shown_path
from sgwarden.terraform.modules.discovery import tool_of
from sgwarden.terraform.modules.files import (
    configuration_files,
    is_automatic,
    is_variable_file,
    read_scanned_if_possible,
)

if TYPE_CHECKING:
    from sgwarden.run.options import LoadOptions
    from sgwarden.terraform.modules.discovery import Discovered

_READS_FILES = re.compile(rb"\b(?:templatefile|file\w*)\s*\(")
"""A call of a function that reads files; a root module without one reads only its own."""
_SHOWN = 5
_NO_ROOT = "this changed file belongs to no root module, so nothing of it was judged"


class ChangedFiles:
    """The root modules that changed files belong to."""

    def __init__(self, options: LoadOptions, reads: Callable[[Path], Sequence[Path]]) -> None:
        """``reads`` evaluates a root module, and returns what it reads besides the files of its modules."""
        self._reads = reads
        self._known: dict[Path, frozenset[Path]] = {}
        self._given = {Path(file).resolve() for file in options.var_files}
        self._roots: dict[Path, Path] = {}
        self.modules: set[Path] = set()
        """Directories that are only called as modules, and through which changed files are used."""
        self._unread: list[Skipped] = []
        self._unused: list[str] = []

    @property
    def roots(self) -> list[tuple[Path, Path]]:
        """Return what bounds each root module, and its directory."""
        return sorted((bound, root) for root, bound in self._roots.items())

    def add(self, bound: Path, paths: Sequence[str], discovered: Discovered) -> None:
        """Take in changed files inside of ``bound``."""
        for path in dict.fromkeys(paths):
            place = Path(os.path.abspath(path))
            place = place.parent.resolve() / place.name
            directories = {place.parent, place, place.resolve().parent}
            found = set(discovered.using(directories)) if _is_of_directory(place, discovered) else set()
            if path.endswith(CODE):
                self.modules.update(directories & set(discovered.modules))
                if not found and _holds_configuration(place.parent):
                    found.add(place.parent)  # in a directory that a walk passes over
            is_read = bool(found) and (not is_variable_file(place.name) or is_automatic(place.name))
            if not is_read:
                readers = set(self._readers(place, bound, discovered))
                found |= readers
                if not readers:
                    self._note_unread(path, place)
            self._roots.update(dict.fromkeys(found, bound))

    def _readers(self, place: Path, bound: Path, discovered: Discovered) -> Iterator[Path]:
        """Yield the root modules that read a file by a function or as a given variable file."""
        targets = {place, place.resolve()}
        for root in discovered.roots:
            if targets & self._given or any(
                read in targets or any(target.is_relative_to(read) for target in targets)
                for read in self._reads_of(root, bound, discovered)
            ):
                yield root

    def _reads_of(self, root: Path, bound: Path, discovered: Discovered) -> frozenset[Path]:
        if root not in self._known:
            modules = discovered.reached(root)
            calls = any(_calls_files(module, bound) for module in modules if module.is_dir())
            self._known[root] = frozenset(self._reads(root)) if calls else frozenset()
        return self._known[root]

    def _note_unread(self, path: str, place: Path) -> None:
        if tool_of(place.name):
            self._unread.append(Skipped(_shown(place), f"a file of {tool_of(place.name)}, which is not read"))
        elif path.endswith((*CODE, ".tfvars", ".tfvars.json")) and os.path.lexists(place):
            next_step = "; give it by --var-file" if is_variable_file(place.name) else ""
            self._unread.append(Skipped(_shown(place), _NO_ROOT + next_step))
        else:
            self._unused.append(_shown(place))

    def unread(self) -> NotRead | None:
        """Return the changed files that no root module reads; None where there is none.

        Those that are no Terraform code, or were deleted, are only warned of.
        """
        warnings: tuple[str, ...] = ()
        if self._unused:
            more = len(self._unused) - _SHOWN
            names = ", ".join(self._unused[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
            warnings = (f"changed files that no root module reads: {names}",)
        if not self._unread and not warnings:
            return None
        return NotRead(shown_path(Path.cwd()), tuple(self._unread), warnings)


def _is_of_directory(place: Path, discovered: Discovered) -> bool:
    """Return True if a file counts for its directory: code, variables, or a link that leads to a module."""
    return place.name.endswith((*CODE, ".tfvars", ".tfvars.json")) or place.is_symlink() or place in discovered.layouts


def _holds_configuration(directory: Path) -> bool:
    try:
        return bool(configuration_files(directory))
    except OSError:
        return False


def _calls_files(directory: Path, bound: Path) -> bool:
    """Return True if code in a directory calls a function that reads files."""
    try:
        files = configuration_files(directory)
    except OSError:
        return False
    return any(_READS_FILES.search(read_scanned_if_possible(file, bound) or b"") for file in files)


def _shown(place: Path) -> str:
    return os.path.join(shown_path(place.parent), place.name).removeprefix("./").replace(os.sep, "/")
