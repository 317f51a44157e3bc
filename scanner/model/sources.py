"""Where facts come from, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scanner.model.locations import Location

SourceKind = Literal["hcl", "plan", "state", "snapshot", "live"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts come from."""

    kind: SourceKind
    path: str


@dataclass(frozen=True, slots=True, order=True)
class Skipped:
    """Something that was not read or not understood; never silent."""

    what: str
    """``module.vpc``, a file path, a region ..."""
    reason: str
    location: Location | None = None
    complete: bool = False
    """False: the assessment is incomplete without it (exit code 3). True: left out on purpose, nothing is missing."""
