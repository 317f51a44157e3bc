"""Operators and conditionals over Terraform values, with unknown and sensitive operands."""

from __future__ import annotations

import operator
from collections.abc import Callable

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError, UndeclaredReference
from sgwarden.terraform.types import numbers
from sgwarden.terraform.types.convert import convert, to_bool, to_number
from sgwarden.terraform.types.equality import equals
from sgwarden.terraform.types.type_differences import difference
from sgwarden.terraform.types.types import Type, has_any, type_of
from sgwarden.terraform.types.unify import unify
from sgwarden.terraform.types.values import Value, as_sensitive


def unary(symbol: str, operand: Value) -> Value:
    """Return the result of ``-operand`` or ``!operand``."""
    if type(operand) is Sensitive:
        return as_sensitive(unary(symbol, operand.value))
    _not_null(operand)
    if symbol == "-":
        value = _operand(operand, to_number, "unary")
        return Unknown(value.reason, type="number") if type(value) is Unknown else -value
    value = _operand(operand, to_bool, "unary")
    return Unknown(value.reason, type="bool") if type(value) is Unknown else not value


def _not_null(*operands: Value) -> None:
    if any(operand is None for operand in operands):
        raise EvaluationError("Operation failed: error during operation: argument must not be null.")


def _operand(value: Value, to_type: Callable[[Value], Value], side: str) -> Value:
    try:
        return to_type(value)
    except EvaluationError as error:
        raise EvaluationError(f"Invalid operand: unsuitable value for {side} operand: {error}.") from error


def logical(symbol: str, left: Value, right: Value) -> Value:
    """Return the result of ``&&`` or ``||``; a known side that decides wins over an unknown one.

    Source: measured with terraform 1.11 (``false && UNKNOWN`` is false in a plan).
    """
    if type(left) is Sensitive or type(right) is Sensitive:
        return as_sensitive(logical(symbol, _bare(left), _bare(right)))
    _not_null(left, right)
    a, b = _operand(left, to_bool, "left"), _operand(right, to_bool, "right")
    decides = symbol == "||"
    if a is decides or b is decides:
        return decides
    for side in (a, b):
        if type(side) is Unknown:
            return Unknown(side.reason, type="bool")
    return not decides


def _bare(value: Value) -> Value:
    return value.value if type(value) is Sensitive else value


def comparison(symbol: str, left: Value, right: Value) -> Value:
    """Return the result of ``==`` or ``!=``."""
    if type(left) is Sensitive or type(right) is Sensitive:
        return as_sensitive(comparison(symbol, _bare(left), _bare(right)))
    equal = equals(left, right)
    if type(equal) is Unknown or symbol == "==":
        return equal
    return not equal


_ARITHMETIC: dict[str, Callable[[numbers.Number, numbers.Number], numbers.Number | bool]] = {
    "+": numbers.add,
    "-": numbers.subtract,
    "*": numbers.multiply,
    "/": numbers.divide,
    "%": numbers.modulo,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def arithmetic(symbol: str, left: Value, right: Value) -> Value:
    """Return the result of ``+ - * / %`` or of an ordering, over numbers."""
    if type(left) is int and type(right) is int and symbol not in "/%":
        return _ARITHMETIC[symbol](left, right)
    if type(left) is Sensitive or type(right) is Sensitive:
        return as_sensitive(arithmetic(symbol, _bare(left), _bare(right)))
    _not_null(left, right)
    a, b = _operand(left, to_number, "left"), _operand(right, to_number, "right")
    for side in (a, b):
        if type(side) is Unknown:
            return Unknown(side.reason, type="bool" if symbol in ("<", ">", "<=", ">=") else "number")
    if symbol == "/" and b == 0 and a != 0:
        return Unknown("a division by zero gives an infinity", type="number", not_null=True)
    return _ARITHMETIC[symbol](a, b)


_SIMPLE = (str, int, bool)


def conditional(
    condition: Value,
    then: Callable[[], Value],
    otherwise: Callable[[], Value],
    null_type: Callable[[bool], Type | None] = lambda first: None,
) -> Value:
    """Return ``condition ? then : otherwise``: both results are converted to the type they unify to.

    An error in the branch that is not taken is no error, as in HCL's ConditionalExpr, but for
    references to what is not declared: Terraform finds those before it evaluates.
    ``null_type`` gives the type of a branch (True: the first) whose value is null, which has none of its own.
    """
    if type(condition) is Sensitive:
        return as_sensitive(conditional(condition.value, then, otherwise, null_type))
    if condition is None:
        raise EvaluationError("Null condition: the condition value is null. Conditions must either be true or false.")
    try:
        chosen = to_bool(condition)
    except EvaluationError:
        raise EvaluationError("Incorrect condition type: the condition expression must be of type bool.") from None
    if type(chosen) is Unknown:
        return _undecided(chosen, then, otherwise)
    result = then() if chosen else otherwise()
    kind = type(result)
    if kind is Unknown:
        return result
    if result is None:
        _check_null(null_type(chosen), otherwise if chosen else then)
        return result
    try:
        other = otherwise() if chosen else then()
    except UndeclaredReference:
        raise
    except EvaluationError:
        return result
    if kind is type(other) and kind in _SIMPLE:
        return result
    if other is not None:
        return _to_common_type(result, other, None, chosen)
    type_ = null_type(not chosen)
    return result if type_ is None else _to_common_type(result, other, type_, chosen)


def _check_null(type_: Type | None, other: Callable[[], Value]) -> None:
    """Raise EvaluationError if a null of ``type_`` and the other result of a conditional have no common type."""
    if type_ is None or type_ == "any":
        return
    try:
        value = _bare(other())
    except UndeclaredReference:
        raise
    except EvaluationError:
        return
    if value is not None and type(value) is not Unknown and unify([type_, type_of(value)]) is None:
        raise EvaluationError("Inconsistent conditional result types: a null of another type than the other result.")


def _to_common_type(result: Value, other: Value, other_type: Type | None, first: bool) -> Value:
    """Return ``result`` converted; ``first`` is True if the condition holds."""
    if type(other) is Unknown and (other.type is None or has_any(other.type)):
        return result
    bare = _bare(result)
    type_a, type_b = type_of(bare), other_type or type_of(_bare(other))
    if type_a == type_b:
        return result
    common = unify([type_a, type_b])
    if common is None:
        why = difference(type_a, type_b) if first else difference(type_b, type_a)
        raise EvaluationError(
            "Inconsistent conditional result types: the true and false result expressions must have consistent types."
            f" {why}"
        )
    if common == type_a:
        return result
    converted = convert(bare, common)
    return as_sensitive(converted) if type(result) is Sensitive else converted


def _undecided(condition: Unknown, then: Callable[[], Value], otherwise: Callable[[], Value]) -> Value:
    type_ = None
    not_null = False
    sides = []
    for branch in (then, otherwise):
        try:
            sides.append(branch())
        except UndeclaredReference:
            raise
        except EvaluationError:
            return Unknown(condition.reason)
    sensitive = any(type(side) is Sensitive for side in sides)
    sides = [_bare(side) for side in sides]
    known_types = [side.type if type(side) is Unknown else type_of(side) for side in sides if side is not None]
    if known_types and all(t is not None for t in known_types):
        type_ = unify(known_types)
    not_null = all((type(side) is Unknown and side.not_null) or side not in (None, "") for side in sides)
    result: Value = Unknown(condition.reason, type=type_, not_null=not_null)
    return as_sensitive(result) if sensitive else result
