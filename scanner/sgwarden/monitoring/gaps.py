"""What filter patterns do not catch of a control's events.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from sgwarden.cloudtrail.catalogue import EventType
from sgwarden.patterns.coverage.decide_coverage import EventCoverage, decide_coverage
from sgwarden.patterns.coverage.matcher import Matcher
from sgwarden.patterns.filter_patterns.match import filter_pattern


class Gaps(Struct, frozen=True):
    """The events that patterns together do not catch, or catch under a condition."""

    missed: tuple[str, ...] = ()
    """Names of events that are not caught at all."""
    conditional: tuple[tuple[str, str], ...] = ()
    """Names of events that are caught under a condition, and the condition."""

    @property
    def empty(self) -> bool:
        """True if every record of every event is caught."""
        return not self.missed and not self.conditional

    @property
    def description(self) -> str:
        """The gaps, as the end of a sentence that begins with the pattern."""
        clauses = []
        if self.missed:
            clauses.append(f"misses {join_names(self.missed)}")
        clauses += [f"catches {name} only when {condition}" for name, condition in self.conditional[:1]]
        if len(self.conditional) > 1:
            clauses[-1] += f" (and {len(self.conditional) - 1} more under a condition)"
        return " and ".join(clauses)

    @property
    def plural_description(self) -> str:
        """`description` for several patterns."""
        return re.sub(
            r"^(misses|catches)|(?<= and )(catches)", lambda match: match[0].removesuffix("es"), self.description
        )


_STRAY = 6
"""A filter that catches less than one in so many events does so by accident: two services share names."""


def join_names(names: Sequence[str]) -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``."""
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]


@lru_cache(maxsize=1024)
def matcher(pattern: str) -> Matcher:
    """Return the compiled pattern; the same text is compiled once."""
    return filter_pattern(pattern)


@lru_cache(maxsize=4096)
def gaps_of(patterns: tuple[str, ...], events: tuple[EventType, ...], benchmark: str) -> Gaps:
    """Return what the patterns together do not catch of the events."""
    return gaps_in(decide_coverage([matcher(pattern) for pattern in patterns], events, benchmark))


def gaps_in(decided: Sequence[EventCoverage]) -> Gaps:
    """Return the gaps in the coverage of events."""
    missed = [_name(each.event) for each in decided if each.coverage == "none"]
    conditional = [(_name(each.event), each.condition or "") for each in decided if each.coverage == "partial"]
    return Gaps(tuple(missed), tuple(conditional))


def _name(event: EventType) -> str:
    if event.name is None or event.case is None:
        return event.name or event.case or "a call"
    return f"{event.name} ({event.case})"


def is_relevant(pattern: str, events: tuple[EventType, ...], benchmark: str) -> bool:
    """Return True if the pattern catches any of the events, or names one that it does not catch."""
    if any(event.name is not None and event.name in pattern for event in events):
        return True
    return len(gaps_of((pattern,), events, benchmark).missed) < len(events)


def is_about(pattern: str, events: tuple[EventType, ...], benchmark: str) -> bool:
    """Return True if a pattern is meant for the events: it names or always catches more than a stray one.

    A condition on something other than the name counts too.
    """
    found = gaps_of((pattern,), events, benchmark)
    named = sum(event.name is not None and re.search(rf"\b{event.name}\b", pattern) is not None for event in events)
    full = len(events) - len(found.missed) - len(found.conditional)
    if max(named, full) * _STRAY >= len(events):
        return True
    if matcher(pattern).kind != "json":
        return False  # text that occurs in a record by accident
    if all(event.name is not None for event in events):
        return bool(found.conditional) and "$.eventName" in pattern
    return any(not re.search(r'eventName is (one of|")', condition) for _, condition in found.conditional)
