"""Which files make up a module, which of them may be read, and which module sources are paths.

Source: https://developer.hashicorp.com/terraform/language/files
"""

from __future__ import annotations

import json
from collections.abc import Mapping
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
MANIFEST = Path(".terraform") / "modules" / "modules.json"
"""Where ``terraform init`` writes which module it put where, below the root module."""
_MANIFEST_LIMIT = 8 * 1024 * 1024


class Unread(Struct, frozen=True):
    """A file or block that could not be read."""

    file: Path
    line: int
    column: int
    message: str


def is_configuration(name: str) -> bool:
    """Return True if Terraform (or OpenTofu) reads a file of this name as configuration."""
    return name.endswith(CONFIGURATION_ENDINGS) and not name.startswith((".", "#")) and not name.endswith("~")


def is_variable_file(name: str) -> bool:
    """Return True if a file of this name holds values of variables."""
    return name.endswith(VARIABLE_ENDINGS)


def is_override(name: str) -> bool:
    """Return True if a file of this name overrides what others declare."""
    stem = name.removesuffix(".json").rsplit(".", 1)[0]
    return stem == "override" or stem.endswith("_override")


def configuration_files(directory: Path) -> list[Path]:
    """Return the configuration files of one directory, in Terraform's order: overrides last.

    A ``.tofu`` file hides the ``.tf`` file of the same stem, as in OpenTofu.
    """
    names = sorted(entry.name for entry in directory.iterdir() if is_configuration(entry.name))
    hidden = {name.replace(".tofu", ".tf") for name in names if ".tofu" in name}
    names = [name for name in names if name not in hidden]
    return [directory / name for name in sorted(names, key=lambda name: (is_override(name), name))]


def is_local(source: str) -> bool:
    """Return True if Terraform takes a module source for a path."""
    return source.startswith(("./", "../", ".\\", "..\\")) or source in (".", "..")


def local_directory(source: str, directory: Path) -> Path:
    """Return the directory that a local module source in ``directory`` leads to, links resolved."""
    return (directory / source.replace("\\", "/")).resolve()


def repository_root(path: Path) -> Path:
    """Return the directory that bounds what may be read: the repository that holds ``path``, else ``path`` itself."""
    start = path.resolve()
    start = start if start.is_dir() else start.parent
    for directory in (start, *start.parents):
        if (directory / ".git").exists():
            return directory
    return start


def unreadable(path: Path, allowed_root: Path, limit: int) -> str | None:
    """Return why ``path`` must not be read, or None: no file, outside ``allowed_root``, above ``limit`` bytes."""
    try:
        resolved = path.resolve(strict=True)
        if not resolved.is_relative_to(allowed_root):
            return f"lies outside {allowed_root} (through a symbolic link)"
        if not resolved.is_file():
            return "is not a regular file"
        size = resolved.stat().st_size
    except (OSError, RuntimeError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or error}"
    return f"is larger than {limit} bytes" if size > limit else None


def read_manifest(root: Path, allowed_root: Path) -> Mapping[str, str]:
    """Return the directory of each downloaded module, relative to ``root``, by its dotted call path."""
    path = root / MANIFEST
    if not path.exists() or unreadable(path, allowed_root, _MANIFEST_LIMIT) is not None:
        return {}
    try:
        document = json.loads(path.read_bytes())
        return {entry["Key"]: entry["Dir"] for entry in document["Modules"]}
    except (ValueError, KeyError, TypeError):
        return {}
