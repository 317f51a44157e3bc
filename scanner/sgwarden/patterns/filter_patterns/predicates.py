"""What the comparisons of filter patterns require of a value, present or absent.

Decisions, each with its source ("the documentation" and "the older documentation" as in
`sgwarden.patterns.filter_patterns.grammar`):

- ``=`` and ``!=`` compare with a value node, a text or a number; on an object, array, null or boolean both are false
  ("both {$.users = 1} and {$.users != 1} will fail to match", older documentation; a boolean is tested with IS). For
  ``= true`` on a boolean there are contrary reports and no documentation: it is taken as no match, with a warning.
- On an absent field ``=`` and ``!=`` are both false (console test recorded in
  https://github.com/DataBiosphere/azul/issues/5884); the documentation is silent.
- ``*`` at the start or the end of a value is a wildcard for any text, the empty one included. Inside it is literal:
  "Ev*ent will only match the actual string Ev*ent" (older documentation).
- A word that is a number compares as a number with numbers, and as the same text with texts: the older
  documentation finds recipientAccountId, a text, by a number without quotes. A quoted text is never equal to a number.
- A value with a wildcard is compared with the text of a number ("use the asterisk as a wild card to match numbers").
- ``<``, ``>``, ``<=``, ``>=`` are false on texts, also on texts that write a number; undocumented.
- With a wildcard selector one element that passes is enough, for ``!=`` too; documented for ``=`` only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import ClassVar

from sgwarden.patterns.conditions.atoms import Predicate
from sgwarden.patterns.conditions.formulas import Formula, Leaf, Or, disj, negate, substitute
from sgwarden.patterns.conditions.numbers import EqualTo, OpaqueNumber, as_decimal, compare, is_number, order_test
from sgwarden.patterns.conditions.texts import AnyText, Contains, Equals, OpaqueText, Prefix, Suffix, TextTest
from sgwarden.patterns.filter_patterns.ast import Quoted, Word, number_of
from sgwarden.patterns.filter_patterns.regexes import as_text_tests, searcher


@dataclass(frozen=True, slots=True)
class Matches(Predicate):
    """A text or number equal to one of the values; ``negated``: equal to none of them."""

    values: tuple[Word | Quoted, ...]
    negated: bool = False
    texts: frozenset[str] = field(init=False, compare=False, repr=False)
    """The values without wildcards."""

    def __post_init__(self) -> None:
        tests = [text_test(value.text) for value in self.values]
        object.__setattr__(self, "texts", frozenset(test.text for test in tests if isinstance(test, Equals)))

    def matches(self, value: object) -> bool:
        if isinstance(value, str):
            found = value in self.texts or (
                len(self.texts) < len(self.values) and any(text_test(each.text).holds(value) for each in self.values)
            )
            return found is not self.negated
        if is_number(value):
            return self._equals_number(as_decimal(value)) is not self.negated
        return False

    def _equals_number(self, number: Decimal) -> bool:
        tests = [_number_test(value) for value in self.values]
        return any(test if isinstance(test, bool) else test.holds(number) for test in tests)

    def on_text(self) -> Formula:
        found = disj(text_test(value.text) for value in self.values)
        return negate(found) if self.negated else found

    def on_number(self) -> Formula:
        found = disj(_number_test(value) for value in self.values)
        return negate(found) if self.negated else found

    def describe(self, subject: str) -> str:
        phrases = [_phrase(text_test(value.text)) for value in self.values]
        if self.negated:
            return f"{subject} has a value that {' or '.join(_negative_phrase(text_test(value.text)) for value in self.values)}"
        if len(self.values) > 1 and len(self.texts) == len(self.values):
            return f"{subject} is one of {', '.join(_quote(value.text) for value in self.values)}"
        return f"{subject} {' or '.join(phrases)}"


@dataclass(frozen=True, slots=True)
class MatchesRegex(Predicate):
    """A text (or the text of a number) in which the expression occurs; ``negated``: does not occur."""

    regex: str
    negated: bool = False

    def matches(self, value: object) -> bool:
        if is_number(value):
            value = number_text(as_decimal(value))
        return isinstance(value, str) and searcher(self.regex)(value) is not self.negated

    def on_text(self) -> Formula:
        found = as_text_tests(self.regex)
        return negate(found) if self.negated else found

    def on_number(self) -> Formula:
        found = substitute(as_text_tests(self.regex), _on_number_text)
        return negate(found) if self.negated else found

    def describe(self, subject: str) -> str:
        return f"{subject} {'has a value that does not match' if self.negated else 'matches'} %{self.regex}%"


@dataclass(frozen=True, slots=True)
class Ordered(Predicate):
    """A number in an order to another."""

    operator: str
    number: Decimal

    def matches(self, value: object) -> bool:
        return is_number(value) and compare(as_decimal(value), self.operator, self.number)

    def on_number(self) -> Formula:
        return order_test(self.operator, self.number)

    def describe(self, subject: str) -> str:
        return f"{subject} {self.operator} {number_text(self.number)}"


@dataclass(frozen=True, slots=True)
class IsExactly(Predicate):
    """An explicit null, true or false."""

    value: bool | None

    def matches(self, value: object) -> bool:
        return value is self.value

    def describe(self, subject: str) -> str:
        return f"{subject} is {'null' if self.value is None else str(self.value).lower()}"


@dataclass(frozen=True, slots=True)
class IsAbsent(Predicate):
    """No such field; a field that is null exists (older documentation)."""

    when_absent: ClassVar[bool] = True
    matches_values: ClassVar[bool] = False

    def matches(self, value: object) -> bool:
        return False

    def describe(self, subject: str) -> str:
        return f"{subject} is absent"


@dataclass(frozen=True, slots=True)
class OccursIn(Predicate):
    """A term or regular expression that occurs in the text of a log event."""

    term: str
    regex: bool = False

    def matches(self, value: object) -> bool:
        return isinstance(value, str) and (searcher(self.term)(value) if self.regex else self.term in value)

    def on_text(self) -> Formula:
        if not self.regex:
            return Contains(self.term) if self.term else AnyText()
        return _unanchored(as_text_tests(self.term))

    def describe(self, subject: str) -> str:
        return f"{subject} contains {f'%{self.term}%' if self.regex else _quote(self.term)}"


_NUMERALS = frozenset("0123456789+-.eE")


@lru_cache(maxsize=4_096)
def text_test(value: str) -> TextTest:
    """Return the test of a text that a value writes, its wildcards at start and end resolved."""
    if value.strip("*") == "" and value:
        return AnyText()
    start, end = value.startswith("*"), value.endswith("*")
    inner = value[start : len(value) - end]
    if start and end:
        return Contains(inner)
    return Suffix(inner) if start else Prefix(inner) if end else Equals(inner)


def has_inner_wildcard(value: str) -> bool:
    """Return True if a ``*`` is neither at the start nor at the end, where it is a plain character."""
    return "*" in value[1:-1] and value.strip("*") != ""


def number_text(number: Decimal) -> str:
    """Return a number as JSON writes it."""
    return json.dumps(int(number)) if number == number.to_integral_value() else str(number.normalize())


def _number_test(value: Word | Quoted) -> EqualTo | OpaqueNumber | bool:
    """Return the test of a number that a value writes; a constant if it is the same for every number."""
    if isinstance(value, Word):
        number = number_of(value.text)
        if number is not None:
            return EqualTo(number)
    test = text_test(value.text)
    return False if isinstance(test, Equals) else _on_number_text(test)


def _on_number_text(test: Leaf) -> OpaqueNumber | bool:
    """Return the test of a number whose JSON text passes a test."""
    match test:
        case AnyText():
            return True
        case Equals(text) | Prefix(text) | Suffix(text) | Contains(text):
            if not _NUMERALS.issuperset(text):
                return False
            return OpaqueNumber(repr(test), lambda number: test.holds(number_text(number)))
        case OpaqueText(name, search):
            return OpaqueNumber(name, lambda number: search(number_text(number)))
        case _:
            raise TypeError(f"not a test of a text: {test!r}")


def _unanchored(formula: Formula) -> Formula:
    """Return the formula that certain fragments of a text can prove: its start and end are not among them."""
    match formula:
        case Or(operands):
            return disj(_unanchored(operand) for operand in operands)
        case Equals(text):
            return OpaqueText(f"^{text}$", lambda fragment: False)
        case Prefix(text):
            return OpaqueText(f"^{text}", lambda fragment: False)
        case Suffix(text):
            return OpaqueText(f"{text}$", lambda fragment: False)
        case OpaqueText(name, _) if "^" in name or "$" in name:
            return OpaqueText(name, lambda fragment: False)
        case _:
            return formula


def _phrase(test: Leaf) -> str:
    match test:
        case Equals(text):
            return f"is {_quote(text)}"
        case Prefix(text):
            return f"starts with {_quote(text)}"
        case Suffix(text):
            return f"ends with {_quote(text)}"
        case Contains(text):
            return f"contains {_quote(text)}"
        case _:
            return "has a value"


def _negative_phrase(test: Leaf) -> str:
    match test:
        case Equals(text):
            return f"is not {_quote(text)}"
        case Prefix(text):
            return f"does not start with {_quote(text)}"
        case Suffix(text):
            return f"does not end with {_quote(text)}"
        case Contains(text):
            return f"does not contain {_quote(text)}"
        case _:
            return "is no value"


def _quote(text: str) -> str:
    return f'"{text if len(text) <= 80 else text[:77] + "..."}"'
