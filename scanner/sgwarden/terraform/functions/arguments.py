"""Checks of arguments that several groups of functions share."""

from __future__ import annotations

from typing import Any

from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions.sensitivity import first_unknown
from sgwarden.terraform.functions.spec import ArgumentError
from sgwarden.terraform.types.types import ListType, friendly_name, type_of
from sgwarden.terraform.types.values import TfList, TfSet, Value

LARGEST_RESULT = 1_000_000
"""Elements a function may produce; beyond that its result is Unknown."""

SEQUENCES = (tuple, TfList, TfSet)
"""The kinds of values with elements in an order."""

LIST_ANY: Any = ListType("any")
LIST_STRING: Any = ListType("string")


def whole(value: Value, what: str = "", index: int | None = None) -> int:
    """``value`` as an int of 64 bits, as Go takes it; raises EvaluationError when it is none.

    ``what`` is put before the message; ``index`` names the argument the message is about.
    """
    if type(value) is int and -(2**63) <= value < 2**63:
        return value
    message = "value must be a whole number, between -9223372036854775808 and 9223372036854775807"
    if what:
        message = f"{what}: {message}"
    if index is not None:
        raise ArgumentError(index, message)
    raise EvaluationError(message)


def big_whole(value: Value) -> int:
    """``value`` as an int of any size; raises EvaluationError when it is not whole."""
    if type(value) is int:
        return value
    raise EvaluationError("value must be a whole number")


def is_sequence(value: Value) -> bool:
    """Whether a value is a list, set or tuple."""
    return type(value) in SEQUENCES


def type_name(value: Value) -> str:
    """The type of a value as messages name it."""
    return friendly_name(type_of(value), constraint=False)


def unknown_length(items: Value) -> Unknown | None:
    """The unknown element for which it is not known how many elements a set has: it may equal another."""
    return first_unknown(items) if type(items) is TfSet and len(items) > 1 else None
