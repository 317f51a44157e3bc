"""What is unknown or sensitive inside values."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.types.values import (
    TfList,
    TfMap,
    TfSet,
    as_sensitive,
    contains_sensitive,
    first_unknown,
    mark_sensitive,
    strip_sensitive,
)

FIRST, SECOND = Unknown("first"), Unknown("second")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("a", None),
        ((1, {"a": TfList(("b",))}), None),
        (FIRST, FIRST),
        ((1, {"a": SECOND}, FIRST), SECOND),
        (TfMap({"a": TfSet((FIRST,))}), FIRST),
        ((Sensitive((FIRST,)), SECOND), FIRST),
    ],
)
def test_first_unknown(value: Any, found: Unknown | None) -> None:
    assert first_unknown(value) is found


def test_marks_are_found_and_stripped_at_any_depth() -> None:
    value = ("a", TfMap({"b": TfList((Sensitive("c"),), "string")}, "any"), {"d": Sensitive((1,))})
    plain = ("a", {"b": ("c",)}, {"d": (1,)})
    assert (contains_sensitive(value), contains_sensitive(plain)) == (True, False)
    assert strip_sensitive(value) == plain
    assert [type(part) for part in strip_sensitive(value)[1].values()] == [TfList]
    assert mark_sensitive(value) == Sensitive(plain)


def test_a_value_is_marked_once() -> None:
    assert as_sensitive("a") == as_sensitive(Sensitive("a")) == Sensitive("a")


def test_a_value_that_repeats_its_parts_is_searched_and_stripped_in_time() -> None:
    value: Any = (Sensitive(1), 1)
    for _ in range(60):
        value = (value, value)
    assert first_unknown(value) is None
    assert not contains_sensitive(strip_sensitive(value))
