"""Formulas on one concrete document."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from sgwarden.patterns.conditions.atoms import Atom, Doubt, Predicate, holds
from sgwarden.patterns.conditions.formulas import Formula, Leaf, conj, disj, negate
from sgwarden.patterns.conditions.paths import Path
from sgwarden.patterns.filter_patterns.predicates import IsAbsent, IsExactly

NULL, MISSING = Atom(Path.of("a"), IsExactly(None)), Atom(Path.of("a"), IsAbsent())


@pytest.mark.parametrize(
    ("formula", "document", "expected"),
    [
        (True, {}, True),
        (NULL, {"a": None}, True),
        (NULL, {"a": 1}, False),
        (NULL, {}, False),
        (MISSING, {}, True),
        (MISSING, {"a": None}, False),
        (negate(NULL), {}, True),
        (disj([NULL, MISSING]), {}, True),
        (conj([NULL, MISSING]), {"a": None}, False),
        (Doubt("the service is kind"), {}, True),
    ],
)
def test_formulas_on_documents(formula: Formula, document: object, expected: bool) -> None:
    assert holds(formula, document) is expected


@dataclass(frozen=True)
class _Stray(Leaf):
    """A leaf that is no condition on a document."""


def test_other_leaves_are_no_conditions_on_documents() -> None:
    with pytest.raises(TypeError, match="not a condition on documents"):
        holds(_Stray(), {})


def test_by_default_no_unknown_text_or_number_passes() -> None:
    assert (Predicate().on_text(), Predicate().on_number()) == (False, False)
