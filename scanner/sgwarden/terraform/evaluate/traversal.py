"""Attribute access, indexing and splats, as HCL does them.

Source: HCL native syntax specification, "Index Operator", "Attribute Access Operator" and "Splat
Operators", https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from msgspec.structs import replace

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.scope import LazyObject
from sgwarden.terraform.types.convert import to_number, to_string
from sgwarden.terraform.types.types import ListType, MapType, ObjectType, SetType, TupleType
from sgwarden.terraform.types.values import TfList, TfMap, TfSet, Value, as_sensitive


def get_attr(target: Value, name: str) -> Value:
    """Return ``target.name``; raises EvaluationError where Terraform would."""
    kind = type(target)
    if kind is LazyObject:
        try:
            return target.attribute(name)
        except KeyError:
            raise EvaluationError(f'This object does not have an attribute named "{name}".') from None
    if isinstance(target, dict):
        try:
            return target[name]
        except KeyError:
            if kind is TfMap:
                raise EvaluationError(f'This map does not have an element with the key "{name}".') from None
            raise EvaluationError(f'This object does not have an attribute named "{name}".') from None
    if kind is Unknown:
        return unknown_part(target, "." + name, name)
    if kind is Sensitive:
        return as_sensitive(get_attr(target.value, name))
    if target is None:
        raise EvaluationError(f'Attempt to get attribute "{name}" from null value.')
    if isinstance(target, tuple):
        raise EvaluationError(f'Unsupported attribute: a list or tuple does not have an attribute named "{name}".')
    raise EvaluationError(f'Unsupported attribute: this value does not have an attribute named "{name}".')


def unknown_part(target: Unknown, step: str, key: object) -> Unknown:
    """Return the unknown value below an unknown one, with the resource attribute that it is."""
    type_ = _part_type(target.type, key)
    if target.address is None:
        if target.attribute is None and type_ is target.type is None and not target.not_null:
            return target
        return Unknown(target.reason, type=type_, undeclared=target.undeclared)
    if target.attribute is None:
        if step.startswith("."):
            return replace(target, attribute=step[1:], type=type_, not_null=step == ".id")
        return target
    return replace(target, attribute=target.attribute + step, type=type_, not_null=False)


def _part_type(type_: object, key: object) -> object:
    if isinstance(type_, (ListType, SetType, MapType)):
        return type_.element
    if isinstance(type_, ObjectType) and isinstance(key, str):
        attribute = type_.attribute(key)
        return attribute.type if attribute is not None else None
    if isinstance(type_, TupleType) and isinstance(key, int) and 0 <= key < len(type_.elements):
        return type_.elements[key]
    return None


def index(target: Value, key: Value) -> Value:
    """Return ``target[key]``; raises EvaluationError where Terraform would."""
    if type(target) is Sensitive or type(key) is Sensitive:
        plain_target = target.value if type(target) is Sensitive else target
        plain_key = key.value if type(key) is Sensitive else key
        try:
            return as_sensitive(index(plain_target, plain_key))
        except EvaluationError:
            raise EvaluationError("Invalid index: the message is not shown, as a value is sensitive.") from None
    if target is None:
        raise EvaluationError("Attempt to index null value: this value is null, so it does not have any indices.")
    if type(target) is TfSet or (type(target) is Unknown and isinstance(target.type, SetType)):
        raise EvaluationError(
            "Invalid index: elements of a set are identified only by their value and don't have any separate index or"
            " key to select with, so it's only possible to perform operations across all elements of the set."
        )
    if type(target) is Unknown:
        if type(key) is Unknown:
            return unknown_part(target, "[?]", None)
        return unknown_part(target, f"[{key!r}]" if isinstance(key, int) else f'["{key}"]', key)
    if key is None:
        raise EvaluationError("Invalid index: can't use a null value as an indexing key.")
    if isinstance(target, dict):
        return _index_mapping(target, key)
    if isinstance(target, tuple):
        return _index_sequence(target, key)
    raise EvaluationError("Invalid index: this value does not have any indices.")


def _index_mapping(target: dict[str, Value], key: Value) -> Value:
    if type(key) is Unknown:
        return key
    name = key if type(key) is str else to_string(key)
    if type(target) is LazyObject:
        return get_attr(target, name)
    if name not in target:
        raise EvaluationError(
            f'Invalid index: the given key "{name}" does not identify an element in this collection value.'
        )
    return target[name]


def _index_sequence(target: tuple[Value, ...], key: Value) -> Value:
    if type(key) is Unknown:
        return key
    number = key if type(key) is int else to_number(key)
    if isinstance(number, Fraction):
        raise EvaluationError("Invalid index: a whole number is required.")
    if not 0 <= number < len(target):
        raise EvaluationError("Invalid index: the given index does not identify an element in this collection value.")
    return target[number]


_SAMPLES: dict[object, Value] = {"string": "", "number": 0, "bool": False}


def splat(source: Value, each: Callable[[Value], Value]) -> Value:
    """Return ``source[*]...``: ``each`` applied to every element; null gives none, a single value one."""
    kind = type(source)
    if kind is Unknown:
        return _splat_unknown(source, each)
    if kind is Sensitive:
        return as_sensitive(splat(source.value, each))
    if source is None:
        return ()
    if isinstance(source, tuple):
        if not source and isinstance(source, TfList | TfSet) and source.element_type in _SAMPLES:
            each(_SAMPLES[source.element_type])  # refuses, as terraform does, what no element could have
        items = [each(item) for item in source]
        return tuple(items) if type(source) is tuple else TfList(items)
    return (each(source),)


def _splat_unknown(source: Unknown, each: Callable[[Value], Value]) -> Value:
    if isinstance(source.type, (ObjectType, MapType)) or source.type in ("string", "number", "bool"):
        # A single value becomes a tuple of one, unless it turns out to be null.
        return (each(source),) if source.not_null else Unknown(source.reason)
    if isinstance(source.type, TupleType):
        return tuple(each(unknown_part(source, f"[{i}]", i)) for i in range(len(source.type.elements)))
    if source.address is not None and source.attribute is None:
        part = each(source)
        if type(part) is Unknown:
            return Unknown(part.reason, part.address, part.attribute)
    return Unknown(source.reason)
