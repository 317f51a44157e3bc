"""Evaluate root modules written inline."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sgwarden.model.instances import ResourceInstance
from sgwarden.sources.hcl import Reader
from sgwarden.terraform.evaluate.evaluation import Evaluation
from sgwarden.terraform.modules.variables import VariableOptions


def write(directory: Path, files: Mapping[str, str]) -> Path:
    """``files`` by relative path, written below ``directory``."""
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return directory


def evaluate(
    directory: Path, files: Mapping[str, str] | str, options: VariableOptions | None = None, root: str = "."
) -> tuple[dict[str, ResourceInstance], Evaluation]:
    """Every managed instance by address, and the run with its troubles."""
    write(directory, {"main.tf": files} if isinstance(files, str) else files)
    reader = Reader(directory, options or VariableOptions(), base=directory)
    run, evaluated = reader.evaluate(directory / root, wanted=lambda mode, type_: mode == "managed")
    return {instance.address: instance for instance in evaluated.instances}, run


def troubles(run: Evaluation) -> list[tuple[str, str, int]]:
    """What, reason and line of every trouble, in the order met."""
    return [(t.what, t.reason, t.location.line if t.location else 0) for t in run.troubles]
