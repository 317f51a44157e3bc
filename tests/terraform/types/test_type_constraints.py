"""Type constraints as they are written."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.expressions import evaluate
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.syntax.parse import parse_expression
from sgwarden.terraform.types.type_constraints import parse_type
from sgwarden.terraform.types.types import (
    ListType,
    MapType,
    ObjectAttribute,
    ObjectType,
    SetType,
    TupleType,
    object_type,
)
from sgwarden.terraform.types.values import TfList


def constant(expression: ast.Expression) -> Any:
    return evaluate(expression, None)  # type: ignore[arg-type] - literals need no scope


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("string", "string"),
        ("number", "number"),
        ("bool", "bool"),
        ("any", "any"),
        ("list", ListType("any")),
        ("map", MapType("any")),
        ('"string"', "string"),
        ('"list"', ListType("any")),
        ('"map"', MapType("any")),
        ("list(string)", ListType("string")),
        ("set(number)", SetType("number")),
        ("map(list(any))", MapType(ListType("any"))),
        ("tuple([string, bool])", TupleType(("string", "bool"))),
        ("object({})", ObjectType(())),
        ("object({b = string, a = number})", object_type({"a": "number", "b": "string"})),
        ("object({a = optional(string)})", ObjectType((ObjectAttribute("a", "string", optional=True),))),
        ('object({a = optional(number, "5")})', ObjectType((ObjectAttribute("a", "number", True, 5),))),
        (
            "object({a = optional(list(string), [])})",
            ObjectType((ObjectAttribute("a", ListType("string"), True, TfList((), "string")),)),
        ),
    ],
)
def test_parses(text: str, type_: Any) -> None:
    assert parse_type(parse_expression(text), constant) == type_


@pytest.mark.parametrize(
    "text",
    [
        '"number"', "strin", "object", "tuple", "list()", "list(string, number)", "list([string])", "optional(string)",
        "object([string])", "tuple(string)", "object({a = optional()})", "object({a = optional(string, 1, 2)})",
        'object({a = optional(number, "x")})', "5", "foo(string)", "map({a = string})",
    ],
)  # fmt: skip
def test_refuses_what_is_no_type(text: str) -> None:
    with pytest.raises(EvaluationError, match=r"^Invalid "):
        parse_type(parse_expression(text), constant)
