"""``--with-checkov``: the user's Checkov on the same input, in one report."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sgwarden.errors import UsageError

if TYPE_CHECKING:
    from sgwarden.checkov.run import Target
    from sgwarden.findings import Part
    from sgwarden.run.assess import Assessable
    from sgwarden.run.options import Given, Progress
    from sgwarden_policies.policy import Policy

_REFUSED = {
    "one_chain": "Checkov judges each root module by itself",
    "new_only": "Checkov does not read the state before a plan",
}


def add_arguments(parser: ArgumentParser) -> None:
    """Which Checkov, and whether its configuration may load code."""
    parser.add_argument(
        "--with-checkov", metavar="PATH", nargs="?", const="",
        help="run Checkov too and merge its results; PATH: its executable (default: $SGWARDEN_CHECKOV, else checkov)",
    )  # fmt: skip
    parser.add_argument(
        "--trust-checkov-config", action="store_true",
        help="let Checkov execute external checks that a .checkov.yaml of the scanned code names",
    )  # fmt: skip


def prepare(arguments: Namespace) -> None:
    """Settle what the option means, before anything is read. Raises UsageError.

    ``--with-checkov DIRECTORY`` without an equals sign would take the directory to scan for the executable.
    """
    given = arguments.with_checkov
    if given is None:
        return
    if given and (os.path.isdir(given) or (os.path.isfile(given) and not os.access(given, os.X_OK))):
        arguments.paths = [given, *arguments.paths]
        arguments.with_checkov = ""
    if "-" in arguments.paths:
        raise UsageError("--with-checkov needs a plan in a file, not on stdin", next_step="write the plan to a file")
    for option, why in _REFUSED.items():
        if getattr(arguments, option, None):
            name = "--" + option.replace("_", "-")
            raise UsageError(f"--with-checkov does not work with {name}: {why}", next_step="leave one of them out")


def merged(
    parts: Sequence[Part],
    policies: Sequence[Policy],
    paths: Sequence[str],
    given: Given,
    arguments: Namespace,
    progress: Progress,
) -> tuple[list[Part], list[Assessable]]:
    """The parts and policies of a report that tells Checkov's results too. Raises UsageError and InputError."""
    from sgwarden.checkov.merge import merge
    from sgwarden.checkov.run import find, run

    executable = find(arguments.with_checkov, os.environ)
    targets = _root_modules(parts) if given.changed_files else _targets(paths, parts)
    if given.mirror is not None:
        from sgwarden.checkov.configuration import take_over

        take_over(given.mirror, [*(target.path for target in targets if target.kind == "directory"), Path.cwd()])
    runs = []
    trusted = arguments.trust_checkov_config
    for target in targets:
        progress.step(f"running Checkov on {os.path.relpath(target.path)}")
        runs.append(run(executable, target, os.environ, var_files=given.var_files, trusted=trusted))
    severities = {policy.id: policy.severity for policy in policies}
    together, checks = merge(
        parts, runs, [policy.id for policy in policies], severities, changed_only=arguments.changed_only
    )
    return together, [*policies, *checks]


def _root_modules(parts: Sequence[Part]) -> list[Target]:
    from sgwarden.checkov.run import Target

    roots = dict.fromkeys(Path(part.source.path).resolve() for part in parts if part.source.kind == "hcl")
    return [Target(root, "directory", alone=True) for root in roots if root.is_dir()]


def _targets(paths: Sequence[str], parts: Sequence[Part]) -> list[Target]:
    from sgwarden.checkov.run import Target
    from sgwarden.run.load import CODE

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
