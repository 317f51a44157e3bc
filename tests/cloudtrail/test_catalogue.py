"""The catalogue: its rows, and that its shapes allow records as CloudTrail writes them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sgwarden.cloudtrail.catalogue import (
    BENCHMARKS,
    EventClass,
    EventType,
    control,
    controls,
    event_names,
    noise_events,
    security_group_events,
)
from tests.cloudtrail.documents import allows
from tests.paths import FIXTURES

RECORDS: list[dict[str, Any]] = json.loads((FIXTURES / "filter_patterns" / "records.json").read_text(encoding="utf-8"))
SIX = (
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
    "CreateSecurityGroup",
    "DeleteSecurityGroup",
)


def _names(events: tuple[EventType, ...]) -> list[str | None]:
    return [event.name for event in events]


def test_every_version_requires_the_six_calls_and_from_5_0_the_seventh() -> None:
    for benchmark in BENCHMARKS:
        seventh = ["ModifySecurityGroupRules"] if benchmark >= "cis-aws-5" else []
        assert _names(control(10).required_events(benchmark)) == [*SIX, *seventh]


@pytest.mark.parametrize(
    ("benchmark", "number", "identifier"),
    [
        ("cis-aws-1.2.0", 10, "3.10"),
        ("cis-aws-1.2.0", 15, None),
        ("cis-aws-1.4.0", 15, "4.15"),
        ("cis-aws-3.0.0", 10, "4.10"),
        ("cis-aws-5.0.0", 1, "4.1"),
        ("cis-aws-6.0.0", 10, "5.10"),
        ("cis-aws-7.0.0", 10, "5.10"),
    ],
)
def test_ids_follow_the_section_of_each_version(benchmark: str, number: int, identifier: str | None) -> None:
    assert control(number).id_under(benchmark) == identifier


def test_there_are_fifteen_controls_with_as_many_events_as_the_benchmark_lists() -> None:
    assert {each.number: len(each.required_events("cis-aws-3.0.0")) for each in controls()} == {
        1: 3, 2: 1, 3: 2, 4: 16, 5: 5, 6: 1, 7: 2, 8: 9, 9: 4, 10: 6, 11: 6, 12: 6, 13: 7, 14: 11, 15: 18,
    }  # fmt: skip
    with pytest.raises(KeyError):
        control(16)


def test_names_are_unique_among_security_group_events() -> None:
    names = _names(security_group_events())
    assert len(set(names)) == len(names)
    assert set(names) <= set(event_names())


def test_classes_come_in_order() -> None:
    order = list(EventClass)
    places = [order.index(event.event_class) for event in security_group_events()]
    assert places == sorted(places)


def _by_name(name: str, groups_change: bool) -> EventType:
    candidates = security_group_events() if groups_change else noise_events()
    return next(event for event in candidates if event.name == name)


@pytest.mark.parametrize("row", RECORDS, ids=lambda row: row["what"])
def test_shapes_allow_records_of_the_event_and_no_others(row: dict[str, Any]) -> None:
    record = row["record"]
    event = _by_name(record["eventName"], not row["what"].endswith("changes the type"))
    failed = "errorCode" in record
    assert event.failure is not None
    assert allows(event.success, record) is not failed
    assert allows(event.failure, record) is failed
    others = [other for other in security_group_events() if other is not event]
    assert not any(allows(other.success, record) for other in others)
