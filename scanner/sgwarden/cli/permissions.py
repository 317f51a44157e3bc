"""``sgwarden permissions [COMMAND]``: the least-privilege IAM policy that a command needs."""

from __future__ import annotations

from argparse import Namespace

from sgwarden.aws import permissions
from sgwarden.cli import console
from sgwarden.cli.exit_codes import ExitCode
from sgwarden.cli.main import COMMANDS
from sgwarden.errors import UsageError


def run(arguments: Namespace) -> int:
    """Print the policy; commands that never call AWS need none, and it says so."""
    if arguments.assume_role is not None:
        console.write_stdout(permissions.other_accounts(arguments.assume_role))
        return ExitCode.OK
    if arguments.of is not None and arguments.of not in permissions.COMMANDS:
        if arguments.of not in COMMANDS:
            raise UsageError(
                f"there is no command {arguments.of!r}", next_step=f"use one of {', '.join(permissions.COMMANDS)}"
            )
        console.complain(f"{arguments.of} never calls AWS and needs no permission")
    console.write_stdout(permissions.policy(arguments.of))
    return ExitCode.OK
