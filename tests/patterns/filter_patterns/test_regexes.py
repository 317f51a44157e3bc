"""The regex dialect: what it takes, what it says."""

from __future__ import annotations

import pytest

from sgwarden.patterns.conditions.formulas import Formula, Or
from sgwarden.patterns.conditions.texts import AnyText, Contains, Equals, OpaqueText, Prefix, Suffix
from sgwarden.patterns.filter_patterns.regexes import as_text_tests, flaw_in, searcher


@pytest.mark.parametrize(
    ("expression", "matching", "other"),
    [
        ("colou?r", "the colour", "colouur"),
        ("^[hc]at", "hat", "a hat"),
        ("[hc]at$", "a cat", "cats"),
        ("a{3,5}", "baaab", "aa"),
        ("^a{,2}$", "aa", "aaa"),
        ("^a{2,}$", "aaaa", "a"),
        ("^starting|^initializing|^shutting down", "shutting down", "skipping initializing"),
        ("\\[.\\]", "[7]", "7"),
        ("10\\.10\\.0\\.1", "10.10.0.1", "10x10x0x1"),
        ("\\d\\s\\w", "1 a", "1-a"),
        ("\\D\\S\\W", "a-!", "1 a"),
        ("\\x28\\x3A", "(:", ":("),
        ("gra|ey", "gray", "gruy"),
        ("[^c]b", "ab", "cb"),
    ],
)
def test_expressions_are_searched_as_the_documentation_says(expression: str, matching: str, other: str) -> None:
    assert flaw_in(expression) is None
    search = searcher(expression)
    assert (search(matching), search(other)) == (True, False)


@pytest.mark.parametrize(
    ("expression", "position"),
    [
        ("a(b)", 1),
        ("something!", 9),
        ("é", 0),
        ("a\\b", 1),
        ("\\x2", 0),
        ("\\xFF", 0),
        ("a\\", 1),
        ("[a-", 0),
        ("*a", 0),
        ("a<b", 1),
    ],
)
def test_what_the_dialect_does_not_know_is_refused_at_its_place(expression: str, position: int) -> None:
    flaw = flaw_in(expression)
    assert flaw is not None
    assert flaw.position == position


def test_expressions_too_large_to_run_are_refused() -> None:
    assert flaw_in("a{1000}" * 100) is not None
    assert flaw_in("[a-z]{0,1000}" * 70) is not None


@pytest.mark.parametrize(
    ("expression", "tests"),
    [
        ("abc", Contains("abc")),
        ("^abc", Prefix("abc")),
        ("abc$", Suffix("abc")),
        ("^a\\.c$", Equals("a.c")),
        ("^", AnyText()),
        (".*", AnyText()),
        ("^.+$", AnyText()),
        ("x*", AnyText()),
        ("^ab|cd$", Or((Prefix("ab"), Suffix("cd")))),
        ("a.c", OpaqueText("a.c", lambda text: False)),
    ],
)
def test_simple_expressions_become_tests_that_can_be_compared(expression: str, tests: Formula) -> None:
    assert as_text_tests(expression) == tests


def test_evaluation_takes_linear_time() -> None:
    """An expression that a backtracking engine would need 2**200 steps for."""
    assert searcher("a?" * 100 + "a" * 100 + "b")("a" * 400) is False
