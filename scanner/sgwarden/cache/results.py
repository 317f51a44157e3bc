"""What was concluded about each root module, kept until something that it depends on changes.

One JSON file per repository and set of options. Never pickle; a broken, foreign or unwritable
file only means that the work is done again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from msgspec import Struct

from sgwarden import __version__
from sgwarden.cache.signatures import Signatures, key_of
from sgwarden.cache.syntax import write_whole
from sgwarden.findings import Facts, Finding, Part, Severity, Verdict
from sgwarden.model.locations import Location
from sgwarden.model.sources import Skipped, Source
from sgwarden.terraform.modules.discovery import Layout

_SCHEMA = 2
_KEPT_FILES = 64
"""Repositories and sets of options that are remembered."""


class Conclusion(Struct, frozen=True):
    """Everything that a report needs of one root module."""

    part: Part | None
    """None when nobody judges; such a conclusion is not kept."""
    missing_variables: Mapping[str, Location]
    used_names: frozenset[str]
    marked: tuple[str, ...] = ()
    """Files with comments that suppress findings, as shown to the user. Suppressions themselves are never kept:
    they depend on the date."""


class Store:
    """Conclusions and layouts of one repository under one set of options."""

    def __init__(self, directory: Path | None, identity: Sequence[str]) -> None:
        """``identity`` is all that decides a conclusion besides files: repository, options, settings, policies."""
        self._file: Path | None = None
        if directory is not None:
            text = "\0".join((str(_SCHEMA), __version__, _fingerprint(), *identity))
            self._file = directory / "scans" / f"{blake2b(text.encode(), digest_size=16).hexdigest()}.json"
        self._document = _read(self._file)
        self._signatures = Signatures(self._document["signatures"])
        self._keys: set[str] = set()
        self._roots: dict[str, Any] = {}
        self._layouts: dict[str, Any] = {}
        self._changed = False

    def conclusion(self, root: Path) -> Conclusion | None:
        """The conclusion about ``root`` when nothing that it depends on has changed."""
        entry = self._document["roots"].get(str(root))
        if entry is None or not self._unchanged(entry["reads"]):
            return None
        try:
            conclusion = _decode(entry["conclusion"])
        except (TypeError, ValueError, KeyError, IndexError):
            return None
        self._roots[str(root)] = entry
        self._keys.update(entry["reads"])
        return conclusion

    def reads(self, root: Path) -> Sequence[str]:
        """Keys of what the conclusion about ``root`` rests on; see ``keys_of``."""
        found: Sequence[str] = self._roots[str(root)]["reads"]
        return found

    def remember(
        self, root: Path, conclusion: Conclusion, directories: Mapping[Path, Sequence[Path]], reads: Sequence[Path]
    ) -> None:
        """Keep a conclusion; ``directories`` are its modules with their files, ``reads`` whatever else it read."""
        keys = keys_of(directories, reads)
        self._roots[str(root)] = {"reads": keys, "conclusion": _encode(conclusion)}
        self._keys.update(keys)
        self._changed = True

    def listed(self, directory: Path, names: Sequence[str]) -> None:
        """The ``names`` of all that lies in ``directory`` have just been read."""
        self._signatures.listed(directory, names)

    def layout(self, directory: Path) -> Layout | None:
        """What discovery found in ``directory`` when nothing in it has changed."""
        entry = self._document["layouts"].get(str(directory))
        if entry is None or not self._unchanged(entry[2]):
            return None
        self._layouts[str(directory)] = entry
        self._keys.update(entry[2])
        return Layout(tuple(entry[0]), entry[1])

    def remember_layout(self, directory: Path, files: Sequence[Path], layout: Layout) -> None:
        """Keep what discovery found in ``directory``, whose configuration files are ``files``."""
        keys = _directory_keys(directory, files)
        self._layouts[str(directory)] = [list(layout.calls), layout.root, keys]
        self._keys.update(keys)
        self._changed = True

    def flush(self) -> None:
        """Write what is new; the file appears whole or not at all."""
        if self._file is None or not self._changed:
            return
        roots = {**_still_there(self._document["roots"]), **self._roots}
        layouts = {**_still_there(self._document["layouts"]), **self._layouts}
        stored = self._document["signatures"]
        keys = {key for entry in roots.values() for key in entry["reads"]}
        keys.update(key for entry in layouts.values() for key in entry[2])
        signatures = {
            key: self._signatures.current(key) if key in self._keys else stored.get(key, []) for key in sorted(keys)
        }
        document = {"signatures": signatures, "roots": roots, "layouts": layouts}
        text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
        if write_whole(self._file, text.encode(errors="surrogateescape")):
            with suppress(OSError):  # another process prunes too
                _prune(self._file.parent)

    def _unchanged(self, keys: Sequence[str]) -> bool:
        return all(self._signatures.unchanged(key) for key in keys)


def keys_of(directories: Mapping[Path, Sequence[Path]], reads: Sequence[Path]) -> list[str]:
    """Keys of ``signatures`` for modules, which are directories with their files, and whatever else was read."""
    keys = [key for directory, files in directories.items() for key in _directory_keys(directory, files)]
    return keys + [key_of(path) for path in reads]


def _still_there(entries: Mapping[str, Any]) -> dict[str, Any]:
    return {path: entry for path, entry in entries.items() if os.path.isdir(path)}


def _directory_keys(directory: Path, files: Sequence[Path]) -> list[str]:
    return [f"d:{directory}", *(f"f:{file}" for file in files)]


def _packages() -> list[str]:
    """Return the folders of our own code, without importing it."""
    specs = [find_spec(name) for name in ("sgwarden", "sgwarden_policies")]
    return [folder for spec in specs if spec is not None for folder in spec.submodule_search_locations or ()]


@cache
def _fingerprint() -> str:
    """Changes whenever the code of this tool does, also in an editable installation."""
    newest, count = 0, 0
    for base in _packages():
        for directory, names, files in os.walk(base):
            names[:] = [name for name in names if name != "__pycache__"]
            for name in files:
                count += 1
                newest = max(newest, os.stat(os.path.join(directory, name)).st_mtime_ns)
    return f"{count}-{newest}"


def _read(file: Path | None) -> dict[str, Any]:
    empty: dict[str, Any] = {"signatures": {}, "roots": {}, "layouts": {}}
    if file is None:
        return empty
    try:
        document = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return empty
    if not isinstance(document, dict) or not all(isinstance(document.get(name), dict) for name in empty):
        return empty
    return document


def _prune(directory: Path) -> None:
    entries = [entry for entry in os.scandir(directory) if entry.name.endswith(".json")]
    for entry in sorted(entries, key=lambda entry: -entry.stat().st_mtime_ns)[_KEPT_FILES:]:
        Path(entry.path).unlink(missing_ok=True)


# Conclusions as JSON: lists in the order of the fields, so that reading them stays cheap.


def _encode(conclusion: Conclusion) -> list[Any]:
    part = conclusion.part
    assert part is not None
    return [
        [part.source.kind, part.source.path],
        [_encode_finding(finding) for finding in part.findings],
        dict(part.passed),
        [[s.what, s.reason, _encode_location(s.location), s.complete] for s in part.skipped],
        list(part.failures),
        [part.resources, part.security_groups, part.rules],
        {name: _encode_location(place) for name, place in conclusion.missing_variables.items()},
        sorted(conclusion.used_names),
        list(conclusion.marked),
    ]


def _decode(data: Any) -> Conclusion:
    source, findings, passed, skipped, failures, counts, missing, used, marked = data
    part = Part(
        source=Source(*source),
        findings=tuple(_decode_finding(finding) for finding in findings),
        passed=passed,
        skipped=tuple(
            Skipped(what, reason, _decode_location(place), complete) for what, reason, place, complete in skipped
        ),
        failures=tuple(failures),
        resources=counts[0],
        security_groups=counts[1],
        rules=counts[2],
    )
    places = {name: _decode_location(place) for name, place in missing.items()}
    missing = {name: place for name, place in places.items() if place is not None}
    return Conclusion(part, missing, frozenset(used), tuple(marked))


def _encode_location(location: Location | None) -> list[Any] | None:
    if location is None:
        return None
    return [
        location.file, location.line, location.end_line, location.column, location.end_column, list(location.module_path)
    ]  # fmt: skip


def _decode_location(data: Any) -> Location | None:
    if data is None:
        return None
    file, line, end_line, column, end_column, module_path = data
    return Location(file, line, end_line, column, end_column, tuple(module_path))


def _encode_finding(finding: Finding) -> list[Any]:
    return [
        finding.policy,
        finding.verdict.value,
        int(finding.severity),
        finding.address,
        finding.message,
        _encode_location(finding.location),
        finding.security_group,
        finding.evidence,
        finding.fix,
        list(finding.identity),
        list(finding.controls),
        list(finding.unknowns),
        [_encode_location(place) for place in finding.related],
        finding.root,
        finding.subject,
        [finding.facts.kind, finding.facts.id, finding.facts.account, finding.facts.region, list(finding.facts.tags)],
    ]


def _decode_finding(data: Any) -> Finding:
    related = tuple(place for place in map(_decode_location, data[12]) if place is not None)
    return Finding(
        policy=data[0],
        verdict=Verdict(data[1]),
        severity=Severity(data[2]),
        address=data[3],
        message=data[4],
        location=_decode_location(data[5]),
        security_group=data[6],
        evidence=data[7],
        fix=data[8],
        identity=tuple(data[9]),
        controls=tuple(data[10]),
        unknowns=tuple(data[11]),
        related=related,
        root=data[13],
        subject=data[14],
        facts=_decode_facts(data[15]),
    )


def _decode_facts(data: Any) -> Facts:
    kind, identity, account, region, tags = data
    return Facts(kind, identity, account, region, tuple((key, value) for key, value in tags))
