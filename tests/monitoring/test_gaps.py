"""What patterns do not catch, in words, and which filters are meant for a control."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.cloudtrail.catalogue import DEFAULT_BENCHMARK, control
from sgwarden.monitoring.gaps import Gaps, gaps_of, is_about, is_relevant, join_names
from tests.monitoring.failure_modes import Case, assert_breaks

EVENTS = control(10).required_events(DEFAULT_BENCHMARK)
ALL = "{ $.eventName = *SecurityGroup* }"


def test_gaps_are_said_of_one_pattern_and_of_several() -> None:
    gaps = Gaps(("A", "B", "C"), (("D", "x is y"), ("E", "x is z"), ("F", "x is z")))
    assert gaps.description == "misses A, B and C and catches D only when x is y (and 2 more under a condition)"
    assert gaps.plural_description == "miss A, B and C and catch D only when x is y (and 2 more under a condition)"
    assert (Gaps().empty, gaps.empty) == (True, False)


def test_patterns_fill_each_others_gaps() -> None:
    authorize, others = "{ $.eventName = Authorize* }", "{ $.eventName = Revoke* || $.eventName = *teSecurityGroup }"
    assert gaps_of((authorize,), EVENTS, DEFAULT_BENCHMARK).missed == (
        "RevokeSecurityGroupIngress",
        "RevokeSecurityGroupEgress",
        "CreateSecurityGroup",
        "DeleteSecurityGroup",
    )
    assert gaps_of((authorize, others), EVENTS, DEFAULT_BENCHMARK) == Gaps()


@pytest.mark.parametrize(
    ("pattern", "relevant", "about"),
    [
        (ALL, True, True),
        ("{ $.eventName = CreateSecurityGroup && $.awsRegion = x }", True, True),
        ("{ $.eventName = CreateVpc }", False, False),
        ("{ $.errorCode = AccessDenied }", False, False),
        ("{ $.eventName = Create* && $.errorCode = * }", False, False),
        ('"CreateSecurityGroup"', True, True),
    ],
)
def test_a_filter_is_meant_for_the_events_that_it_names_or_catches(pattern: str, relevant: bool, about: bool) -> None:
    assert (is_relevant(pattern, EVENTS, DEFAULT_BENCHMARK), is_about(pattern, EVENTS, DEFAULT_BENCHMARK)) == (
        relevant,
        about,
    )


def test_names_are_joined_as_in_a_sentence() -> None:
    assert [join_names(["a"]), join_names(["a", "b"]), join_names(["a", "b", "c"])] == ["a", "a and b", "a, b and c"]


CASES = [
    Case(
        "filter_all_terms",
        True,
        "metric filter",
        "aws_cloudwatch_log_metric_filter.groups",
        "the pattern misses AuthorizeSecurityGroupIngress, AuthorizeSecurityGroupEgress, RevokeSecurityGroupIngress, RevokeSecurityGroupEgress, CreateSecurityGroup and DeleteSecurityGroup",
    ),
    Case(
        "filter_misses_an_event",
        True,
        "metric filter",
        "aws_cloudwatch_log_metric_filter.groups",
        "the pattern misses DeleteSecurityGroup",
    ),
    Case(
        "filter_under_a_condition",
        True,
        "metric filter",
        "aws_cloudwatch_log_metric_filter.groups",
        'the pattern catches AuthorizeSecurityGroupIngress only when userIdentity.invokedBy has a value that is not "cloudformation.amazonaws.com" (and 5 more under a condition)',
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.folder for case in CASES])
def test_the_variant_breaks_one_link(tmp_path: Path, case: Case) -> None:
    assert_breaks(tmp_path, case)
