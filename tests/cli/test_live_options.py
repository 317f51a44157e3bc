"""Which accounts and regions are read."""

from __future__ import annotations

import pytest

from sgwarden.aws.accounts import AccountSelection
from sgwarden.cli.live_options import LiveOptions, live_options, read_live
from sgwarden.errors import UsageError
from tests.cli.parsed import parsed


def test_options_become_one_value() -> None:
    given = parsed("snapshot", "--region", "eu-west-1,eu-west-2", "--region", "eu-west-1", "--profile", "a", "-q")
    wanted = AccountSelection(regions=("eu-west-1", "eu-west-2"), profiles=("a",))
    assert live_options(given) == LiveOptions(None, wanted, with_monitoring=True, show_progress=False)


def test_configured_regions_are_for_aws_alone() -> None:
    assert live_options(parsed("audit"), ["eu-west-1"]).wanted == AccountSelection(regions=("eu-west-1",))
    assert live_options(parsed("audit", "--live", "x.json"), ["eu-west-1"]).wanted == AccountSelection()


def test_options_that_do_not_go_together() -> None:
    role = "arn:aws:iam::111122223333:role/audit"
    with pytest.raises(UsageError, match="--role-arn and --organization exclude each other"):
        live_options(parsed("audit", "--role-arn", role, "--organization", "audit"))
    with pytest.raises(UsageError, match="--live reads a file, and no account"):
        read_live(live_options(parsed("audit", "--live", "x.json", "--profile", "a")))
