"""Patterns survive being printed and read again."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings

from sgwarden.patterns.filter_patterns.ast import Pattern
from sgwarden.patterns.filter_patterns.format import to_text
from sgwarden.patterns.filter_patterns.parse import LONGEST, parse
from tests.patterns.filter_patterns.strategies import patterns


@given(patterns)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_printed_is_read_as_the_same_pattern(pattern: Pattern) -> None:
    text = to_text(pattern)
    assume(len(text.strip()) <= LONGEST)
    assert parse(text) == pattern


def test_the_printed_form_writes_operators_and_values_as_aws_does() -> None:
    text = "{$.a.b[0].['c.d']=x&&($.e!=\"y z\"||$.f NOT EXISTS)||$.g IS NULL}"
    assert to_text(parse(text)) == (
        "{ (($.a.b[0].['c.d'] = x) && (($.e != \"y z\") || ($.f NOT EXISTS))) || ($.g IS NULL) }"
    )
    assert to_text(parse("[a,b=*.html*&&b!=x,...,c>5||c=1,]")) == "[a, b = *.html* && b != x, ..., c > 5 || c = 1, ]"
    assert to_text(parse(' -"a b"  ?c %d% ')) == '-"a b" ?c %d%'
