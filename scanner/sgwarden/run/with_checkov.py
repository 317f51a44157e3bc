"""The user's Checkov on the same input, in one report."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sgwarden.checkov.configuration import take_over
from sgwarden.checkov.merge import merge
from sgwarden.checkov.run import Target, find, run
from sgwarden.errors import UsageError
from sgwarden.run.inputs import CODE
from sgwarden.terraform.modules.files import configuration_files

if TYPE_CHECKING:
    from sgwarden.findings import Part
    from sgwarden.run.assess import Assessable
    from sgwarden.run.options import CheckovOptions, Progress, ScanOptions


def add_checkov(
    parts: Sequence[Part], options: ScanOptions, checkov: CheckovOptions, paths: Sequence[str], progress: Progress
) -> tuple[list[Part], list[Assessable]]:
    """Return the results and policies of a report that holds Checkov's too. Raises UsageError and InputError."""
    load = options.load
    executable = find(checkov.executable, os.environ)
    targets = _root_modules(parts) if load.changed_files else _targets(paths, parts)
    if load.mirror is not None:
        take_over(load.mirror, [*(target.path for target in targets if target.kind == "directory"), Path.cwd()])
    runs = []
    for target in targets:
        progress.step(f"running Checkov on {os.path.relpath(target.path)}")
        trusted = checkov.trust_configuration
        runs.append(run(executable, target, os.environ, var_files=load.var_files, trusted=trusted))
    severities = {policy.id: policy.severity for policy in options.policies}
    merged, checks = merge(parts, runs, list(severities), severities, changed_only=options.changed_only)
    return merged, [*options.policies, *checks]


def _root_modules(parts: Sequence[Part]) -> list[Target]:
    roots = dict.fromkeys(Path(part.source.path).resolve() for part in parts if part.source.kind == "hcl")
    # A directory of which only unread parts are named holds nothing for Checkov.
    return [Target(root, "directory", alone=True) for root in roots if root.is_dir() and configuration_files(root)]


def _targets(paths: Sequence[str], parts: Sequence[Part]) -> list[Target]:
    kinds = {os.path.realpath(part.source.path): part.source.kind for part in parts}
    targets = []
    for path in dict.fromkeys(paths):
        if Path(path).is_dir():
            target = Target(Path(path).resolve(), "directory")
        elif path.endswith(CODE):
            target = Target(Path(path).resolve().parent, "directory", alone=True)
        elif kinds.get(os.path.realpath(path)) == "plan":
            target = Target(Path(path).resolve(), "plan")
        else:
            raise UsageError("Checkov reads Terraform code and plans alone", path, "scan it without --with-checkov")
        targets.append(target)
    return list(dict.fromkeys(targets))
