"""Tests of one text, and the combinations of their outcomes that some text can have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from sgwarden.model.globs import matches_pieces
from sgwarden.patterns.conditions.formulas import MAX_OPAQUE, Leaf, Undecidable, with_free_outcomes

_SEPARATOR = "\x00\x01"
"""Joins the parts of a constructed text; occurs in no test's text, so that nothing matches across parts."""
_MAX_FRAGMENTS = 5


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


def glob_test(pieces: Sequence[str], name: str) -> TextTest:
    """Return the test of a text that consists of ``pieces`` with any text (or none) between each two."""
    if len(pieces) == 1:
        return Equals(pieces[0])
    inner = [piece for piece in pieces[1:-1] if piece]
    first, last = pieces[0], pieces[-1]
    if not first and not last and len(inner) <= 1:
        return Contains(inner[0]) if inner else AnyText()
    if not inner and not last:
        return Prefix(first)
    if not inner and not first:
        return Suffix(last)
    return OpaqueText(name, lambda text: matches_pieces(pieces, text))


def split_at_stars(text: str) -> list[str]:
    """Return the pieces between ``*``; a backslash takes the special meaning from the character after it."""
    pieces = [""]
    position = 0
    while position < len(text):
        character = text[position]
        if character == "\\" and position + 1 < len(text):
            pieces[-1] += text[position + 1]
            position += 2
            continue
        if character == "*":
            pieces.append("")
        else:
            pieces[-1] += character
        position += 1
    return pieces
