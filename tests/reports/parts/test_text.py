"""Words and lists of reports for people."""

from __future__ import annotations

from sgwarden.model.infrastructure import Skipped
from sgwarden.model.locations import Location
from sgwarden.reports.parts.style import Style
from sgwarden.reports.parts.text import list_block, pluralize, position, unread


def test_words() -> None:
    assert [pluralize(number, "rule") for number in (0, 1, 2)] == ["0 rules", "1 rule", "2 rules"]
    assert position(Location("main.tf", 7, 9)) == "main.tf:7"


def test_what_was_left_out_on_purpose_is_not_unread() -> None:
    missing = Skipped("a", "b")
    assert unread([Skipped("x", "y", complete=True), missing]) == [missing]


def test_lists() -> None:
    plain = Style(False)
    assert list_block("Title", [], plain) == []
    assert list_block("Title", ["a", "b"], plain, 2) == ["Title\n  a\n  b\n"]
    assert list_block("Title", ["a", "b", "c"], plain, 1) == [
        "Title\n  a\n  and 2 more (all of them in --format json)\n"
    ]
    assert list_block("Title", ["a"], Style(True)) == ["\x1b[1mTitle\x1b[0m\n  a\n"]
