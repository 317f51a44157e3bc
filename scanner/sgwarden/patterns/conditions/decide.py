"""Decide a formula over every document that a shape allows.

The answer is sound: ALWAYS and NEVER are proved. SOMETIMES means that both outcomes are possible as far as the
bounds of the procedure reach; beyond them (many correlated unknowns, arrays, texts known only in part) it is
also the answer to what could not be decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from sgwarden.patterns.conditions import numbers, texts
from sgwarden.patterns.conditions.atoms import Doubt
from sgwarden.patterns.conditions.expand import Alternative, Chosen, OfNumber, OfText, Opaque, Present
from sgwarden.patterns.conditions.formulas import Formula, Leaf, Undecidable, leaves, substitute

_BUDGET = 3_000
"""Leaves visited while branching, per question; keeps one question within some milliseconds."""


class Outcome(StrEnum):
    """Of how many documents a formula is true."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    NEVER = "never"


def decide(worlds: Formula) -> Outcome:
    """Return of how many documents a formula made by `Question.worlds`, or a combination of such, is true."""
    if isinstance(worlds, bool):
        return Outcome.ALWAYS if worlds else Outcome.NEVER
    search = _Search()
    try:
        search.branch(worlds)
    except Undecidable:
        return Outcome.SOMETIMES
    if search.seen == {True}:
        return Outcome.ALWAYS
    return Outcome.NEVER if search.seen == {False} else Outcome.SOMETIMES


@dataclass(slots=True)
class _Search:
    """A search over what is open that ends when both outcomes, or every possible world, were seen."""

    seen: set[bool] = field(default_factory=set)
    spent: int = 0

    def branch(self, formula: Formula) -> None:
        if isinstance(formula, bool):
            self.seen.add(formula)
            return
        all_leaves = tuple(dict.fromkeys(leaves(formula)))
        self.spent += len(all_leaves)
        if self.spent > _BUDGET:
            raise Undecidable
        for world in _worlds_of(all_leaves[0], all_leaves):
            self.branch(substitute(formula, world))
            if len(self.seen) == 2:
                return


def _worlds_of(first: Leaf, all_leaves: Iterable[Leaf]) -> Iterator[Callable[[Leaf], Formula]]:
    """Yield each value of the unknown behind ``first``, as a replacement of the leaves that depend on it."""
    if isinstance(first, OfText):
        same = [leaf for leaf in all_leaves if isinstance(leaf, OfText) and leaf.at == first.at]
        for row in texts.possible_outcomes([leaf.test for leaf in same], first.start, first.other_than):
            yield _replacing(dict(zip(same, row, strict=True)))
    elif isinstance(first, OfNumber):
        measured = [leaf for leaf in all_leaves if isinstance(leaf, OfNumber) and leaf.at == first.at]
        for row in numbers.possible_outcomes([leaf.test for leaf in measured]):
            yield _replacing(dict(zip(measured, row, strict=True)))
    elif isinstance(first, Chosen):
        chosen = [leaf for leaf in all_leaves if isinstance(leaf, Chosen) and leaf.at == first.at]
        for place in range(len(first.values)):
            yield _replacing({leaf: leaf.values[place] for leaf in chosen})
    elif isinstance(first, Alternative):
        alternatives = [leaf for leaf in all_leaves if isinstance(leaf, Alternative) and leaf.at == first.at]
        for which in range(first.of):
            yield _replacing({leaf: leaf.which == which for leaf in alternatives})
    else:
        assert isinstance(first, (Present, Opaque, Doubt))
        yield _replacing({first: True})
        yield _replacing({first: False})


def _replacing(values: dict[Leaf, bool]) -> Callable[[Leaf], Formula]:
    return lambda leaf: values.get(leaf, leaf)
