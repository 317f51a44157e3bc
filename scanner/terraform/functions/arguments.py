"""Checks of arguments that several groups of functions share."""

from __future__ import annotations

from scanner.terraform.errors import EvaluationError
from scanner.terraform.functions.spec import ArgumentError
from scanner.terraform.values import Value


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
