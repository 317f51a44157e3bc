"""The options of ``scan`` and ``baseline``, which assess the same way."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sgwarden.cli import config_options, options
from sgwarden.cli.config_options import Project
from sgwarden.errors import UsageError
from sgwarden.run.inputs import STDIN
from sgwarden.run.options import CheckovOptions, ScanOptions
from sgwarden_policies.control_policy import is_monitoring
from sgwarden_policies.registry import POLICIES

if TYPE_CHECKING:
    from sgwarden.settings import Settings
    from sgwarden_policies.policy import Policy

_REFUSED = {
    "one_chain": "Checkov judges each root module by itself",
    "new_only": "Checkov does not read the state before a plan",
}


def scan_options(arguments: Namespace, project: Project) -> ScanOptions:
    """Return what the arguments and the configuration make a scan, without Checkov. Raises UsageError."""
    policies = config_options.selected(project, arguments)
    return ScanOptions(
        project.config,
        policies,
        settings(arguments, policies, project.config.settings()),
        load=options.load_options(arguments),
        named_policies=tuple(config_options.names(arguments.only)),
        known_policies=tuple(policy.id for policy in POLICIES),
        policy_digests=tuple(project.own_policies.identity),
        changed_only=arguments.changed_only,
        one_chain=arguments.one_chain,
        list_passed=arguments.list_passed,
    )


def chosen_paths(arguments: Namespace) -> tuple[Sequence[str], CheckovOptions | None]:
    """Return the paths of the command line, else the working directory, and how Checkov is run. Raises UsageError."""
    paths, checkov = _checkov_options(arguments)
    return paths or ([] if arguments.changed_files else ["."]), checkov


def settings(arguments: Namespace, policies: Sequence[Policy], configured: Settings) -> Settings:
    """Return the settings of the configuration with the values of ``--benchmark``, ``--one-chain`` and ``--only``.

    Raises UsageError for an unknown benchmark.
    """
    if arguments.benchmark is None:
        named = bool(arguments.only) and any(is_monitoring(policy) for policy in policies)
        asked = named or configured.monitoring_asked or arguments.one_chain
        return replace(configured, monitoring_asked=asked)
    from sgwarden.cloudtrail.catalogue import BENCHMARKS  # imported late: a plain scan names no benchmark

    known = [name for name in BENCHMARKS if name >= "cis-aws-1.4.0"]
    if arguments.benchmark not in known:
        raise UsageError(f"there is no benchmark {arguments.benchmark!r}", next_step=f"use one of {', '.join(known)}")
    return replace(configured, benchmark=arguments.benchmark, monitoring_asked=True)


def _checkov_options(arguments: Namespace) -> tuple[list[str], CheckovOptions | None]:
    """Return the paths of the arguments, and how Checkov is run on them, None: not at all. Raises UsageError.

    ``--with-checkov DIRECTORY`` without an equals sign would take the directory to scan for the executable.
    """
    paths: list[str] = arguments.paths
    executable = arguments.with_checkov
    if executable is None:
        return paths, None
    if executable and (
        os.path.isdir(executable) or (os.path.isfile(executable) and not os.access(executable, os.X_OK))
    ):
        paths, executable = [executable, *paths], ""
    if STDIN in paths:
        raise UsageError("--with-checkov needs a plan in a file, not on stdin", next_step="write the plan to a file")
    for option, why in _REFUSED.items():
        if getattr(arguments, option):
            name = "--" + option.replace("_", "-")
            raise UsageError(f"--with-checkov does not work with {name}: {why}", next_step="leave one of them out")
    return paths, CheckovOptions(executable, arguments.trust_checkov_config)
