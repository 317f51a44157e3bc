"""Three-valued logic: one certain answer decides, whatever is unknown."""

from __future__ import annotations

from itertools import product

import pytest

from sgwarden.model.truth import Maybe, Truth, all_of, any_of, first_decision, maybe, negate, truth_of, unless_known
from sgwarden.model.values import Unknown

A, B = Maybe(("a",)), Maybe(("b",))


@pytest.mark.parametrize(
    ("truths", "both", "either"),
    [
        ((True, True), True, True),
        ((True, False), False, True),
        ((False, False), False, False),
        ((True, A), A, True),
        ((False, A), False, A),
        ((A, B), Maybe(("a", "b")), Maybe(("a", "b"))),
        ((A, A), A, A),
        ((), True, False),
    ],
)
def test_and_or(truths: tuple[Truth, ...], both: Truth, either: Truth) -> None:
    assert (all_of(*truths), any_of(*truths)) == (both, either)


def test_a_maybe_is_what_every_filling_in_disagrees_about() -> None:
    for truths in product((True, False, A), repeat=3):
        fillings = [[filling if isinstance(truth, Maybe) else truth for truth in truths] for filling in (True, False)]
        possible = {all(filling) for filling in fillings}
        answer = all_of(*truths)
        assert (possible == {True, False}) if isinstance(answer, Maybe) else possible == {answer}


def test_a_maybe_cannot_be_taken_for_true_or_false() -> None:
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(A)


def test_reasons_come_from_the_unknown_values() -> None:
    assert unless_known(1, Unknown("a"), None, Unknown("b"), Unknown("a")) == Maybe(("a", "b"))


@pytest.mark.parametrize(("truth", "opposite"), [(True, False), (False, True), (A, A)])
def test_negate(truth: Truth, opposite: Truth) -> None:
    assert negate(truth) == opposite


@pytest.mark.parametrize(
    ("truths", "expected"), [((), False), ((A, B), B), ((A, False, True), False), ((True, False), True)]
)
def test_first_decision(truths: tuple[Truth, ...], expected: Truth) -> None:
    assert first_decision(truths) == expected


def test_an_unknown_value_is_a_maybe() -> None:
    assert (truth_of(True), truth_of(Unknown("a")), maybe("a")) == (True, A, A)
    assert (Maybe(("a", "b")).reason, Maybe(()).reason) == ("a", "")
