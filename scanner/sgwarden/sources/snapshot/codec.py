"""Turn facts of the model into JSON values and back, field by field as the structs declare them.

Fields that have their default are left out. An unknown is ``{"unknown": REASON}`` with whatever else is known of
it; a sensitive value is ``{"sensitive": true}`` and comes back as an unknown: a snapshot never holds it.

msgspec cannot decode this format: it refuses a union of Unknown with a mapping or with another struct without a tag,
and objects of the format have none. It encodes and decodes the JSON around the facts; see ``document``.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields

from sgwarden.model.instances import Origin
from sgwarden.model.values import Sensitive, Unknown

SENSITIVE: dict[str, object] = {"sensitive": True}
HIDDEN = Unknown("the value is sensitive and was left out of the snapshot")
_ARGUMENTS = {
    "event_selector": "event_selectors",
    "advanced_event_selector": "advanced_event_selectors",
    "metric_query": "metric_queries",
    "evaluation_criteria": "promql_query",
    "mute_targets": "alarm_names",
    "inline_policy": "policies",
    "managed_policy_arns": "policies",
}
"""Arguments of Terraform that the model holds under another name."""
_MARKS = frozenset({"unknown", "sensitive", "map"})
"""Keys that tell an object apart from a mapping of texts; a mapping that has one is wrapped in ``{"map": ...}``."""

Decoder = Callable[[object], object]


class Malformed(ValueError):
    """A value is not what its field holds; ``str()`` says which."""


def encode(item: Any) -> Any:
    """Return a fact of the model, or any value of its fields, as JSON values."""
    kind = type(item)
    if kind is str or kind is int or item is None or kind is bool or kind is float:
        return item
    if kind is tuple or kind is list:
        return [encode(part) for part in item]
    if kind is Unknown:
        return _unknown(item)
    if kind is Sensitive:
        return dict(SENSITIVE)
    if isinstance(item, frozenset):
        return sorted(item)
    if isinstance(item, Mapping):
        content = {str(key): encode(item[key]) for key in sorted(item)}
        return {"map": content} if _MARKS & content.keys() else content
    if isinstance(item, Struct):
        return _object(item)
    return item.value if hasattr(item, "value") else str(item)


def _unknown(item: Unknown) -> dict[str, Any]:
    content: dict[str, Any] = {"unknown": item.reason}
    if item.address is not None:
        content["address"] = item.address
    if item.attribute is not None:
        content["attribute"] = item.attribute
    if item.not_null:
        content["not_null"] = True
    if item.parts:
        content["parts"] = [encode(part) for part in item.parts]
    return content


def _object(item: Any) -> dict[str, object]:
    hidden = _hidden(item)
    content: dict[str, object] = {}
    for name, default in _defaults(item.__class__):
        value = getattr(item, name)
        if name in hidden:
            # Which kind of peer it is may be told, who it is may not.
            kind = getattr(value, "kind", None)
            content[name] = dict(SENSITIVE) if kind is None else {"kind": kind, "value": dict(SENSITIVE)}
        elif default is NODEFAULT or value != default or type(value) is not type(default):
            content[name] = encode(value)
    return content


def _hidden(item: object) -> frozenset[str]:
    names: frozenset[str] = getattr(item, "sensitive", frozenset())
    return names and names | {_ARGUMENTS.get(name, name) for name in names}


@cache
def _defaults(cls: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((each.name, _default(each)) for each in fields(cls))


def _default(each: FieldInfo) -> Any:
    return each.default_factory() if each.default_factory is not NODEFAULT else each.default


def decode(cls: type, data: object) -> Any:
    """Return the fact of class ``cls`` that ``data`` encodes. Raises Malformed."""
    return decoder(cls)(data)


@cache
def decoder(hint: Any) -> Decoder:
    """Return a function that turns JSON values into what a field of type ``hint`` holds."""
    origin = get_origin(hint)
    if origin is Union or origin is types.UnionType:
        return _union(get_args(hint))
    if origin is tuple:
        return _tuple(get_args(hint))
    if origin is frozenset:
        part = decoder(get_args(hint)[0])
        return lambda data: frozenset(part(each) for each in _list(data))
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(get_args(hint)[1])
    if origin is Literal:
        return _one_of(frozenset(get_args(hint)))
    if hint is Any:
        return _anything
    if hint is Unknown:
        return _known_unknown
    if isinstance(hint, type) and issubclass(hint, Struct):
        return _struct(hint)
    return _plain(hint)


def _plain(hint: type) -> Decoder:
    accepted = (int, float) if hint is float else (hint,)

    def read(data: Any) -> Any:
        if type(data) in accepted:
            return data
        raise Malformed(f"{data!r:.60} should be of type {hint.__name__}")

    return read


def _one_of(values: frozenset[Any]) -> Decoder:
    def read(data: object) -> object:
        if isinstance(data, str) and data in values:
            return data
        raise Malformed(f"{data!r:.60} should be one of {', '.join(sorted(map(str, values)))}")

    return read


def _list(data: object) -> list[object]:
    if isinstance(data, list):
        return data
    raise Malformed(f"{data!r:.60} should be a list")


def _tuple(arguments: tuple[object, ...]) -> Decoder:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        part = decoder(arguments[0])
        return lambda data: tuple([part(each) for each in _list(data)])
    parts = [decoder(argument) for argument in arguments]

    def read(data: Any) -> object:
        if len(_list(data)) != len(parts):
            raise Malformed(f"{data!r:.60} should have {len(parts)} elements")
        return tuple(part(each) for part, each in zip(parts, data, strict=True))

    return read


def _mapping(value_hint: object) -> Decoder:
    part = decoder(value_hint)

    def read(data: object) -> object:
        if not isinstance(data, dict):
            raise Malformed(f"{data!r:.60} should be an object")
        if data == SENSITIVE:
            return {"*": HIDDEN}
        content = data.get("map", data)
        return {key: part(value) for key, value in content.items()}

    return read


def _known_unknown(data: object) -> Unknown:
    if isinstance(data, dict) and data == SENSITIVE:
        return HIDDEN
    if not isinstance(data, dict) or not isinstance(data.get("unknown"), str):
        raise Malformed(f"{data!r:.60} should say what is unknown")
    if not all(isinstance(data.get(name, ""), str) for name in ("address", "attribute")):
        raise Malformed(f"{data!r:.60} should have an address and an attribute of type str")
    return Unknown(
        data["unknown"],
        data.get("address"),
        data.get("attribute"),
        not_null=bool(data.get("not_null", False)),
        parts=tuple(part if isinstance(part, str) else _known_unknown(part) for part in data.get("parts", ())),
    )


def _is_mark(data: object) -> bool:
    return isinstance(data, dict) and ("unknown" in data or data == SENSITIVE)


def _union(members: tuple[object, ...]) -> Decoder:
    """Return a decoder for a union: null, an unknown, plain values by type, then the structured member."""
    nullable = type(None) in members
    unknown = Unknown in members
    plain = tuple(member for member in members if member in (str, int, float, bool))
    literal = [decoder(member) for member in members if get_origin(member) is Literal]
    other = [m for m in members if m not in (type(None), Unknown, *plain) and get_origin(m) is not Literal]
    structured = decoder(other[0]) if other else None
    if len(other) > 1:
        raise TypeError(f"a field may have one structured type beside unknown, not {other}")

    def read(data: object) -> object:
        kind = type(data)
        if kind in plain:
            return data
        if data is None and nullable:
            return None
        if unknown and _is_mark(data):
            return _known_unknown(data)
        if data == SENSITIVE and structured is None:
            return HIDDEN
        if kind is int and float in plain:
            return data
        if literal:
            return literal[0](data)
        if structured is not None:
            return structured(data)
        raise Malformed(f"{data!r:.60} does not fit its field")

    return read


def _anything(data: object) -> object:
    if _is_mark(data):
        return _known_unknown(data)
    if isinstance(data, list):
        return tuple(_anything(each) for each in data)
    if isinstance(data, dict):
        content = data.get("map", data)
        return {key: _anything(value) for key, value in content.items()}
    return data


def _without_old_trail(data: dict[str, object]) -> dict[str, object]:
    """Return an origin without the steps that the first snapshots of version 1 hold as texts, which say too little."""
    trail = data.get("trail")
    if not isinstance(trail, list) or not any(isinstance(step, str) for step in trail):
        return data
    return {**data, "trail": [step for step in trail if not isinstance(step, str)]}


def _struct(cls: type[Struct]) -> Decoder:
    hints: dict[str, object] = {}
    readers: dict[str, Decoder] = {}
    required = frozenset(name for name, default in _defaults(cls) if default is NODEFAULT)

    def read(data: object) -> object:
        if not hints:  # not while the decoders are being made: a class may hold itself
            hints.update(get_type_hints(cls))
            readers.update({name: decoder(hints[name]) for name in cls.__struct_fields__})
        if not isinstance(data, dict):
            raise Malformed(f"{data!r:.60} should be an object ({cls.__name__})")
        if cls is Origin:
            data = _without_old_trail(data)
        try:
            # Fields that a later version may add are not for this one.
            return cls(**{name: readers[name](value) for name, value in data.items() if name in readers})
        except Malformed as error:
            raise Malformed(f"{cls.__name__}: {error}") from None
        except TypeError:
            raise Malformed(f"{cls.__name__} lacks {', '.join(sorted(required - data.keys()))}") from None

    return read
