"""Type constraints as they are written in ``type = ...`` of a variable.

Source: https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

from collections.abc import Callable

from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.types.convert import convert
from sgwarden.terraform.types.types import (
    ListType,
    MapType,
    ObjectAttribute,
    ObjectType,
    SetType,
    TupleType,
    Type,
)
from sgwarden.terraform.types.values import Value

_COLLECTIONS: dict[str, Callable[[Type], Type]] = {"list": ListType, "set": SetType, "map": MapType}


def parse_type(expression: ast.Expression, evaluate_default: Callable[[ast.Expression], Value]) -> Type:
    """Return the type constraint written in ``type = ...`` of a variable.

    ``evaluate_default`` gives the value of the expression of an ``optional(type, default)``; the
    default is stored converted to the attribute's type. Raises EvaluationError for what is not a
    type constraint. Also takes the legacy quoted form (``"string"``) and bare ``list`` and ``map``.
    """
    if isinstance(expression, ast.Literal) and isinstance(expression.value, str):
        name = expression.value
        if name in ("string", "list", "map"):
            return _keyword(name)
        raise EvaluationError(f"Invalid quoted type constraint {name!r}: remove the quotes around it.")
    if isinstance(expression, ast.Variable):
        return _keyword(expression.name)
    if isinstance(expression, ast.Call):
        return _constructed(expression, evaluate_default)
    raise EvaluationError(
        "Invalid type specification: a type specification is either a primitive type keyword (bool, number, string),"
        " complex type constructor call, or tuple/list/set/map/object."
    )


def _keyword(name: str) -> Type:
    if name in ("string", "number", "bool", "any"):
        return name  # type: ignore[return-value]
    if name in _COLLECTIONS:
        return _COLLECTIONS[name]("any")
    if name in ("object", "tuple"):
        raise EvaluationError(f"Invalid type specification: the {name} type constructor requires one argument.")
    raise EvaluationError(f'Invalid type specification: the keyword "{name}" is not a valid type specification.')


def _constructed(call: ast.Call, evaluate_default: Callable[[ast.Expression], Value]) -> Type:
    if call.name == "optional":
        raise EvaluationError(
            'Invalid type specification: the keyword "optional" is valid only as a modifier for object type attributes.'
        )
    if call.name not in (*_COLLECTIONS, "object", "tuple"):
        raise EvaluationError(f'Invalid type specification: the keyword "{call.name}" is not a valid type constructor.')
    if len(call.arguments) != 1:
        raise EvaluationError(f"Invalid type specification: the {call.name} type constructor requires one argument.")
    argument = call.arguments[0]
    if call.name in _COLLECTIONS:
        return _COLLECTIONS[call.name](parse_type(argument, evaluate_default))
    if call.name == "tuple":
        if not isinstance(argument, ast.TupleCons):
            raise EvaluationError("Invalid type specification: tuple type constructor requires a list of types.")
        return TupleType(tuple(parse_type(item, evaluate_default) for item in argument.items))
    if not isinstance(argument, ast.ObjectCons):
        raise EvaluationError("Invalid type specification: object type constructor requires a map of types.")
    attributes = {}
    for key, value in argument.items:
        attribute = _attribute(key, value, evaluate_default)
        attributes[attribute.name] = attribute
    return ObjectType(tuple(attributes[name] for name in sorted(attributes)))


def _attribute(
    key: ast.Expression, value: ast.Expression, evaluate_default: Callable[[ast.Expression], Value]
) -> ObjectAttribute:
    if isinstance(key, ast.Variable):
        name = key.name
    elif isinstance(key, ast.Literal) and isinstance(key.value, str):
        name = key.value
    else:
        raise EvaluationError("Invalid type specification: object constructor map keys must be attribute names.")
    if not (isinstance(value, ast.Call) and value.name == "optional"):
        return ObjectAttribute(name, parse_type(value, evaluate_default))
    if not 1 <= len(value.arguments) <= 2:
        raise EvaluationError("Invalid type specification: optional attribute modifier expects one or two arguments.")
    type_ = parse_type(value.arguments[0], evaluate_default)
    if len(value.arguments) == 1:
        return ObjectAttribute(name, type_, optional=True)
    default = evaluate_default(value.arguments[1])
    try:
        return ObjectAttribute(name, type_, optional=True, default=convert(default, type_))
    except EvaluationError as error:
        raise EvaluationError(
            f"Invalid default value for optional attribute: this default value is not compatible with the attribute's"
            f" type constraint: {error}."
        ) from error
