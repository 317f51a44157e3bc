"""Generated patterns catch everything that is asked for, and nothing that leaves security groups alone."""

from __future__ import annotations

import pytest

from sgwarden.cloudtrail.catalogue import BENCHMARKS, DEFAULT_BENCHMARK, EventType, noise_events
from sgwarden.generate import patterns
from sgwarden.generate.design import Wanted, wanted_for
from sgwarden.patterns.coverage.coverage import decide
from sgwarden.patterns.coverage.matchers import event_pattern, filter_pattern, kql_query

LANGUAGES = {
    "filter": (patterns.filter_pattern, filter_pattern),
    "eventbridge": (patterns.event_pattern, event_pattern),
    "kql": (patterns.kql_query, kql_query),
}
# Elastic's integration derives these fields; the catalogue does not know when it sets them.
DERIVED = {("kql", "4.2"), ("kql", "4.3")}
WANTED = [(name, each) for name in BENCHMARKS for each in wanted_for([], name)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("benchmark", "wanted"), WANTED, ids=[f"{name}-{each.label}" for name, each in WANTED])
def test_every_event_is_caught(language: str, benchmark: str, wanted: Wanted) -> None:
    write, read = LANGUAGES[language]
    matcher = read(write(wanted.control, wanted.events))
    assert matcher.problem is None
    coverages = {each.coverage for each in decide([matcher], wanted.events, benchmark)}
    label = f"4.{wanted.control.number}"
    assert coverages == ({"partial"} if (language, label) in DERIVED else {"full"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_leaves_the_groups_alone_is_caught(language: str) -> None:
    write, read = LANGUAGES[language]
    (wanted,) = wanted_for(["recommended"], DEFAULT_BENCHMARK)
    matcher = read(write(wanted.control, wanted.events))
    assert {each.coverage for each in decide([matcher], noise_events(), DEFAULT_BENCHMARK)} == {"none"}


def test_security_group_changes_are_worded_as_the_benchmark_words_them() -> None:
    (wanted,) = wanted_for(["4.10"], DEFAULT_BENCHMARK)
    assert patterns.filter_pattern(wanted.control, wanted.events) == (
        "{ ($.eventName = AuthorizeSecurityGroupIngress) || ($.eventName = AuthorizeSecurityGroupEgress) || "
        "($.eventName = RevokeSecurityGroupIngress) || ($.eventName = RevokeSecurityGroupEgress) || "
        "($.eventName = CreateSecurityGroup) || ($.eventName = DeleteSecurityGroup) }"
    )


def test_a_pattern_longer_than_the_service_takes_is_refused() -> None:
    (wanted,) = wanted_for(["4.10"], DEFAULT_BENCHMARK)
    many: list[EventType] = list(wanted.events) * 10
    with pytest.raises(ValueError, match="1024 are possible"):
        patterns.filter_pattern(wanted.control, many)
