"""The atoms that pattern languages compile to: one test of what one path leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sgwarden.patterns.conditions.formulas import And, Formula, Leaf, Not, Or
from sgwarden.patterns.conditions.paths import Path, values_at


class Predicate:
    """A test of the value at a path; subclasses are frozen and hashable."""

    __slots__ = ()

    when_absent: ClassVar[bool] = False
    """Its outcome when the path leads to nothing."""
    matches_values: ClassVar[bool] = True
    """False if no value that exists can pass."""

    def matches(self, value: object) -> bool:
        """Return its outcome on a JSON value; containers are passed empty when their content is unknown."""
        raise NotImplementedError

    def on_text(self) -> Formula:
        """Return its outcome on an unknown text, over the tests of `texts`; by default no text passes."""
        return False

    def on_number(self) -> Formula:
        """Return its outcome on an unknown number, over the tests of `numbers`; by default no number passes."""
        return False

    def describe(self, subject: str) -> str:
        """Return the test of ``subject`` as a clause of a sentence."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Atom(Leaf):
    """``predicate`` holds of some value at ``path``, or of its absence if the predicate says so."""

    path: Path
    predicate: Predicate


@dataclass(frozen=True, slots=True)
class Doubt(Leaf):
    """A condition on the service rather than on the record: behaviour that its documentation leaves open.

    Unknown when decided over shapes, true on a concrete document.
    """

    condition: str


def holds(formula: Formula, document: object) -> bool:
    """Return True if the formula is true of one concrete JSON document."""
    match formula:
        case bool():
            return formula
        case And(operands):
            return all(holds(operand, document) for operand in operands)
        case Or(operands):
            return any(holds(operand, document) for operand in operands)
        case Not(operand):
            return not holds(operand, document)
        case Atom(path, predicate):
            found = False
            for value in values_at(document, path):
                found = True
                if predicate.matches(value):
                    return True
            return not found and predicate.when_absent
        case Doubt():
            return True
        case _:
            raise TypeError(f"not a condition on documents: {formula!r}")
