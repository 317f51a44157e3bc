"""Boolean formulas over leaves, kept simplified as they are built."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Union

MAX_OPAQUE = 4
"""So many tests of which only some outcomes are known may be in one question."""


class Undecidable(Exception):
    """The question is larger than the bounds of the decision procedure."""


class Leaf:
    """A variable of a formula; subclasses are frozen and hashable."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class And:
    """All operands; at least two, none of them an And or a constant. Build with `conj`."""

    operands: tuple[Formula, ...]
    _hash: int = field(init=False, compare=False, repr=False)
    """Computed once: formulas are keys, and hashing a deep one anew at each level would take quadratic time."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash(("and", self.operands)))

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True, slots=True)
class Or:
    """Any operand; at least two, none of them an Or or a constant. Build with `disj`."""

    operands: tuple[Formula, ...]
    _hash: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash(("or", self.operands)))

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True, slots=True)
class Not:
    """A leaf that does not hold. Build with `negate`."""

    operand: Leaf


Formula = Union[bool, Leaf, And, Or, Not]


def conj(operands: Iterable[Formula]) -> Formula:
    """Return the conjunction, simplified: constants and repetitions removed, nested conjunctions merged."""
    kept: dict[Formula, None] = {}
    for operand in operands:
        if operand is False:
            return False
        if isinstance(operand, And):
            kept.update(dict.fromkeys(operand.operands))
        elif operand is not True:
            kept[operand] = None
    if not kept:
        return True
    return next(iter(kept)) if len(kept) == 1 else And(tuple(kept))


def disj(operands: Iterable[Formula]) -> Formula:
    """Return the disjunction, simplified as `conj` does."""
    kept: dict[Formula, None] = {}
    for operand in operands:
        if operand is True:
            return True
        if isinstance(operand, Or):
            kept.update(dict.fromkeys(operand.operands))
        elif operand is not False:
            kept[operand] = None
    if not kept:
        return False
    return next(iter(kept)) if len(kept) == 1 else Or(tuple(kept))


def negate(formula: Formula) -> Formula:
    """Return the negation, pushed down to the leaves."""
    match formula:
        case bool():
            return not formula
        case And(operands):
            return disj(negate(operand) for operand in operands)
        case Or(operands):
            return conj(negate(operand) for operand in operands)
        case Not(operand):
            return operand
        case _:
            return Not(formula)


def substitute(formula: Formula, replacement: Callable[[Leaf], Formula]) -> Formula:
    """Return the formula with each leaf replaced, simplified; a decided operand ends the replacement."""
    if formula is True or formula is False:
        return formula
    if isinstance(formula, And):
        return conj(substitute(operand, replacement) for operand in formula.operands)
    if isinstance(formula, Or):
        return disj(substitute(operand, replacement) for operand in formula.operands)
    if isinstance(formula, Not):
        return negate(replacement(formula.operand))
    assert isinstance(formula, Leaf)
    return replacement(formula)


def leaves(formula: Formula) -> Iterator[Leaf]:
    """Yield every leaf, in order, with repetitions."""
    if isinstance(formula, (And, Or)):
        for operand in formula.operands:
            yield from leaves(operand)
    elif isinstance(formula, Not):
        yield formula.operand
    elif isinstance(formula, Leaf):
        yield formula


def with_free_outcomes(decided: tuple[bool, ...], free: Sequence[int]) -> Iterator[tuple[bool, ...]]:
    """Yield ``decided`` with every combination of outcomes at the places ``free``, which are False in it."""
    for size in range(len(free) + 1):
        for true in combinations(free, size):
            yield tuple(value or place in true for place, value in enumerate(decided))
