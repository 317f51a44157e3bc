"""Which words are numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sgwarden.patterns.filter_patterns.ast import number_of


@pytest.mark.parametrize(
    ("text", "number"),
    [("22", Decimal(22)), ("-1.50", Decimal("-1.5")), ("1e+3", Decimal(1000)), ("+5E-1", Decimal("0.5"))],
)
def test_numbers(text: str, number: Decimal) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize("text", ["", "1.", ".5", "1e1000", "0x1", "1*", "NaN", "1_000", "1 "])
def test_other_words_are_none(text: str) -> None:
    assert number_of(text) is None
