"""``--diff-base``, ``--new-only`` and ``--baseline``: an assessment compared with an earlier one."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from sgwarden.cli import config_options
from sgwarden.cli.config_options import Project
from sgwarden.config.effective import FILE_VARIABLE, Config
from sgwarden.errors import UsageError
from sgwarden.run.options import CompareOptions


def compare_options(arguments: Namespace, config: Config, paths: Sequence[str]) -> CompareOptions:
    """Return what an assessment is compared with, by the options and the configuration.

    Raises UsageError for options that do not go together.
    """
    diff_base = arguments.diff_base if arguments.new_only else config.diff_base(paths)
    if diff_base is not None and arguments.new_only:
        raise UsageError("--diff-base compares code and --new-only a plan", next_step="give one of them")
    options = CompareOptions(diff_base, arguments.new_only, config.baseline())
    if arguments.fail_on_existing and not options:
        raise UsageError(
            "--fail-on-existing needs something to compare with", next_step="give --diff-base or --baseline"
        )
    return options


def load_of_base(arguments: Namespace, paths: Sequence[str], here: Path, mirror: Path) -> tuple[Namespace, Project]:
    """Load the configuration and policies of the base of a comparison.

    ``paths`` and what the arguments name are relative to ``here``; ``mirror`` holds the base. Returns the arguments as
    they are there, too. Raises UsageError.
    """
    from sgwarden.gate.policy_changes import nearest, there  # imported late: most scans compare nothing

    named = arguments.config or os.environ.get(FILE_VARIABLE)
    changed = {
        "with_checkov": None,
        "config": there(named, here, mirror) if named else None,
        "policies": [there(directory, here, mirror) for directory in arguments.policies],
    }
    of_base = Namespace(**{**vars(arguments), **changed})
    return of_base, config_options.load(of_base, [nearest(path, here, mirror) for path in paths])
