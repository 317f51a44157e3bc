"""Patterns with what they must catch and why, decided over the catalogue.

Each row of the fixture names the events of a small universe that the pattern catches always (``full``) and under a
condition (``partial``), or the character at which it is invalid (``invalid_at``), and the reason.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from sgwarden.cloudtrail.catalogue import security_group_events
from sgwarden.patterns.coverage.decide_coverage import decide_coverage
from sgwarden.patterns.filter_patterns.match import filter_pattern
from tests.paths import FIXTURES

FIXTURE = FIXTURES / "filter_patterns" / "expectations.json"
ROWS: list[dict[str, Any]] = json.loads(FIXTURE.read_text(encoding="utf-8"))
UNIVERSE = frozenset(
    (
        "AuthorizeSecurityGroupIngress",
        "AuthorizeSecurityGroupEgress",
        "RevokeSecurityGroupIngress",
        "RevokeSecurityGroupEgress",
        "CreateSecurityGroup",
        "DeleteSecurityGroup",
        "ModifySecurityGroupRules",
        "AssociateSecurityGroupVpc",
        "ModifyInstanceAttribute",
        "DescribeSecurityGroups",
    )
)


@pytest.mark.parametrize("row", [row for row in ROWS if "full" in row], ids=lambda row: row["pattern"][:60])
def test_the_pattern_catches_what_it_must(row: dict[str, Any]) -> None:
    matcher = filter_pattern(row["pattern"])
    assert matcher.problem is None, row["why"]
    events = [event for event in security_group_events() if event.name in UNIVERSE]
    levels = {str(each.event.name): each.coverage for each in decide_coverage([matcher], events, "cis-aws-3.0.0")}
    expected = dict.fromkeys(sorted(UNIVERSE), "none")
    expected |= dict.fromkeys(row["full"], "full") | dict.fromkeys(row["partial"], "partial")
    assert levels == expected, row["why"]


@pytest.mark.parametrize("row", [row for row in ROWS if "failed_calls" in row], ids=lambda row: row["pattern"][:60])
def test_the_pattern_catches_failed_calls_as_it_must(row: dict[str, Any]) -> None:
    events = [event for event in security_group_events() if event.name in row["full"]]
    found = decide_coverage([filter_pattern(row["pattern"])], events, "cis-aws-3.0.0")
    assert {each.failed_calls != "none" for each in found} == {row["failed_calls"]}, row["why"]


@pytest.mark.parametrize("row", [row for row in ROWS if "invalid_at" in row], ids=lambda row: row["pattern"][:60])
def test_the_pattern_is_invalid_where_it_must_be(row: dict[str, Any]) -> None:
    matcher = filter_pattern(row["pattern"])
    assert matcher.problem is not None, row["why"]
    assert matcher.problem.position == row["invalid_at"], (matcher.problem, row["why"])


def test_the_fixture_is_as_large_as_it_should_be() -> None:
    patterns = {row["pattern"] for row in ROWS}
    assert len(patterns) == len(ROWS) >= 150
