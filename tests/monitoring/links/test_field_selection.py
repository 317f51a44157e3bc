"""Field selection criteria: which events a metric filter processes."""

from __future__ import annotations

import pytest

from sgwarden.model.monitoring import Text
from sgwarden.model.truth import Maybe
from sgwarden.monitoring.links.field_selection import selects_events

ACCOUNT, REGION = "111122223333", "eu-west-1"


@pytest.mark.parametrize(
    ("criteria", "selected"),
    [
        ('@aws.region = "eu-west-1"', True),
        ("@aws.region = 'eu-west-1'", True),
        ('@aws.region = "us-east-1"', False),
        ('@aws.region != "us-east-1"', True),
        ('@aws.account IN ["444455556666", "111122223333"]', True),
        ('@aws.account IN ["444455556666"]', False),
        ('@aws.account NOT IN ["444455556666"]', True),
        ('@aws.account = "111122223333" AND @aws.region = "us-east-1"', False),
        ('@aws.region = "us-east-1" OR @aws.region = "eu-west-1" AND @aws.account = "111122223333"', True),
        ('(@aws.region = "us-east-1" OR @aws.region = "eu-west-1") AND @aws.account != "111122223333"', False),
    ],
)
def test_criteria_are_decided(criteria: str, selected: bool) -> None:
    assert selects_events(criteria, ACCOUNT, REGION) is selected


@pytest.mark.parametrize(
    "criteria",
    [
        "",
        "@aws.region",
        "@aws.source = 'x'",
        "@aws.region = eu-west-1",
        "@aws.region LIKE 'eu'",
        "@aws.account IN []",
        "(((",
    ],
)
def test_what_is_not_documented_is_undecided(criteria: str) -> None:
    assert isinstance(selects_events(criteria, ACCOUNT, REGION), Maybe)


@pytest.mark.parametrize("region", [None])
def test_an_unknown_region_leaves_it_undecided(region: Text) -> None:
    assert isinstance(selects_events('@aws.region = "eu-west-1"', ACCOUNT, region), Maybe)
