"""The catalogue of CloudTrail events: which API calls change a security group or its exposure, and the CIS controls.

The rows are data (``catalogue_events.json``, ``catalogue_controls.json``); coverage, detection, investigation and
generated filters all read them here. Sources:

- Required events: CIS AWS Foundations Benchmark, "Ensure security group changes are monitored", six calls in every
  version from 1.2.0, and ModifySecurityGroupRules from 5.0.0.
- Further events: the EC2 API model of botocore, every call that is no read and takes a security group.
- Request members: published CloudTrail records. EC2's older calls write them in lower camel case; calls since about
  2020 nest them in capitals under ``<Call>Request`` (seen for ModifySecurityGroupRules and ModifyManagedPrefixList;
  assumed of AssociateSecurityGroupVpc, DisassociateSecurityGroupVpc and RestoreManagedPrefixListVersion, and left
  open there). Requests that are ``{"...": true}`` are not described: any member is possible.
- UpdateFunctionConfiguration20150331v2 is how CloudTrail names Lambda's call of 2015-03-31.
- Ids: sections 3 (1.2.0), 4 (1.4.0 to 5.0.0) and 5 (6.0.0 and 7.0.0).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from sgwarden.cloudtrail.record_shapes import record_shape, shape_of
from sgwarden.patterns.conditions.shapes import Member, Object, override

BENCHMARKS = (
    "cis-aws-1.2.0",
    "cis-aws-1.4.0",
    "cis-aws-1.5.0",
    "cis-aws-2.0.0",
    "cis-aws-3.0.0",
    "cis-aws-4.0.0",
    "cis-aws-5.0.0",
    "cis-aws-6.0.0",
    "cis-aws-7.0.0",
)
"""The versions of the CIS AWS Foundations Benchmark that the catalogue knows, oldest first."""
DEFAULT_BENCHMARK = "cis-aws-3.0.0"
SECURITY_GROUP_CONTROL = 10
"""The number of "Ensure security group changes are monitored" within its section, in every version."""


class EventClass(StrEnum):
    """How much a pattern that misses the event is missing."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    INFORMATIONAL = "informational"
    UNRELATED = "unrelated"


@dataclass(frozen=True, slots=True, eq=False)
class EventType:
    """One API event, or one case of it, whose records a pattern should match."""

    source: str | None
    """``eventSource``; None: any."""
    name: str | None
    """``eventName``; None: any."""
    event_class: EventClass
    """The class before any benchmark is asked; see `class_under`."""
    effect: str
    """What the call does, as the end of a sentence that begins with its name."""
    case: str | None = None
    """Which of the event's records are meant, when not all are."""
    required_since: str | None = None
    """The first version of the benchmark that lists the event."""
    read_only: bool = False
    success: Object = field(default_factory=lambda: Object({}), repr=False)
    """The shape of the records of calls that succeed (or the only shape, of cases about failures)."""
    failure: Object | None = field(default=None, repr=False)
    """The shape of the records of calls that fail; None: the case is about one outcome alone."""

    def class_under(self, benchmark: str) -> EventClass:
        """The class that one version of the benchmark gives the event.

        Raises:
            ValueError: no such benchmark.
        """
        since = self.required_since
        if since is None:
            return self.event_class
        if BENCHMARKS.index(benchmark) >= BENCHMARKS.index(f"cis-aws-{since}"):
            return EventClass.REQUIRED
        return EventClass.RECOMMENDED


@dataclass(frozen=True, slots=True, eq=False)
class Control:
    """One monitoring control of the benchmark: events of which every one must be noticed."""

    number: int
    title: str
    level: int
    security_hub: str | None
    """The control of AWS Security Hub that asks the same."""
    since: str
    events: tuple[EventType, ...] = field(repr=False)

    def id_under(self, benchmark: str) -> str | None:
        """The control's id in one version (``4.10``); None: that version lacks it."""
        version = benchmark.removeprefix("cis-aws-")
        if BENCHMARKS.index(benchmark) < BENCHMARKS.index(f"cis-aws-{self.since}"):
            return None
        return f"{_sections()[version]}.{self.number}"

    def required_events(self, benchmark: str) -> tuple[EventType, ...]:
        """The events that the control asks for under one version of the benchmark."""
        return tuple(event for event in self.events if event.class_under(benchmark) is EventClass.REQUIRED)


@cache
def security_group_events() -> tuple[EventType, ...]:
    """Every catalogued event about security groups, the most important first, reads last."""
    return tuple(_event(row, row["request"], row.get("case")) for row in _rows("events")["events"])


@cache
def noise_events() -> tuple[EventType, ...]:
    """The records of catalogued events that leave security groups alone: matching them gives false alarms."""
    return tuple(
        _event(row | {"class": "unrelated", "required_since": None}, row["otherwise"], "leaves the groups alone")
        for row in _rows("events")["events"]
        if "otherwise" in row
    )


@cache
def unrelated_call() -> EventType:
    """A write that no control is about: a pattern that always matches it tells hardly anything apart."""
    row = {"source": "sqs.amazonaws.com", "name": "CreateQueue", "class": "unrelated", "effect": "creates a queue"}
    return _event(row, {"...": True}, None)


@cache
def controls() -> tuple[Control, ...]:
    """The benchmark's monitoring controls, by number."""
    return tuple(_control(row) for row in _rows("controls")["controls"])


def control(number: int) -> Control:
    """The control with a number within its section (10: security group changes).

    Raises:
        KeyError: no such control.
    """
    for each in controls():
        if each.number == number:
            return each
    raise KeyError(number)


@cache
def event_names() -> tuple[str, ...]:
    """Every event name of the catalogue, sorted."""
    named = {event.name for event in security_group_events()}
    named |= {event.name for each in controls() for event in each.events}
    return tuple(sorted(name for name in named if name is not None))


def _control(row: Mapping[str, Any]) -> Control:
    if row["number"] == SECURITY_GROUP_CONTROL:
        events = tuple(event for event in security_group_events() if event.required_since)
    elif "cases" in row:
        events = tuple(_case(case, row["title"]) for case in row["cases"])
    else:
        base = {"source": row["source"], "class": "required", "effect": row["title"]}
        events = tuple(_event(base | {"name": name}, {"...": True}, None) for name in row["events"])
    since = row.get("since", "1.2.0")
    return Control(row["number"], row["title"], row["level"], row["security_hub"], since, events)


def _event(row: Mapping[str, Any], request: Any, case: str | None) -> EventType:
    read_only = bool(row.get("read_only"))
    parameters = _request(json.dumps(request))
    return EventType(
        row["source"],
        row["name"],
        EventClass(row["class"]),
        row["effect"],
        case,
        row.get("required_since"),
        read_only,
        record_shape(row["source"], row["name"], parameters, read_only=read_only),
        record_shape(row["source"], row["name"], parameters, read_only=read_only, failed=True),
    )


def _case(row: Mapping[str, Any], title: str) -> EventType:
    source, name = row.get("source"), row.get("name")
    record = record_shape(
        source,
        name,
        Member(Object({}, open=True)),
        event_type=row.get("event_type", "AwsApiCall"),
        failed=bool(row.get("failed")),
    )
    for path, description in row["fields"].items():
        shape = None if description == "absent" else shape_of(description)
        changed = override(record, tuple(path.split(".")), shape)
        assert isinstance(changed, Object)
        record = changed
    return EventType(source, name, EventClass.REQUIRED, title, row["case"], success=record)


@cache
def _request(description: str) -> Member:
    """The member ``requestParameters``; one object for all events that describe it alike."""
    return Member(shape_of(json.loads(description)))


@cache
def _rows(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(
        files("sgwarden.cloudtrail").joinpath(f"catalogue_{name}.json").read_text(encoding="utf-8")
    )
    return document


def _sections() -> dict[str, str]:
    sections: dict[str, str] = _rows("controls")["sections"]
    return sections
