"""Terraform's type constraints as hashable objects, and the types of values.

Primitive types are the strings ``"string"``, ``"number"``, ``"bool"``; ``"any"`` is the type that
is not known (cty's DynamicPseudoType). The others are instances of the classes below.
Source: https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Literal as OneOf
from typing import Union

from msgspec import Struct

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.types.values import TfList, TfMap, TfSet, Value

Primitive = OneOf["string", "number", "bool", "any"]


class ListType(Struct, frozen=True):
    """``list(element)``"""

    element: Type


class SetType(Struct, frozen=True):
    """``set(element)``"""

    element: Type


class MapType(Struct, frozen=True):
    """``map(element)``"""

    element: Type


class ObjectAttribute(Struct, frozen=True):
    """One attribute of an object type."""

    name: str
    type: Type
    optional: bool = False
    """Whether it may be left out; it is then the default, or null."""
    default: Value = None
    """The value of an optional attribute that is left out or null; None means no default."""

    def __hash__(self) -> int:
        return hash((self.name, self.type, self.optional))  # a default may be a mapping, which has no hash


class ObjectType(Struct, frozen=True):
    """``object({name = type})``, attributes sorted by name; build it with ``object_type``."""

    attributes: tuple[ObjectAttribute, ...]

    def names(self) -> tuple[str, ...]:
        """Return names of the attributes, sorted."""
        return tuple(attribute.name for attribute in self.attributes)

    def attribute(self, name: str) -> ObjectAttribute | None:
        """Return the attribute called ``name``, if there is one."""
        return next((attribute for attribute in self.attributes if attribute.name == name), None)


class TupleType(Struct, frozen=True):
    """``tuple([elements])``"""

    elements: tuple[Type, ...]


Type = Union[Primitive, ListType, SetType, MapType, ObjectType, TupleType]


MOST_PARTS = 200_000
"""Parts of a value whose type is still found; values that share their parts can have any number of them."""

_SCALARS = frozenset({str, bool, int, Fraction, type(None)})


def object_type(attributes: dict[str, Type]) -> ObjectType:
    """Return an object type with the given attributes, none of them optional."""
    return ObjectType(tuple(ObjectAttribute(name, attributes[name]) for name in sorted(attributes)))


def is_primitive(type_: Type) -> bool:
    """Return True if values of the type are strings, numbers or bools."""
    return type_ == "string" or type_ == "number" or type_ == "bool"


def type_of(value: Value) -> Type:
    """Return the type of a value; ``"any"`` for null and for an unknown value of unknown type."""
    kind = type(value)
    if kind is str:
        return "string"
    if kind is bool:
        return "bool"
    if kind is int or kind is Fraction:
        return "number"
    if value is None:
        return "any"
    if kind is Unknown:
        return value.type or "any"
    return _Typing().type_of(value)


class _Typing:
    """Finds the type of one value, and gives up on one that repeats its parts without end."""

    def __init__(self) -> None:
        self._left = MOST_PARTS

    def type_of(self, value: Value) -> Type:
        kind = type(value)
        if kind in _SCALARS or kind is Unknown:
            return type_of(value)
        if kind is Sensitive:
            return self.type_of(value.value)
        if isinstance(value, (tuple, dict)):
            self._left -= len(value)
            if self._left < 0:
                raise EvaluationError(f"a value of more than {MOST_PARTS} parts is too large to evaluate")
        if kind is tuple:
            return TupleType(tuple(map(self.type_of, value)))
        if kind is TfList:
            return ListType(self._element_type(value, value))
        if kind is TfSet:
            return SetType(self._element_type(value, value))
        if kind is TfMap:
            return MapType(self._element_type(value, tuple(value.values())))
        if isinstance(value, dict):
            # An object computed on demand (see ``scope.LazyObject``); of an open one only the provider knows the type.
            if getattr(value, "open", False):
                return "any"
            return ObjectType(tuple(ObjectAttribute(name, self.type_of(value[name])) for name in sorted(value)))
        raise TypeError(f"not a Terraform value: {kind.__name__}")

    def _element_type(self, collection: TfList | TfSet | TfMap, items: Sequence[Value]) -> Type:
        if collection.element_type is not None:
            declared: Type = collection.element_type
            return declared
        return next((kind for kind in map(self.type_of, items) if kind != "any"), "any")


@lru_cache(maxsize=4096)
def without_optional(type_: Type) -> Type:
    """Return the type that values converted to ``type_`` have: no attribute is optional any more."""
    if isinstance(type_, str):
        return type_
    if isinstance(type_, (ListType, SetType, MapType)):
        return type(type_)(without_optional(type_.element))
    if isinstance(type_, TupleType):
        return TupleType(tuple(map(without_optional, type_.elements)))
    return ObjectType(tuple(ObjectAttribute(item.name, without_optional(item.type)) for item in type_.attributes))


def has_any(type_: Type) -> bool:
    """Return True if ``any`` is the type or a part of it."""
    if isinstance(type_, str):
        return type_ == "any"
    if isinstance(type_, (ListType, SetType, MapType)):
        return has_any(type_.element)
    if isinstance(type_, TupleType):
        return any(map(has_any, type_.elements))
    return any(has_any(item.type) for item in type_.attributes)


def friendly_name(type_: Type, constraint: bool = True) -> str:
    """Return the type as Terraform's messages name it: ``list of string``, ``object``, ``any type``."""
    if isinstance(type_, str):
        return ("any type" if constraint else "dynamic") if type_ == "any" else type_
    if isinstance(type_, ObjectType):
        return "object"
    if isinstance(type_, TupleType):
        return "tuple"
    kind = {ListType: "list", SetType: "set", MapType: "map"}[type(type_)]
    if constraint and type_.element == "any":
        return f"{kind} of any single type"
    return f"{kind} of {friendly_name(type_.element, constraint)}"


def describe(type_: Type) -> str:
    """Return the type as ``terraform console`` prints ``type(value)``, on one line."""
    if isinstance(type_, str):
        return "dynamic" if type_ == "any" else type_
    if isinstance(type_, ObjectType):
        return "object({" + ", ".join(f"{item.name}: {describe(item.type)}" for item in type_.attributes) + "})"
    if isinstance(type_, TupleType):
        return "tuple([" + ", ".join(map(describe, type_.elements)) + "])"
    kind = {ListType: "list", SetType: "set", MapType: "map"}[type(type_)]
    return f"{kind}({describe(type_.element)})"
