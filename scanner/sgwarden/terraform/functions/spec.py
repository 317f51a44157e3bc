"""How a built-in function declares itself, and the table all of them register in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec import Struct

from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.types.types import Type
from sgwarden.terraform.types.values import Value

Implementation = Callable[..., Value]


class Parameter(NamedTuple):
    """One parameter, named as Terraform's messages name it."""

    name: str
    type: Type = "any"
    nullable: bool = False


class ArgumentError(EvaluationError):
    """A function refuses the value of its argument number ``index`` (0-based)."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index


class TooLargeError(Exception):
    """The result would take too much time or memory; it is Unknown for the reason given."""


class Function(Struct, frozen=True):
    """A built-in function and how the dispatcher prepares its arguments."""

    name: str
    parameters: tuple[Parameter, ...]
    variadic: Parameter | None
    returns: Type
    keeps_parts: bool
    """The implementation looks after unknown parts of collections itself; otherwise any unknown part
    makes the result unknown."""
    keeps_marks: bool
    """Sensitive parts of collections stay marked one by one, as elements are passed on unseen;
    otherwise any sensitive part makes the result sensitive."""
    takes_unknown: bool
    """The implementation also takes arguments that are unknown as a whole."""
    takes_sensitive: bool
    """The implementation sees the sensitive marks; otherwise they are carried to the result."""
    takes_context: bool
    """The first argument of the implementation is the FunctionContext."""
    keeps_not_null: bool
    """The result of an unknown argument that is neither null nor empty is neither, too."""
    implementation: Implementation


FUNCTIONS: dict[str, Function] = {}


def function(
    name: str,
    *parameters: Parameter,
    variadic: Parameter | None = None,
    returns: Type = "any",
    keeps_parts: bool = False,
    keeps_marks: bool = False,
    takes_unknown: bool = False,
    takes_sensitive: bool = False,
    takes_context: bool = False,
    keeps_not_null: bool = False,
) -> Callable[[Implementation], Implementation]:
    """Register the decorated implementation as Terraform's function ``name``."""

    def register(implementation: Implementation) -> Implementation:
        FUNCTIONS[name] = Function(
            name,
            parameters,
            variadic,
            returns,
            keeps_parts,
            keeps_marks,
            takes_unknown,
            takes_sensitive,
            takes_context,
            keeps_not_null,
            implementation,
        )
        return implementation

    return register


STRING: Any = "string"
NUMBER: Any = "number"
