"""When the monitoring policies are asked, and what ``--with-checkov`` means."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.cli.scan_options import chosen_paths, settings
from sgwarden.errors import UsageError
from sgwarden.run.options import CheckovOptions
from sgwarden.settings import Settings
from sgwarden_policies.registry import POLICIES
from tests.cli.parsed import parsed


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], Settings()),
        (["--one-chain"], Settings(monitoring_asked=True)),
        (["--only", "anything"], Settings(monitoring_asked=True)),
        (["--benchmark", "cis-aws-1.4.0"], Settings(benchmark="cis-aws-1.4.0", monitoring_asked=True)),
    ],
)
def test_settings(arguments: list[str], expected: Settings) -> None:
    assert settings(parsed("scan", *arguments), POLICIES, Settings()) == expected


def test_only_about_groups_asks_nothing_of_monitoring() -> None:
    policies = [policy for policy in POLICIES if policy.id == "open-admin-port"]
    assert settings(parsed("scan", "--only", "open-admin-port"), policies, Settings()) == Settings()


def test_an_unknown_benchmark() -> None:
    with pytest.raises(UsageError, match="there is no benchmark"):
        settings(parsed("scan", "--benchmark", "cis-aws-1.2.0"), POLICIES, Settings())


@pytest.fixture
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
@pytest.mark.usefixtures("files")
def test_paths_and_executable(arguments: list[str], expected: object) -> None:
    assert chosen_paths(parsed("scan", *arguments)) == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-"], "needs a plan in a file, not on stdin"),
        (["--one-chain"], "does not work with --one-chain: Checkov judges each root module by itself"),
        (["--new-only"], "does not work with --new-only: Checkov does not read the state before a plan"),
    ],
)
@pytest.mark.usefixtures("files")
def test_what_does_not_go_together(arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        chosen_paths(parsed("scan", "--with-checkov=checkov", *arguments))
