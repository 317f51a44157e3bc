"""Operators: on values, on unknown texts and numbers, and in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sgwarden.patterns.conditions.atoms import Predicate
from sgwarden.patterns.conditions.formulas import And, Formula, Not
from sgwarden.patterns.conditions.numbers import Below, EqualTo
from sgwarden.patterns.conditions.texts import Equals, Prefix
from sgwarden.patterns.eventbridge.predicates import (
    AnythingBut,
    EqualsValue,
    InRange,
    LeafExists,
    NoLeafExists,
    TextPasses,
)

ONE, TWO = Decimal(1), Decimal(2)


@pytest.mark.parametrize(
    ("predicate", "passing", "failing"),
    [
        (EqualsValue("a"), ["a"], ["b", None, 1]),
        (EqualsValue(ONE), [1, 1.0, ONE], [True, "1", 2]),
        (EqualsValue(True), [True], [1, "true"]),
        (EqualsValue(None), [None], [False, ""]),
        (TextPasses(Prefix("a"), "x"), ["ab"], ["b", 1, None]),
        (TextPasses(Prefix("a"), "x", negated=True), ["b"], ["ab", 1, None]),
        (AnythingBut(("a", ONE)), ["b", 2], ["a", 1, None, True, {}]),
        (InRange(((">", ONE), ("<=", TWO))), [1.5, 2], [1, 3, "2", True]),
        (LeafExists(), ["", None, 0], [{}, []]),
        (NoLeafExists(), [{}], ["", None, []]),
    ],
    ids=str,
)
def test_on_values(predicate: Predicate, passing: list[object], failing: list[object]) -> None:
    assert [predicate.matches(value) for value in passing] == [True] * len(passing)
    assert [predicate.matches(value) for value in failing] == [False] * len(failing)


@pytest.mark.parametrize(
    ("predicate", "text", "number", "words"),
    [
        (EqualsValue("a"), Equals("a"), False, 'x is "a"'),
        (EqualsValue(ONE), False, EqualTo(ONE), "x is 1"),
        (EqualsValue(None), False, False, "x is null"),
        (TextPasses(Prefix("a"), 'starts with "a"'), Prefix("a"), False, 'x starts with "a"'),
        (
            TextPasses(Prefix("a"), 'starts with "a"', negated=True),
            Not(Prefix("a")),
            False,
            'x is present and not: starts with "a"',
        ),
        (AnythingBut(("a", ONE)), Not(Equals("a")), Not(EqualTo(ONE)), 'x is present and none of "a", 1'),
        (InRange((("<", TWO), (">=", ONE))), False, And((Below(TWO), Not(Below(ONE)))), "x < 2 and >= 1"),
        (LeafExists(), True, True, "x is present"),
        (NoLeafExists(), False, False, "x is absent"),
    ],
    ids=str,
)
def test_on_unknown_values_and_in_words(predicate: Predicate, text: Formula, number: Formula, words: str) -> None:
    assert (predicate.on_text(), predicate.on_number(), predicate.describe("x")) == (text, number, words)
