"""The few kinds of error that end a run; each says what went wrong, where, and what to do next."""

from __future__ import annotations


class SgwardenError(Exception):
    """A run cannot go on. ``str()`` is one line: what, where, next step."""

    def __init__(self, what: str, where: str = "", next_step: str = "") -> None:
        self.what = what
        self.where = where
        self.next_step = next_step
        super().__init__(what, where, next_step)

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        return f"{line}; {self.next_step}" if self.next_step else line


class UsageError(SgwardenError):
    """An argument or a setting is wrong: the user's to change."""


class InputError(SgwardenError):
    """A path given by the user cannot be read or holds nothing to read."""
