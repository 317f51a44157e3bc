"""JSON text as Terraform writes it: compact, keys sorted, ``<``, ``>`` and ``&`` escaped."""

from __future__ import annotations

import re
from fractions import Fraction
from json.encoder import encode_basestring

from sgwarden.model.values import Sensitive
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.types.numbers import format_number
from sgwarden.terraform.types.values import LARGEST_TEXT, Value

_ESCAPED = re.compile("[<>&\u2028\u2029]")
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def json_text(value: Value) -> str:
    """Return ``value``, which must be wholly known, as JSON."""
    kind = type(value)
    if kind is str:
        text = encode_basestring(value)
        return text.translate(_ESCAPES) if _ESCAPED.search(text) else text
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int or kind is Fraction:
        return format_number(value)
    if kind is Sensitive:
        return json_text(value.value)
    if isinstance(value, dict):
        text = "{" + ",".join(f"{json_text(name)}:{json_text(value[name])}" for name in sorted(value)) + "}"
    else:
        text = "[" + ",".join(map(json_text, value)) + "]"
    if len(text) > LARGEST_TEXT:
        raise EvaluationError(f"JSON of more than {LARGEST_TEXT} characters is too large to evaluate")
    return text
