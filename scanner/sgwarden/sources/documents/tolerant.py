"""Decode documents by their types, and name the parts that do not fit instead of refusing the whole."""

from __future__ import annotations

import types
from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT, Raw, Struct
from msgspec.structs import fields

from sgwarden.errors import InputError
from sgwarden.model.infrastructure import Skipped
from sgwarden.model.locations import Location
from sgwarden.sources.documents.detect import decode
from sgwarden.sources.resources.attribute_reader import kind_of

_T = TypeVar("_T")
_NAMES = (
    "address", "GroupId", "SecurityGroupRuleId", "PrefixListId", "NetworkAclId", "NetworkInterfaceId", "TrailARN",
    "AlarmName", "filterName", "SubscriptionArn",
)  # fmt: skip
"""What tells a reader which thing of a list it is; the first that there is."""


class Loss(Struct, frozen=True):
    """A part of a document that does not fit its type, and was left out."""

    name: str
    """Of the resource that it belongs to; empty when that is not known."""
    place: str
    """``resource_changes[3].change.actions``"""
    reason: str

    def skipped(self, path: str) -> Skipped:
        """Return the loss as a report shows it."""
        return Skipped(self.name or path, f"{self.place}: {self.reason}", Location(path, 1, 1))


class Misfit(Exception):
    """A value does not fit its type at all; ``loss`` says why."""

    def __init__(self, loss: Loss) -> None:
        self.loss = loss
        super().__init__(loss.reason)


def decode_tolerant(data: bytes, shape: type[_T], path: str, what: str) -> tuple[_T, list[Skipped]]:
    """Return ``data`` as ``shape`` without the parts that do not fit, and those.

    Raises InputError for what is no JSON, and when a part that must be there does not fit.
    """
    try:
        return msgspec.json.decode(data, type=shape), []
    except msgspec.ValidationError as error:
        refused = error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return decode(data, shape, path, what), []
    losses: list[Loss] = []
    try:
        pruned = prune(decode(data, Any, path, what), shape, losses)
        whole: _T = msgspec.json.decode(msgspec.json.encode(pruned), type=shape)
    except (Misfit, msgspec.ValidationError):
        raise InputError(f"the {what} does not have the expected form: {refused}", path) from refused
    except (RecursionError, ValueError) as error:
        raise InputError("the JSON is nested too deeply", path) from error
    return whole, skipped(losses, path)


def skipped(losses: Iterable[Loss], path: str) -> list[Skipped]:
    """Return losses as a report shows them."""
    return [loss.skipped(path) for loss in losses]


def prune(value: Any, shape: Any, losses: list[Loss], place: str = "", name: str = "") -> Any:
    """Return a JSON value without the parts that do not fit ``shape``, which are added to ``losses``.

    An element of a list or map is left out whole when a field that it must have is missing or does not fit; another
    field is left out alone. Raises Misfit when nothing is left.
    """
    shape = _without_null(shape) if value is not None else shape
    origin = get_origin(shape)
    if shape is Any or shape is Raw or shape is object:
        return value
    if origin is list:
        if not isinstance(value, list):
            raise Misfit(Loss(name, place, f"it should be a list and is {kind_of(value)}"))
        (element,) = get_args(shape)
        parts = ((f"{place}[{index}]", item) for index, item in enumerate(value))
        return [kept[0] for where, item in parts if (kept := _kept(item, element, losses, where, name))]
    if origin is dict:
        if not isinstance(value, dict):
            raise Misfit(Loss(name, place, f"it should be an object and is {kind_of(value)}"))
        element = get_args(shape)[1]
        found = {key: _kept(item, element, losses, f"{place}.{key}", name) for key, item in value.items()}
        return {key: kept[0] for key, kept in found.items() if kept}
    if isinstance(shape, type) and issubclass(shape, Struct):
        return _object(value, shape, losses, place, name)
    try:
        msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise Misfit(Loss(name, place, f"it does not have the expected form: {error}")) from None
    return value


def _object(value: Any, shape: type[Struct], losses: list[Loss], place: str, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Misfit(Loss(name, place, f"it should be an object and is {kind_of(value)}"))
    name = next((value[key] for key in _NAMES if isinstance(value.get(key), str)), name)
    result = dict(value)
    for key, field_shape, required in _fields(shape):
        if key not in value:
            if required:
                raise Misfit(Loss(name, place, f'"{key}" is missing'))
            continue
        where = f"{place}.{key}" if place else key
        if required:
            result[key] = prune(value[key], field_shape, losses, where, name)
        elif kept := _kept(value[key], field_shape, losses, where, name):
            result[key] = kept[0]
        else:
            del result[key]
    return result


def _kept(value: Any, shape: Any, losses: list[Loss], place: str, name: str) -> tuple[Any] | None:
    """Return the pruned value, None when it does not fit."""
    try:
        return (prune(value, shape, losses, place, name),)
    except Misfit as error:
        losses.append(error.loss)
        return None


def _without_null(shape: Any) -> Any:
    """Return the one type that a union has beside null; other unions as they are."""
    if get_origin(shape) not in (Union, types.UnionType):
        return shape
    members = [member for member in get_args(shape) if member is not type(None)]
    return members[0] if len(members) == 1 else shape


@cache
def _fields(shape: type[Struct]) -> tuple[tuple[str, Any, bool], ...]:
    """Return name in the document, type and whether it must be there, of each field."""
    hints = get_type_hints(shape)
    return tuple(
        (each.encode_name, hints[each.name], each.default is NODEFAULT and each.default_factory is NODEFAULT)
        for each in fields(shape)
    )
