"""JSON text as Terraform writes it: compact, keys sorted, ``<``, ``>`` and ``&`` escaped."""

from __future__ import annotations

import json
from fractions import Fraction

from scanner.model.values import Sensitive
from scanner.terraform.numbers import format_number
from scanner.terraform.values import TfMap, Value

_ESCAPES = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029", "\x7f": "\x7f"}
)


def json_text(value: Value) -> str:
    """``value``, which must be wholly known, as JSON."""
    kind = type(value)
    if kind is str:
        return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int or kind is Fraction:
        return format_number(value)
    if kind is dict or kind is TfMap:
        return "{" + ",".join(f"{json_text(name)}:{json_text(value[name])}" for name in sorted(value)) + "}"
    if kind is Sensitive:
        return json_text(value.value)
    return "[" + ",".join(map(json_text, value)) + "]"
