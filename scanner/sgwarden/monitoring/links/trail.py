"""Trails: do they record the events of a control, in every region, now?

Sources: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html and
"Filtering management events by using advanced event selectors". Decisions where they leave room:

- ``WriteOnly`` satisfies controls about changes: calls that change security groups are writes. Controls about any call
  (unauthorized calls, use of root) need reads as well.
- Excluding kms.amazonaws.com drops all of its events, DisableKey and ScheduleKeyDeletion included.
- A selector on any other field (userIdentity.arn, sessionCredentialFromConsole ...) drops calls that a control requires.
- IAM, STS, Organizations and sign-ins are global services: recorded when include_global_service_events is true.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from sgwarden.cloudtrail.catalogue import EventType
from sgwarden.model.monitoring import EventSelector, FieldSelector, Trail
from sgwarden.model.truth import Maybe, Truth, all_of, any_of, maybe, negate, truth_of
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import Text, matches, same
from sgwarden.monitoring.links.link import Check, Link, LinkKind, decide_link

_GLOBAL = frozenset({"iam.amazonaws.com", "sts.amazonaws.com", "organizations.amazonaws.com", "signin.amazonaws.com"})


class _Call(Struct, frozen=True):
    """One kind of call whose records a control requires."""

    source: str | None
    name: str | None
    read_only: bool

    @property
    def description(self) -> str:
        return self.name or ("reads" if self.read_only else "writes") + " of every service"


def trail_link(trail: Trail, events: Sequence[EventType]) -> Link:
    """Return the link of a trail: does it record all of the events?"""
    return decide_link(LinkKind.TRAIL, trail, _checks(trail, events), "records management events in every region")


def _checks(trail: Trail, events: Sequence[EventType]) -> Iterator[Check]:
    logging = True if trail.enable_logging is None else trail.enable_logging
    yield Check(
        truth_of(logging),
        "enable_logging is false: the trail is stopped",
        "set enable_logging = true",
        "enable_logging",
    )
    everywhere = (
        bool(trail.is_multi_region_trail) if trail.is_multi_region_trail is None else trail.is_multi_region_trail
    )
    yield Check(
        truth_of(everywhere),
        "is_multi_region_trail is not true: calls in other regions are not recorded",
        "set is_multi_region_trail = true",
        "is_multi_region_trail",
    )
    calls = list(_calls(events))
    if any(call.source is None or call.source in _GLOBAL for call in calls):
        global_too = True if trail.include_global_service_events is None else trail.include_global_service_events
        yield Check(
            truth_of(global_too),
            "include_global_service_events is false: calls to IAM and sign-ins are not recorded",
            "set include_global_service_events = true",
            "include_global_service_events",
        )
    yield _recorded(trail, calls)


def _calls(events: Sequence[EventType]) -> Iterator[_Call]:
    seen: set[_Call] = set()
    for event in events:
        kinds = (False, True) if event.name is None else (event.read_only,)
        for read_only in kinds:
            call = _Call(event.source, event.name, read_only)
            if call not in seen:
                seen.add(call)
                yield call


def _recorded(trail: Trail, calls: Sequence[_Call]) -> Check:
    basic, advanced = trail.event_selectors, trail.advanced_event_selectors
    for argument, selectors in (("event_selector", basic), ("advanced_event_selector", advanced)):
        if isinstance(selectors, Unknown):
            return Check(truth_of(selectors), f"what {argument} selects is not known", "", argument)
    assert not isinstance(basic, Unknown)
    assert not isinstance(advanced, Unknown)
    if not basic and not advanced:
        return Check(True)
    argument = "advanced_event_selector" if advanced else "event_selector"
    undecided: Check | None = None
    for call in calls:
        answer = (
            any_of(*(_advanced(each, call) for each in advanced))
            if advanced
            else any_of(*(_basic(each, call) for each in basic))
        )
        if answer is False:
            return Check(False, _why(trail, call), _fix(argument, call), argument)
        if isinstance(answer, Maybe):
            undecided = undecided or Check(
                answer, f"whether {argument} selects {call.description} is not known", "", argument
            )
    return undecided or Check(True)


def _basic(selector: EventSelector | Unknown, call: _Call) -> Truth:
    if isinstance(selector, Unknown):
        return truth_of(selector)
    included = True if selector.include_management_events is None else selector.include_management_events
    kind = "All" if selector.read_write_type is None else selector.read_write_type
    matching = any_of(same(kind, "All"), same(kind, "ReadOnly" if call.read_only else "WriteOnly"))
    excluded = selector.exclude_management_event_sources
    if isinstance(excluded, Unknown):
        kept: Truth = truth_of(excluded)
    else:
        kept = True if call.source is None else negate(any_of(*(same(source, call.source) for source in excluded)))
    return all_of(truth_of(included), matching, kept)


def _advanced(selector: Sequence[FieldSelector | Unknown] | Unknown, call: _Call) -> Truth:
    """Return whether all fields hold; the service refuses a selector without eventCategory."""
    if isinstance(selector, Unknown):
        return truth_of(selector)
    return all_of(*(truth_of(each) if isinstance(each, Unknown) else _field(each, call) for each in selector))


def _field(selector: FieldSelector, call: _Call) -> Truth:
    if isinstance(selector.field, Unknown):
        return truth_of(selector.field)
    values: dict[str, str | None] = {
        "eventCategory": "Management",
        "readOnly": "true" if call.read_only else "false",
        "eventSource": call.source,
        "eventName": call.name,
    }
    value = values.get(selector.field or "")
    if value is None:
        return False
    answers: list[Truth] = []
    for operator, texts in selector.operators.items():
        if isinstance(texts, Unknown):
            answers.append(truth_of(texts))
            continue
        kind = operator.removeprefix("not_")
        found = any_of(*(_compare(kind, text, value) for text in texts))
        answers.append(negate(found) if operator.startswith("not_") else found)
    return all_of(*answers)


def _compare(operator: str, text: Text, value: str) -> Truth:
    if operator in ("equals",):
        return same(text, value)
    if isinstance(text, Unknown):
        return maybe(text.reason)
    return matches(f"{text}*" if operator == "starts_with" else f"*{text}", value)


def _why(trail: Trail, call: _Call) -> str:
    if trail.advanced_event_selectors:
        return f"no advanced_event_selector selects {call.description}"
    selectors = trail.event_selectors
    assert not isinstance(selectors, Unknown)
    known = [each for each in selectors if isinstance(each, EventSelector)]
    if all(each.include_management_events is False for each in known):
        return "include_management_events is false: the trail records data events alone"
    kinds = sorted({str(each.read_write_type) for each in known if each.read_write_type is not None})
    if kinds and "All" not in kinds and ("ReadOnly" if call.read_only else "WriteOnly") not in kinds:
        return f'read_write_type is "{", ".join(kinds)}": {call.description} is not recorded'
    return f"exclude_management_event_sources leaves out {call.source}"


def _fix(argument: str, call: _Call) -> str:
    if argument == "advanced_event_selector":
        return 'add an advanced_event_selector with the one field_selector eventCategory equals ["Management"]'
    return 'set read_write_type = "All" and include_management_events = true in an event_selector' + (
        f", and exclude no {call.source}" if call.source in ("kms.amazonaws.com", "rdsdata.amazonaws.com") else ""
    )
