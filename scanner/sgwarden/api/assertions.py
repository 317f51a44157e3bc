"""What a check raises when a team's own rule does not hold or is undecided."""

from __future__ import annotations

from collections.abc import Iterable

from sgwarden.model import wording
from sgwarden.model.locations import Location
from sgwarden.model.sources import Skipped


class Violation(AssertionError):
    """A rule of the team does not hold; the text says where and why, a finding a line."""


class Undecided(Violation):
    """The input does not tell whether it holds; the text says what is unknown or was not read."""


def require(wrong: Iterable[str], skipped: Iterable[Skipped], kind: type[Violation] = Violation, tip: str = "") -> None:
    """Raise a violation with what is wrong and what was not read, where there is any of both."""
    lines = list(dict.fromkeys([*wrong, *(f"not read: {each.what}: {each.reason}" for each in skipped)]))
    if lines:
        raise kind("\n".join([*lines, *filter(None, [tip])]))


def at(places: tuple[Location, ...]) -> str:
    """Return the beginning of a line about a place."""
    return f"{places[0].file}:{places[0].line}: " if places else ""


def why(reasons: tuple[str, ...]) -> str:
    """Return the end of a line about what is not known."""
    return f"; unknown: {wording.reasons(reasons)}" if reasons else ""
