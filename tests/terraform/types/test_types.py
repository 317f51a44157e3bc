"""Types as objects and as Terraform names them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.types.types import (
    ListType,
    MapType,
    ObjectAttribute,
    ObjectType,
    SetType,
    TupleType,
    describe,
    friendly_name,
    has_any,
    object_type,
    type_of,
    without_optional,
)
from sgwarden.terraform.types.values import TfList, TfMap, TfSet


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        (None, "any"),
        ("a", "string"),
        (True, "bool"),
        (1, "number"),
        (Fraction(1, 2), "number"),
        ((), TupleType(())),
        ((1, "a", None), TupleType(("number", "string", "any"))),
        ({"b": 1, "a": ()}, object_type({"a": TupleType(()), "b": "number"})),
        (TfList((1,), "number"), ListType("number")),
        (TfList((), "string"), ListType("string")),
        (TfList((None, "a")), ListType("string")),
        (TfList(()), ListType("any")),
        (TfSet(("a",), "string"), SetType("string")),
        (TfMap({"a": True}, "bool"), MapType("bool")),
        (Unknown("?"), "any"),
        (Unknown("?", type=ListType("string")), ListType("string")),
        (Sensitive((1,)), TupleType(("number",))),
    ],
)
def test_type_of(value: Any, type_: Any) -> None:
    assert type_of(value) == type_


def test_types_can_be_keys_whatever_their_defaults() -> None:
    with_default = ObjectType((ObjectAttribute("a", MapType("string"), True, TfMap({"x": "y"}, "string")),))
    assert {with_default: 1}[with_default] == 1


def test_without_optional() -> None:
    type_ = ListType(ObjectType((ObjectAttribute("a", "string", True, "x"), ObjectAttribute("b", "bool"))))
    assert without_optional(type_) == ListType(object_type({"a": "string", "b": "bool"}))


def test_names_in_messages() -> None:
    types: list[Any] = ["any", ListType("any"), MapType(ListType("string")), object_type({}), TupleType(("bool",))]
    assert [friendly_name(item) for item in types] == [
        "any type", "list of any single type", "map of list of string", "object", "tuple",
    ]  # fmt: skip
    assert [friendly_name(item, constraint=False) for item in types[:2]] == ["dynamic", "list of dynamic"]
    assert describe(object_type({"a": SetType("number"), "b": TupleType(("bool", "any"))})) == (
        "object({a: set(number), b: tuple([bool, dynamic])})"
    )
    assert [has_any(item) for item in types] == [True, True, False, False, False]


def test_a_value_that_repeats_its_parts_without_end_has_no_type() -> None:
    value: Any = (1, 1)
    for _ in range(40):
        value = (value, value)
    with pytest.raises(EvaluationError, match="too large"):
        type_of(value)
