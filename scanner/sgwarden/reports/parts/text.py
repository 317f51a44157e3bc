"""Words and lines of reports that people read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sgwarden.model.infrastructure import Skipped
from sgwarden.model.locations import Location
from sgwarden.reports.parts.style import Style


def pluralize(number: int, noun: str) -> str:
    """Return ``1 rule``, ``2 rules``."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def position(location: Location) -> str:
    """Return ``main.tf:7``."""
    return f"{location.file}:{location.line}"


def unread(skipped: Iterable[Skipped]) -> list[Skipped]:
    """Return what the result is incomplete without; the rest was left out on purpose."""
    return [each for each in skipped if not each.complete]


def list_block(heading: str, lines: Sequence[str], style: Style, most: int | None = None) -> list[str]:
    """Return one block of ``lines`` under a heading, or no block without lines; ``most``: how many are shown."""
    if not lines:
        return []
    shown = [f"  {line}" for line in lines[:most]]
    if len(shown) < len(lines):
        shown.append(f"  and {len(lines) - len(shown)} more (all of them in --format json)")
    return ["\n".join([style.bold(heading), *shown]) + "\n"]
