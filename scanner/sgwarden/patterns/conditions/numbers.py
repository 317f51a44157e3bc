"""Tests of one number, and the combinations of their outcomes that some number can have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations, pairwise

from sgwarden.patterns.conditions.formulas import Leaf
from sgwarden.patterns.conditions.texts import Undecidable

_MOST_OPAQUE = 4


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
    """A test known only by what it says of given numbers; ``name`` identifies it."""

    name: str
    test: Callable[[Decimal], bool] = field(compare=False, hash=False, repr=False)

    def holds(self, value: Decimal) -> bool:
        return self.test(value)


NumberTest = Below | EqualTo | OpaqueNumber


def possible_outcomes(tests: Sequence[NumberTest]) -> list[tuple[bool, ...]]:
    """Every combination of outcomes of ``tests`` that some number can have; opaque tests as for texts.

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
    if len(opaque) > _MOST_OPAQUE:
        raise Undecidable
    outcomes = {tuple(test.holds(number) for test in tests) for number in bounds}
    for number in between + outside:
        decided = tuple(not isinstance(test, OpaqueNumber) and test.holds(number) for test in tests)
        for size in range(len(opaque) + 1):
            for true in combinations(opaque, size):
                outcomes.add(tuple(value or place in true for place, value in enumerate(decided)))
    return sorted(outcomes)
