"""Attributes, indexes and splats of known, unknown and sensitive values."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.scope import LazyObject
from sgwarden.terraform.evaluate.traversal import get_attr, index, splat
from sgwarden.terraform.types.types import ListType, SetType, object_type
from sgwarden.terraform.types.values import TfList, TfMap, TfSet

RESOURCE = Unknown("aws_vpc.a is known only after apply", "aws_vpc.a")


@pytest.mark.parametrize(
    ("target", "value"),
    [
        ({"id": 1}, 1),
        (TfMap({"id": "x"}), "x"),
        (LazyObject(("id",), lambda name: f"<{name}>"), "<id>"),
        (Sensitive({"id": 1}), Sensitive(1)),
        (RESOURCE, Unknown(RESOURCE.reason, "aws_vpc.a", "id", not_null=True)),
        (Unknown("?", type=object_type({"id": "string"})), Unknown("?", type="string")),
    ],
)
def test_attributes(target: Any, value: Any) -> None:
    assert get_attr(target, "id") == value


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({}, 'This object does not have an attribute named "id".'),
        (TfMap(), 'This map does not have an element with the key "id".'),
        (LazyObject((), lambda name: None), 'This object does not have an attribute named "id".'),
        (None, 'Attempt to get attribute "id" from null value.'),
        ((1,), 'Unsupported attribute: a list or tuple does not have an attribute named "id".'),
        ("a", 'Unsupported attribute: this value does not have an attribute named "id".'),
    ],
)
def test_missing_attributes(target: Any, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        get_attr(target, "id")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("target", "key", "value"),
    [
        (("a", "b"), 1, "b"),
        (("a", "b"), "1", "b"),
        ({"1": "a"}, 1, "a"),
        (TfList(("a",)), Sensitive(0), Sensitive("a")),
        (Unknown("?", type=ListType("number")), 0, Unknown("?", type="number")),
        (Unknown("?", "aws_vpc.a", "list"), 0, Unknown("?", "aws_vpc.a", "list[0]")),
        (Unknown("?", "aws_vpc.a", "map"), "k", Unknown("?", "aws_vpc.a", 'map["k"]')),
        (("a",), Unknown("?"), Unknown("?")),
    ],
)
def test_indexes(target: Any, key: Any, value: Any) -> None:
    assert index(target, key) == value


@pytest.mark.parametrize(
    ("target", "key", "message"),
    [
        (("a",), 1, "the given index does not identify an element in this collection value."),
        (("a",), "0.5", "a whole number is required."),
        ({"a": 1}, "b", 'the given key "b" does not identify an element in this collection value.'),
        (("a",), None, "can't use a null value as an indexing key."),
        ("a", 0, "this value does not have any indices."),
    ],
)
def test_wrong_indexes(target: Any, key: Any, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        index(target, key)
    assert str(caught.value) == f"Invalid index: {message}"


@pytest.mark.parametrize("target", [TfSet(("a",)), Unknown("?", type=SetType("string"))])
def test_sets_have_no_index(target: Any) -> None:
    with pytest.raises(EvaluationError, match="elements of a set are identified only by their value"):
        index(target, 0)


@pytest.mark.parametrize(
    ("source", "result"),
    [
        (None, ()),
        ("a", ("<a>",)),
        (("a", "b"), ("<a>", "<b>")),
        (TfSet(("a",)), TfList(("<a>",))),
        (Sensitive(("a",)), Sensitive(("<a>",))),
        (Unknown("?"), Unknown("?")),
    ],
)
def test_splats(source: Any, result: Any) -> None:
    assert splat(source, lambda item: f"<{item}>") == result
