"""Conversions where Terraform's console cannot show them: unknown, sensitive, optional attributes, sets."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.types.convert import convert, to_bool, to_number, to_string
from sgwarden.terraform.types.types import (
    ListType,
    MapType,
    ObjectAttribute,
    ObjectType,
    SetType,
    TupleType,
    object_type,
    type_of,
)
from sgwarden.terraform.types.values import TfList, TfMap, TfSet
from tests.terraform.truth import failures

UNKNOWN = Unknown("the id is made on apply", "aws_vpc.a", "id", not_null=True)
TEXT = Unknown("the id is made on apply", "aws_vpc.a", "id", type="string", not_null=True)


def same(a: Any, b: Any) -> bool:
    """Equal as Python objects and of the same Terraform type."""
    return type(a) is type(b) and a == b and type_of(a) == type_of(b)


@pytest.mark.parametrize(
    ("value", "type_", "converted"),
    [
        (UNKNOWN, "string", TEXT),
        (UNKNOWN, "any", UNKNOWN),
        (TEXT, "string", TEXT),
        (Sensitive(1), "string", Sensitive("1")),
        (Sensitive(UNKNOWN), "string", Sensitive(TEXT)),
        ((UNKNOWN, 1), ListType("string"), TfList((TEXT, "1"), "string")),
        ((UNKNOWN, "a"), ListType("any"), TfList((TEXT, "a"), "string")),
        ((TEXT, "a"), ListType("any"), TfList((TEXT, "a"), "string")),
        ((Sensitive(1), 2), ListType("string"), TfList((Sensitive("1"), "2"), "string")),
        ((Sensitive("b"), "a"), SetType("string"), Sensitive(TfSet(("a", "b"), "string"))),
        ((UNKNOWN, "b", "a"), SetType("string"), TfSet(("a", "b", TEXT), "string")),
        ({"a": UNKNOWN}, MapType("string"), TfMap({"a": TEXT}, "string")),
        ((1, None), ListType("number"), TfList((1, None), "number")),
        (None, ListType("string"), None),
        ((), SetType("string"), TfSet((), "string")),
        (TfList(("b", "a", "b"), "string"), SetType("string"), TfSet(("a", "b"), "string")),
        ((1, "2"), TupleType(("string", "number")), ("1", 2)),
        ({"a": 1, "b": 2}, object_type({"a": "string"}), {"a": "1"}),
        (TfMap({"a": "1"}, "string"), object_type({"a": "number"}), {"a": 1}),
    ],
)  # fmt: skip
def test_converts(value: Any, type_: Any, converted: Any) -> None:
    result = convert(value, type_)
    assert same(result, converted), result


RULE = ObjectType(
    (
        ObjectAttribute("cidrs", ListType("string"), True, TfList((), "string")),
        ObjectAttribute("note", "string", True),
        ObjectAttribute("port", "number"),
        ObjectAttribute("protocol", "string", True, "tcp"),
    )
)


@pytest.mark.parametrize(
    ("value", "converted"),
    [
        ({"port": "80"}, {"cidrs": TfList((), "string"), "note": None, "port": 80, "protocol": "tcp"}),
        (
            {"port": 80, "protocol": None, "cidrs": None, "extra": 1},
            {"cidrs": TfList((), "string"), "note": None, "port": 80, "protocol": "tcp"},
        ),
        (
            {"port": UNKNOWN, "protocol": "udp", "cidrs": ("a",)},
            {
                "cidrs": TfList(("a",), "string"),
                "note": None,
                "port": Unknown(UNKNOWN.reason, "aws_vpc.a", "id", type="number", not_null=True),
                "protocol": "udp",
            },
        ),
        (TfMap({"port": "80"}, "string"), {"cidrs": TfList((), "string"), "note": None, "port": 80, "protocol": "tcp"}),
    ],
)
def test_optional_attributes_get_their_defaults(value: Any, converted: Any) -> None:
    assert same(convert(value, RULE), converted)
    assert convert({"web": value}, MapType(RULE)) == {"web": converted}


@pytest.mark.parametrize(
    ("value", "type_", "message"),
    [
        ("x", "number", "a number is required"),
        ("True", "bool", 'a bool is required; to convert from string, use lowercase "true"'),
        (1, "bool", "bool required"),
        (("a", ()), ListType("string"), "element 1: string required"),
        ("a", ListType("string"), "list of string required"),
        ((1, {}), ListType("any"), "all list elements must have the same type"),
        ({"note": "x"}, RULE, 'attribute "port" is required'),
        ({"port": ()}, RULE, 'attribute "port": number required'),
        (((),), RULE, "object required"),
        ((1,), TupleType(("number", "number")), "tuple required"),
        (TfMap({}, "string"), object_type({"a": "string"}), 'map has no element for required attribute "a"'),
        (Unknown("?", type="string"), ListType("string"), "list of string required"),
    ],
)
def test_refuses(value: Any, type_: Any, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        convert(value, type_)
    assert str(caught.value) == message


def test_shorthands() -> None:
    assert (to_string(Fraction(3, 2)), to_number("1e3"), to_bool("1"), to_string(None)) == ("1.5", 1000, True, None)


@pytest.mark.truth
def test_evaluates_as_terraform() -> None:
    assert failures("conversions") == []
