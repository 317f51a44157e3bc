"""Pieces of source with the offending part marked."""

from __future__ import annotations

import pytest

from sgwarden.model.locations import Location
from sgwarden.reports.parts.excerpt import excerpt

LINES = ["a {", "\tb = 1 # \x07", "  c = [", "    1,", "  ]", "}", *("x" for _ in range(10))]


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (Location("f", 2, 2, 2, 7), ["2 |  b = 1 # ?", "  |  ^^^^^"]),
        (Location("f", 3, 5, 3, 4), ["3 |   c = [", "4 |     1,", "5 |   ]"]),
        (Location("f", 1, 6), ["1 | a {", "  | ^^^"]),
        (Location("f", 4, 4), ["4 |     1,", "  |     ^^"]),
        (
            Location("f", 9, 16),
            [" 9 | x", "10 | x", "11 | x", "12 | x", "13 | x", "14 | x", "   | ... 2 more lines"],
        ),
        (Location("f", 6, 6), []),
        (Location("f", 99, 99), []),
        (Location("f", 0, 0), []),
        (Location("f", 4, 4, 90, 95), ["4 |     1,", "  | " + " " * 89 + "^"]),
    ],
)
def test_excerpt(place: Location, shown: list[str]) -> None:
    assert excerpt(LINES, place) == shown


def test_a_very_long_line_is_cut() -> None:
    shown = excerpt(["y" * 5000], Location("f", 1, 1, 4000, 4010))
    assert shown == ["1 | " + "y" * 160]
