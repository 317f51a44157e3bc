"""One suppression: from a comment, the configuration or the ignore file."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from sgwarden.model.locations import Location

Origin = Literal["comment", "configuration", "ignore file", "checkov", "tfsec", "trivy"]

WARNING_DAYS = 14
"""A suppression that ends within so many days is reported."""


class Suppression(Struct, eq=False):
    """One suppression, and how often it matched."""

    origin: Origin
    policies: tuple[str, ...]
    """``*`` is every policy; empty in the configuration: no policy is asked for."""
    location: Location
    text: str
    """How it begins, for people: ``checkov:skip=CKV_AWS_24``."""
    until: date | None = None
    """The last day on which it applies."""
    reason: str | None = None
    invalid: str = ""
    """Why it does not apply at all, and what to write instead."""
    ports: frozenset[int] | None = None
    """For checks of other tools: the only ports that they are about."""
    workspace: str | None = None
    """For comments of tfsec and Trivy: the only workspace, ``*`` is any text."""
    rules_only: bool | None = None
    """For checks of other tools: about rules alone (True), about groups alone (False)."""
    start: int = 0
    """For comments: first and last line of what they stand at; 0: they stand at nothing."""
    end: int = 0
    columns: tuple[int, int] = (0, 0)
    """For comments at a part of lines: its first column, and the one past its last."""
    header: tuple[str, ...] = ()
    """For comments at a top-level block: its type and labels."""
    words: str = ""
    """For comments: all of its words."""
    code_around: str = ""
    """For comments: the top-level block and the line of code that it stands at."""
    matches: int = 0
    """How many findings or differences it covers."""

    @property
    def name(self) -> str:
        """The policies or the check that it suppresses, in words."""
        if self.origin in ("comment", "configuration"):
            return ", ".join("everything" if policy == "*" else policy for policy in self.policies) or "everything"
        return self.text

    def covers(self, place: Location) -> bool:
        """Return True if a place lies in what a comment stands at."""
        if not self.start:
            return False
        if self.columns == (0, 0):
            return self.start <= place.line and place.end_line <= self.end
        first, last = (self.start, self.columns[0]), (self.end, self.columns[1])
        return first <= (place.line, place.column) and (place.end_line, place.end_column) <= last

    def expired(self, today: date) -> bool:
        """Return True if its last day is over."""
        return self.until is not None and today > self.until

    def days_left(self, today: date) -> int | None:
        """Return the days from today to its last one; None: it has no end."""
        return None if self.until is None else (self.until - today).days
