"""The one type that several types convert to."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.terraform.types.types import (
    ListType,
    MapType,
    SetType,
    TupleType,
    object_type,
)
from sgwarden.terraform.types.unify import unify


@pytest.mark.parametrize(
    ("types", "common"),
    [
        ([], None),
        (["string", "number"], "string"),
        (["bool", "number"], None),
        (["number", "any"], "number"),
        ([TupleType(("number",)), TupleType(("string", "bool"))], ListType("string")),
        ([ListType("number"), TupleType(("string",))], ListType("string")),
        ([ListType("string"), SetType("string")], ListType("string")),
        ([object_type({"a": "number"}), object_type({"a": "string"})], object_type({"a": "string"})),
        ([object_type({"a": "number"}), object_type({"b": "string"})], MapType("string")),
        ([MapType("number"), object_type({"b": "string"})], MapType("string")),
        ([object_type({}), TupleType(())], None),
        ([ListType("any"), "any"], "any"),
    ],
)
def test_unify(types: list[Any], common: Any) -> None:
    assert unify(types) == common
