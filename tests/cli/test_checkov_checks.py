"""The command that prints the directory for Checkov's ``--external-checks-dir``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Run
from tests.paths import ROOT


def test_the_directory_is_printed_alone(sgwarden: Callable[..., Run]) -> None:
    run = sgwarden("checkov-checks")
    assert run == Run(0, f"{ROOT / 'policies' / 'sgwarden_policies' / 'checkov_checks'}\n", "")
    names = sorted(path.name for path in Path(run.out.strip()).glob("*.py"))
    assert names == ["__init__.py", "sgwarden_checks.py"]  # all that Checkov will load
