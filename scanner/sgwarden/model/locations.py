"""Where in the user's files a fact was stated."""

from __future__ import annotations

from msgspec import Struct


class Location(Struct, frozen=True, order=True):
    """A range of lines of one file. Lines and columns are 1-based, ends inclusive for lines."""

    file: str
    """Path as shown to the user: relative to the scanned root, forward slashes."""
    line: int
    end_line: int
    column: int = 1
    end_column: int = 1
    """One past the last character on ``end_line``."""
    module_path: tuple[str, ...] = ()
    """Addresses of the module calls that lead here, outermost first: ``("module.a", "module.a.module.b[0]")``."""
