"""Keep the result of each root module until something that it depends on changes.

One JSON file per repository and set of options. Never pickle; a broken, foreign or unwritable
file only means that the work is done again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from sgwarden import __version__
from sgwarden.cache.files import write_whole
from sgwarden.cache.signatures import Signature, Signatures, key_of
from sgwarden.findings import Part
from sgwarden.model.locations import Location
from sgwarden.terraform.modules.discovery import Layout

_Entry = TypeVar("_Entry")
_SCHEMA = 4
_KEPT_FILES = 64
"""Repositories and sets of options that are remembered."""


class CachedResult(Struct, frozen=True):
    """Everything that a report needs of one root module."""

    part: Part | None
    """None when no policy was run; such a result is not kept."""
    missing_variables: Mapping[str, Location]
    used_names: frozenset[str]
    marked: tuple[str, ...] = ()
    """Files with comments that suppress findings, as shown to the user. Suppressions themselves are never kept:
    they depend on the date."""


class _Root(Struct, frozen=True):
    reads: list[str]
    result: msgspec.Raw
    """A ``CachedResult``, decoded only when it is used."""


class _KeptLayout(Struct, frozen=True, array_like=True):
    calls: tuple[str, ...]
    root: bool
    reads: list[str]


class _Document(Struct, frozen=True):
    """The content of a file; its roots and layouts are keyed by directory."""

    signatures: dict[str, Signature] = field(default_factory=dict)
    roots: dict[str, _Root] = field(default_factory=dict)
    layouts: dict[str, _KeptLayout] = field(default_factory=dict)


class ResultCache:
    """Results and layouts of one repository under one set of options."""

    def __init__(self, directory: Path | None, identity: Sequence[str]) -> None:
        """``identity`` is all that decides a result besides files: repository, options, settings, policies."""
        self._file: Path | None = None
        if directory is not None:
            text = "\0".join((str(_SCHEMA), __version__, _fingerprint(), *identity))
            self._file = directory / "scans" / f"{blake2b(text.encode(), digest_size=16).hexdigest()}.json"
        self._document = _read(self._file)
        self._signatures = Signatures(self._document.signatures)
        self._keys: set[str] = set()
        self._roots: dict[str, _Root] = {}
        self._layouts: dict[str, _KeptLayout] = {}
        self._changed = False

    def result(self, root: Path) -> CachedResult | None:
        """Return the result of ``root`` when nothing that it depends on has changed."""
        entry = self._document.roots.get(str(root))
        if entry is None or not self._unchanged(entry.reads):
            return None
        try:
            result = _decoder().decode(entry.result)
        except (ValueError, RecursionError):
            return None
        self._roots[str(root)] = entry
        self._keys.update(entry.reads)
        return result

    def reads(self, root: Path) -> Sequence[str]:
        """Return keys of what the result of ``root`` rests on; see ``keys_of``."""
        return self._roots[str(root)].reads

    def remember(
        self, root: Path, result: CachedResult, directories: Mapping[Path, Sequence[Path]], reads: Sequence[Path]
    ) -> None:
        """Keep a result; ``directories`` are its modules with their files, ``reads`` whatever else it read."""
        keys = keys_of(directories, reads)
        try:
            encoded = msgspec.Raw(msgspec.json.encode(_slim(result)))
        except ValueError:
            return  # a name that is not UTF-8
        self._roots[str(root)] = _Root(keys, encoded)
        self._keys.update(keys)
        self._changed = True

    def listed(self, directory: Path, names: Sequence[str]) -> None:
        """Note the ``names`` of all that lies in ``directory``, which have just been read."""
        self._signatures.listed(directory, names)

    def layout(self, directory: Path) -> Layout | None:
        """Return what discovery found in ``directory`` when nothing in it has changed."""
        entry = self._document.layouts.get(str(directory))
        if entry is None or not self._unchanged(entry.reads):
            return None
        self._layouts[str(directory)] = entry
        self._keys.update(entry.reads)
        return Layout(entry.calls, entry.root)

    def remember_layout(self, directory: Path, files: Sequence[Path], layout: Layout) -> None:
        """Keep what discovery found in ``directory``, whose configuration files are ``files``."""
        keys = _directory_keys(directory, files)
        self._layouts[str(directory)] = _KeptLayout(tuple(layout.calls), layout.root, keys)
        self._keys.update(keys)
        self._changed = True

    def flush(self) -> None:
        """Write what is new; the file appears whole or not at all."""
        if self._file is None or not self._changed:
            return
        roots = {**_still_there(self._document.roots), **self._roots}
        layouts = {**_still_there(self._document.layouts), **self._layouts}
        stored = self._document.signatures
        keys = {key for root in roots.values() for key in root.reads}
        keys.update(key for layout in layouts.values() for key in layout.reads)
        signatures = {
            key: self._signatures.current(key) if key in self._keys else stored.get(key, []) for key in sorted(keys)
        }
        try:
            data = msgspec.json.encode(_Document(signatures, roots, layouts))
        except UnicodeEncodeError:
            return  # a path that is not UTF-8
        if write_whole(self._file, data):
            with suppress(OSError):  # another process prunes too
                _prune(self._file.parent)

    def _unchanged(self, keys: Sequence[str]) -> bool:
        return all(self._signatures.unchanged(key) for key in keys)


def keys_of(directories: Mapping[Path, Sequence[Path]], reads: Sequence[Path]) -> list[str]:
    """Return keys of ``signatures`` for modules (directories with their files) and other files read."""
    keys = [key for directory, files in directories.items() for key in _directory_keys(directory, files)]
    return keys + [key_of(path) for path in reads]


def _still_there(entries: Mapping[str, _Entry]) -> dict[str, _Entry]:
    return {path: entry for path, entry in entries.items() if os.path.isdir(path)}


def _directory_keys(directory: Path, files: Sequence[Path]) -> list[str]:
    return [f"d:{directory}", *(f"f:{file}" for file in files)]


@cache
def _fingerprint() -> str:
    """Return a text that changes whenever the code of this tool does, also in an editable installation."""
    newest, count = 0, 0
    directories = [folder for name in ("sgwarden", "sgwarden_policies") for folder in import_module(name).__path__]
    while directories:
        # Every run pays for this, and os.walk takes half as much again. In a zip file there are no directories.
        with suppress(OSError), os.scandir(directories.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    if entry.name != "__pycache__":
                        directories.append(entry.path)
                    continue
                count += 1
                changed = entry.stat().st_mtime_ns
                newest = changed if changed > newest else newest
    return f"{count}-{newest}"


def _read(file: Path | None) -> _Document:
    if file is None:
        return _Document()
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Document)
    except (OSError, ValueError, RecursionError):
        return _Document()


@cache
def _decoder() -> msgspec.json.Decoder[CachedResult]:
    return msgspec.json.Decoder(CachedResult)


def _slim(result: CachedResult) -> CachedResult:
    """Leave out the addresses that passed: only a run that recalls nothing asks for them."""
    return result if result.part is None else replace(result, part=replace(result.part, passed_subjects={}))


def _prune(directory: Path) -> None:
    entries = [entry for entry in os.scandir(directory) if entry.name.endswith(".json")]
    for entry in sorted(entries, key=lambda entry: -entry.stat().st_mtime_ns)[_KEPT_FILES:]:
        Path(entry.path).unlink(missing_ok=True)
