"""How a built-in function declares itself, the table all register in, and checks of arguments that several share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.types.types import ListType, Type, friendly_name, type_of
from sgwarden.terraform.types.values import TfList, TfSet, Value, first_unknown

Implementation = Callable[..., Value]


def _not_recorded(_path: Path) -> None:
    """Do nothing: for callers that need not know which files were read."""


class FunctionContext(Struct, frozen=True):
    """The surroundings of a function call."""

    base_dir: Path
    """Directory Terraform runs in (the root module); relative paths start here."""
    allowed_root: Path
    """Files are read only inside this directory, symbolic links resolved."""
    on_read: Callable[[Path], None] = _not_recorded
    """Told the resolved path of each file whose content (or absence) the result depends on."""
    render_template: Callable[[str, Mapping[str, Value], str], Value] | None = None
    """Evaluates template text with the given variables; the last argument is how messages name the template.

    Raises EvaluationError, an ArgumentError for argument 1 when the template refers to another variable."""
    decode_variables: Callable[[str], Value] | None = None
    """Evaluates the text of a variables file to an object. Raises EvaluationError."""


class Parameter(NamedTuple):
    """One parameter, named as Terraform's messages name it."""

    name: str
    type: Type = "any"
    nullable: bool = False


class TypedNull(Struct, frozen=True):
    """A null argument of a known type, for functions that take them."""

    type: Type


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
    """Sensitive parts of collections stay marked one by one, as elements are passed on as they are;
    otherwise any sensitive part makes the result sensitive."""
    takes_unknown: bool
    """The implementation also takes arguments that are unknown as a whole."""
    takes_sensitive: bool
    """The implementation sees the sensitive marks; otherwise they are carried to the result."""
    takes_context: bool
    """The first argument of the implementation is the FunctionContext."""
    keeps_not_null: bool
    """The result of an unknown argument that is neither null nor empty is neither, too."""
    takes_null_types: bool
    """A null of a known type is a TypedNull for the implementation."""
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
    takes_null_types: bool = False,
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
            takes_null_types,
            implementation,
        )
        return implementation

    return register


SEQUENCES = (tuple, TfList, TfSet)
"""The kinds of values with elements in an order."""

LIST_ANY = ListType("any")
LIST_STRING = ListType("string")


def whole(value: Value, what: str = "", index: int | None = None) -> int:
    """Return ``value`` as an int of 64 bits, as Go takes it; raises EvaluationError when it is none.

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
    """Return ``value`` as an int of any size; raises EvaluationError when it is not whole."""
    if type(value) is int:
        return value
    raise EvaluationError("value must be a whole number")


def is_sequence(value: Value) -> bool:
    """Return True if a value is a list, set or tuple."""
    return type(value) in SEQUENCES


def type_name(value: Value) -> str:
    """Return the type of a value as messages name it."""
    return friendly_name(type_of(value), constraint=False)


def unknown_length(items: Value) -> Unknown | None:
    """Return the unknown element of a set of several: it may equal another, so their number is not known."""
    return first_unknown(items) if type(items) is TfSet and len(items) > 1 else None
