"""``--with-checkov``: the user's Checkov on the same input, in one report."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace

from sgwarden.errors import UsageError
from sgwarden.run.inputs import STDIN
from sgwarden.run.options import CheckovOptions

_REFUSED = {
    "one_chain": "Checkov judges each root module by itself",
    "new_only": "Checkov does not read the state before a plan",
}


def add_arguments(parser: ArgumentParser) -> None:
    """Add which Checkov, and whether its configuration may load code."""
    parser.add_argument(
        "--with-checkov", metavar="PATH", nargs="?", const="",
        help="run Checkov too and merge its results; PATH: its executable (default: $SGWARDEN_CHECKOV, else checkov)",
    )  # fmt: skip
    parser.add_argument(
        "--trust-checkov-config", action="store_true",
        help="let Checkov execute external checks that a .checkov.yaml of the scanned code names",
    )  # fmt: skip


def checkov_options(arguments: Namespace) -> tuple[list[str], CheckovOptions | None]:
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
