"""Which root modules a change cannot touch: what they read is the same on both sides, byte by byte.

An evaluation depends on nothing but what it reads: the files of its modules, which files there are, what functions
read, and what was looked for and is not there. Where all of that is the same the verdicts are the same, so that one side
is enough.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from sgwarden.gate.base_tree import BaseTree

_READ = (".tf", ".tf.json", ".tofu", ".tofu.json", ".tfvars", ".tfvars.json")
"""Names that a listing of a module's directory is read for."""
_NOT_COMPARED = frozenset({".git", ".terraform"})
"""What of these is read is compared file by file."""


class UnchangedRoots:
    """Tells of each root module of the work tree whether the base has the same; remembers those."""

    def __init__(self, base: BaseTree, roots: Collection[Path]) -> None:
        """``roots`` are the root modules of the base, where they lie in its mirror."""
        self._base = base
        self._roots = frozenset(roots)
        self._known: dict[str, bool] = {}
        self._there: set[Path] = set()
        self._instantiated: set[Path] = set()

    def __call__(self, root: Path, keys: Sequence[str]) -> bool:
        """Return True if the base has the same root module and all that it depends on; see ``signatures``."""
        there = self._base.of(root)
        same = there in self._roots and all(self._is_same(key) for key in keys)
        if same:
            self._there.add(there)
            self._instantiated.update(
                Path(os.path.realpath(self._base.of(Path(key[2:])))) for key in keys if key.startswith("d:")
            )
        return same

    @property
    def there(self) -> frozenset[Path]:
        """Return the root modules that were found to be the same, where they lie in the mirror."""
        return frozenset(self._there)

    @property
    def instantiated(self) -> frozenset[Path]:
        """Return the directories, in the mirror, of the modules that these root modules have instances of."""
        return frozenset(self._instantiated)

    def is_unchanged_file(self, file: Path) -> bool:
        """Return True if the base has a file of the work tree as it is."""
        return self._is_same(f"f:{file}")

    def unchanged(self, comments: Mapping[str, tuple[str, ...]], directory: Path) -> dict[str, tuple[str, ...]]:
        """Return the comments, by place (``main.tf:5`` below ``directory``), of files that the base has too."""
        return {
            place: comment
            for place, comment in comments.items()
            if self._is_same(f"f:{directory / place.rpartition(':')[0]}")
        }

    def _is_same(self, key: str) -> bool:
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._compare(key[:1], Path(os.path.abspath(key[2:])))
        return known

    def _compare(self, kind: str, here: Path) -> bool:
        if not self._base.holds(here):
            return True  # outside of the repositories there is one side only
        there = self._base.of(here)
        try:
            if kind == "d":
                return _names(here) == _names(there)
            if kind == "t":
                return _tree(here) == _tree(there)
            return _content(here) == _content(there)
        except OSError:
            return False


def _names(directory: Path) -> list[str] | None:
    """Return names in a directory that matter; None when there is none."""
    return sorted(name for name in os.listdir(directory) if name.endswith(_READ)) if directory.is_dir() else None


def _tree(directory: Path) -> list[tuple[str, str | None]]:
    """Return every name below a directory, links with where they lead."""
    found = []
    for base, names, files in os.walk(directory):
        names[:] = [name for name in names if name not in _NOT_COMPARED]
        for name in (*names, *files):
            path = os.path.join(base, name)
            found.append((os.path.relpath(path, directory), os.readlink(path) if os.path.islink(path) else None))
    return sorted(found)


def _content(path: Path) -> tuple[str | None, bytes | None]:
    """Return where a link leads, and what a file holds; None for what it is not."""
    link = os.readlink(path) if path.is_symlink() else None
    if path.is_dir():
        return link, b"/"
    return link, path.read_bytes() if path.is_file() else None
