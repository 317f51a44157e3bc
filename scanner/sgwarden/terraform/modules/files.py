"""Which files make up a module, and which module sources are paths; by name alone.

Source: https://developer.hashicorp.com/terraform/language/files
"""

from __future__ import annotations

from pathlib import Path

SUFFIXES = (".tf", ".tf.json", ".tofu", ".tofu.json")


def is_configuration(name: str) -> bool:
    """Whether Terraform (or OpenTofu) reads a file of this name as configuration."""
    return name.endswith(SUFFIXES) and not name.startswith((".", "#")) and not name.endswith("~")


def is_override(name: str) -> bool:
    """Whether a file of this name overrides what others declare."""
    stem = name.removesuffix(".json").rsplit(".", 1)[0]
    return stem == "override" or stem.endswith("_override")


def configuration_files(directory: Path) -> list[Path]:
    """The configuration files of one directory, in Terraform's order: overrides last.

    A ``.tofu`` file hides the ``.tf`` file of the same stem, as in OpenTofu.
    """
    names = sorted(entry.name for entry in directory.iterdir() if is_configuration(entry.name))
    hidden = {name.replace(".tofu", ".tf") for name in names if ".tofu" in name}
    names = [name for name in names if name not in hidden]
    return [directory / name for name in sorted(names, key=lambda name: (is_override(name), name))]


def is_local(source: str) -> bool:
    """Whether a module source is a path, as Terraform tells."""
    return source.startswith(("./", "../", ".\\", "..\\")) or source in (".", "..")
