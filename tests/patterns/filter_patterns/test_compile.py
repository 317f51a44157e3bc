"""Patterns as formulas."""

from __future__ import annotations

import pytest

from sgwarden.patterns.conditions.atoms import Atom, Doubt
from sgwarden.patterns.conditions.formulas import And, Formula, Not, Or
from sgwarden.patterns.conditions.paths import Path
from sgwarden.patterns.filter_patterns.ast import Word
from sgwarden.patterns.filter_patterns.compile import WHOLE_TEXT, compile_pattern
from sgwarden.patterns.filter_patterns.parse import parse_filter_pattern
from sgwarden.patterns.filter_patterns.predicates import IsAbsent, Matches, OccursIn

A, B = Path.of("a"), Path.of("b")


def _term(text: str) -> Atom:
    return Atom(WHOLE_TEXT, OccursIn(text))


@pytest.mark.parametrize(
    ("pattern", "formula"),
    [
        ("", True),
        ("[a, b]", False),
        (
            "{ $.a = x || $.b = z || $.a = y }",
            Or((Atom(A, Matches((Word("x"), Word("y")))), Atom(B, Matches((Word("z"),))))),
        ),
        ("{ $.a = x && $.a = y }", And((Atom(A, Matches((Word("x"),))), Atom(A, Matches((Word("y"),)))))),
        ("{ $.a != x || $.a != y }", Or((Atom(A, Matches((Word("x"),), True)), Atom(A, Matches((Word("y"),), True))))),
        ("x y -z", And((_term("x"), _term("y"), Not(_term("z"))))),
        ("?x ?y", Or((_term("x"), _term("y")))),
        ("?x ?y z", _term("z")),
        ("%x%", Atom(WHOLE_TEXT, OccursIn("x", regex=True))),
    ],
)
def test_formulas(pattern: str, formula: Formula) -> None:
    assert compile_pattern(parse_filter_pattern(pattern)) == formula


def test_keywords_that_are_not_in_capitals_are_in_doubt() -> None:
    formula = compile_pattern(parse_filter_pattern("{ $.a not exists }"))
    doubt = Doubt("CloudWatch Logs takes keywords that are not in capitals (undocumented)")
    assert formula == And((Atom(A, IsAbsent()), doubt))
