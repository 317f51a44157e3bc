"""The files whose comments may suppress findings, and the directories of code where they lie."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from sgwarden.suppressions.comments import MARKERS
from sgwarden.suppressions.module_calls import MAX_SIZE, ModuleCalls
from sgwarden.terraform.modules.files import CONFIGURATION_ENDINGS, configuration_files, read_scanned_if_possible

_MAX_MODULES = 2000


def is_marked(file: Path, top: Path) -> bool:
    """Return True if a file inside ``top`` holds a comment of interest; False if unreadable, which others report."""
    if not file.name.endswith((*CONFIGURATION_ENDINGS, ".tfvars")):
        return False
    data = read_scanned_if_possible(file, top, MAX_SIZE)
    return data is not None and MARKERS.search(data) is not None


def marked_files(directories: Iterable[Path], top: Path) -> list[Path]:
    """Return the files with a comment of interest in some directories inside ``top``, sorted."""
    found: list[Path] = []
    for directory in sorted(set(directories)):
        try:
            files = [*configuration_files(directory), *sorted(directory.glob("*.tfvars"))]
        except OSError:
            continue
        found += [file for file in files if is_marked(file, top)]
    return found


def marked_below(roots: Iterable[Path], top: Path, base: Path) -> list[str]:
    """Return the marked files of root modules and the modules that they call, relative to ``base``."""
    directories = {directory for root in roots for directory in module_directories(root, top.resolve())}
    return [os.path.relpath(file, base).replace(os.sep, "/") for file in marked_files(directories, top.resolve())]


def module_directories(root: Path, top: Path) -> set[Path]:
    """Return the directories of a root module and of all modules below it, none outside ``top``.

    For sources whose code nobody evaluates, such as states.
    """
    calls = ModuleCalls(top)
    found: set[Path] = set()
    waiting = [(root.resolve(), "")]
    while waiting and len(found) < _MAX_MODULES:
        directory, key = waiting.pop()
        if directory in found or not directory.resolve().is_relative_to(top):
            continue
        found.add(directory)
        for name in calls.sources(directory):
            inner = f"{key}.{name}" if key else name
            target = calls.directory(root.resolve(), directory, inner)
            if target is not None:
                waiting.append((target, inner))
    return found
