"""The command line itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sgwarden import __version__
from sgwarden.cli.main import COMMANDS
from tests.cli.conftest import Run

Sgwarden = Callable[..., Run]


def test_version(sgwarden: Sgwarden) -> None:
    assert sgwarden("--version") == Run(0, f"sgwarden {__version__}\n", "")


def test_no_command_is_wrong_usage(sgwarden: Sgwarden) -> None:
    run = sgwarden()
    assert (run.code, run.out) == (2, "")
    assert all(name in run.err for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(sgwarden: Sgwarden, name: str) -> None:
    run = sgwarden(name, "--help")
    assert run.code == 0
    assert run.out.startswith(f"usage: sgwarden {name} ")
