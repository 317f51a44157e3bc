"""The catalogue of CloudTrail events: calls that change exposure, and the controls of CIS.

The rows are data (``catalogue_events.json``, ``catalogue_controls.json``); coverage, detection, investigation and
generated filters all read them here. Sources:

- Required events: CIS AWS Foundations Benchmark, "Ensure security group changes are monitored", six calls in every
  version from 1.2.0, and ModifySecurityGroupRules from 5.0.0.
- Further events: the EC2 API model of botocore, every call that is no read and takes a security group.
- Request members: published CloudTrail records. EC2's older calls write them in lower camel case; calls since about
  2020 nest them in capitals under ``<Call>Request`` (seen for ModifySecurityGroupRules and ModifyManagedPrefixList;
  assumed of AssociateSecurityGroupVpc, DisassociateSecurityGroupVpc and RestoreManagedPrefixListVersion, and left
  open there). Requests that are ``{"...": true}`` are not described: any member is possible.
- Answers: EC2's older calls write ``"_return": true`` into responseElements when they succeed: those that answer with
  nothing or with ``Return`` in the API model, and CreateSecurityGroup. Newer ones nest it (``<Call>Response``).
- UpdateFunctionConfiguration20150331v2 is how CloudTrail names Lambda's call of 2015-03-31.
- Ids: sections 3 (1.2.0), 4 (1.4.0 to 5.0.0) and 5 (6.0.0 and 7.0.0).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files

from msgspec import Struct
from msgspec.json import decode
from msgspec.structs import replace

from sgwarden.cloudtrail.record_shapes import record_shape, shape_of
from sgwarden.cloudtrail.shapes import Member, Object, override

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


_RETURNED: dict[str, object] = {"_return": True, "...": True}
"""The answer of EC2's older calls that answer with nothing else."""


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
    """The class without regard to a benchmark; see `class_under`."""
    effect: str
    """What the call does, as the end of a sentence that begins with its name."""
    case: str | None = None
    """Which of the event's records are meant, if not all are."""
    required_since: str | None = None
    """The first version of the benchmark that lists the event."""
    read_only: bool = False
    success: Object = field(default_factory=lambda: Object({}), repr=False)
    """The shape of the records of calls that succeed (for cases about failures, the only shape)."""
    failure: Object | None = field(default=None, repr=False)
    """The shape of the records of calls that fail; None: the case is about one outcome alone."""

    def class_under(self, benchmark: str) -> EventClass:
        """Return the class that one version of the benchmark gives the event.

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
    """One monitoring control of the benchmark, and the events that it requires to be noticed."""

    number: int
    title: str
    level: int
    security_hub: str | None
    """The equivalent control of AWS Security Hub."""
    since: str
    events: tuple[EventType, ...] = field(repr=False)

    def id_under(self, benchmark: str) -> str | None:
        """Return the control's id in one version (``4.10``); None if that version lacks it."""
        version = benchmark.removeprefix("cis-aws-")
        if BENCHMARKS.index(benchmark) < BENCHMARKS.index(f"cis-aws-{self.since}"):
            return None
        return f"{_control_file().sections[version]}.{self.number}"

    def required_events(self, benchmark: str) -> tuple[EventType, ...]:
        """Return the events that the control requires under one version of the benchmark."""
        return tuple(event for event in self.events if event.class_under(benchmark) is EventClass.REQUIRED)


class _EventRow(Struct, frozen=True, rename={"event_class": "class"}):
    """A row of ``catalogue_events.json``; the requests are descriptions of shapes, see `shape_of`."""

    source: str
    name: str
    event_class: EventClass
    effect: str
    request: dict[str, object]
    required_since: str | None = None
    case: str | None = None
    response: dict[str, object] | None = None
    """The answer to a call that succeeds; None: not described."""
    otherwise: dict[str, object] | None = None
    """The requests that leave security groups alone."""
    read_only: bool = False


class _Events(Struct, frozen=True):
    events: tuple[_EventRow, ...]


class _CaseRow(Struct, frozen=True):
    """Records that a control requires by their members rather than by their name."""

    case: str
    fields: dict[str, object]
    """Descriptions of shapes, or ``"absent"``, by path."""
    source: str | None = None
    name: str | None = None
    event_type: str = "AwsApiCall"
    failed: bool = False


class _ControlRow(Struct, frozen=True):
    """A row of ``catalogue_controls.json``."""

    number: int
    title: str
    level: int
    security_hub: str | None
    since: str = "1.2.0"
    source: str = ""
    events: tuple[str, ...] = ()
    returning: tuple[str, ...] = ()
    """Of the events those whose answer is ``_return``."""
    cases: tuple[_CaseRow, ...] = ()


class _Controls(Struct, frozen=True):
    sections: dict[str, str]
    controls: tuple[_ControlRow, ...]


@cache
def security_group_events() -> tuple[EventType, ...]:
    """Return every catalogued event about security groups, the most important first, reads last."""
    return tuple(_event(row, row.request, row.case) for row in _event_rows())


@cache
def noise_events() -> tuple[EventType, ...]:
    """Return the events whose records leave security groups alone: matching them gives false alarms."""
    return tuple(
        _event(
            replace(row, event_class=EventClass.UNRELATED, required_since=None),
            row.otherwise,
            "leaves the groups alone",
        )
        for row in _event_rows()
        if row.otherwise is not None
    )


@cache
def unrelated_call() -> EventType:
    """Return a write that no control is about: a pattern that always matches it is too broad."""
    row = _EventRow("sqs.amazonaws.com", "CreateQueue", EventClass.UNRELATED, "creates a queue", {"...": True})
    return _event(row, row.request, None)


@cache
def controls() -> tuple[Control, ...]:
    """Return the benchmark's monitoring controls, by number."""
    return tuple(_control(row) for row in _control_file().controls)


def control(number: int) -> Control:
    """Return the control with a number within its section (10: security group changes).

    Raises:
        KeyError: no such control.
    """
    for each in controls():
        if each.number == number:
            return each
    raise KeyError(number)


@cache
def event_names() -> tuple[str, ...]:
    """Return every event name of the catalogue, sorted."""
    named = {event.name for event in security_group_events()}
    named |= {event.name for each in controls() for event in each.events}
    return tuple(sorted(name for name in named if name is not None))


def _control(row: _ControlRow) -> Control:
    if row.number == SECURITY_GROUP_CONTROL:
        events = tuple(event for event in security_group_events() if event.required_since)
    elif row.cases:
        events = tuple(_case(case, row.title) for case in row.cases)
    else:
        rows = [
            _EventRow(
                row.source,
                name,
                EventClass.REQUIRED,
                row.title,
                {"...": True},
                response=_RETURNED if name in row.returning else None,
            )
            for name in row.events
        ]
        events = tuple(_event(each, each.request, None) for each in rows)
    return Control(row.number, row.title, row.level, row.security_hub, row.since, events)


def _event(row: _EventRow, request: dict[str, object], case: str | None) -> EventType:
    parameters = _described(json.dumps(request))
    response = None if row.response is None else _described(json.dumps(row.response))
    return EventType(
        row.source,
        row.name,
        row.event_class,
        row.effect,
        case,
        row.required_since,
        row.read_only,
        record_shape(row.source, row.name, parameters, response, read_only=row.read_only),
        record_shape(row.source, row.name, parameters, read_only=row.read_only, failed=True),
    )


def _case(row: _CaseRow, title: str) -> EventType:
    anything = Member(Object({}, open=True))
    record = record_shape(row.source, row.name, anything, event_type=row.event_type, failed=row.failed)
    for path, description in row.fields.items():
        shape = None if description == "absent" else shape_of(description)
        changed = override(record, tuple(path.split(".")), shape)
        assert isinstance(changed, Object)
        record = changed
    return EventType(row.source, row.name, EventClass.REQUIRED, title, row.case, success=record)


@cache
def _described(description: str) -> Member:
    """Return the member of a request or answer; one object for all events that describe it alike."""
    return Member(shape_of(json.loads(description)))


@cache
def _event_rows() -> tuple[_EventRow, ...]:
    return decode(_data("catalogue_events.json"), type=_Events).events


@cache
def _control_file() -> _Controls:
    return decode(_data("catalogue_controls.json"), type=_Controls)


def _data(name: str) -> bytes:
    return files("sgwarden.cloudtrail").joinpath(name).read_bytes()
