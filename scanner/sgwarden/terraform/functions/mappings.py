"""Collection functions of maps and objects.

Source: https://developer.hashicorp.com/terraform/language/functions (Collection Functions)
"""

from __future__ import annotations

from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions.spec import LIST_STRING, ArgumentError, Parameter, TypedNull, function, type_name
from sgwarden.terraform.types.convert import convert
from sgwarden.terraform.types.set_values import go_quoted
from sgwarden.terraform.types.types import MapType, ObjectType, Type, friendly_name
from sgwarden.terraform.types.values import (
    TfList,
    TfMap,
    TfSet,
    Value,
    contains_sensitive,
    first_unknown,
    mark_sensitive,
    strip_sensitive,
)


@function("keys", Parameter("inputMap"), keeps_parts=True, keeps_marks=True, takes_unknown=True)
def keys(mapping: Value) -> Value:
    """Return keys of a map, or attribute names of an object, sorted."""
    if type(mapping) is TfMap:
        return TfList(sorted(mapping), "string")
    if type(mapping) is dict:
        return tuple(sorted(mapping))
    if type(mapping) is Unknown:
        if isinstance(mapping.type, ObjectType):
            return mapping.type.names()
        if mapping.type is None or mapping.type == "any" or isinstance(mapping.type, MapType):
            return Unknown(mapping.reason, type=LIST_STRING if mapping.type else None)
    raise ArgumentError(0, "must have map or object type")


@function(
    "lookup",
    Parameter("inputMap"),
    Parameter("key", "string"),
    variadic=Parameter("default", nullable=True),
    keeps_parts=True,
    keeps_marks=True,
)
def lookup(mapping: Value, key: str, *default: Value) -> Value:
    """Return the element called ``key``, or the default."""
    if len(default) > 1:
        raise EvaluationError(f"lookup() takes two or three arguments, got {len(default) + 2}")
    if type(mapping) is dict:
        if key in mapping:
            return mapping[key]
        if not default:
            raise ArgumentError(0, f'the given object has no attribute "{key}"')
        return default[0]
    if type(mapping) is not TfMap:
        raise ArgumentError(0, "lookup() requires a map as the first argument")
    fallback = default[0] if default else None
    if default:
        try:
            fallback = convert(fallback, mapping.element_type or "any")
        except EvaluationError:
            raise ArgumentError(2, "the default value must have the same type as the map elements") from None
    if key in mapping:
        return mapping[key]
    if not default:
        raise EvaluationError(f"lookup failed to find key {go_quoted(key)}")
    return fallback


@function(
    "merge",
    variadic=Parameter("maps", nullable=True),
    keeps_parts=True,
    keeps_marks=True,
    takes_null_types=True,
)
def merge(*mappings: Value) -> Value:
    """Return one map or object with the elements of all, later ones first."""
    merged: dict[str, Value] = {}
    checked = True
    for mapping in mappings:
        if mapping is None:
            checked = False  # Terraform looks at no type behind a null without one
        elif type(mapping) is TypedNull:
            if checked and not isinstance(mapping.type, MapType | ObjectType):
                raise EvaluationError(f'arguments must be maps or objects, got "{friendly_name(mapping.type)}"')
        elif type(mapping) in (dict, TfMap):
            merged.update(mapping)
        elif not checked and type(mapping) is TfSet and all(type(item) is str for item in mapping):
            merged.update((item, item) for item in mapping)
        elif checked or type(mapping) not in (tuple, TfList, TfSet) or mapping:
            raise EvaluationError(f'arguments must be maps or objects, got "{type_name(mapping)}"')
    result = {name: merged[name] for name in sorted(merged)}
    types = {_element_type(mapping) for mapping in mappings}
    if mappings and None not in types and len(types) == 1:
        return TfMap(result, types.pop())
    return result


def _element_type(mapping: Value) -> Type | None:
    """Return the type of a map's elements; None for what is no map."""
    if type(mapping) is TypedNull:
        return mapping.type.element if isinstance(mapping.type, MapType) else None
    return mapping.element_type or "any" if type(mapping) is TfMap else None


@function("transpose", Parameter("values", MapType(LIST_STRING)), returns=MapType(LIST_STRING))
def transpose(values_: TfMap) -> Value:
    """Return a map from each element to the sorted keys of the lists it was in."""
    swapped: dict[str, list[str]] = {}
    for key, items in values_.items():
        if items is None:
            raise EvaluationError("input must not contain null list")
        for item in items:
            if item is None:
                raise EvaluationError("input list must not contain null string")
            swapped.setdefault(item, []).append(key)
    return TfMap(((key, TfList(sorted(swapped[key]), "string")) for key in sorted(swapped)), LIST_STRING)


@function("values", Parameter("mapping"), keeps_parts=True, keeps_marks=True)
def values(mapping: Value) -> Value:
    """Return values of a map or object, in the order of the keys."""
    if type(mapping) is TfMap:
        return TfList((mapping[name] for name in sorted(mapping)), mapping.element_type)
    if type(mapping) is dict:
        return tuple(mapping[name] for name in sorted(mapping))
    raise EvaluationError("values() requires a map as the first argument")


@function("zipmap", Parameter("keys", LIST_STRING), Parameter("values"), keeps_parts=True, keeps_marks=True)
def zipmap(keys_: TfList, values_: Value) -> Value:
    """Return a map, or for a tuple of values an object, of keys and values."""
    if type(values_) not in (tuple, TfList):
        raise EvaluationError("values argument must be a list or tuple value")
    unknown = first_unknown(keys_)
    if unknown is not None:
        return Unknown(unknown.reason)
    if len(keys_) != len(values_):
        raise EvaluationError(f"number of keys ({len(keys_)}) does not match number of values ({len(values_)})")
    sensitive = contains_sensitive(keys_)
    plain = strip_sensitive(keys_) if sensitive else keys_
    if None in plain:
        raise EvaluationError(f"keys list has null value at index {list(plain).index(None)}")
    pairs = dict(zip(plain, values_, strict=True))
    items = {name: pairs[name] for name in sorted(pairs)}
    result = TfMap(items, values_.element_type) if type(values_) is TfList else items
    return mark_sensitive(result) if sensitive else result
