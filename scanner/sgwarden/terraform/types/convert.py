"""Conversion of values between Terraform's types.

Follows cty's ``convert`` package (https://github.com/zclconf/go-cty/blob/main/docs/convert.md) and
Terraform's defaults of optional attributes
(https://developer.hashicorp.com/terraform/language/expressions/type-constraints).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from msgspec.structs import replace

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.types.numbers import format_number, parse_number
from sgwarden.terraform.types.set_values import make_set
from sgwarden.terraform.types.types import (
    ListType,
    MapType,
    ObjectAttribute,
    ObjectType,
    SetType,
    TupleType,
    Type,
    friendly_name,
    has_any,
    type_of,
    without_optional,
)
from sgwarden.terraform.types.unify import convertible, mismatch, unify
from sgwarden.terraform.types.values import TfList, TfMap, TfSet, Value, strip_sensitive


def convert(value: Value, type_: Type) -> Value:
    """Return ``value`` as a value of ``type_``, with the defaults of optional attributes filled in.

    Raises EvaluationError when there is no conversion. Unknown values stay unknown and learn the
    type; sensitive ones stay sensitive.
    """
    kind = type(value)
    if type_ == "string":
        if kind is str or value is None:
            return value
        if kind is bool:
            return "true" if value else "false"
        if kind is int or kind is Fraction:
            return format_number(value)
    elif type_ == "number":
        if kind is int or kind is Fraction or value is None:
            return value
        if kind is str:
            return _number(value)
    elif type_ == "bool":
        if kind is bool or value is None:
            return value
        if kind is str:
            return _bool(value)
    elif type_ == "any" or value is None:
        return value
    if kind is Unknown:
        return _convert_unknown(value, type_)
    if kind is Sensitive:
        try:
            converted = convert(value.value, type_)
        except EvaluationError:
            raise EvaluationError(f"a sensitive value is no {friendly_name(type_)}") from None
        return Sensitive(strip_sensitive(converted))
    if isinstance(type_, ListType):
        return _to_list(value, type_)
    if isinstance(type_, MapType):
        return _to_map(value, type_)
    if isinstance(type_, SetType):
        return _to_set(value, type_)
    if isinstance(type_, ObjectType):
        return _to_object(value, type_)
    if isinstance(type_, TupleType):
        return _to_tuple(value, type_)
    raise EvaluationError(mismatch(type_of(value), type_))


def _number(text: str) -> Value:
    try:
        return parse_number(text)
    except ValueError:
        raise EvaluationError("a number is required") from None


def _bool(text: str) -> bool:
    if text in ("true", "1"):
        return True
    if text in ("false", "0"):
        return False
    lower = text.lower()
    if lower in ("true", "false"):
        raise EvaluationError(f'a bool is required; to convert from string, use lowercase "{lower}"')
    raise EvaluationError("a bool is required")


def to_string(value: Value) -> Value:
    """Return ``value`` as a string (null, Unknown and Sensitive stay)."""
    return convert(value, "string")


def to_number(value: Value) -> Value:
    """Return ``value`` as a number (null, Unknown and Sensitive stay)."""
    return convert(value, "number")


def to_bool(value: Value) -> Value:
    """Return ``value`` as a bool (null, Unknown and Sensitive stay)."""
    return convert(value, "bool")


def _convert_unknown(value: Unknown, type_: Type) -> Unknown:
    known_type: Type = value.type or "any"
    if known_type == type_:
        return value
    if known_type == "any":
        known_type = without_optional(type_)
        return value if known_type == value.type else replace(value, type=known_type)
    if not convertible(known_type, type_):
        raise EvaluationError(mismatch(known_type, type_))
    return replace(value, type=without_optional(type_) if not has_any(type_) else known_type)


def _items(value: Value, type_: Type) -> Sequence[Value]:
    kind = type(value)
    if kind is tuple or kind is TfList or kind is TfSet:
        return value  # type: ignore[no-any-return]
    raise EvaluationError(mismatch(type_of(value), type_))


def _convert_items(items: Sequence[Value], element: Type, type_: Type) -> tuple[list[Value], Type]:
    """Return the items converted to one type, and that type."""
    if element == "any":
        element = _common_type(items, type_)
    if element == "string" and all(type(item) is str for item in items):
        return list(items), element
    result = [_nested(item, element, f"element {index}") for index, item in enumerate(items)]
    if has_any(element) and element != "any":
        return _unify_converted(result, element)
    return result, without_optional(element)


def _nested(item: Value, element: Type, where: str) -> Value:
    try:
        return convert(item, element)
    except EvaluationError as error:
        kind = type_of(item)
        if not convertible(kind, element):
            raise EvaluationError(f"{where}: {error}") from error
        raise


def _common_type(items: Iterable[Value], type_: Type) -> Type:
    items = list(items)
    if items and all(type(item) is str for item in items):
        return "string"
    types = [type_of(item) for item in items]
    if not types:
        return "any"
    if all(kind == types[0] for kind in types):
        return types[0]
    common = unify(types)
    if common is None or (common == "any" and any(kind != "any" for kind in types)):
        if common == "any" and any(_is_open(item) for item in items):
            return "any"
        names: dict[type, str] = {ListType: "list", SetType: "set", MapType: "map"}
        kind_name = names.get(type(type_), "list")
        raise EvaluationError(f"all {kind_name} elements must have the same type")
    return common


def _is_open(item: Value) -> bool:
    """Return True if the type of an item is not known: an unknown value."""
    return type(item) is Unknown or (type(item) is Sensitive and type(item.value) is Unknown)


def _unify_converted(items: list[Value], element: Type) -> tuple[list[Value], Type]:
    """Return items of a partly ``any`` type brought to one exact type, where there is one."""
    types = [type_of(item) for item in items]
    if not types:
        return items, without_optional(element)
    if all(kind == types[0] for kind in types):
        return items, types[0]
    common = unify(types)
    if common is None or common == "any":
        return items, without_optional(element)
    return [convert(item, common) for item in items], common


def _to_list(value: Value, type_: ListType) -> Value:
    kind = type(value)
    if kind is TfList and value.element_type is not None and value.element_type in (type_.element, "any"):
        if value.element_type == type_.element or not value:
            return value if value else TfList((), _empty_element(value, type_.element))
    elif kind is TfList and type_.element == "any" and value.element_type is not None:
        return value
    items, element = _convert_items(_items(value, type_), type_.element, type_)
    return TfList(items, element if items else _empty_element(value, type_.element))


def _empty_element(value: Value, element: Type) -> Type:
    if element == "any" and type(value) in (TfList, TfSet, TfMap):
        return value.element_type or "any"
    return without_optional(element)


def _to_set(value: Value, type_: SetType) -> Value:
    if type(value) is TfSet and value.element_type is not None and type_.element in (value.element_type, "any"):
        return value
    items, element = _convert_items(_items(value, type_), type_.element, type_)
    return make_set(items, element if items else _empty_element(value, type_.element))


def _to_map(value: Value, type_: MapType) -> Value:
    kind = type(value)
    if kind is TfMap and value.element_type is not None and type_.element in (value.element_type, "any"):
        return value
    if kind is not TfMap and kind is not dict:
        raise EvaluationError(mismatch(type_of(value), type_))
    element = type_.element
    if element == "any" and value:
        element = _common_type(value.values(), type_)
    items = {name: _nested(item, element, f'element "{name}"') for name, item in value.items()}
    if has_any(element) and element != "any" and items:
        unified, exact = _unify_converted(list(items.values()), element)
        items = dict(zip(items, unified, strict=True))
        element = exact
    if not items:
        return TfMap((), _empty_element(value, type_.element))
    return TfMap({name: items[name] for name in sorted(items)}, without_optional(element))


def _to_object(value: Value, type_: ObjectType) -> Value:
    kind = type(value)
    if not isinstance(value, dict):
        raise EvaluationError(mismatch(type_of(value), type_))
    missing = [item.name for item in type_.attributes if item.name not in value and not item.optional]
    if missing:
        if kind is TfMap:
            raise EvaluationError(f'map has no element for required attribute "{missing[0]}"')
        raise EvaluationError(mismatch(type_of(value), type_))
    return {item.name: _attribute(value.get(item.name), item) for item in type_.attributes}


def _attribute(value: Value, attribute: ObjectAttribute) -> Value:
    if value is None:
        return attribute.default
    try:
        return convert(value, attribute.type)
    except EvaluationError as error:
        if not convertible(type_of(value), attribute.type):
            raise EvaluationError(f'attribute "{attribute.name}": {error}') from error
        raise


def _to_tuple(value: Value, type_: TupleType) -> Value:
    if type(value) is not tuple or len(value) != len(type_.elements):
        raise EvaluationError(mismatch(type_of(value), type_))
    return tuple(
        _nested(item, element, f"element {index}")
        for index, (item, element) in enumerate(zip(value, type_.elements, strict=True))
    )
