"""Formulas of queries."""

from __future__ import annotations

import pytest

from sgwarden.patterns.conditions.atoms import Atom, Doubt
from sgwarden.patterns.conditions.formulas import And, Formula, Not, Or
from sgwarden.patterns.conditions.paths import Path
from sgwarden.patterns.errors import RefusedText
from sgwarden.patterns.kql.grammar import query_parser
from sgwarden.patterns.kql.predicates import FieldInRange, FieldIs, Literal


def _is(field: str, text: str) -> Atom:
    return Atom(Path.of(*field.split("."), through_arrays=True), FieldIs(Literal(text, tuple(text.split("*")))))


@pytest.mark.parametrize(
    ("query", "formula"),
    [
        ("a.b: x", _is("a.b", "x")),
        ("a: x y", _is("a", "x y")),
        ("a: (x or (y and not z*))", Or((_is("a", "x"), And((_is("a", "y"), Not(_is("a", "z*"))))))),
        ("a: x or b: y and not c: z", Or((_is("a", "x"), And((_is("b", "y"), Not(_is("c", "z"))))))),
        ("a >= 3", Atom(Path.of("a", through_arrays=True), FieldInRange(">=", Literal("3", ("3",))))),
        ("x", Doubt('any field of the document holds "x"')),
        ("a.*: x", Doubt('a field like a.* is "x"')),
    ],
)
def test_formulas(query: str, formula: Formula) -> None:
    assert query_parser().parse(query) == formula


@pytest.mark.parametrize(("query", "position"), [("a: (x", 5), ("a: x)", 4), ("a: b and", 8)])
def test_other_texts_are_refused(query: str, position: int) -> None:
    with pytest.raises(RefusedText) as caught:
        query_parser().parse(query)
    assert caught.value.position == position
