"""Filter patterns of controls: their wording, their length, and what is recommended."""

from __future__ import annotations

import pytest

from sgwarden.cloudtrail.catalogue import DEFAULT_BENCHMARK, EventType
from sgwarden.generate.design import select_events
from sgwarden.generate.filter_patterns import filter_pattern, recommended_events


def test_security_group_changes_are_worded_as_the_benchmark_words_them() -> None:
    (wanted,) = select_events(["4.10"], DEFAULT_BENCHMARK)
    assert filter_pattern(wanted.control, wanted.events) == (
        "{ ($.eventName = AuthorizeSecurityGroupIngress) || ($.eventName = AuthorizeSecurityGroupEgress) || "
        "($.eventName = RevokeSecurityGroupIngress) || ($.eventName = RevokeSecurityGroupEgress) || "
        "($.eventName = CreateSecurityGroup) || ($.eventName = DeleteSecurityGroup) }"
    )


def test_a_pattern_longer_than_the_service_takes_is_refused() -> None:
    (wanted,) = select_events(["4.10"], DEFAULT_BENCHMARK)
    many: list[EventType] = list(wanted.events) * 10
    with pytest.raises(ValueError, match="1024 are possible"):
        filter_pattern(wanted.control, many)


def test_an_event_that_the_benchmark_lists_is_no_longer_recommended() -> None:
    before = {event.name for event in recommended_events("cis-aws-3.0.0")}
    after = {event.name for event in recommended_events("cis-aws-5.0.0")}
    assert before - after == {"ModifySecurityGroupRules"}
    assert after < before
