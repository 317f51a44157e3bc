"""Comparisons: on values, on unknown texts and numbers, and in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sgwarden.patterns.conditions.atoms import Predicate
from sgwarden.patterns.conditions.formulas import Formula, Not, Or
from sgwarden.patterns.conditions.numbers import Below, EqualTo, OpaqueNumber
from sgwarden.patterns.conditions.texts import AnyText, Contains, Equals, OpaqueText, Prefix, Suffix
from sgwarden.patterns.filter_patterns.ast import Quoted, Word
from sgwarden.patterns.filter_patterns.predicates import (
    IsAbsent,
    IsExactly,
    Matches,
    MatchesRegex,
    OccursIn,
    Ordered,
    has_inner_wildcard,
    number_text,
    text_test,
)

FIVE = Matches((Word("5"),))


@pytest.mark.parametrize(
    ("predicate", "passing", "failing"),
    [
        (FIVE, ["5", 5, 5.0], ["5.0", 6, None, True, [], {}]),
        (Matches((Quoted("5"),)), ["5"], [5]),
        (Matches((Word("a*"), Word("b"))), ["a", "ab", "b"], ["ba", 1]),
        (Matches((Word("5"),), negated=True), ["6", 6], ["5", 5, None, False, []]),
        (Matches((Word("5*"),)), ["5x", 5, 53], [35]),
        (MatchesRegex("^1"), ["1x", 10, 1.5], ["x1", True, None]),
        (MatchesRegex("^1", negated=True), ["x1", 2], ["1x", True, None, {}]),
        (Ordered(">=", Decimal(2)), [2, 2.5], [1, "3", True, None]),
        (IsExactly(True), [True], [1, "true", None]),
        (IsAbsent(), [], [None, 1, {}]),
        (OccursIn("a"), ["bab"], ["b", 1]),
        (OccursIn("^b", regex=True), ["bab"], ["ab"]),
    ],
    ids=str,
)
def test_on_values(predicate: Predicate, passing: list[object], failing: list[object]) -> None:
    assert [predicate.matches(value) for value in passing] == [True] * len(passing)
    assert [predicate.matches(value) for value in failing] == [False] * len(failing)


@pytest.mark.parametrize(
    ("predicate", "text", "number"),
    [
        (FIVE, Equals("5"), EqualTo(Decimal(5))),
        (Matches((Quoted("5"),)), Equals("5"), False),
        (Matches((Word("*"),)), AnyText(), True),
        (Matches((Word("a"), Word("6")), negated=True), None, Not(EqualTo(Decimal(6)))),
        (MatchesRegex("^1|a"), Or((Prefix("1"), Contains("a"))), OpaqueNumber(repr(Prefix("1")), lambda number: False)),
        (Ordered("<", Decimal(2)), False, Below(Decimal(2))),
        (IsExactly(None), False, False),
        (IsAbsent(), False, False),
        (OccursIn(""), AnyText(), False),
        (OccursIn("^a", regex=True), OpaqueText("^a", lambda text: False), False),
    ],
    ids=str,
)
def test_on_unknown_texts_and_numbers(predicate: Predicate, text: Formula | None, number: Formula) -> None:
    if text is not None:
        assert predicate.on_text() == text
    assert predicate.on_number() == number


@pytest.mark.parametrize(
    ("predicate", "words"),
    [
        (Matches((Word("a"), Word("b"))), 'x is one of "a", "b"'),
        (Matches((Word("a*"), Word("*b"), Word("*c*"))), 'x starts with "a" or ends with "b" or contains "c"'),
        (Matches((Word("*"),)), "x has a value"),
        (Matches((Word("a*"),), negated=True), 'x has a value that does not start with "a"'),
        (MatchesRegex("a", negated=True), "x has a value that does not match %a%"),
        (Ordered("<=", Decimal("1.50")), "x <= 1.5"),
        (IsExactly(False), "x is false"),
        (IsAbsent(), "x is absent"),
        (OccursIn("a" * 90), 'x contains "' + "a" * 77 + '..."'),
    ],
    ids=str,
)
def test_in_words(predicate: Predicate, words: str) -> None:
    assert predicate.describe("x") == words


def test_stars_are_wildcards_at_the_ends_alone() -> None:
    assert [text_test(value) for value in ("a", "a*", "*a", "*a*", "a*b", "**")] == [
        Equals("a"),
        Prefix("a"),
        Suffix("a"),
        Contains("a"),
        Equals("a*b"),
        AnyText(),
    ]
    assert [has_inner_wildcard(value) for value in ("a*b", "*a*", "*", "**", "***")] == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_numbers_are_written_as_json_writes_them() -> None:
    assert [number_text(Decimal(text)) for text in ("8e1", "0.50", "-3.0")] == ["80", "0.5", "-3"]
