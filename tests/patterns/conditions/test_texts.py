"""Every combination of outcomes that some text can have, and no other."""

from __future__ import annotations

from itertools import product

import pytest

from sgwarden.model.globs import matches_pieces
from sgwarden.patterns.conditions.texts import (
    AnyText,
    Contains,
    Equals,
    OpaqueText,
    Prefix,
    Suffix,
    TextTest,
    Undecidable,
    glob_test,
    possible_outcomes,
    split_at_stars,
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


@pytest.mark.parametrize(
    ("glob", "test"),
    [
        ("a", Equals("a")),
        ("a*", Prefix("a")),
        ("*a", Suffix("a")),
        ("*a*", Contains("a")),
        ("*", AnyText()),
        ("**", AnyText()),
        ("a*b", OpaqueText("a*b", lambda text: False)),
        ("*a*b*", OpaqueText("*a*b*", lambda text: False)),
        ("a\\*", Equals("a*")),
    ],
)
def test_simple_globs_become_tests_that_can_be_compared(glob: str, test: TextTest) -> None:
    assert glob_test(split_at_stars(glob), glob) == test


@pytest.mark.parametrize(
    ("glob", "text", "expected"),
    [
        ("a*b", "ab", True),
        ("a*b", "a", False),
        ("ab*ba", "aba", False),
        ("a*b*c", "a-c-b-c", True),
        ("a*b*c", "acbb", False),
        ("*b*b*", "abab", True),
        ("a", "a", True),
    ],
)
def test_pieces_are_found_in_order_and_do_not_overlap(glob: str, text: str, expected: bool) -> None:
    assert matches_pieces(split_at_stars(glob), text) is expected


def test_matching_takes_linear_time() -> None:
    assert matches_pieces(split_at_stars("a*" * 200 + "b"), "a" * 100_000) is False


def test_a_backslash_at_the_end_stands_for_itself() -> None:
    assert split_at_stars("a*\\\\*\\") == ["a", "\\", "\\"]
