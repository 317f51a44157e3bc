"""Conversion of values between Terraform's types, and the common type of several.

Follows cty's ``convert`` package (https://github.com/zclconf/go-cty/blob/main/docs/convert.md) and
Terraform's defaults of optional attributes
(https://developer.hashicorp.com/terraform/language/expressions/type-constraints).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from operator import itemgetter
from typing import Any

from scanner.model.values import Sensitive, Unknown
from scanner.terraform.equality import equals
from scanner.terraform.errors import EvaluationError
from scanner.terraform.numbers import format_number, parse_number, shortest_digits
from scanner.terraform.types import (
    ListType,
    MapType,
    ObjectAttribute,
    ObjectType,
    SetType,
    TupleType,
    Type,
    has_any,
    type_of,
    without_optional,
)
from scanner.terraform.unification import convertible, mismatch, unify
from scanner.terraform.values import TfList, TfMap, TfSet, Value

__all__ = ["convert", "make_set", "strip_sensitive", "to_bool", "to_number", "to_string", "unify"]


_CONTAINERS = frozenset({dict, tuple, TfMap, TfList, TfSet})


def convert(value: Value, type_: Type) -> Value:
    """``value`` as a value of ``type_``, with the defaults of optional attributes filled in.

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
        converted = convert(value.value, type_)
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
    """``value`` as a string (null, Unknown and Sensitive stay)."""
    return convert(value, "string")


def to_number(value: Value) -> Value:
    """``value`` as a number (null, Unknown and Sensitive stay)."""
    return convert(value, "number")


def to_bool(value: Value) -> Value:
    """``value`` as a bool (null, Unknown and Sensitive stay)."""
    return convert(value, "bool")


def _convert_unknown(value: Unknown, type_: Type) -> Unknown:
    known_type: Type = value.type or "any"
    if known_type == type_:
        return value
    if known_type == "any":
        wanted = without_optional(type_)
        return value if wanted == value.type else replace(value, type=wanted)
    if not convertible(known_type, type_):
        raise EvaluationError(mismatch(known_type, type_))
    return replace(value, type=without_optional(type_) if not has_any(type_) else known_type)


def _items(value: Value, type_: Type) -> Sequence[Value]:
    kind = type(value)
    if kind is tuple or kind is TfList or kind is TfSet:
        return value  # type: ignore[no-any-return]
    raise EvaluationError(mismatch(type_of(value), type_))


def _convert_items(items: Sequence[Value], element: Type, type_: Type) -> tuple[list[Value], Type]:
    """The items converted to one type, and that type."""
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
        kind_name = {ListType: "list", SetType: "set", MapType: "map"}.get(type(type_), "list")
        raise EvaluationError(f"all {kind_name} elements must have the same type")
    return common


def _is_open(item: Value) -> bool:
    """Whether the type of an item is not known: an unknown value."""
    return type(item) is Unknown or (type(item) is Sensitive and type(item.value) is Unknown)


def _unify_converted(items: list[Value], element: Type) -> tuple[list[Value], Type]:
    """Items of a partly ``any`` type brought to one exact type, where there is one."""
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


def strip_sensitive(value: Value) -> Value:
    """``value`` without any sensitive mark inside, for putting one mark around all of it."""
    return _stripped(value, {}) if isinstance(value, (tuple, dict, Sensitive)) else value


def _stripped(value: Value, done: dict[int, Value]) -> Value:
    """``done`` has the results for containers by identity: values can share their parts any number of times."""
    kind = type(value)
    if kind is Sensitive:
        return _stripped(value.value, done)
    if kind not in _CONTAINERS:
        return value
    if id(value) in done:
        return done[id(value)]
    result: Value
    if kind is dict:
        result = {name: _stripped(item, done) for name, item in value.items()}
    elif kind is TfMap:
        result = TfMap({name: _stripped(item, done) for name, item in value.items()}, value.element_type)
    elif kind is tuple:
        result = tuple([_stripped(item, done) for item in value])
    else:
        result = kind([_stripped(item, done) for item in value], value.element_type)
    done[id(value)] = result
    return result


def make_set(items: Iterable[Value], element_type: Any = None) -> Value:
    """A TfSet of ``items`` without duplicates in Terraform's iteration order.

    The items must be of one type already. Unknown items are kept, each of its own: they may turn
    out equal to others. A sensitive item makes the whole set Sensitive, as in Terraform.
    """
    items = list(items)
    if all(type(item) is str for item in items):
        return TfSet(sorted(set(items)), element_type or ("string" if items else "any"))
    sensitive = _marked(items)
    if sensitive:
        items = [strip_sensitive(item) for item in items]
    result = TfSet(_ordered(_distinct(items)), element_type or _element_of(items))
    return Sensitive(result) if sensitive else result


def _marked(items: Iterable[Value]) -> bool:
    """Whether one of the items, or a part of it, is sensitive."""
    for item in items:
        kind = type(item)
        if kind is Sensitive:
            return True
        if kind in _CONTAINERS and _marked(item.values() if isinstance(item, dict) else item):
            return True
    return False


def _element_of(items: list[Value]) -> Type:
    return next((kind for kind in map(type_of, items) if kind != "any"), "any")


def _distinct(items: list[Value]) -> list[tuple[str, Value]]:
    """Items without those equal to an earlier one, each with its set key."""
    buckets: dict[str, list[Value]] = {}
    result = []
    for item in items:
        key = set_key(item)
        bucket = buckets.setdefault(key, [])
        if not any(equals(item, other) is True for other in bucket):
            bucket.append(item)
            result.append((key, item))
    return result


def _ordered(keyed: list[tuple[str, Value]]) -> list[Value]:
    """Numbers by value, false before true, strings by code points, others by set key; unknown, then null last."""
    known = [(key, item) for key, item in keyed if item is not None and type(item) is not Unknown]
    rest = [item for _, item in keyed if type(item) is Unknown] + [item for _, item in keyed if item is None]
    kinds = {type(item) for _, item in known}
    if kinds <= {int, Fraction} or kinds <= {bool} or kinds <= {str}:
        return sorted(item for _, item in known) + rest
    return [item for _, item in sorted(known, key=itemgetter(0))] + rest


def set_key(value: Value) -> str:
    """The text cty orders set elements of no natural order by (``makeSetHashBytes``)."""
    kind = type(value)
    if kind is str:
        return _quoted(value)
    if kind is bool:
        return "T" if value else "F"
    if kind is int or kind is Fraction:
        return _ten_digits(value)
    if value is None:
        return "~"
    if kind is Unknown:
        return "?"
    if kind is Sensitive:
        return set_key(value.value)
    if kind is TfMap:
        return "{" + "".join(f"{_quoted(name)}:{set_key(item)};" for name, item in value.items()) + "}"
    if kind is dict:
        return "<" + "".join(f"{set_key(value[name])};" for name in sorted(value)) + ">"
    inside = "".join(f"{set_key(item)};" for item in value)
    return f"<{inside}>" if kind is tuple else f"[{inside}]"


def _ten_digits(value: int | Fraction) -> str:
    """The number with ten significant digits, as Go's ``big.Float.String`` prints it (``%.10g``)."""
    if type(value) is int and -(10**10) < value < 10**10:
        return str(value)
    sign = "-" if value < 0 else ""
    digits, point = shortest_digits(abs(Fraction(value)))
    if len(digits) > 10:
        rounded = round(Fraction(int(digits), 10 ** (len(digits) - 10)))
        if rounded == 10**10:
            point += 1
        digits = str(rounded).rstrip("0")[:10]
    exponent = point - 1
    if exponent < -4 or exponent >= 10:
        mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
        return f"{sign}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if len(digits) <= point:
        return sign + digits + "0" * (point - len(digits))
    return f"{sign}{digits[:point]}.{digits[point:]}"


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}  # fmt: skip


def _quoted(text: str) -> str:
    """``text`` as Go's ``%q`` prints it."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_escape, text)) + '"'


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


go_quoted = _quoted
