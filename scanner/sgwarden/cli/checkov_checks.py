"""``sgwarden checkov-checks``: the directory with our policies as checks of Checkov."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import sgwarden_policies
from sgwarden.cli import console
from sgwarden.cli.exit_codes import ExitCode


def run(_arguments: Namespace) -> int:
    """Print the directory for Checkov's ``--external-checks-dir``."""
    console.write_stdout(f"{Path(sgwarden_policies.__file__).resolve().parent / 'checkov_checks'}\n")
    return ExitCode.OK
