"""When the monitoring policies are asked."""

from __future__ import annotations

import pytest

from sgwarden.cli.monitoring_options import settings
from sgwarden.errors import UsageError
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
