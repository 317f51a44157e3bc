"""Formulas are simplified as they are built."""

from __future__ import annotations

from sgwarden.patterns.conditions.formulas import And, Formula, Not, Or, conj, disj, leaves, negate, substitute
from sgwarden.patterns.conditions.texts import Equals

A, B, C = Equals("a"), Equals("b"), Equals("c")


def test_constants_and_repetitions_are_removed_and_nesting_is_merged() -> None:
    assert conj([A, True, A]) == A
    assert conj([A, False, B]) is False
    assert conj([]) is True
    assert disj([]) is False
    assert disj([A, True]) is True
    assert conj([conj([A, B]), C]) == And((A, B, C))
    assert disj([disj([A, B]), C, B]) == Or((A, B, C))


def test_negation_is_pushed_down_to_the_leaves() -> None:
    assert negate(conj([A, disj([B, Not(C)])])) == Or((Not(A), And((Not(B), C))))
    assert [negate(True), negate(negate(A))] == [False, A]


def test_substitution_simplifies_and_skips_what_is_decided() -> None:
    asked: list[object] = []

    def replacement(leaf: object) -> Formula:
        asked.append(leaf)
        return leaf == A

    assert substitute(disj([A, B]), replacement) is True
    assert asked == [A]
    assert substitute(conj([Not(B), disj([C, A])]), replacement) is True
    assert substitute(Not(A), replacement) is False


def test_leaves_come_in_order_with_repetitions() -> None:
    assert list(leaves(conj([A, disj([B, Not(A)])]))) == [A, B, A]
    assert list(leaves(True)) == []
