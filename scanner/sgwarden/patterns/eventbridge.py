"""EventBridge event patterns, as formulas over the events that EventBridge makes of CloudTrail records.

Sources: "Event patterns" and "Comparison operators for use in event patterns" of the EventBridge user guide
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html) and the rules of
https://github.com/aws/event-ruler, which EventBridge runs. Decisions:

- Arrays in the event are entered; one element that matches is enough ("if the value in the event is an array, then
  the event pattern matches if the intersection is non-empty").
- ``exists`` looks at leaves alone: ``exists: false`` is true of a member that holds an object, ``exists: true`` is not.
- ``anything-but`` needs a text or number to be there; null, true and false are not counted.
- ``wildcard``: ``*`` stands for any text, ``\\*`` for the character.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, ClassVar

from sgwarden.patterns.conditions.atoms import Atom, Predicate
from sgwarden.patterns.conditions.formulas import Formula, conj, disj, negate
from sgwarden.patterns.conditions.numbers import Below, EqualTo
from sgwarden.patterns.conditions.paths import Path
from sgwarden.patterns.conditions.texts import Equals, OpaqueText, Prefix, Suffix, TextTest
from sgwarden.patterns.errors import EventPatternError
from sgwarden.patterns.globs import glob_test, split_at_stars

MOST_CHARACTERS = 2_048 * 16
"""EventBridge takes 2,048 characters unless the quota was raised; far beyond that is not looked at."""
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class EqualsValue(Predicate):
    """Exactly this JSON value, of the same type."""

    value: str | Decimal | bool | None

    def matches(self, value: Any) -> bool:
        if isinstance(self.value, Decimal):
            return _is_number(value) and _decimal(value) == self.value
        return type(value) is type(self.value) and value == self.value

    def on_text(self) -> Formula:
        return Equals(self.value) if isinstance(self.value, str) else False

    def on_number(self) -> Formula:
        return EqualTo(self.value) if isinstance(self.value, Decimal) else False

    def words(self, subject: str) -> str:
        return f"{subject} is {_shown(self.value)}"


@dataclass(frozen=True, slots=True)
class TextPasses(Predicate):
    """A text that passes a test; ``negated``, a text that does not, or (``numbers``) a number."""

    test: TextTest
    phrase: str
    negated: bool = False

    def matches(self, value: Any) -> bool:
        return isinstance(value, str) and self.test.holds(value) is not self.negated

    def on_text(self) -> Formula:
        return negate(self.test) if self.negated else self.test

    def on_number(self) -> Formula:
        return False

    def words(self, subject: str) -> str:
        return f"{subject} {'is present and not: ' if self.negated else ''}{self.phrase}"


@dataclass(frozen=True, slots=True)
class AnythingBut(Predicate):
    """A text or number that is none of these."""

    values: tuple[str | Decimal, ...]

    def matches(self, value: Any) -> bool:
        if isinstance(value, str):
            return value not in self.values
        return _is_number(value) and _decimal(value) not in self.values

    def on_text(self) -> Formula:
        return conj(negate(Equals(value)) for value in self.values if isinstance(value, str))

    def on_number(self) -> Formula:
        return conj(negate(EqualTo(value)) for value in self.values if isinstance(value, Decimal))

    def words(self, subject: str) -> str:
        return f"{subject} is present and none of {', '.join(_shown(value) for value in self.values)}"


@dataclass(frozen=True, slots=True)
class InRange(Predicate):
    """A number within bounds: pairs of an operator and a number, all of which hold."""

    bounds: tuple[tuple[str, Decimal], ...]

    def matches(self, value: Any) -> bool:
        return _is_number(value) and all(_in_order(_decimal(value), *bound) for bound in self.bounds)

    def on_text(self) -> Formula:
        return False

    def on_number(self) -> Formula:
        return conj(_order(*bound) for bound in self.bounds)

    def words(self, subject: str) -> str:
        return f"{subject} " + " and ".join(f"{operator} {number}" for operator, number in self.bounds)


@dataclass(frozen=True, slots=True)
class LeafExists(Predicate):
    """A member that holds a value, null included, and no object."""

    def matches(self, value: Any) -> bool:
        return not isinstance(value, (Mapping, list))

    def on_text(self) -> Formula:
        return True

    def on_number(self) -> Formula:
        return True

    def words(self, subject: str) -> str:
        return f"{subject} is present"


@dataclass(frozen=True, slots=True)
class NoLeafExists(Predicate):
    """No member, or one that holds an object."""

    when_absent: ClassVar[bool] = True

    def matches(self, value: Any) -> bool:
        return isinstance(value, Mapping)

    def on_text(self) -> Formula:
        return False

    def on_number(self) -> Formula:
        return False

    def words(self, subject: str) -> str:
        return f"{subject} is absent"


def parse(text: str) -> Formula:
    """What an event pattern asks of an event; paths begin at the event's own members (``detail``, ``source`` ...).

    Raises:
        EventPatternError: EventBridge would refuse the pattern; says which member and why.
    """
    if len(text) > MOST_CHARACTERS:
        raise EventPatternError(f"the pattern has {len(text):,} characters, more than EventBridge takes")
    try:
        document = json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError as error:
        raise EventPatternError(f"not JSON: {error.msg}", f"line {error.lineno}", error.pos) from error
    except RecursionError as error:
        raise EventPatternError("nested too deeply") from error
    if isinstance(document, Mapping) and set(document) == {"EventPattern"}:
        document = document["EventPattern"]
    return formula_of(document)


def formula_of(pattern: Any) -> Formula:
    """`parse` for a pattern that is JSON already (numbers as int, float or Decimal)."""
    if not isinstance(pattern, Mapping) or not pattern:
        raise EventPatternError("an event pattern is an object with at least one member")
    return _object(pattern, ())


def _object(pattern: Mapping[str, Any], at: tuple[str, ...], depth: int = 0) -> Formula:
    where = ".".join(at)
    if depth > _DEEPEST:
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


def _leaf(values: list[Any], at: tuple[str, ...]) -> Formula:
    where = ".".join(at)
    if not values:
        raise EventPatternError("an empty array matches nothing and is refused", where)
    path = Path.of(*at, through_arrays=True)
    return disj(Atom(path, predicate) for value in values for predicate in _predicates(value, where))


def _predicates(value: Any, where: str) -> Sequence[Predicate]:
    if isinstance(value, Mapping):
        if len(value) != 1:
            raise EventPatternError("an operator is an object with one member", where)
        ((operator, argument),) = value.items()
        return [_operator(operator, argument, f"{where}: {operator}")]
    return [EqualsValue(_scalar(value, where))]


def _operator(operator: str, argument: Any, where: str) -> Predicate:
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


def _text_operator(operator: str, argument: Any, where: str) -> tuple[TextTest, str]:
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


def _anything_but(argument: Any, where: str) -> Predicate:
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
    wanted = tuple(value for value in values if isinstance(value, (str, Decimal)))
    if not wanted or len(wanted) != len(values):
        raise EventPatternError("takes texts and numbers", where)
    return AnythingBut(wanted)


def _numeric(argument: Any, where: str) -> Predicate:
    if not isinstance(argument, list) or len(argument) not in (2, 4):
        raise EventPatternError('takes an operator and a number, once or twice: [">", 0, "<=", 5]', where)
    bounds: list[tuple[str, Decimal]] = []
    for operator, number in zip(argument[::2], argument[1::2], strict=True):
        if operator not in ("=", "<", "<=", ">", ">=") or not isinstance(number, (int, float, Decimal)):
            raise EventPatternError("the operators are = < <= > >=, each before a number", where)
        bounds.append((operator, _decimal(number)))
    return InRange(tuple(bounds))


def _cidr(argument: Any, where: str) -> Predicate:
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


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise EventPatternError("takes a text", where)
    return value


def _scalar(value: Any, where: str) -> str | Decimal | bool | None:
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, (int, float, Decimal)):
        return _decimal(value)
    raise EventPatternError("takes texts, numbers, true, false, null and operators", where)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _decimal(value: Any) -> Decimal:
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def _order(operator: str, number: Decimal) -> Formula:
    below, equal = Below(number), EqualTo(number)
    match operator:
        case "=":
            return equal
        case "<":
            return below
        case "<=":
            return disj([below, equal])
        case ">":
            return negate(disj([below, equal]))
        case _:
            return negate(below)


def _in_order(value: Decimal, operator: str, number: Decimal) -> bool:
    outcomes = {"=": value == number, "<": value < number, "<=": value <= number, ">": value > number}
    return outcomes.get(operator, value >= number)


def _shown(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else json.dumps(value) if not _is_number(value) else str(value)
