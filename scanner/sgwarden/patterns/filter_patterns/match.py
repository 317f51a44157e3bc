"""Match filter patterns against concrete log events, and against the event catalogue by their `Matcher`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial

from sgwarden.patterns.conditions.atoms import holds
from sgwarden.patterns.conditions.numbers import compare
from sgwarden.patterns.coverage.advice import warnings_about
from sgwarden.patterns.coverage.matcher import Matcher, Problem
from sgwarden.patterns.coverage.views import View, record_text
from sgwarden.patterns.errors import FilterPatternError
from sgwarden.patterns.filter_patterns.ast import (
    AllOf,
    AnyOf,
    Comparison,
    Ellipsis,
    Everything,
    Field,
    JsonPattern,
    Pattern,
    Regex,
    RegexPattern,
    SpaceDelimitedPattern,
    number_of,
)
from sgwarden.patterns.filter_patterns.compile import compile_pattern
from sgwarden.patterns.filter_patterns.parse import parse_filter_pattern
from sgwarden.patterns.filter_patterns.predicates import Matches, MatchesRegex

_compiled = lru_cache(maxsize=256)(compile_pattern)


def filter_pattern(text: str) -> Matcher:
    """Return the matcher of a CloudWatch Logs filter pattern."""
    try:
        pattern = parse_filter_pattern(text)
    except FilterPatternError as error:
        problem = Problem(error.reason, error.position, error.pointer())
        return Matcher(_intended_kind(text), text, View.RECORD, False, problem=problem)
    view = View.RECORD if isinstance(pattern, JsonPattern) else View.MESSAGE
    by_fields = partial(matches_text, pattern) if isinstance(pattern, SpaceDelimitedPattern) else None
    formula = compile_pattern(pattern)
    return Matcher(_kind(pattern), text, view, formula, warnings_about(pattern), matches_message=by_fields)


def matches_record(pattern: Pattern, record: Mapping[str, object]) -> bool:
    """Return True if the pattern matches one CloudTrail record.

    JSON patterns look at the record's members; the other kinds at its text, one line of compact JSON as CloudTrail
    sends it to CloudWatch Logs.
    """
    if isinstance(pattern, JsonPattern):
        return holds(_compiled(pattern), record)
    return matches_text(pattern, record_text(record))


def matches_text(pattern: Pattern, message: str) -> bool:
    """Return True if a pattern other than a JSON pattern matches the text of one log event."""
    if isinstance(pattern, SpaceDelimitedPattern):
        return _matches_fields(pattern.fields, split_fields(message))
    return holds(_compiled(pattern), message)


def split_fields(message: str) -> list[str]:
    """Return the fields of a log event: split at blanks, text in ``[]`` or ``""`` as one field each."""
    fields: list[str] = []
    position = 0
    while position < len(message):
        character = message[position]
        if character.isspace():
            position += 1
            continue
        closing = {"[": "]", '"': '"'}.get(character)
        end = message.find(closing, position + 1) if closing else -1
        if end >= 0:
            fields.append(message[position + 1 : end])
            position = end + 1
            continue
        end = position
        while end < len(message) and not message[end].isspace():
            end += 1
        fields.append(message[position:end])
        position = end
    return fields


def _matches_fields(fields: tuple[Field | Ellipsis, ...], values: list[str]) -> bool:
    """Return True if the values fit the fields in order, each ellipsis taking any number of them.

    The last field takes the rest of the event when no ellipsis stands in the pattern: the documentation's
    ``[w1=ERROR, w2]`` matches events of five words.
    """
    if fields and not any(isinstance(each, Ellipsis) for each in fields) and len(values) > len(fields):
        values = [*values[: len(fields) - 1], " ".join(values[len(fields) - 1 :])]
    reachable = {0}
    for each in fields:
        if isinstance(each, Ellipsis):
            reachable = set(range(min(reachable, default=len(values) + 1), len(values) + 1))
        else:
            reachable = {at + 1 for at in reachable if at < len(values) and _field_holds(each, values[at])}
    return len(values) in reachable


def _field_holds(field: Field, value: str) -> bool:
    def check(condition: Comparison | AllOf | AnyOf) -> bool:
        match condition:
            case AllOf(operands):
                return all(check(operand) for operand in operands if isinstance(operand, (Comparison, AllOf, AnyOf)))
            case AnyOf(operands):
                return any(check(operand) for operand in operands if isinstance(operand, (Comparison, AllOf, AnyOf)))
            case Comparison():
                return condition.selector == field.name and _comparison_holds(condition, value)

    return field.condition is None or check(field.condition)


def _comparison_holds(comparison: Comparison, value: str) -> bool:
    """Compare texts, or numbers where both the pattern's value and the field write one."""
    operator, expected = comparison.operator, comparison.value
    negated = operator == "!="
    if isinstance(expected, Regex):
        return MatchesRegex(expected.text, negated).matches(value)
    number, actual = number_of(expected.text), number_of(value)
    if number is not None and actual is not None:
        return compare(actual, operator, number)
    return operator in ("=", "!=") and Matches((expected,), negated).matches(value)


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
