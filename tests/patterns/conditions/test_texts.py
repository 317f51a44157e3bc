"""Every combination of outcomes that some text can have, and no other."""

from __future__ import annotations

from itertools import product

import pytest

from sgwarden.patterns.conditions.texts import (
    AnyText,
    Contains,
    Equals,
    OpaqueText,
    Prefix,
    Suffix,
    TextTest,
    Undecidable,
    possible_outcomes,
)

TEXTS = ["".join(letters) for length in range(7) for letters in product("abz", repeat=length)]


@pytest.mark.parametrize(
    "tests",
    [
        [Equals("ab"), Prefix("a"), Suffix("b")],
        [Prefix("ab"), Prefix("a"), Contains("b")],
        [Contains("ab"), Contains("ba"), Equals("aba")],
        [Suffix("ab"), Suffix("b"), Contains("a"), AnyText()],
    ],
    ids=str,
)
@pytest.mark.parametrize("start", ["", "a"])
def test_outcomes_are_those_of_all_texts(tests: list[TextTest], start: str) -> None:
    tried = {tuple(test.holds(text) for test in tests) for text in TEXTS if text.startswith(start)}
    assert possible_outcomes(tests, start) == sorted(tried)


def test_excluded_texts_are_not_counted() -> None:
    assert possible_outcomes([Equals("a")], other_than=("a",)) == [(False,)]


def test_opaque_tests_are_free_where_no_text_is_compared_with() -> None:
    opaque = OpaqueText("b.", lambda text: "b" in text)
    assert possible_outcomes([Equals("a"), opaque]) == [(False, False), (False, True), (True, False)]


@pytest.mark.parametrize(
    "tests",
    [
        [Contains(str(number)) for number in range(6)],
        [OpaqueText(str(number), lambda text: True) for number in range(5)],
    ],
)
def test_too_many_unknowns_are_undecidable(tests: list[TextTest]) -> None:
    with pytest.raises(Undecidable):
        possible_outcomes(tests)
