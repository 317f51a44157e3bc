"""The table of keys for people, from the same source as checks and schema."""

from __future__ import annotations

import json

from sgwarden.config.kinds import (
    Boolean,
    Choice,
    Date,
    Integer,
    Key,
    Kind,
    ListOf,
    MapOf,
    Network,
    OneOrMore,
    Table,
    Text,
)
from sgwarden.config.table import KEYS


def markdown() -> str:
    """A Markdown table of every key: what it holds, its default, what it means."""
    rows = ["| Key | Holds | Default | Means |", "| --- | --- | --- | --- |"]
    rows += [_row(name, key) for name, key in KEYS.items()]
    return "\n".join(rows) + "\n"


def _row(name: str, key: Key) -> str:
    default = json.dumps(key.default) if key.default not in ({}, []) else "empty"
    return f"| `{name}` | {words(key.kind)} | {'`' + default + '`' if default != 'empty' else default} | {key.help} |"


def words(kind: Kind) -> str:
    """What a kind of value is, in words."""
    if isinstance(kind, Boolean):
        return "`true` or `false`"
    if isinstance(kind, Choice):
        return " ".join(f"`{value}`" for value in kind.values)
    if isinstance(kind, Integer):
        return f"{kind.low} to {kind.high}"
    if isinstance(kind, Date):
        return "a date"
    if isinstance(kind, Network):
        return "a network in CIDR notation"
    if isinstance(kind, Text):
        return kind.words
    if isinstance(kind, ListOf):
        return f"array: {words(kind.item)}"
    if isinstance(kind, OneOrMore):
        return f"{words(kind.item)}, or an array"
    if isinstance(kind, MapOf):
        return f"table: {words(kind.name)} = {words(kind.item)}"
    assert isinstance(kind, Table)
    return "table with " + ", ".join(f"`{name}`" for name in kind.keys)
