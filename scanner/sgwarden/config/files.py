"""Find and read the configuration file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from sgwarden.config.configuration import Configuration
from sgwarden.config.validate import Path as KeyPath
from sgwarden.config.validate import line_of
from sgwarden.errors import UsageError
from sgwarden.terraform.modules.files import UnreadableFile, read_scanned, refusal

OWN = "sgwarden.toml"
SHARED = "pyproject.toml"
_LARGEST = 1024 * 1024


class Document(Struct, frozen=True):
    """A configuration file: values that were checked, and the line of each."""

    file: str
    """As shown to the user."""
    directory: Path
    """What its paths are relative to."""
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[KeyPath, int] = field(default_factory=dict)
    found: bool = False
    """Whether it was looked for, and not named by the user."""

    def place(self, *path: str | int) -> tuple[str, int]:
        """Return file and line of what stands at ``path``, or of what encloses it."""
        return self.file, line_of(self.lines, path)


def find(paths: Sequence[Path]) -> Path | None:
    """Return the configuration file for a run over ``paths``; None when there is none.

    It is that of the nearest directory that holds them all or lies above it, up to the top of the repository.
    Without a repository the search ends at the working directory when it holds the paths, else at once. Raises UsageError when one directory holds two.
    """
    starts = [path if path.is_dir() else path.parent for path in (path.resolve() for path in paths)]
    start = Path(os.path.commonpath(starts)) if starts else Path.cwd().resolve()
    top = _top(start)
    for directory in (start, *start.parents):
        found = _in(directory, top)
        if found is not None:
            return found
        if directory == top:
            break
    return None


def leads_out(path: Path, document: Document) -> bool:
    """Return True if a path that a configuration names lies outside of the configuration's repository."""
    return not path.resolve().is_relative_to(_top(document.directory.resolve()))


def passed_over(directories: Iterable[str], document: Document | None) -> list[str]:
    """Return the paths of configurations that lie nearer to some directories than the one that is read."""
    found: set[str] = set()
    seen: set[Path] = set()
    for directory in directories:
        start = Path(directory).resolve()
        top = _top(start) if document is None else document.directory.resolve()
        for each in (start, *start.parents):
            if each in seen or each == top or not each.is_relative_to(top):
                break
            seen.add(each)
            found.update(_shown(each / name) for name in (OWN, SHARED) if _holds_some(each / name))
    return sorted(found)


def _holds_some(file: Path) -> bool:
    if file.name == OWN or not os.path.isfile(file):
        return os.path.isfile(file)
    try:
        return b"[tool.sgwarden" in _bytes(file)
    except UsageError:
        return False


def _top(start: Path) -> Path:
    # Not terraform's repository_root: the paths of several roots in one are a name that no file system takes.
    for directory in (start, *start.parents):
        if os.path.exists(directory / ".git"):
            return directory
    here = Path.cwd().resolve()
    return here if start.is_relative_to(here) else start


def _is_there(file: Path, top: Path) -> bool:
    """Return True if there is a file of this name. Raises UsageError when it is a link that leads out of ``top``."""
    if not os.path.isfile(file):
        return False
    if os.path.islink(file) and refusal(file, top) is not None:
        raise UsageError("this link leads out of the repository", _shown(file), "copy the file, or give --config")
    return True


def _in(directory: Path, top: Path) -> Path | None:
    own, shared = directory / OWN, directory / SHARED
    has_own = os.path.isfile(own)
    if _is_there(shared, top) and b"sgwarden" in _bytes(shared) and "sgwarden" in _tools(shared):
        if has_own:
            raise UsageError(
                f"the same directory holds {OWN} and a table [tool.sgwarden] in {SHARED}",
                _shown(own),
                "keep one of them",
            )
        return shared
    return own if _is_there(own, top) else None


def read(file: Path, name: str | None = None) -> Document:
    """Return the checked content of one file; ``name`` is the user's name for it.

    Raises UsageError for the first mistake, with its line.
    """
    from sgwarden.config.toml_document import parse, to_struct  # imported late: most runs have no configuration
    from sgwarden.config.toml_lines import lines  # imported late: most runs have no configuration

    shown = name or _shown(file)
    text, values = parse(_bytes(file, shown), shown)
    places = lines(text)
    if file.name == SHARED:
        tools = values.get("tool", {})
        if not isinstance(tools, dict) or "sgwarden" not in tools:
            raise UsageError("there is no table [tool.sgwarden] in it", shown, "add the table, or give another file")
        values = tools["sgwarden"]
        places = {path[2:]: line for path, line in places.items() if path[:2] == ("tool", "sgwarden")}
    elif "tool" in values:
        at = line_of(places, ("tool", "sgwarden"))
        raise UsageError(
            "tables [tool...] are for pyproject.toml", f"{shown}:{at}", "write the keys without the header here"
        )
    to_struct(values, Configuration, places, shown)
    # Relative to the working directory, so that it means the same where a directory stands for that one.
    return Document(shown, Path(os.path.relpath(file.absolute().parent)), values, places, name is None)


def _tools(file: Path) -> dict[str, Any]:
    from sgwarden.config.toml_document import parse  # imported late: most runs have no configuration

    tools = parse(_bytes(file), _shown(file))[1].get("tool", {})
    return tools if isinstance(tools, dict) else {}


def _bytes(file: Path, shown: str | None = None) -> bytes:
    shown = shown or _shown(file)
    try:
        return read_scanned(file, file.resolve().parent, _LARGEST)
    except UnreadableFile as error:
        if not os.path.exists(file):
            raise UsageError("there is no such file", shown, "check --config") from error
        raise UsageError(str(error).removeprefix("is "), shown, "this cannot be a configuration") from error


def _shown(path: Path) -> str:
    return os.path.relpath(path).replace(os.sep, "/")
