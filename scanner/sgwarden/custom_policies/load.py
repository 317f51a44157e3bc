"""A directory of policies, loaded: ``*.toml`` is read, ``*.py`` is executed.

Files that begin with an underscore are passed over. Code that lies in the repository under scan came with it, so it is
executed only when the user trusts it in so many words.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from sgwarden.config.configuration import DRIFT
from sgwarden.errors import UsageError
from sgwarden.terraform.modules.files import UnreadableFile, read_scanned, repository_root

if TYPE_CHECKING:
    from sgwarden_policies.policy import Policy

TRUST = "--trust-policies"
_LARGEST = 1024 * 1024


class Loaded(Struct, frozen=True):
    """Policies, and digests that distinguish them from others of the same names."""

    policies: tuple[Policy, ...] = ()
    identity: tuple[str, ...] = ()
    """Digests of the files, for caches of results."""


def load(
    directories: Sequence[str],
    *,
    taken: Collection[str],
    scanned: Iterable[str] = (),
    trusted: bool = False,
    configured: Sequence[str] = (),
    configuration: Path | None = None,
    found: bool = True,
) -> Loaded:
    """Return the policies of directories, in the order of their file names.

    ``taken`` are ids that are in use, ``scanned`` the paths under scan (``-`` is the working directory), ``configured``
    further directories, which the file ``configuration`` names: when that was ``found`` there and not named by the
    user, or lies in the repository under scan, they must lie in its repository, and their Python needs trust.
    Raises UsageError, with file and line where there is one, for whatever cannot be loaded.
    """
    bounds = {repository_root(Path.cwd() if path == "-" else Path(path)) for path in scanned}
    policies: list[Policy] = []
    identity: list[str] = []
    places = dict.fromkeys((*taken, DRIFT), "sgwarden itself")
    home = repository_root(configuration.parent) if configuration is not None else Path.cwd()
    theirs = found or any(home.is_relative_to(bound) for bound in bounds)
    seen: set[Path] = set()
    for number, directory in enumerate((*directories, *configured)):
        named_by_code = theirs and number >= len(directories)
        if named_by_code and not Path(directory).resolve().is_relative_to(home):
            raise UsageError("policies.directories leads out of the repository", directory, "give --policies")
        if Path(directory).resolve() in seen:
            continue
        seen.add(Path(directory).resolve())
        for file in _files(Path(directory)):
            inside = [home] if named_by_code else [b for b in bounds if Path(directory).resolve().is_relative_to(b)]
            # What lies in the code stays in its repository; links in a directory of the user's own lead anywhere.
            data = _content(file, inside[0] if inside else file.resolve().parent)
            identity.append(f"{file.name}:{hashlib.sha256(data).hexdigest()}")
            for policy, line in _policies(file, data, bounds, trusted, named_by_code):
                where = f"{_shown(file)}:{line}"
                if policy.id in places:
                    raise UsageError(
                        f"there is a policy {policy.id!r} already, from {places[policy.id]}", where, "choose another id"
                    )
                places[policy.id] = where
                policies.append(policy)
    return Loaded(tuple(policies), tuple(identity))


def _files(directory: Path) -> list[Path]:
    if not directory.is_dir():
        raise UsageError("there is no such directory", str(directory), "give a directory with .py and .toml files")
    files = sorted(
        path
        for path in directory.iterdir()
        if path.suffix in (".py", ".toml") and not path.name.startswith(("_", ".")) and not path.is_dir()
    )
    if not files:
        raise UsageError("no policies here", str(directory), "give a directory with .py and .toml files")
    return files


def _policies(
    file: Path, data: bytes, bounds: set[Path], trusted: bool, named_by_code: bool
) -> list[tuple[Policy, int]]:
    from sgwarden.custom_policies import declarative, python_files  # imported late: slow, and most runs have none

    if file.suffix == ".toml":
        return list(declarative.policies_of(data, _shown(file)))
    inside = named_by_code or any(
        path.is_relative_to(bound) for path in (file.resolve(), Path(os.path.abspath(file))) for bound in bounds
    )
    if inside and not trusted:
        raise UsageError(
            "this code lies in what is scanned, and is not executed unasked",
            _shown(file),
            f"give {TRUST} if you trust it",
        )
    return python_files.policies_in(file, data, _shown(file))


def _content(file: Path, bound: Path) -> bytes:
    try:
        return read_scanned(file, bound, _LARGEST)
    except UnreadableFile as error:
        raise UsageError(str(error).removeprefix("is "), _shown(file), "this cannot be a policy") from error


def _shown(path: Path) -> str:
    return path.as_posix()
