"""Describe formulas in words."""

from __future__ import annotations

from sgwarden.patterns.conditions.atoms import Atom, Doubt
from sgwarden.patterns.conditions.formulas import And, Formula, Leaf, Not, Or
from sgwarden.patterns.conditions.paths import EveryElement, EveryMember, Path

_MAX_PARTS = 6


def describe(formula: Formula) -> str:
    """Return the condition as a clause: "userIdentity.invokedBy is present and is not ...".

    Long lists of alternatives are cut; the clause ends with the number of those left out.
    """
    return _clause(formula, inside=None)


def _clause(formula: Formula, inside: type[And] | type[Or] | None) -> str:
    match formula:
        case And(operands):
            text = _joined(operands, " and ", And)
        case Or(operands):
            text = _joined(operands, " or ", Or)
        case Not(operand):
            return f"not ({_leaf(operand)})"
        case bool():
            return "always" if formula else "never"
        case _:
            return _leaf(formula)
    return text if inside is None or inside is type(formula) else f"({text})"


def _joined(operands: tuple[Formula, ...], word: str, kind: type[And] | type[Or]) -> str:
    parts = list(dict.fromkeys(_clause(operand, kind) for operand in operands))
    left_out = len(parts) - _MAX_PARTS
    if left_out > 1:
        parts = [*parts[:_MAX_PARTS], f"{left_out} further conditions"]
    return word.join(parts)


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Atom(path, predicate):
            return predicate.describe(_subject(path))
        case Doubt(condition):
            return condition
        case _:
            raise TypeError(f"not a condition on documents: {leaf!r}")


def _subject(path: Path) -> str:
    if not path.steps:
        return "the record's text"
    if any(isinstance(step, (EveryMember, EveryElement)) for step in path.steps):
        return f"any value at {path}"
    return str(path)
