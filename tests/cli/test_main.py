"""The command line itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sgwarden import __version__
from sgwarden.cli.main import COMMANDS
from tests.cli.conftest import Run

Sgwarden = Callable[..., Run]


def test_version(sgwarden: Sgwarden) -> None:
    assert sgwarden("--version") == sgwarden("-V") == Run(0, f"sgwarden {__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["scan", "--frmat", "json"], "there is no option --frmat; did you mean --format?"),
        (["scan", "--zzz=1"], "there is no option --zzz"),
        (["audit", "--lve", "x"], "there is no option --lve; did you mean --live?"),
    ],
)
def test_an_unknown_option_is_one_line(sgwarden: Sgwarden, arguments: list[str], line: str) -> None:
    run = sgwarden(*arguments)
    assert (run.code, run.out, run.err) == (
        2, "", f"sgwarden {arguments[0]}: {line}; `sgwarden {arguments[0]} --help` lists what there is\n",
    )  # fmt: skip


def test_choices_in_any_case(sgwarden: Sgwarden) -> None:
    assert sgwarden("policies", "--format", "JSON") == sgwarden("policies", "--format", "json")


def test_no_command_is_wrong_usage(sgwarden: Sgwarden) -> None:
    run = sgwarden()
    assert (run.code, run.out) == (2, "")
    assert all(name in run.err for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(sgwarden: Sgwarden, name: str) -> None:
    run = sgwarden(name, "--help")
    assert run.code == 0
    assert run.out.startswith(f"usage: sgwarden {name} ")
