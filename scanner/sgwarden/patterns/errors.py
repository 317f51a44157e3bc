"""Why a text is no pattern, query or rule."""

from __future__ import annotations


class FilterPatternError(ValueError):
    """The filter pattern is invalid: CloudWatch Logs would refuse it.

    ``position`` counts characters of the pattern from 0; ``reason`` is a sentence without a full stop.
    """

    def __init__(self, reason: str, position: int, pattern: str) -> None:
        self.reason = reason
        self.position = position
        self.pattern = pattern
        super().__init__(f"character {position + 1}: {reason}")

    def pointer(self) -> str:
        """Return the line of the pattern with the error, and below it a mark."""
        start = self.pattern.rfind("\n", 0, self.position) + 1
        end = self.pattern.find("\n", self.position)
        line = self.pattern[start : end if end >= 0 else len(self.pattern)].rstrip()
        column = self.position - start
        first = max(0, column - 60)
        return f"{line[first : first + 100]}\n{' ' * (column - first)}^"


class EventPatternError(ValueError):
    """The event pattern, query or rule cannot be used.

    ``where`` names the member, line or character, ``reason`` the fault.
    """

    def __init__(self, reason: str, where: str = "", position: int | None = None) -> None:
        self.reason = reason
        self.where = where
        self.position = position
        super().__init__(f"{where}: {reason}" if where else reason)


class RefusedText(Exception):
    """A parser stopped at ``position``; ``reason`` is empty if the text does not fit the grammar."""

    def __init__(self, position: int, reason: str = "") -> None:
        self.position = position
        self.reason = reason
        super().__init__(reason)
