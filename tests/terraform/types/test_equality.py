"""Equality of values in three values; equality of known ones is held by the recorded truth too."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.types.equality import equals
from sgwarden.terraform.types.types import ListType
from sgwarden.terraform.types.values import TfList, TfMap, TfSet
from tests.terraform.truth import failures

UNKNOWN = Unknown("the id is made on apply", "aws_vpc.a", "id")
ANSWER = Unknown("the id is made on apply", type="bool")


@pytest.mark.parametrize(
    ("a", "b", "answer"),
    [
        (1, True, False),
        (0, False, False),
        (1, "1", False),
        (Fraction(1, 2), Fraction(1, 2), True),
        (None, None, True),
        (None, "", False),
        ((1, "a"), (1, "a"), True),
        ((1,), (True,), False),
        ((), TfList(()), False),
        (TfList(("a",)), TfSet(("a",)), False),
        (TfList((), "string"), TfList((), "number"), False),
        ({"a": 1}, TfMap({"a": 1}), False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, {"a": 1, "b": None}, False),
        (Sensitive("a"), "a", True),
        ((Sensitive("a"),), ("b",), False),
        (UNKNOWN, UNKNOWN, ANSWER),
        (UNKNOWN, "a", ANSWER),
        ("a", UNKNOWN, ANSWER),
        (UNKNOWN, None, ANSWER),
        ((UNKNOWN, "a"), ("x", "b"), False),
        ((UNKNOWN, "a"), ("x", "a"), ANSWER),
        ((UNKNOWN,), (UNKNOWN, "a"), False),
        ({"a": UNKNOWN}, {"a": 1}, ANSWER),
        ({"a": UNKNOWN}, {"b": 1}, False),
        (TfSet((UNKNOWN, "a")), TfSet(("a",)), ANSWER),
        (Sensitive(UNKNOWN), "a", ANSWER),
    ],
)
def test_equals(a: Any, b: Any, answer: Any) -> None:
    assert equals(a, b) == answer
    assert equals(b, a) == answer


def test_an_unknown_of_a_known_kind_differs_from_other_kinds() -> None:
    text = Unknown("?", type="string")
    assert [equals(text, 1), equals(text, True), equals(text, ("a",)), equals(text, "1")] == [
        False, False, False, Unknown("?", type="bool"),
    ]  # fmt: skip
    assert equals(Unknown("?", type=ListType("string")), ("a",)) == Unknown("?", type="bool")


def test_a_value_certain_to_be_there_is_neither_null_nor_empty() -> None:
    identifier = Unknown("?", not_null=True)
    assert [equals(identifier, None), equals("", identifier), equals(identifier, "x")] == [
        False, False, Unknown("?", type="bool"),
    ]  # fmt: skip


values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab", max_size=2),
    lambda inner: st.tuples(inner) | st.tuples(inner, inner) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=6,
)


@given(values, values)
def test_is_symmetric_and_known(a: Any, b: Any) -> None:
    assert equals(a, b) is equals(b, a)
    assert equals(a, a) is True


@pytest.mark.truth
def test_evaluates_as_terraform() -> None:
    assert failures("equality") == []
