"""What ``--with-checkov`` means."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.cli.checkov_options import checkov_options
from sgwarden.errors import UsageError
from sgwarden.run.options import CheckovOptions
from tests.cli.parsed import parsed


@pytest.fixture(autouse=True)
def files(work: Path) -> None:
    (work / "live").mkdir()
    (work / "checkov").touch(mode=0o755)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["live"], (["live"], None)),
        (["live", "--with-checkov"], (["live"], CheckovOptions(""))),
        (["--with-checkov", "live"], (["live"], CheckovOptions(""))),
        (["--with-checkov=checkov", "live"], (["live"], CheckovOptions("checkov"))),
        (
            ["live", "--with-checkov", "--trust-checkov-config"],
            (["live"], CheckovOptions("", trust_configuration=True)),
        ),
    ],
)
def test_paths_and_executable(arguments: list[str], expected: object) -> None:
    assert checkov_options(parsed("scan", *arguments)) == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-"], "needs a plan in a file, not on stdin"),
        (["--one-chain"], "does not work with --one-chain: Checkov judges each root module by itself"),
        (["--new-only"], "does not work with --new-only: Checkov does not read the state before a plan"),
    ],
)
def test_what_does_not_go_together(arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        checkov_options(parsed("scan", "--with-checkov=checkov", *arguments))
