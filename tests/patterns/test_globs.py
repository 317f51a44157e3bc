"""Texts with stars anywhere."""

from __future__ import annotations

import pytest

from sgwarden.patterns.conditions.texts import AnyText, Contains, Equals, OpaqueText, Prefix, Suffix, TextTest
from sgwarden.patterns.globs import glob_test, matches_pieces, split_at_stars


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
