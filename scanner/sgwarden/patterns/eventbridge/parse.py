"""EventBridge event patterns, as formulas over the events that EventBridge makes of CloudTrail records.

Sources: "Event patterns" and "Comparison operators for use in event patterns" of the EventBridge user guide
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html) and the rules of
https://github.com/aws/event-ruler, which EventBridge runs. Decisions:

- Arrays in the event are entered; one element that matches is enough ("if the value in the event is an array, then
  the event pattern matches if the intersection is non-empty").
- ``wildcard``: ``*`` stands for any text, ``\\*`` for the character.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from sgwarden.patterns.conditions.atoms import Atom, Predicate
from sgwarden.patterns.conditions.formulas import Formula, conj, disj
from sgwarden.patterns.conditions.numbers import as_decimal, is_number
from sgwarden.patterns.conditions.paths import Path
from sgwarden.patterns.conditions.texts import OpaqueText, Prefix, Suffix, TextTest, glob_test, split_at_stars
from sgwarden.patterns.coverage.matcher import Matcher, invalid_matcher
from sgwarden.patterns.coverage.views import View
from sgwarden.patterns.errors import EventPatternError
from sgwarden.patterns.eventbridge.predicates import (
    AnythingBut,
    EqualsValue,
    InRange,
    LeafExists,
    NoLeafExists,
    TextPasses,
)

MAX_CHARACTERS = 2_048 * 16
"""EventBridge takes 2,048 characters unless the quota was raised; what is far longer is refused."""
_MAX_DEPTH = 50


def event_pattern(text: str) -> Matcher:
    """Return the matcher of an EventBridge event pattern."""
    try:
        formula = parse_event_pattern(text)
    except EventPatternError as error:
        return invalid_matcher("eventbridge", text, View.EVENTBRIDGE, error)
    return Matcher("eventbridge", text, View.EVENTBRIDGE, formula)


def parse_event_pattern(text: str) -> Formula:
    """Return the condition of an event pattern; paths begin at the event's own members (``detail`` ...).

    Raises:
        EventPatternError: EventBridge would refuse the pattern; says which member and why.
    """
    if len(text) > MAX_CHARACTERS:
        raise EventPatternError(f"the pattern has {len(text):,} characters, more than EventBridge takes")
    try:
        document = json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError as error:
        raise EventPatternError(f"not JSON: {error.msg}", f"line {error.lineno}", error.pos) from error
    except RecursionError as error:
        raise EventPatternError("nested too deeply") from error
    if isinstance(document, Mapping) and set(document) == {"EventPattern"}:
        document = document["EventPattern"]
    if not isinstance(document, Mapping) or not document:
        raise EventPatternError("an event pattern is an object with at least one member")
    return _object(document, ())


def _object(pattern: Mapping[str, object], at: tuple[str, ...], depth: int = 0) -> Formula:
    where = ".".join(at)
    if depth > _MAX_DEPTH:
        raise EventPatternError("nested too deeply", where)
    if not pattern:
        raise EventPatternError("an empty object matches nothing and is refused", where)
    parts: list[Formula] = []
    for name, value in pattern.items():
        here = (*at, name)
        if name == "$or" and isinstance(value, list) and all(isinstance(each, Mapping) for each in value):
            if len(value) < 2:
                raise EventPatternError("$or takes an array of two objects or more", ".".join(here))
            parts.append(disj(_object(each, at, depth + 1) for each in value))
        elif isinstance(value, Mapping):
            parts.append(_object(value, here, depth + 1))
        elif isinstance(value, list):
            parts.append(_leaf(value, here))
        else:
            raise EventPatternError("values stand in an array: [...]", ".".join(here))
    return conj(parts)


def _leaf(values: list[object], at: tuple[str, ...]) -> Formula:
    where = ".".join(at)
    if not values:
        raise EventPatternError("an empty array matches nothing and is refused", where)
    path = Path.of(*at, through_arrays=True)
    return disj(Atom(path, predicate) for value in values for predicate in _predicates(value, where))


def _predicates(value: object, where: str) -> Sequence[Predicate]:
    if isinstance(value, Mapping):
        if len(value) != 1:
            raise EventPatternError("an operator is an object with one member", where)
        ((operator, argument),) = value.items()
        return [_operator(operator, argument, f"{where}: {operator}")]
    return [EqualsValue(_scalar(value, where))]


def _operator(operator: str, argument: object, where: str) -> Predicate:
    match operator:
        case "exists":
            if not isinstance(argument, bool):
                raise EventPatternError("takes true or false", where)
            return LeafExists() if argument else NoLeafExists()
        case "numeric":
            return _numeric(argument, where)
        case "cidr":
            return _cidr(argument, where)
        case "anything-but":
            return _anything_but(argument, where)
        case "prefix" | "suffix" | "wildcard" | "equals-ignore-case":
            test, phrase = _text_operator(operator, argument, where)
            return TextPasses(test, phrase)
        case _:
            raise EventPatternError("there is no such operator", where)


def _text_operator(operator: str, argument: object, where: str) -> tuple[TextTest, str]:
    if operator in ("prefix", "suffix") and isinstance(argument, Mapping):
        if set(argument) != {"equals-ignore-case"}:
            raise EventPatternError('takes a text or {"equals-ignore-case": text}', where)
        folded = _text(argument["equals-ignore-case"], where).lower()
        name = f"{operator} {folded} in any case"
        if operator == "prefix":
            return OpaqueText(name, lambda text: text.lower().startswith(folded)), f'starts with "{folded}" in any case'
        return OpaqueText(name, lambda text: text.lower().endswith(folded)), f'ends with "{folded}" in any case'
    text = _text(argument, where)
    match operator:
        case "prefix":
            return Prefix(text), f'starts with "{text}"'
        case "suffix":
            return Suffix(text), f'ends with "{text}"'
        case "equals-ignore-case":
            lower = text.lower()
            return OpaqueText(f"{lower} in any case", lambda value: value.lower() == lower), f'is "{text}" in any case'
        case _:
            if "**" in text:
                raise EventPatternError("wildcards cannot stand side by side", where)
            return glob_test(split_at_stars(text), text), f'matches "{text}"'


def _anything_but(argument: object, where: str) -> Predicate:
    if isinstance(argument, Mapping):
        if len(argument) != 1:
            raise EventPatternError("an operator is an object with one member", where)
        ((operator, inner),) = argument.items()
        if operator not in ("prefix", "suffix", "wildcard", "equals-ignore-case"):
            raise EventPatternError(f"cannot be combined with {operator}", where)
        tests = [_text_operator(operator, each, where) for each in (inner if isinstance(inner, list) else [inner])]
        if not tests:
            raise EventPatternError("an empty array excludes nothing and is refused", where)
        if len(tests) == 1:
            return TextPasses(tests[0][0], tests[0][1], negated=True)
        name = " or ".join(phrase for _, phrase in tests)
        return TextPasses(OpaqueText(name, lambda text: any(test.holds(text) for test, _ in tests)), name, negated=True)
    values = [_scalar(each, where) for each in (argument if isinstance(argument, list) else [argument])]
    excluded = tuple(value for value in values if isinstance(value, (str, Decimal)))
    if not excluded or len(excluded) != len(values):
        raise EventPatternError("takes texts and numbers", where)
    return AnythingBut(excluded)


def _numeric(argument: object, where: str) -> Predicate:
    if not isinstance(argument, list) or len(argument) not in (2, 4):
        raise EventPatternError('takes an operator and a number, once or twice: [">", 0, "<=", 5]', where)
    bounds: list[tuple[str, Decimal]] = []
    for operator, number in zip(argument[::2], argument[1::2], strict=True):
        if operator not in ("=", "<", "<=", ">", ">=") or not isinstance(number, (int, float, Decimal)):
            raise EventPatternError("the operators are = < <= > >=, each before a number", where)
        bounds.append((operator, as_decimal(number)))
    return InRange(tuple(bounds))


def _cidr(argument: object, where: str) -> Predicate:
    try:
        network = ip_network(_text(argument, where), strict=False)
    except ValueError as error:
        raise EventPatternError(f"not an address range: {argument}", where) from error
    return TextPasses(OpaqueText(f"in {network}", lambda text: _is_in(text, network)), f"is an address in {network}")


def _is_in(text: str, network: IPv4Network | IPv6Network) -> bool:
    try:
        return ip_address(text) in network
    except ValueError:
        return False


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise EventPatternError("takes a text", where)
    return value


def _scalar(value: object, where: str) -> str | Decimal | bool | None:
    if value is None or isinstance(value, (str, bool)):
        return value
    if is_number(value):
        return as_decimal(value)
    raise EventPatternError("takes texts, numbers, true, false, null and operators", where)
