"""Type conversion functions, and those about sensitive values.

Source: https://developer.hashicorp.com/terraform/language/functions (Type Conversion Functions)
"""

from __future__ import annotations

from collections.abc import Callable

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions.spec import ArgumentError, Parameter, TypedNull, function
from sgwarden.terraform.types.convert import convert
from sgwarden.terraform.types.set_values import go_quoted
from sgwarden.terraform.types.types import ListType, MapType, SetType, Type, friendly_name, type_of
from sgwarden.terraform.types.unify import convertible
from sgwarden.terraform.types.values import Value, mark_sensitive

_ANY = Parameter("value", nullable=True)


def _converter(type_: Type) -> Callable[[Value], Value]:
    def to_type(value: Value) -> Value:
        if type(value) is TypedNull:
            if not convertible(value.type, type_):
                raise ArgumentError(0, f"cannot convert {friendly_name(value.type)} to {friendly_name(type_)}")
            return None
        try:
            return convert(value, type_)
        except EvaluationError:
            raise ArgumentError(0, _refusal(value, type_)) from None

    return to_type


def _refusal(value: Value, type_: Type) -> str:
    have = friendly_name(type_of(value), constraint=False)
    want = friendly_name(type_)
    if not convertible(type_of(value), type_):
        return f"cannot convert {have} to {want}"
    if type(value) is Sensitive:
        return f"cannot convert this sensitive {have} to {want}"
    if type(value) is str and type_ == "bool":
        return f'cannot convert {go_quoted(value)} to bool; only the strings "true" or "false" are allowed'
    if type(value) is str and type_ == "number":
        return f"cannot convert {go_quoted(value)} to number; given string must be a decimal representation of a number"
    return f"cannot convert {have} to {want}"


_CONVERSIONS: dict[str, Type] = {
    "tobool": "bool",
    "tolist": ListType("any"),
    "tomap": MapType("any"),
    "tonumber": "number",
    "toset": SetType("any"),
    "tostring": "string",
}
for _name, _wanted in _CONVERSIONS.items():
    function(
        _name,
        Parameter("v", nullable=True),
        returns=_wanted,
        keeps_parts=True,
        keeps_marks=True,
        takes_unknown=True,
        takes_sensitive=True,
        takes_null_types=True,
    )(_converter(_wanted))


@function("sensitive", _ANY, keeps_parts=True, keeps_marks=True, takes_unknown=True, takes_sensitive=True)
def sensitive(value: Value) -> Value:
    """Return the value, marked sensitive."""
    return mark_sensitive(value)


@function("nonsensitive", _ANY, keeps_parts=True, keeps_marks=True, takes_unknown=True, takes_sensitive=True)
def nonsensitive(value: Value) -> Value:
    """Return the value without its sensitive mark."""
    return value.value if type(value) is Sensitive else value


@function(
    "issensitive", _ANY, returns="bool", keeps_parts=True, keeps_marks=True, takes_unknown=True, takes_sensitive=True
)
def issensitive(value: Value) -> Value:
    """Return whether the value is marked sensitive."""
    if type(value) is Unknown:
        return Unknown(value.reason, type="bool", not_null=True)
    return type(value) is Sensitive


@function("ephemeralasnull", _ANY, keeps_parts=True, keeps_marks=True, takes_unknown=True)
def ephemeralasnull(value: Value) -> Value:
    """Return the value, ephemeral parts as null; those are unknown here, and stay so.

    Terraform's mark is not carried: what was computed from an ephemeral value may still be none.
    """
    return value
