"""Suppressions of the configuration: entries of criteria, of which a subject must meet every one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from sgwarden.config import configuration
from sgwarden.config.configuration import DIFFERENCE_KINDS, SOURCE_KINDS
from sgwarden.model.globs import covers, matches, path_matches
from sgwarden.model.locations import Location
from sgwarden.suppressions.subject import Subject
from sgwarden.suppressions.suppression import Suppression

if TYPE_CHECKING:
    from sgwarden.config.effective import Config


class SuppressionEntry(Struct, frozen=True):
    """One entry of ``exemptions`` in the configuration, or of an ignore file."""

    criteria: Mapping[str, tuple[str, ...]]
    suppression: Suppression
    directory: Path
    """What its paths are relative to."""
    as_shell: bool = False
    """Whether brackets of patterns hold characters, as in a shell; else they mean themselves."""

    def covers(self, subject: Subject, workspace_of: Callable[[Subject], str | None]) -> bool:
        """Return True if a subject meets every criterion."""
        return all(self._meets(name, patterns, subject, workspace_of) for name, patterns in self.criteria.items())

    def _meets(
        self, name: str, patterns: tuple[str, ...], subject: Subject, workspace_of: Callable[[Subject], str | None]
    ) -> bool:
        if name == "policy":
            return "*" in patterns or subject.policy in patterns
        if name == "address":
            names = [subject.address, subject.security_group or "", *subject.addresses]
            return any(covers(pattern, text) for pattern in patterns for text in names if text)
        if name in ("workspace", "kind", "path"):
            return self._meets_run(name, patterns, subject, workspace_of)
        return any(self._is(pattern, text) for pattern in patterns for text in _texts(name, subject) if text)

    def _is(self, pattern: str, text: str) -> bool:
        return fnmatchcase(text, pattern) if self.as_shell else matches(pattern, text)

    def _meets_run(
        self, name: str, patterns: tuple[str, ...], subject: Subject, workspace_of: Callable[[Subject], str | None]
    ) -> bool:
        if name == "workspace":
            workspace = workspace_of(subject)
            return workspace is not None and any(matches(pattern, workspace) for pattern in patterns)
        if name == "kind":
            return _kind_meets(patterns, subject.kinds)
        paths = [subject.location.file] if subject.location is not None else []
        return any(
            path_matches(pattern, relative_to(self.directory, path))
            for pattern in patterns
            for path in (*paths, subject.root)
            if path
        )


def _texts(name: str, subject: Subject) -> Iterable[str | None]:
    """Return the texts that a criterion is compared with."""
    if name == "id":
        return (subject.id, subject.address, subject.security_group)
    if name == "tag":
        return (text for key, value in subject.tags.items() for text in (key, f"{key}={value}"))
    found: str | None = getattr(subject, name)
    return (found,)


def _kind_meets(patterns: tuple[str, ...], kinds: tuple[str, ...]) -> bool:
    """Return True if a subject is of these kinds; of sources and of differences are two criteria."""
    sides = [set(patterns) & set(side) for side in (SOURCE_KINDS, DIFFERENCE_KINDS)]
    return all(side & set(kinds) for side in sides if side)


@lru_cache(maxsize=4096)
def relative_to(directory: Path, path: str) -> str:
    """Return a path relative to the working directory as one relative to ``directory``."""
    return os.path.relpath(path, directory).replace(os.sep, "/")


def entries_of(config: Config) -> list[SuppressionEntry]:
    """Return the entries of a configuration, in its order."""
    entries = config.configuration.exemptions
    return [_entry(config, number, entry) for number, entry in enumerate(entries)]


def _entry(config: Config, number: int, entry: configuration.Exemption) -> SuppressionEntry:
    file, line = config.place("exemptions", number) or ("", 1)
    values = entry.criteria()
    criteria = {name: values[name] for name in config["exemptions"][number] if name in values}  # as the file has them
    suppression = Suppression(
        "configuration",
        criteria.get("policy", ()),
        Location(file, line, line),
        ", ".join(f"{name} {' or '.join(values)}" for name, values in criteria.items() if name != "policy"),
        entry.until or None,
        (entry.reason or "").strip() or None,
    )
    return SuppressionEntry(criteria, suppression, config.directory)
