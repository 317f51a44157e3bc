"""Formulas in words."""

from __future__ import annotations

from sgwarden.patterns.conditions.atoms import Atom, Doubt
from sgwarden.patterns.conditions.describe import describe
from sgwarden.patterns.conditions.formulas import Formula, conj, disj, negate
from sgwarden.patterns.conditions.paths import EveryMember, Key, Path
from sgwarden.patterns.filter_patterns.predicates import IsAbsent


def _absent(*names: str) -> Formula:
    return Atom(Path.of(*names), IsAbsent())


def test_clauses_take_parentheses_where_operators_change() -> None:
    a, b, c = _absent("a"), _absent("b"), _absent("c", "d")
    assert describe(disj([a, conj([b, c])])) == "a is absent or (b is absent and c.d is absent)"
    assert describe(conj([disj([a, b]), negate(c)])) == "(a is absent or b is absent) and not (c.d is absent)"
    assert [describe(True), describe(False)] == ["always", "never"]


def test_paths_and_doubts_have_words_of_their_own() -> None:
    assert describe(Atom(Path(()), IsAbsent())) == "the record's text is absent"
    assert describe(Atom(Path((Key("a"), EveryMember())), IsAbsent())) == "any value at a.* is absent"
    assert describe(Doubt("the rule's threshold is reached")) == "the rule's threshold is reached"


def test_long_lists_are_cut_and_counted() -> None:
    eight = disj(_absent(name) for name in "abcdefgh")
    assert describe(eight).endswith("e is absent or f is absent or 2 further conditions")
    seven = disj(_absent(name) for name in "abcdefg")
    assert describe(seven).endswith("f is absent or g is absent")
