"""What a report needs besides its subject; passed in, so that rendering reads no file, clock or environment."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from sgwarden.findings import Finding
from sgwarden.model.locations import Location


def no_source(_file: str) -> Sequence[str] | None:
    """Return None, for runs without code at hand."""
    return None


def same_path(file: str) -> str:
    """Return the path itself, for runs at the top of a repository."""
    return file


def no_call(_root: str, _module: str) -> Location | None:
    """Return None, for runs without code at hand."""
    return None


class Context(Struct, frozen=True):
    """Surroundings of one report of findings."""

    version: str = ""
    """Version of sgwarden."""
    time: str = "1970-01-01T00:00:00"
    """Of the run, UTC, for the formats that cannot do without."""
    lines_of: Callable[[str], Sequence[str] | None] = no_source
    """Lines of a source file by its path as shown in locations; None when it is not at hand."""
    uri_of: Callable[[str], str] = same_path
    """Path of a source file relative to the top of its repository, forward slashes."""
    call_site: Callable[[str, str], Location | None] = no_call
    """The block that calls a module, by the path of its root module and the module's address there."""
    color: bool = False
    show_suppressed: bool = False
    """Whether reports for people list suppressed findings."""
    show_existing: bool = False
    """Whether they list findings that the base has too, because those count."""

    def place_of(self, finding: Finding) -> Location:
        """Return where the repository can show a finding.

        Code of an installed module is not in the repository, so it is shown at the block that calls the
        module; a finding without any place at the top of its source.
        """
        place = finding.location
        if place is None:
            return Location(finding.root, 1, 1)
        if place.module_path and self._is_elsewhere(place.file):
            return self.call_site(finding.root, place.module_path[0]) or place
        return place

    def _is_elsewhere(self, file: str) -> bool:
        path = self.uri_of(file)
        return path.startswith("../") or "/.terraform/" in f"/{path}"


class DriftContext(Struct, frozen=True):
    """Surroundings of one report of drift."""

    version: str = ""
    """Version of sgwarden."""
    color: bool = False
    at: str = ""
    """When the comparison was made (ISO 8601, UTC); empty: unknown."""
    taken: str = ""
    """When the live side was read, where that is another time."""
    fallback: str = "."
    """File to point at for what no file declares."""
    uri_of: Callable[[str], str] = same_path
    """Path of a source file relative to the top of its repository, forward slashes."""
    remembers: bool = False
    """Whether there is a history."""
