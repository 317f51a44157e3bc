"""Filter patterns from text: trees, and where and why a text is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sgwarden.patterns.conditions.paths import EveryElement, EveryMember, Index, Key, Path
from sgwarden.patterns.errors import FilterPatternError
from sgwarden.patterns.filter_patterns.ast import (
    AllOf,
    AnyOf,
    Comparison,
    Ellipsis,
    Everything,
    Field,
    IsTest,
    JsonPattern,
    NotExists,
    Pattern,
    Quoted,
    Regex,
    RegexPattern,
    SpaceDelimitedPattern,
    Term,
    UnstructuredPattern,
    Word,
)
from sgwarden.patterns.filter_patterns.parse import MAX_CHARACTERS, parse_filter_pattern

A, B, C = Path.of("a"), Path.of("b"), Path.of("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", Everything()),
        ('""', Everything("")),
        ("{$.a=x}", JsonPattern(Comparison(A, "=", Word("x")))),
        (
            "{ $.a = 1 || $.b != 2 && $.c <= 3.5e1 }",
            JsonPattern(
                AnyOf(
                    (
                        Comparison(A, "=", Word("1")),
                        AllOf((Comparison(B, "!=", Word("2")), Comparison(C, "<=", Word("3.5e1")))),
                    )
                )
            ),
        ),
        (
            "{ ($.a = 1 || $.b = 2) || (($.c = 3)) }",
            JsonPattern(
                AnyOf((Comparison(A, "=", Word("1")), Comparison(B, "=", Word("2")), Comparison(C, "=", Word("3"))))
            ),
        ),
        (
            "{ $.a[0].*.b[*].['c.d'] = %x% }".replace(".*", ""),
            JsonPattern(Comparison(Path((Key("a"), Index(0), Key("b"), EveryElement(), Key("c.d"))), "=", Regex("x"))),
        ),
        ("{ $.* = x }", JsonPattern(Comparison(Path((EveryMember(),)), "=", Word("x")))),
        ("{ $.a IS NULL }", JsonPattern(IsTest(A, None))),
        ("{ $.a IS TRUE }", JsonPattern(IsTest(A, True))),
        ("{ $.a is false }", JsonPattern(IsTest(A, False, upper_case=False))),
        ("{ $.a NOT EXISTS }", JsonPattern(NotExists(A))),
        ('{ $.a = "x \\"y\\" \\\\ \\n" }', JsonPattern(Comparison(A, "=", Quoted('x "y" \\ \\n')))),
        ("%a b%", RegexPattern(Regex("a b"))),
        ("%a% %b%", UnstructuredPattern((Term(Regex("a")), Term(Regex("b"))))),
        ("a - b ?c", UnstructuredPattern((Term(Word("a")), Term(Word("b"), "-"), Term(Word("c"), "?")))),
        (
            "[..., a = *x*, b,]",
            SpaceDelimitedPattern((Ellipsis(), Field("a", Comparison("a", "=", Word("*x*"))), Field("b"), Field(""))),
        ),
    ],
)
def test_trees(text: str, tree: Pattern) -> None:
    assert parse_filter_pattern(text) == tree


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("{ $.a == 1 }", 7, "equality is written with one ="),
        ("{ $.a = 'x' }", 8, "values take double quotes, not single ones"),
        ("{ !($.a = 1) }", 2, "there is no ! before an expression; write the opposite comparison, or NOT EXISTS"),
        ("{ $.a = 1 AND $.b = 2 }", 10, "conditions are joined with &&"),
        ("{ $.a = 1 & $.b = 2 }", 10, "conditions are joined with &&"),
        ("{ $.a = 1 $.b = 2 }", 10, "&& or || is missing between two conditions"),
        ("{ $.a EXISTS }", 6, "EXISTS alone is not supported; = * asks that the field has a value"),
        ("{ $.a > x }", 8, "> compares with a number, and x is none"),
        ("{ ($.a = 1 }", 11, "a parenthesis is never closed"),
        ("{ $.a = 1", 9, "a pattern that starts with { must end with }"),
        ("\n { $.a = 1) }", 11, "this parenthesis closes none that is open"),
        ("$.a = 1", 0, "a pattern with selectors must be in braces: { $.eventName = ... }"),
        ("{ $.a[*].b[*] = 1 }", 2, "a selector takes at most one wildcard"),
        ("{ $.a = %(x)% }", 9, "the regex dialect has no ( (write \\x28 for the character itself)"),
        ("{ $.a = %x% || $.a = %y% || $.a = %z% }", 34, "a pattern takes at most 2 regular expressions"),
        ("[a, b", 5, "a pattern that starts with [ must end with ]"),
        ("[a, b = 4* && c > 1, c]", 14, "a condition of the field b cannot ask about c"),
        ("a:b", 1, "a term with ':' must be in double quotes"),
    ],
)
def test_a_text_that_is_no_pattern_is_refused_with_place_and_reason(text: str, position: int, reason: str) -> None:
    with pytest.raises(FilterPatternError) as caught:
        parse_filter_pattern(text)
    assert (caught.value.position, caught.value.reason) == (position, reason)


@pytest.mark.parametrize("blanks", ["", "   ", "\n\n"])
def test_the_limit_counts_characters_without_the_blanks_around(blanks: str) -> None:
    longest = '{ $.a = "' + "é" * (MAX_CHARACTERS - 12) + '" }'
    assert isinstance(parse_filter_pattern(blanks + longest + blanks), JsonPattern)
    with pytest.raises(FilterPatternError, match="the pattern has 1025 characters"):
        parse_filter_pattern(blanks + longest.replace("é", "éé", 1) + blanks)


@given(st.text(st.sampled_from("{}[]()$.=!<>|&%\"'*?- \\abISNULOTEX019é\n"), max_size=60))
@settings(max_examples=600, deadline=None)
def test_every_text_is_a_pattern_or_is_refused(text: str) -> None:
    try:
        parse_filter_pattern(text)
    except FilterPatternError as error:
        assert 0 <= error.position <= len(text)
        assert error.reason
