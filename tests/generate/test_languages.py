"""Generated patterns catch everything that is asked for, and nothing that leaves security groups alone."""

from __future__ import annotations

import pytest

from sgwarden.cloudtrail.catalogue import BENCHMARKS, DEFAULT_BENCHMARK, noise_events
from sgwarden.generate import eventbridge, filter_patterns, kql
from sgwarden.generate.design import MonitoredEvents, select_events
from sgwarden.patterns.coverage.decide_coverage import decide_coverage
from sgwarden.patterns.eventbridge.parse import event_pattern
from sgwarden.patterns.filter_patterns.match import filter_pattern
from sgwarden.patterns.kql.parse import kql_query

LANGUAGES = {
    "filter": (filter_patterns.filter_pattern, filter_pattern),
    "eventbridge": (eventbridge.event_pattern, event_pattern),
    "kql": (kql.kql_query, kql_query),
}
# Elastic's integration derives these fields; the catalogue does not know when it sets them.
DERIVED = {("kql", "4.2"), ("kql", "4.3")}
WANTED = [(name, each) for name in BENCHMARKS for each in select_events([], name)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("benchmark", "wanted"), WANTED, ids=[f"{name}-{each.label}" for name, each in WANTED])
def test_every_event_is_caught(language: str, benchmark: str, wanted: MonitoredEvents) -> None:
    write, read = LANGUAGES[language]
    matcher = read(write(wanted.control, wanted.events))
    assert matcher.problem is None
    coverages = {each.coverage for each in decide_coverage([matcher], wanted.events, benchmark)}
    label = f"4.{wanted.control.number}"
    assert coverages == ({"partial"} if (language, label) in DERIVED else {"full"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_leaves_the_groups_alone_is_caught(language: str) -> None:
    write, read = LANGUAGES[language]
    (wanted,) = select_events(["recommended"], DEFAULT_BENCHMARK)
    matcher = read(write(wanted.control, wanted.events))
    assert {each.coverage for each in decide_coverage([matcher], noise_events(), DEFAULT_BENCHMARK)} == {"none"}
