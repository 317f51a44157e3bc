"""Comparisons: on values, on unknown texts and numbers, and in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sgwarden.patterns.conditions.atoms import Predicate
from sgwarden.patterns.conditions.formulas import Formula, Not
from sgwarden.patterns.conditions.numbers import Below, OpaqueNumber
from sgwarden.patterns.conditions.texts import AnyText, Equals, OpaqueText, Prefix
from sgwarden.patterns.kql.predicates import FieldInRange, FieldIs, Literal

THREE = Literal("3.0", ("3.0",))
ANY = Literal("*", ("", ""))


@pytest.mark.parametrize(
    ("predicate", "passing", "failing"),
    [
        (FieldIs(Literal("a*", ("a", ""))), ["a", "ab"], ["b", None, {}]),
        (FieldIs(THREE), [3, 3.0, "3.0"], ["3", 2, True]),
        (FieldIs(Literal("true", ("true",))), [True, "true"], [1, False]),
        (FieldIs(ANY), ["", 0, False, {}], [None]),
        (FieldInRange(">=", THREE), [3, 4.5], [2, "4", True, None]),
        (FieldInRange("<", Literal("x", ("x",))), [], [1, "a"]),
        (FieldInRange("<", Literal("NaN", ("NaN",))), [], [1]),
    ],
    ids=str,
)
def test_on_values(predicate: Predicate, passing: list[object], failing: list[object]) -> None:
    assert [predicate.matches(value) for value in passing] == [True] * len(passing)
    assert [predicate.matches(value) for value in failing] == [False] * len(failing)


@pytest.mark.parametrize(
    ("predicate", "text", "number", "words"),
    [
        (FieldIs(Literal("a*", ("a", ""))), Prefix("a"), OpaqueNumber("a*", lambda number: False), 'x matches "a*"'),
        (FieldIs(THREE), Equals("3.0"), OpaqueNumber("3.0", lambda number: False), 'x is "3.0"'),
        (FieldIs(ANY), AnyText(), True, "x is present"),
        (FieldInRange(">=", THREE), OpaqueText(">= 3.0", lambda text: False), Not(Below(Decimal(3))), "x >= 3.0"),
        (FieldInRange("<", Literal("x", ("x",))), OpaqueText("< x", lambda text: False), False, "x < x"),
    ],
    ids=str,
)
def test_on_unknown_values_and_in_words(predicate: Predicate, text: Formula, number: Formula, words: str) -> None:
    assert (predicate.on_text(), predicate.on_number(), predicate.describe("x")) == (text, number, words)
