"""Terraform's ``==``, which looks at types first: ``1 == "1"`` is false, ``[] == tolist([])`` too.

Source: https://developer.hashicorp.com/terraform/language/expressions/operators#equality-operators
"""

from __future__ import annotations

from fractions import Fraction

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.types.values import TfList, TfMap, TfSet, Value

_SCALARS = (str, bool, int)


def equals(a: Value, b: Value) -> bool | Unknown:
    """Return whether ``a == b``; Unknown when an unknown part decides. Sensitive marks are ignored."""
    kind, other = type(a), type(b)
    if kind is other and kind in _SCALARS:
        return bool(a == b)
    if kind is Sensitive:
        return equals(a.value, b)
    if other is Sensitive:
        return equals(a, b.value)
    if kind is Unknown:
        return _with_unknown(a, b)
    if other is Unknown:
        return _with_unknown(b, a)
    if a is None or b is None:
        return a is b
    if kind is Fraction or other is Fraction:
        # A whole number is always an int, so a Fraction equals a Fraction alone.
        return kind is other and bool(a == b)
    if kind is not other:
        return False
    if kind is dict or kind is TfMap:
        return _mappings(a, b)
    if kind is TfSet:
        return _sets(a, b)
    return _sequences(a, b)


def _with_unknown(unknown: Unknown, other: Value) -> bool | Unknown:
    if unknown.not_null and (other is None or (type(other) is str and other == "")):
        return False
    if _kinds_differ(unknown.type, other):
        return False
    return Unknown(unknown.reason, type="bool")


def _kinds_differ(type_: object, other: Value) -> bool:
    """Return True if a known primitive type can never equal ``other``, which is a value of another kind."""
    if other is None or type(other) is Unknown or type_ not in ("string", "number", "bool"):
        return False
    kind = type(other)
    name = "string" if kind is str else "bool" if kind is bool else "number" if kind in (int, Fraction) else "other"
    return name != type_


def _element_types_differ(a: TfList | TfSet | TfMap, b: TfList | TfSet | TfMap) -> bool:
    """Return True if two collections are of different types; only called when there are no elements."""
    left, right = a.element_type, b.element_type
    return left is not None and right is not None and left != right


def _sequences(a: tuple[Value, ...], b: tuple[Value, ...]) -> bool | Unknown:
    if len(a) != len(b):
        return False
    if type(a) is TfList and type(b) is TfList and not a and _element_types_differ(a, b):
        return False
    return _all(zip(a, b, strict=True))


def _mappings(a: dict[str, Value], b: dict[str, Value]) -> bool | Unknown:
    if a.keys() != b.keys():
        return False
    if type(a) is TfMap and type(b) is TfMap and not a and _element_types_differ(a, b):
        return False
    return _all((item, b[name]) for name, item in a.items())


def _all(pairs: object) -> bool | Unknown:
    unknown: Unknown | None = None
    for left, right in pairs:  # type: ignore[attr-defined]
        result = equals(left, right)
        if result is False:
            return False
        if result is not True:
            unknown = unknown or result
    return unknown or True


def _sets(a: TfSet, b: TfSet) -> bool | Unknown:
    unknown = _first_unknown((*a, *b))
    if unknown is not None:
        return Unknown(unknown.reason, type="bool")
    if len(a) != len(b) or (not a and _element_types_differ(a, b)):
        return False
    # Both are in Terraform's order, which is total up to equality.
    return _all(zip(a, b, strict=True))


def _first_unknown(value: Value) -> Unknown | None:
    kind = type(value)
    if kind is Unknown:
        return value  # type: ignore[no-any-return]
    if kind is Sensitive:
        return _first_unknown(value.value)
    items = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ()
    return next((found for found in map(_first_unknown, items) if found is not None), None)
