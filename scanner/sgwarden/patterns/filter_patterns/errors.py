"""Why a filter pattern is not one."""

from __future__ import annotations


class PatternError(ValueError):
    """The pattern is invalid: CloudWatch Logs would refuse it.

    ``position`` counts characters of the pattern from 0; ``reason`` is a sentence without a full stop.
    """

    def __init__(self, reason: str, position: int, pattern: str) -> None:
        self.reason = reason
        self.position = position
        self.pattern = pattern
        super().__init__(f"character {position + 1}: {reason}")

    def pointer(self) -> str:
        """The line of the pattern with the error, and below it a mark."""
        start = self.pattern.rfind("\n", 0, self.position) + 1
        end = self.pattern.find("\n", self.position)
        line = self.pattern[start : end if end >= 0 else len(self.pattern)].rstrip()
        column = self.position - start
        first = max(0, column - 60)
        return f"{line[first : first + 100]}\n{' ' * (column - first)}^"
