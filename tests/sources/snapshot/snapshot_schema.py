"""Writes the JSON Schema of snapshots, which follows from the classes of the model.

python -m tests.sources.snapshot.snapshot_schema
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import fields

from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.monitoring import Monitoring
from sgwarden.model.values import Unknown

SCHEMA = Path(__file__).parents[3] / "scanner" / "sgwarden" / "schemas" / "snapshot.schema.json"
_ADDED = {"mute_rules"}
"""Lists of the chain that are written only when there is something in them."""
_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
_REASON = {"type": "string"}
_UNKNOWN = {
    "description": "A value that is not known.",
    "type": "object",
    "properties": {
        "unknown": {**_REASON, "description": "Why."},
        "address": _REASON,
        "attribute": _REASON,
        "not_null": {"type": "boolean"},
        "parts": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Unknown"}]}},
    },
    "required": ["unknown"],
    "additionalProperties": False,
}
_SENSITIVE = {
    "description": "A value that is never shown.",
    "type": "object",
    "properties": {"sensitive": {"const": True}},
    "required": ["sensitive"],
    "additionalProperties": False,
}


def schema() -> dict[str, Any]:
    """The schema of a whole document."""
    definitions: dict[str, Any] = {"Unknown": _UNKNOWN, "Sensitive": _SENSITIVE}
    place = _class(Infrastructure, definitions)
    for name in ("source", "management"):
        del place["properties"][name]
    for name in ("Management", "Place"):
        del definitions[name]
    place["required"] = sorted(place["properties"])
    chain = definitions[Monitoring.__name__]
    chain["required"] = sorted(set(chain["properties"]) - _ADDED)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sgwarden snapshot",
        "description": "Live AWS accounts: one place for each account and region. Fields at their default are absent.",
        "type": "object",
        "properties": {
            "schema_version": {"const": "1"},
            "kind": {"const": "snapshot"},
            "taken": {"type": "string", "description": "When it was read, ISO 8601 in UTC."},
            "places": {"type": "array", "items": place},
        },
        "required": ["schema_version", "kind", "taken", "places"],
        "additionalProperties": False,
        "$defs": {name: definitions[name] for name in sorted(definitions)},
    }


def _of(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _TYPES:
        return {"type": _TYPES[hint]}
    if hint is Any:
        return {}
    if hint is Unknown:
        return {"anyOf": [{"$ref": "#/$defs/Unknown"}, {"$ref": "#/$defs/Sensitive"}]}
    if origin is Union or origin is types.UnionType:
        each = [_of(argument, definitions) for argument in arguments]
        return {"anyOf": [inner for one in each for inner in one.get("anyOf", [one])]}
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is frozenset or (origin is tuple and arguments[-1] is Ellipsis):
        return {"type": "array", "items": _of(arguments[0], definitions)}
    if origin is tuple:
        return {
            "type": "array", "prefixItems": [_of(each, definitions) for each in arguments],
            "minItems": len(arguments), "maxItems": len(arguments),
        }  # fmt: skip
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {
            "type": "object",
            "additionalProperties": {"anyOf": [_of(arguments[1], definitions), {"type": "object"}]},
        }
    assert isinstance(hint, type) and issubclass(hint, Struct), hint
    name = hint.__name__
    if name not in definitions:
        definitions[name] = {}
        definitions[name] = _class(hint, definitions)
    return {"$ref": f"#/$defs/{name}"}


def _class(cls: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(cls)
    required = [each.name for each in fields(cls) if each.required]
    return {
        "type": "object",
        "properties": {each.name: _field(hints[each.name], definitions) for each in fields(cls)},
        "required": required,
        "additionalProperties": False,
    }


def _field(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """A field may be sensitive whatever it holds."""
    own = _of(hint, definitions)
    sensitive = {"$ref": "#/$defs/Sensitive"}
    choices = own.get("anyOf", [own])
    return own if own == {} or sensitive in choices or "$ref" in own else {"anyOf": [*choices, sensitive]}


if __name__ == "__main__":
    SCHEMA.write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")
