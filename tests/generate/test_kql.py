"""KQL queries as they are printed."""

from __future__ import annotations

from sgwarden.cloudtrail.catalogue import DEFAULT_BENCHMARK
from sgwarden.generate import kql
from sgwarden.generate.design import design_chain, select_events


def test_the_query_of_one_control_is_one_line() -> None:
    assert kql.render(design_chain(select_events(["4.7"], DEFAULT_BENCHMARK))) == (
        "event.dataset:aws.cloudtrail and event.provider:(kms.amazonaws.com) and "
        "event.action:(DisableKey or ScheduleKeyDeletion)\n"
    )


def test_queries_of_several_controls_follow_their_names() -> None:
    lines = kql.render(design_chain(select_events(["4.7", "4.6"], DEFAULT_BENCHMARK))).splitlines()
    assert len(lines) == 4
    assert [line for line in lines if line.startswith("//")] == [lines[0], lines[2]]
    assert lines[2].startswith("// 4.6 ")
    assert lines[3].endswith("event.action:ConsoleLogin and event.outcome:failure")
