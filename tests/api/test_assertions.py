"""What checks of a team's own raise."""

from __future__ import annotations

import pytest

from sgwarden.api.assertions import Undecided, Violation, at, require, why
from sgwarden.model.locations import Location
from sgwarden.model.sources import Skipped


def test_require_raises_each_line_once_with_what_was_not_read_and_the_tip() -> None:
    with pytest.raises(Undecided) as caught:
        require(["a", "b", "a"], [Skipped("module.x", "not installed")], Undecided, "(tip)")
    assert str(caught.value) == "a\nb\nnot read: module.x: not installed\n(tip)"
    with pytest.raises(Violation):
        require([], [Skipped("module.x", "not installed")])
    require([], [], Violation, "(tip)")


def test_the_beginning_and_the_end_of_a_line() -> None:
    assert (at(()), at((Location("main.tf", 3, 4),))) == ("", "main.tf:3: ")
    assert (why(()), why(("a", "b"))) == ("", "; unknown: a; b")
