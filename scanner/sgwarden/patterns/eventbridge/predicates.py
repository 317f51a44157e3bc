"""What the operators of event patterns require of a value, present or absent.

Decisions, from the sources that `sgwarden.patterns.eventbridge.parse` names:

- ``exists`` looks at leaves alone: ``exists: false`` is true of a member that holds an object, ``exists: true`` is not.
- ``anything-but`` needs a text or number; null, true and false do not match.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from sgwarden.patterns.conditions.atoms import Predicate
from sgwarden.patterns.conditions.formulas import Formula, conj, negate
from sgwarden.patterns.conditions.numbers import EqualTo, as_decimal, compare, is_number, order_test
from sgwarden.patterns.conditions.texts import Equals, TextTest


@dataclass(frozen=True, slots=True)
class EqualsValue(Predicate):
    """Exactly this JSON value, of the same type."""

    value: str | Decimal | bool | None

    def matches(self, value: object) -> bool:
        if isinstance(self.value, Decimal):
            return is_number(value) and as_decimal(value) == self.value
        return type(value) is type(self.value) and value == self.value

    def on_text(self) -> Formula:
        return Equals(self.value) if isinstance(self.value, str) else False

    def on_number(self) -> Formula:
        return EqualTo(self.value) if isinstance(self.value, Decimal) else False

    def describe(self, subject: str) -> str:
        return f"{subject} is {_quote(self.value)}"


@dataclass(frozen=True, slots=True)
class TextPasses(Predicate):
    """A text that passes a test; ``negated``, a text that does not, or (``numbers``) a number."""

    test: TextTest
    phrase: str
    negated: bool = False

    def matches(self, value: object) -> bool:
        return isinstance(value, str) and self.test.holds(value) is not self.negated

    def on_text(self) -> Formula:
        return negate(self.test) if self.negated else self.test

    def describe(self, subject: str) -> str:
        return f"{subject} {'is present and not: ' if self.negated else ''}{self.phrase}"


@dataclass(frozen=True, slots=True)
class AnythingBut(Predicate):
    """A text or number that is none of these."""

    values: tuple[str | Decimal, ...]

    def matches(self, value: object) -> bool:
        if isinstance(value, str):
            return value not in self.values
        return is_number(value) and as_decimal(value) not in self.values

    def on_text(self) -> Formula:
        return conj(negate(Equals(value)) for value in self.values if isinstance(value, str))

    def on_number(self) -> Formula:
        return conj(negate(EqualTo(value)) for value in self.values if isinstance(value, Decimal))

    def describe(self, subject: str) -> str:
        return f"{subject} is present and none of {', '.join(_quote(value) for value in self.values)}"


@dataclass(frozen=True, slots=True)
class InRange(Predicate):
    """A number within bounds: pairs of an operator and a number, all of which hold."""

    bounds: tuple[tuple[str, Decimal], ...]

    def matches(self, value: object) -> bool:
        return is_number(value) and all(compare(as_decimal(value), *bound) for bound in self.bounds)

    def on_number(self) -> Formula:
        return conj(order_test(*bound) for bound in self.bounds)

    def describe(self, subject: str) -> str:
        return f"{subject} " + " and ".join(f"{operator} {number}" for operator, number in self.bounds)


@dataclass(frozen=True, slots=True)
class LeafExists(Predicate):
    """A member that holds a value, null included, and no object."""

    def matches(self, value: object) -> bool:
        return not isinstance(value, (Mapping, list))

    def on_text(self) -> Formula:
        return True

    def on_number(self) -> Formula:
        return True

    def describe(self, subject: str) -> str:
        return f"{subject} is present"


@dataclass(frozen=True, slots=True)
class NoLeafExists(Predicate):
    """No member, or one that holds an object."""

    when_absent: ClassVar[bool] = True

    def matches(self, value: object) -> bool:
        return isinstance(value, Mapping)

    def describe(self, subject: str) -> str:
        return f"{subject} is absent"


def _quote(value: str | Decimal | bool | None) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value) if isinstance(value, Decimal) else json.dumps(value)
