"""Tests of one text, and the combinations of their outcomes that some text can have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from sgwarden.patterns.conditions.formulas import Leaf

_SEPARATOR = "\x00\x01"
"""Joins the parts of a constructed text; occurs in no test's text, so that nothing matches across parts."""
_MAX_FRAGMENTS = 5
MAX_OPAQUE = 4


class Undecidable(Exception):
    """The question is larger than the bounds of the decision procedure."""


@dataclass(frozen=True, slots=True)
class Equals(Leaf):
    """The text is ``text``."""

    text: str

    def holds(self, value: str) -> bool:
        return value == self.text


@dataclass(frozen=True, slots=True)
class Prefix(Leaf):
    """The text starts with ``text``."""

    text: str

    def holds(self, value: str) -> bool:
        return value.startswith(self.text)


@dataclass(frozen=True, slots=True)
class Suffix(Leaf):
    """The text ends with ``text``."""

    text: str

    def holds(self, value: str) -> bool:
        return value.endswith(self.text)


@dataclass(frozen=True, slots=True)
class Contains(Leaf):
    """``text`` occurs in the text."""

    text: str

    def holds(self, value: str) -> bool:
        return self.text in value


@dataclass(frozen=True, slots=True)
class AnyText(Leaf):
    """Every text, the empty one included."""

    def holds(self, value: str) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class OpaqueText(Leaf):
    """A test of which only the outcomes on given texts are known; ``name`` identifies it."""

    name: str
    test: Callable[[str], bool] = field(compare=False, hash=False, repr=False)

    def holds(self, value: str) -> bool:
        return self.test(value)


TextTest = Equals | Prefix | Suffix | Contains | AnyText | OpaqueText


def possible_outcomes(
    tests: Sequence[TextTest], start: str = "", other_than: tuple[str, ...] = ()
) -> list[tuple[bool, ...]]:
    """Return every combination of outcomes of ``tests`` that some text can have.

    The text begins with ``start`` and is none of ``other_than``.

    Complete and exact for equality, prefix, suffix and fragment: whatever a text's true tests are, either it equals one
    of the texts compared with, or its longest matching prefix and suffix and its matching fragments, set apart, have
    the same outcomes. Opaque tests are taken as free where no given text decides them, so that the answer may
    hold combinations that no text has, never lack one that some text has.

    Raises:
        Undecidable: too many fragments or opaque tests.
    """
    fragments = [test.text for test in tests if isinstance(test, Contains)]
    opaque = [place for place, test in enumerate(tests) if isinstance(test, OpaqueText)]
    if len(fragments) > _MAX_FRAGMENTS or len(opaque) > MAX_OPAQUE:
        raise Undecidable
    outcomes = {
        tuple(test.holds(text) for test in tests)
        for text in {test.text for test in tests if isinstance(test, Equals)}
        if text.startswith(start) and text not in other_than
    }
    for text in _constructed_texts(tests, fragments, start):
        decided = tuple(not isinstance(test, OpaqueText) and test.holds(text) for test in tests)
        outcomes.update(with_free_outcomes(decided, opaque))
    return sorted(outcomes)


def with_free_outcomes(decided: tuple[bool, ...], free: Sequence[int]) -> Iterator[tuple[bool, ...]]:
    """Yield ``decided`` with every combination of outcomes at the places ``free``, which are False in it."""
    for size in range(len(free) + 1):
        for true in combinations(free, size):
            yield tuple(value or place in true for place, value in enumerate(decided))


def _constructed_texts(tests: Sequence[TextTest], fragments: list[str], start: str) -> list[str]:
    prefixes = {start} | {test.text for test in tests if isinstance(test, Prefix) and test.text.startswith(start)}
    suffixes = {""} | {test.text for test in tests if isinstance(test, Suffix)}
    return [
        _SEPARATOR.join((prefix, *chosen, suffix))
        for prefix in sorted(prefixes)
        for suffix in sorted(suffixes)
        for size in range(len(fragments) + 1)
        for chosen in combinations(fragments, size)
    ]
