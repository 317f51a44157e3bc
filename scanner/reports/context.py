"""What a report needs besides the findings; passed in, so that rendering reads no file and no environment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


def no_source(_file: str) -> Sequence[str] | None:
    """For runs without code at hand."""
    return None


def same_path(file: str) -> str:
    """For runs at the top of a repository."""
    return file


@dataclass(frozen=True, slots=True)
class Context:
    """Surroundings of one rendering."""

    version: str = ""
    """Version of sgwarden."""
    lines_of: Callable[[str], Sequence[str] | None] = no_source
    """Lines of a source file by its path as shown in locations; None when it is not at hand."""
    uri_of: Callable[[str], str] = same_path
    """Path of a source file relative to the top of its repository, forward slashes."""
    color: bool = False
