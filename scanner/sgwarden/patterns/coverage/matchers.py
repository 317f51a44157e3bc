"""Patterns of every language in one form, to be compared with the event catalogue or with a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sgwarden.patterns.conditions.atoms import holds
from sgwarden.patterns.conditions.formulas import Formula
from sgwarden.patterns.coverage.advice import warnings_about
from sgwarden.patterns.coverage.views import View, document_in
from sgwarden.patterns.errors import EventPatternError, FilterPatternError
from sgwarden.patterns.eventbridge.parse import parse_event_pattern
from sgwarden.patterns.filter_patterns.ast import (
    Everything,
    JsonPattern,
    Pattern,
    RegexPattern,
    SpaceDelimitedPattern,
)
from sgwarden.patterns.filter_patterns.compile import compile_pattern
from sgwarden.patterns.filter_patterns.match import matches_record
from sgwarden.patterns.filter_patterns.parse import parse_filter_pattern
from sgwarden.patterns.kql.elastic_rule import parse_rule
from sgwarden.patterns.kql.parse import parse_query


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a pattern is invalid."""

    message: str
    position: int | None = None
    """The character, counted from 0."""
    pointer: str = ""
    """The line of the pattern and a mark below it."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """One pattern, or the reason why it is invalid."""

    kind: str
    """``json``, ``unstructured``, ``space_delimited``, ``regex``, ``everything``, ``eventbridge`` or ``kql``; for an
    invalid pattern the kind it seems to be."""
    text: str
    view: View
    formula: Formula
    """False when the pattern is invalid: the service would refuse it, and nothing matches."""
    warnings: tuple[str, ...] = ()
    problem: Problem | None = None
    pattern: Pattern | None = None
    """The filter pattern, when it is one."""
    name: str = ""
    """The rule's name, when it has one."""

    def matches(self, record: Mapping[str, object]) -> bool:
        """Return True if the pattern matches one concrete CloudTrail record."""
        if self.pattern is not None:
            return matches_record(self.pattern, record)
        return holds(self.formula, document_in(self.view, record))


def filter_pattern(text: str) -> Matcher:
    """Return the matcher of a CloudWatch Logs filter pattern."""
    try:
        pattern = parse_filter_pattern(text)
    except FilterPatternError as error:
        return _invalid(_intended_kind(text), text, View.RECORD, Problem(error.reason, error.position, error.pointer()))
    view = View.RECORD if isinstance(pattern, JsonPattern) else View.MESSAGE
    return Matcher(_kind(pattern), text, view, compile_pattern(pattern), warnings_about(pattern), pattern=pattern)


def event_pattern(text: str) -> Matcher:
    """Return the matcher of an EventBridge event pattern."""
    try:
        formula = parse_event_pattern(text)
    except EventPatternError as error:
        return _invalid("eventbridge", text, View.EVENTBRIDGE, Problem(str(error), error.position))
    return Matcher("eventbridge", text, View.EVENTBRIDGE, formula)


def elastic_rule(text: str) -> Matcher:
    """Return the matcher of an Elastic detection rule, written in TOML."""
    try:
        rule = parse_rule(text)
    except EventPatternError as error:
        return _invalid("kql", text, View.ELASTIC, Problem(str(error), error.position))
    return Matcher("kql", rule.query, View.ELASTIC, rule.formula, rule.warnings, name=rule.name)


def kql_query(text: str) -> Matcher:
    """Return the matcher of a KQL query."""
    try:
        formula = parse_query(text)
    except EventPatternError as error:
        return _invalid("kql", text, View.ELASTIC, Problem(str(error), error.position))
    return Matcher("kql", text, View.ELASTIC, formula)


def _invalid(kind: str, text: str, view: View, problem: Problem) -> Matcher:
    return Matcher(kind, text, view, False, problem=problem)


def _intended_kind(text: str) -> str:
    return {"{": "json", "[": "space_delimited"}.get(text.strip()[:1], "unstructured")


def _kind(pattern: Pattern) -> str:
    match pattern:
        case Everything():
            return "everything"
        case JsonPattern():
            return "json"
        case RegexPattern():
            return "regex"
        case SpaceDelimitedPattern():
            return "space_delimited"
        case _:
            return "unstructured"
