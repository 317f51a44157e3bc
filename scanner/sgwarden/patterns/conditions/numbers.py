"""Tests of one number, and the combinations of their outcomes that some number can have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import TypeGuard

from sgwarden.patterns.conditions.formulas import (
    MAX_OPAQUE,
    Formula,
    Leaf,
    Undecidable,
    disj,
    negate,
    with_free_outcomes,
)


@dataclass(frozen=True, slots=True)
class Below(Leaf):
    """The number is less than ``bound``."""

    bound: Decimal

    def holds(self, value: Decimal) -> bool:
        return value < self.bound


@dataclass(frozen=True, slots=True)
class EqualTo(Leaf):
    """The number is ``number``."""

    number: Decimal

    def holds(self, value: Decimal) -> bool:
        return value == self.number


@dataclass(frozen=True, slots=True)
class OpaqueNumber(Leaf):
    """A test of which only the outcomes on given numbers are known; ``name`` identifies it."""

    name: str
    test: Callable[[Decimal], bool] = field(compare=False, hash=False, repr=False)

    def holds(self, value: Decimal) -> bool:
        return self.test(value)


NumberTest = Below | EqualTo | OpaqueNumber
_ORDERS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "=": Decimal.__eq__,
    "!=": Decimal.__ne__,
    "<": Decimal.__lt__,
    "<=": Decimal.__le__,
    ">": Decimal.__gt__,
    ">=": Decimal.__ge__,
}


def is_number(value: object) -> TypeGuard[int | float | Decimal]:
    """Return True if a JSON value is a number; booleans are none."""
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def as_decimal(number: float | Decimal) -> Decimal:
    """Return a JSON number without the rounding of binary fractions."""
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def compare(value: Decimal, operator: str, number: Decimal) -> bool:
    """Return the outcome of ``value operator number``; the operators are ``= != < <= > >=``."""
    return _ORDERS[operator](value, number)


def order_test(operator: str, number: Decimal) -> Formula:
    """Return the test "``operator number``" (``= < <= > >=``) of an unknown number."""
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


def possible_outcomes(tests: Sequence[NumberTest]) -> list[tuple[bool, ...]]:
    """Return every combination of outcomes of ``tests`` that some number can have.

    Opaque tests are free, as for texts.

    Raises:
        Undecidable: too many opaque tests.
    """
    bounds = sorted(
        {test.bound for test in tests if isinstance(test, Below)}
        | {test.number for test in tests if isinstance(test, EqualTo)}
    )
    between = [(low + high) / 2 for low, high in pairwise(bounds)]
    outside = [bounds[0] - 1, bounds[-1] + 1] if bounds else [Decimal(0)]
    opaque = [place for place, test in enumerate(tests) if isinstance(test, OpaqueNumber)]
    if len(opaque) > MAX_OPAQUE:
        raise Undecidable
    outcomes = {tuple(test.holds(number) for test in tests) for number in bounds}
    for number in between + outside:
        decided = tuple(not isinstance(test, OpaqueNumber) and test.holds(number) for test in tests)
        outcomes.update(with_free_outcomes(decided, opaque))
    return sorted(outcomes)
