"""The base of a change as a tree of files, at a place that mirrors where the work tree lies.

A repository at ``/home/me/infra`` is written to ``TEMPORARY/home/me/infra``, and the base is evaluated from
``TEMPORARY/WORKING DIRECTORY``: so every path is shown as it is shown for the work tree.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from sgwarden.errors import UsageError
from sgwarden.gate.git import MAX_FILE, Repository
from sgwarden.terraform.modules.discovery import configuration_directories

_MAX_MODULES = 512 * 1024 * 1024
"""Bytes of installed modules that are taken over from the work tree."""


class BaseTree(Struct, frozen=True):
    """Where the base lies; usable as long as the context that made it."""

    commits: tuple[str, ...]
    """One for each repository, in the order of the paths."""
    mirror: Path
    """Holds everything at the place where it is in the file system."""
    directory: Path
    """Stands for the working directory."""
    paths: tuple[str, ...]
    """Those of the given paths that the base has, absolute."""
    var_files: tuple[str | None, ...]
    """The given variable files: as they were where they are tracked; None for one that the base lacks."""
    left_out: tuple[str, ...]
    """What of the base was not read, one line each."""
    tops: tuple[Path, ...]
    """Of the repositories, in the work tree."""

    def of(self, path: Path) -> Path:
        """Return the place in the mirror that stands for an absolute path."""
        return self.mirror / path.relative_to(path.anchor)

    def holds(self, path: Path) -> bool:
        """Return True if an absolute path is of one of the repositories."""
        return any(path.is_relative_to(top) for top in self.tops)


@contextmanager
def base_tree(
    reference: str, paths: Sequence[str], var_files: Sequence[str], changed_files: bool
) -> Iterator[BaseTree]:
    """Write the merge base of HEAD and ``reference`` of the repositories that hold ``paths``.

    ``changed_files`` says that the paths are files, which stand for their directories. Raises UsageError for a
    path outside of any repository, a reference that is not there and a clone that is too shallow.
    """
    temporary = Path(tempfile.mkdtemp(prefix="sgwarden-base-")).resolve()
    try:
        tree = _Mirror(temporary, reference)
        yield tree.made(paths, var_files, changed_files)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def working_in(directory: Path) -> Iterator[None]:
    """Make ``directory`` the working directory for a while."""
    before = Path.cwd()
    os.chdir(directory)
    try:
        yield
    finally:
        os.chdir(before)


class _Mirror:
    def __init__(self, temporary: Path, reference: str) -> None:
        self._temporary = temporary
        self._reference = reference
        self._written: dict[Path, str] = {}
        self._left_out: list[str] = []

    def made(self, paths: Sequence[str], var_files: Sequence[str], changed_files: bool) -> BaseTree:
        for path in paths:
            self._write(_absolute(path))
        if not self._written:
            self._write(Path.cwd())
        directory = self.of(Path.cwd())
        directory.mkdir(parents=True, exist_ok=True)
        return BaseTree(
            commits=tuple(self._written.values()),
            mirror=self._temporary,
            directory=directory,
            paths=tuple(
                str(self.of(_absolute(path))) for path in paths if changed_files or self._has(self.of(_absolute(path)))
            ),
            var_files=tuple(self._var_file(_absolute(path)) for path in var_files),
            left_out=tuple(self._left_out),
            tops=tuple(self._written),
        )

    def of(self, path: Path) -> Path:
        """Return the place in the mirror that stands for an absolute path."""
        return self._temporary / path.relative_to(path.anchor)

    def _write(self, path: Path) -> None:
        if any(path.is_relative_to(top) for top in self._written):
            return
        start = path
        while not start.is_dir():  # deleted files are changed files too
            start = start.parent
        repository = Repository.around(start)
        if repository.top in self._written:
            return
        commit = repository.merge_base(self._reference)
        self._written[repository.top] = commit
        top = self.of(repository.top)
        top.mkdir(parents=True)
        self._left_out += repository.write_tree(commit, top)
        (top / ".git").mkdir(exist_ok=True)  # bounds what is read, as in the work tree
        self._take_over(repository, top)

    def _take_over(self, repository: Repository, top: Path) -> None:
        """Link what git does not track: installed modules, the workspace, private variables."""
        left = _MAX_MODULES
        # What is tracked is part of the commits: the base has its own, or had none.
        tracked = {repository.top / name for name in repository.tracked("**/.terraform/**")}
        for directory, names, _ in os.walk(repository.top):
            here = Path(directory)
            there = top / here.relative_to(repository.top)
            names[:] = [name for name in names if (name != ".git" and (there / name).is_dir()) or name == ".terraform"]
            if ".terraform" in names:
                names.remove(".terraform")
                left = self._copy(here / ".terraform", there / ".terraform", left, tracked)
        for name in repository.untracked("**/*.tfvars", "**/*.tfvars.json", ignored_only=True):
            source, target = repository.top / name, top / name
            if target.parent.is_dir() and not target.exists() and _is_plain(source):
                shutil.copyfile(source, target)

    def _copy(self, source: Path, target: Path, left: int, tracked: Collection[Path]) -> int:
        if source.is_symlink():  # tracked, or leads who knows where
            return left
        environment = source / "environment"
        if environment not in tracked and _is_plain(environment) and not (target / "environment").exists():
            target.mkdir(exist_ok=True)
            shutil.copyfile(environment, target / "environment")
        if (target / "modules").exists():
            return left
        if (source / "modules").is_symlink():
            return left
        for directory, names, files in os.walk(source / "modules"):
            names[:] = [name for name in names if name != ".git"]
            there = target / Path(directory).relative_to(source)
            there.mkdir(parents=True, exist_ok=True)
            for name in files:
                file = Path(directory) / name
                if file in tracked or not _is_plain(file):
                    continue
                left -= file.stat().st_size
                if left < 0:
                    self._left_out.append(f"{source}: more installed modules than {_MAX_MODULES} bytes")
                    return 0
                shutil.copyfile(file, there / name)
        return left

    def _has(self, path: Path) -> bool:
        """Return True if the base holds something to evaluate at a path of the mirror."""
        if not path.is_dir():
            return path.is_file()
        return next(configuration_directories(path, []), None) is not None

    def _var_file(self, path: Path) -> str | None:
        for top in self._written:
            if path.is_relative_to(top) and Repository(top).tracks(path.relative_to(top).as_posix()):
                return str(self.of(path)) if self.of(path).is_file() else None
        return str(path)


def _absolute(path: str) -> Path:
    if path == "-":
        raise UsageError("--diff-base compares code, and - reads a plan", next_step="use --new-only for a plan")
    return Path(path).resolve()


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.stat().st_size <= MAX_FILE
