"""The exit codes of every command."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the caller learns without reading the output."""

    OK = 0
    """Nothing at or above ``--fail-on``, and everything was read."""
    FOUND = 1
    """Findings at or above ``--fail-on``, or a policy that broke."""
    USAGE = 2
    """An argument, a setting or a path is wrong."""
    INCOMPLETE = 3
    """Something was not read, or sgwarden itself broke, and nothing failed."""
    INTERRUPTED = 130
    """Ctrl-C."""
