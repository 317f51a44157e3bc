"""Errors say where and why."""

from __future__ import annotations

import pytest

from sgwarden.patterns.errors import EventPatternError, FilterPatternError
from sgwarden.patterns.filter_patterns.parse import parse_filter_pattern


def test_the_pointer_marks_the_character() -> None:
    with pytest.raises(FilterPatternError) as caught:
        parse_filter_pattern("{ $.a = 1 ||\n  $.b == 2 }")
    assert caught.value.pointer() == "  $.b == 2 }\n       ^"


def test_the_pointer_shows_a_part_of_a_long_line() -> None:
    error = FilterPatternError("fault", 80, "x" * 80 + "!" + "y" * 80)
    line, mark = error.pointer().splitlines()
    assert (len(line), line[len(mark) - 1], str(error)) == (100, "!", "character 81: fault")


def test_an_event_pattern_error_names_the_member() -> None:
    assert [str(EventPatternError("fault", "detail.a")), str(EventPatternError("fault"))] == [
        "detail.a: fault",
        "fault",
    ]
