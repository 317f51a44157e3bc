"""Patterns survive being printed and read again."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings

from sgwarden.patterns.filter_patterns.ast import Pattern
from sgwarden.patterns.filter_patterns.parse import MAX_CHARACTERS, parse_filter_pattern
from tests.patterns.filter_patterns.printer import format_pattern
from tests.patterns.filter_patterns.strategies import patterns


@given(patterns)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_printed_is_read_as_the_same_pattern(pattern: Pattern) -> None:
    text = format_pattern(pattern)
    assume(len(text.strip()) <= MAX_CHARACTERS)
    assert parse_filter_pattern(text) == pattern


def test_the_printed_form_writes_operators_and_values_as_aws_does() -> None:
    text = "{$.a.b[0].['c.d']=x&&($.e!=\"y z\"||$.f NOT EXISTS)||$.g IS NULL}"
    assert format_pattern(parse_filter_pattern(text)) == (
        "{ (($.a.b[0].['c.d'] = x) && (($.e != \"y z\") || ($.f NOT EXISTS))) || ($.g IS NULL) }"
    )
    assert (
        format_pattern(parse_filter_pattern("[a,b=*.html*&&b!=x,...,c>5||c=1,]"))
        == "[a, b = *.html* && b != x, ..., c > 5 || c = 1, ]"
    )
    assert format_pattern(parse_filter_pattern(' -"a b"  ?c %d% ')) == '-"a b" ?c %d%'
