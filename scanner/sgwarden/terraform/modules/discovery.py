"""Root modules below a path: directories with configuration that are not only called as modules."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from sgwarden.terraform.modules.files import (
    is_configuration,
    is_local,
    is_variable_file,
    local_directory,
    repository_root,
)

if TYPE_CHECKING:
    from sgwarden.terraform.modules.module import Module

_PASSED_OVER = frozenset({"node_modules", "__pycache__", "venv"})


class Layout(Struct, frozen=True):
    """What one directory says about root modules."""

    calls: tuple[str, ...]
    """Directories of the local modules it calls."""
    root: bool
    """Whether it is a root module although others call it."""


class Discovered(Struct, frozen=True):
    """What lies below a path."""

    roots: tuple[Path, ...]
    """Directories of root modules, sorted."""
    modules: tuple[Path, ...]
    """Directories that are only called as modules, sorted."""
    unlisted: tuple[tuple[Path, str], ...]
    """Directories that could not be listed, and why."""
    layouts: Mapping[Path, Layout]
    """What each directory says."""

    def using(self, directories: Collection[Path]) -> tuple[Path, ...]:
        """Return the root modules that are, or call at any depth, one of ``directories``."""
        return tuple(root for root in self.roots if not self._closure(root).isdisjoint(directories))

    def _closure(self, root: Path) -> set[Path]:
        reached: set[Path] = set()
        waiting = [root]
        while waiting:
            directory = waiting.pop()
            if directory not in reached:
                reached.add(directory)
                layout_ = self.layouts.get(directory)
                waiting.extend(Path(call) for call in (layout_.calls if layout_ is not None else ()))
        return reached


def layout(module: Module) -> Layout:
    """Return what the module's directory says about root modules."""
    return Layout(tuple(str(path) for path in called_directories(module)), _is_root(module))


def discover(
    path: Path,
    layout_of: Callable[[Path], Layout],
    on_listing: Callable[[Path, Sequence[str]], None] = lambda directory, names: None,
) -> Discovered:
    """Return the root modules below ``path``, and what else lies there.

    ``layout_of`` gives the layout of a directory, and may raise OSError; before that ``on_listing`` gets the names
    of all that lies in it.

    A directory that others call is a root module as well when it configures a backend or has
    variable files of its own, which only root modules use.
    """
    unlisted: list[tuple[Path, str]] = []
    layouts: dict[Path, Layout] = {}
    for directory, names in configuration_directories(path, unlisted):
        on_listing(directory, names)
        try:
            layouts[directory] = layout_of(directory)
        except OSError as error:
            unlisted.append((directory, str(error.strerror)))
    called = {target for directory, found in layouts.items() for target in found.calls if target != str(directory)}
    roots = {directory for directory, found in layouts.items() if found.root or str(directory) not in called}
    only_called = layouts.keys() - roots
    return Discovered(tuple(sorted(roots)), tuple(sorted(only_called)), tuple(sorted(unlisted)), layouts)


def configuration_directories(path: Path, unlisted: list[tuple[Path, str]]) -> Iterator[tuple[Path, list[str]]]:
    """Yield each directory at and below ``path`` with configuration files, and the names of all that lies in it.

    Links in ``path`` are resolved; hidden directories and links to directories below it are passed over.
    """

    def failed(error: OSError) -> None:
        unlisted.append((Path(error.filename or path), str(error.strerror)))

    for directory, names, files in os.walk(path.resolve(), onerror=failed):
        everything = [*names, *files]
        names[:] = sorted(name for name in names if not name.startswith(".") and name not in _PASSED_OVER)
        if any(is_configuration(name) for name in files):
            yield Path(directory), everything


def called_directories(module: Module) -> Iterator[Path]:
    """Yield directories of the local modules that ``module`` calls."""
    from sgwarden.terraform.modules.module import call_source  # imported late: a run from the cache parses nothing

    for declaration in module.calls.values():
        source = call_source(declaration)
        if source is not None and is_local(source):
            yield local_directory(source, module.directory)


def _is_root(module: Module) -> bool:
    if any(is_variable_file(name) for name in os.listdir(module.directory)):
        return True
    return any(
        "backend" in declaration.stub.text or "cloud" in declaration.stub.text for declaration in module.settings
    ) and any(
        block.type in ("backend", "cloud") for declaration in module.settings for block in declaration.body.blocks
    )


__all__ = ["Discovered", "Layout", "configuration_directories", "discover", "layout", "repository_root"]
