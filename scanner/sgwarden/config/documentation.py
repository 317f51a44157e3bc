"""What users write, described from its structs: JSON Schema for editors, the table of keys for people."""

from __future__ import annotations

import json
from types import UnionType
from typing import Literal, Union, get_args

import msgspec

from sgwarden.config.configuration import Configuration
from sgwarden.config.validate import Hint, OwnType, Table, field_kinds, one_kind, origin_of, unwrap


def schema() -> dict[str, object]:
    """Return the published JSON Schema of the configuration."""
    return json_schema(
        Configuration, "sgwarden configuration", "sgwarden.toml, or the table tool.sgwarden of pyproject.toml."
    )


def json_schema(kind: type[Table], title: str, description: str) -> dict[str, object]:
    """Return the JSON Schema of a document."""
    _, definitions = msgspec.json.schema_components((kind,), schema_hook=_of_own_type, ref_template="#/$defs/{name}")
    for table in Table.__subclasses__():
        if table.any_of and table.__name__ in definitions:
            definitions[table.__name__]["anyOf"] = [{"required": [name]} for name in table.any_of]
    whole = definitions.pop(kind.__name__)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **whole,
        "title": title,
        "description": description,
        "$defs": definitions,
    }


def _of_own_type(kind: type[OwnType]) -> dict[str, object]:
    return kind.json_schema()


def markdown() -> str:
    """Return a Markdown table of every key: what it holds, its default, what it means."""
    rows = ["| Key | Holds | Default | Means |", "| --- | --- | --- | --- |"]
    kinds = field_kinds(Configuration)
    for name, value in msgspec.to_builtins(Configuration()).items():
        default = f"`{json.dumps(value)}`" if value not in ({}, ()) else "empty"
        rows.append(f"| `{name}` | {words(kinds[name])} | {default} | {unwrap(kinds[name])[1]['description']} |")
    return "\n".join(rows) + "\n"


def words(kind: Hint) -> str:
    """Return what a value is, in words."""
    base, meta = unwrap(kind)
    origin = origin_of(base)
    if base is bool:
        return "`true` or `false`"
    if base is int:
        return f"{meta['ge']} to {meta['le']}"
    if origin is Literal:
        return " ".join(f"`{value}`" for value in get_args(base))
    if origin is tuple:
        return f"array: {words(get_args(base)[0])}"
    if origin is dict:
        name, item = get_args(base)
        return f"table: {words(name)} = {words(item)}"
    if origin in (Union, UnionType):
        return f"{words(one_kind(base, several=False))}, or an array"
    if issubclass(base, Table):
        return "table with " + ", ".join(f"`{name}`" for name in field_kinds(base))
    return str(meta.get("title") or base.words)
