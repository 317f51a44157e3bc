"""What paths hold, before and after it is read, and how paths are shown."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sgwarden.errors import InputError, UsageError
from sgwarden.model.infrastructure import Infrastructure, Skipped, Source

if TYPE_CHECKING:
    from sgwarden.model.instances import ResourceInstance
    from sgwarden.model.locations import Location
    from sgwarden.sources.documents.detect import Kind

STDIN = "-"
CODE = (".tf", ".tf.json", ".tofu", ".tofu.json")
"""How names of files with Terraform code end."""


class RootDirectory(Struct, frozen=True):
    """A directory with a root module, which is not evaluated yet."""

    directory: Path
    """As given, or as discovery found it."""
    path: Path
    """Absolute."""


class Document(Struct, frozen=True):
    """The bytes of a plan, a state or a snapshot."""

    data: bytes
    path: str
    """As shown to the user."""
    directory: str
    """Where its root module is looked for."""
    kind: Kind | None = None
    """What it is; None: nobody has looked yet."""


class NotRead(Struct, frozen=True):
    """Something below a path that cannot be read."""

    path: str
    skipped: tuple[Skipped, ...]
    warnings: tuple[str, ...] = ()

    def as_source(self) -> LoadedSource:
        """Return a source without resources, whose assessment is incomplete."""
        return LoadedSource(Infrastructure(Source("hcl", self.path), skipped=self.skipped), warnings=self.warnings)


Input = RootDirectory | Document | NotRead


class LoadedSource(Struct, frozen=True):
    """One root module, plan or state, or one account of a snapshot, as the model."""

    infrastructure: Infrastructure
    instances: Sequence[ResourceInstance] = ()
    """What the model was built of."""
    warnings: tuple[str, ...] = ()
    missing_variables: Mapping[str, Location] = field(default_factory=dict)
    """Required variables without a value."""
    used_names: frozenset[str] = frozenset()
    """Variables that were given a value and are declared."""
    comment_files: tuple[str, ...] = ()
    """Files with comments that suppress findings, relative to the working directory."""
    module_files: Mapping[Path, Sequence[Path]] = field(default_factory=dict)
    """Of a root module: the files of every module it consists of, by directory."""
    reads: tuple[Path, ...] = ()
    """Of a root module: whatever else it depends on."""


def assignment(text: str) -> tuple[str, str]:
    """Return name and value of ``--var``. Raises UsageError."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"--var {text!r} is not NAME=VALUE", next_step="write --var 'name=value'")
    return name.strip(), value


def existing(path: str) -> Path:
    """Return the path of a file. Raises InputError when there is none."""
    if not Path(path).is_file():
        raise InputError("there is no such file", path, "check the path")
    return Path(path)


def content(path: str) -> bytes:
    """Return what a file holds. Raises InputError."""
    try:
        return Path(path).read_bytes()
    except FileNotFoundError as error:
        raise InputError("there is no such file or directory", path, "check the path") from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path) from error


def shown_path(path: Path) -> str:
    """Return a path relative to the working directory where possible, with forward slashes."""
    absolute = path.resolve()
    here = Path.cwd().resolve()
    return (
        absolute.relative_to(here) if absolute.is_relative_to(here) else Path(os.path.relpath(absolute, here))
    ).as_posix()
