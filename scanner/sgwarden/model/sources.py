"""Where facts come from, and what could not be read."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from sgwarden.model.locations import Location

SourceKind = Literal["hcl", "plan", "state", "snapshot", "live"]


class Source(Struct, frozen=True):
    """Where the facts come from."""

    kind: SourceKind
    path: str


class Skipped(Struct, frozen=True, order=True):
    """Something that was not read or not understood; never silent."""

    what: str
    """``module.vpc``, a file path, a region ..."""
    reason: str
    location: Location | None = None
    complete: bool = False
    """False: the assessment is incomplete without it (exit code 3). True: left out on purpose, nothing is missing."""
