"""Which files make up a module, which of them may be read, and which module sources are paths.

Source: https://developer.hashicorp.com/terraform/language/files
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from msgspec import Struct

NATIVE_ENDINGS = (".tf", ".tofu")
"""Configuration in native syntax."""
JSON_ENDINGS = (".tf.json", ".tofu.json")
"""Configuration in JSON."""
CONFIGURATION_ENDINGS = (*NATIVE_ENDINGS, *JSON_ENDINGS)
VARIABLE_ENDINGS = (".tfvars", ".tfvars.json")
"""Values of variables."""
CODE_ENDINGS = (*CONFIGURATION_ENDINGS, *VARIABLE_ENDINGS)
"""Every file that Terraform code consists of."""

MAX_FILE = 32 * 1024 * 1024
"""Bytes of one file; larger ones are reported, not read."""
_OPEN_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)


class UnreadableFile(Exception):
    """A file of the scanned tree that is not read; its text says why."""


class Unread(Struct, frozen=True):
    """A file or block that could not be read."""

    file: Path
    line: int
    column: int
    message: str


def is_configuration(name: str) -> bool:
    """Return True if Terraform (or OpenTofu) reads a file of this name as configuration."""
    if not name.endswith(CONFIGURATION_ENDINGS):
        return False
    return not (name.startswith(".") or name.endswith("~") or (name.startswith("#") and name.endswith("#")))


def is_variable_file(name: str) -> bool:
    """Return True if a file of this name holds values of variables."""
    return name.endswith(VARIABLE_ENDINGS)


def is_automatic(name: str) -> bool:
    """Return True if Terraform loads a variable file of this name by itself."""
    return name in ("terraform.tfvars", "terraform.tfvars.json") or name.endswith((".auto.tfvars", ".auto.tfvars.json"))


def is_override(name: str) -> bool:
    """Return True if a file of this name overrides what others declare."""
    stem = name.removesuffix(".json").rsplit(".", 1)[0]
    return stem == "override" or stem.endswith("_override")


def configuration_files(directory: Path) -> list[Path]:
    """Return the configuration files of one directory, in Terraform's order: overrides last.

    Without those that OpenTofu does not read; see ``replaced_files``.
    """
    return _files_of(directory)[0]


def replaced_files(directory: Path) -> list[tuple[Path, Path]]:
    """Return each ``.tf`` file with the ``.tofu`` file of the same stem, which OpenTofu reads in its place.

    Terraform reads the ``.tf`` file.
    """
    return _files_of(directory)[1]


def _files_of(directory: Path) -> tuple[list[Path], list[tuple[Path, Path]]]:
    names = sorted(entry for entry in os.listdir(directory) if is_configuration(entry))
    twins = {_tf_name(name): name for name in names if name.endswith((".tofu", ".tofu.json"))}
    replaced = [(directory / name, directory / twins[name]) for name in names if name in twins]
    names = [name for name in names if name not in twins]
    return [directory / name for name in sorted(names, key=lambda name: (is_override(name), name))], replaced


def _tf_name(name: str) -> str:
    """Return the name of the ``.tf`` file that a ``.tofu`` file replaces."""
    stem = name.removesuffix(".json").removesuffix(".tofu")
    return f"{stem}.tf.json" if name.endswith(".json") else f"{stem}.tf"


def is_local(source: str) -> bool:
    """Return True if Terraform takes a module source for a path."""
    return source.startswith(("./", "../", ".\\", "..\\")) or source in (".", "..")


def local_directory(source: str, directory: Path) -> Path:
    """Return the directory that a local module source in ``directory`` leads to, cleaned as text as Terraform does it.

    So ``./link/../a`` is ``./a``, wherever the link leads; links in what remains are left to the file system.
    """
    return Path(os.path.normpath(directory / source.replace("\\", "/")))


def repository_root(path: Path) -> Path:
    """Return the directory that bounds what may be read: the repository that holds ``path``, else ``path`` itself."""
    start = path.resolve()
    start = start if start.is_dir() else start.parent
    for directory in (start, *start.parents):
        if (directory / ".git").exists():
            return directory
    return start


def refusal(path: Path, allowed_root: Path) -> str | None:
    """Return why nothing at ``path`` may be read, or None: it leads out of ``allowed_root``, or is git's own.

    ``allowed_root`` has its links resolved. Raises OSError or RuntimeError when the path cannot be followed.
    """
    return _refusal(path.resolve(), allowed_root)


def _refusal(resolved: Path, allowed_root: Path) -> str | None:
    if not resolved.is_relative_to(allowed_root):
        return f"lies outside {allowed_root} (through a symbolic link)"
    if any(part.lower() == ".git" for part in resolved.relative_to(allowed_root).parts):
        return "belongs to git"
    return None


def read_scanned(path: Path, allowed_root: Path, limit: int = MAX_FILE) -> bytes:
    """Return the content of a file of the scanned tree: the only way to open one.

    Raises UnreadableFile, with the reason, for what is not there, lies outside ``allowed_root`` (also through a link),
    belongs to git, is not a regular file, or has more than ``limit`` bytes.
    """
    try:
        resolved = path.resolve(strict=True)
        problem = _refusal(resolved, allowed_root)
        if problem is not None:
            raise UnreadableFile(problem)
        # A pipe without a writer must not block, and what was looked at must be what is opened.
        with open(resolved, "rb", opener=_open_regular) as file:
            data = file.read() if os.fstat(file.fileno()).st_size <= limit else None
    except (OSError, RuntimeError) as error:
        raise UnreadableFile(f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if data is None or len(data) > limit:
        raise UnreadableFile(f"is larger than {limit} bytes")
    return data


def _open_regular(path: str, flags: int) -> int:
    descriptor = os.open(path, flags | _OPEN_FLAGS)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableFile("is not a regular file")
    return descriptor


def read_scanned_if_possible(path: Path, allowed_root: Path, limit: int = MAX_FILE) -> bytes | None:
    """Return what ``read_scanned`` does, or None where it raises: for readers whose losses others report."""
    try:
        return read_scanned(path, allowed_root, limit)
    except UnreadableFile:
        return None
