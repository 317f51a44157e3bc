"""What is known of an unknown result: parts of a text, elements of a list (cty calls these refinements)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from sgwarden.model import refinements
from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.functions.json_text import json_text
from sgwarden.terraform.types.numbers import format_number
from sgwarden.terraform.types.types import ListType, SetType
from sgwarden.terraform.types.values import CONTAINERS, TfList, TfMap, Value

_LISTS = frozenset({"compact", "distinct", "sort", "reverse", "tolist", "toset", "setunion"})
"""Functions that keep every element that is neither null nor empty."""
_VERB = re.compile(r"%(%|[sv]|[^%]*)")


LONGEST_SLICE = 1_000
"""Elements of a slice of an unknown list that are listed one by one."""


def refine_result(name: str, arguments: Sequence[Value], unknown: Unknown) -> Value:
    """Return the result of a function with the parts of it that are known; None when none are.

    ``unknown`` is the first unknown among the arguments; it gives the reason.
    """
    if name == "jsonencode" and type(arguments[0]) in CONTAINERS:
        holes = refinements.Holes()
        return _text(holes.json_text(json_text(_marked(arguments[0], holes))))
    if name == "format" and isinstance(arguments[0], str):
        return _format(arguments[0], arguments[1:], unknown)
    if name in _LISTS and unknown.type is not None:
        return _elements(arguments, unknown)
    if name == "join" and isinstance(arguments[0], str):
        return _join(arguments[0], arguments[1:], unknown)
    if name == "slice":
        return _slice(*arguments)
    return None


def _slice(items: Value, start: Value, end: Value) -> TfList | None:
    """Return as many unknown elements as the indexes say: Terraform refuses to slice a shorter list."""
    if type(items) is not Unknown or isinstance(items.type, SetType):
        return None
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start <= end <= start + LONGEST_SLICE):
        return None
    element_type = items.type.element if isinstance(items.type, ListType) else None
    return TfList((Unknown(items.reason, type=element_type),) * (end - start), element_type)


def _elements(arguments: Sequence[Value], unknown: Unknown) -> Unknown | None:
    """Return the unknown list with the elements that are certainly in it, whatever is dropped or added."""
    found: list[str | Unknown] = []
    for argument in arguments:
        if isinstance(argument, tuple):
            found += [
                item
                for item in argument
                if (isinstance(item, Unknown) and item.not_null) or (isinstance(item, str) and item)
            ]
        elif isinstance(argument, Unknown) and argument.type not in (None, "string"):
            found += argument.parts
    return replace(unknown, parts=tuple(found)) if any(isinstance(item, Unknown) for item in found) else None


def _text(value: str | Unknown) -> Unknown | None:
    return value if isinstance(value, Unknown) else None


def _marked(value: Value, holes: refinements.Holes) -> Value:
    """Return ``value`` with a mark in place of everything unknown."""
    if isinstance(value, Sensitive):
        value = value.value
    if isinstance(value, Unknown):
        return holes.mark(value)
    if isinstance(value, dict):
        return TfMap((key, _marked(item, holes)) for key, item in value.items())
    if isinstance(value, tuple):
        return tuple(_marked(item, holes) for item in value)
    return value


def _format(layout: str, values: Sequence[Value], unknown: Unknown) -> Unknown | None:
    pieces: list[str | Unknown] = []
    left = list(values)
    end = 0
    for match in _VERB.finditer(layout):
        pieces.append(layout[end : match.start()])
        end = match.end()
        if match[1] == "%":
            pieces.append("%")
        elif match[1] in ("s", "v") and left:
            piece = _piece(left.pop(0))
            if piece is None:
                return None
            pieces.append(piece)
        else:
            return None
    pieces.append(layout[end:])
    return (
        None
        if left
        else refinements.text(pieces, unknown.reason, not_null=any(isinstance(p, str) and p for p in pieces))
    )


def _join(separator: str, lists: Sequence[Value], unknown: Unknown) -> Unknown | None:
    pieces: list[str | Unknown] = []
    for items in lists:
        if not isinstance(items, tuple):
            return None
        for item in items:
            piece = _piece(item)
            if piece is None:
                return None
            pieces += [separator, piece] if pieces else [piece]
    return refinements.text(pieces, unknown.reason, not_null=len(pieces) > 1)


def _piece(value: Value) -> str | Unknown | None:
    """Return a value as a part of a text; None when it is none."""
    if isinstance(value, Sensitive):
        value = value.value
    if isinstance(value, (str, Unknown)):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_number(value) if isinstance(value, int) else None
