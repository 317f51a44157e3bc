"""Calls of built-in functions: arguments are checked and converted, unknown and sensitive ones followed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError, RefusedByOlderVersions
from sgwarden.terraform.functions.refine_result import refine_result
from sgwarden.terraform.functions.spec import (
    FUNCTIONS,
    ArgumentError,
    Function,
    FunctionContext,
    Parameter,
    TooLargeError,
    TypedNull,
)
from sgwarden.terraform.types.convert import convert
from sgwarden.terraform.types.types import Type
from sgwarden.terraform.types.values import (
    CONTAINERS,
    LARGEST_COLLECTION,
    LARGEST_TEXT,
    Value,
    contains_sensitive,
    first_unknown,
    mark_sensitive,
    strip_sensitive,
)

LAZY = ("try", "can", "type", "convert")
"""Functions that take their arguments unevaluated; ``evaluate.function_calls`` has them."""


def names() -> frozenset[str]:
    """Return names of all built-in functions, ``try``, ``can``, ``type`` and ``convert`` included."""
    _register_rare()
    return frozenset(name for name in FUNCTIONS if "::" not in name) | frozenset(LAZY)


@cache
def _register_rare() -> None:
    """Import the groups that few configurations use, which register their functions.

    They are imported late because together they bring 15 ms (hashlib, ipaddress, json, uuid) to every start.
    """
    for group in ("datetimes", "encoding", "filesystem", "hashes", "network", "numeric", "providers"):
        import_module(f"sgwarden.terraform.functions.{group}")


def _function(name: str) -> Function | None:
    if name not in FUNCTIONS:
        _register_rare()
    return FUNCTIONS.get(name)


def call(
    name: str,
    args: Sequence[Value],
    context: FunctionContext,
    null_types: Sequence[Type | None] | None = None,
    tries: bool = False,
) -> Value:
    """Return the result of ``name(args...)``; raises EvaluationError with Terraform's message.

    An unknown argument makes the result unknown for the same reason, unless the function knows
    better; a sensitive one makes it Sensitive, and is in no message. ``null_types`` has the types of
    arguments that are null, None where a type is not known. Functions of providers give Unknown, but
    for some that compute. ``tries``: an error would be caught.
    """
    try:
        return _call(name, args, context, null_types, tries)
    except EvaluationError:
        if any(map(contains_sensitive, args)):
            raise EvaluationError(
                f'Call to function "{name}" failed: the message is not shown, as an argument is sensitive.'
            ) from None
        raise


def _call(
    name: str, args: Sequence[Value], context: FunctionContext, null_types: Sequence[Type | None] | None, tries: bool
) -> Value:
    function = FUNCTIONS.get(name) or _function(name)
    if function is None:
        if name.startswith("core::") and name[6:] in names():
            return _call(name[6:], args, context, null_types, tries)
        if name.startswith("provider::"):
            return Unknown(f"function {name} belongs to a provider")
        raise EvaluationError(f'There is no function named "{name}".')
    parameters = function.parameters
    if len(args) != len(parameters):
        parameters = _parameters(function, len(args))
    prepared = []
    result: Value
    unknown: Unknown | None = None
    sensitive = False
    for position, (parameter, argument) in enumerate(zip(parameters, args, strict=True)):
        kind = type(argument)
        if kind is Sensitive and not function.takes_sensitive:
            sensitive = True
            argument = argument.value
            kind = type(argument)
        if argument is None:
            if not parameter.nullable:
                raise EvaluationError(f'Invalid value for "{parameter.name}" parameter: argument must not be null.')
            null = null_types[position] if null_types is not None else None
            if null is not None and function.takes_null_types:
                argument = TypedNull(null)
        elif parameter.type != "any":
            argument = _converted(argument, parameter)
            kind = type(argument)
            if kind is Sensitive:
                sensitive = True
                argument = argument.value
                kind = type(argument)
        if kind is Unknown:
            if not function.takes_unknown:
                unknown = unknown or argument
        elif kind in CONTAINERS:
            if not function.keeps_marks and contains_sensitive(argument):
                sensitive = True
                argument = strip_sensitive(argument)
            if not function.keeps_parts:
                unknown = unknown or first_unknown(argument)
        prepared.append(argument)
    if unknown is not None:
        result = _unknown_result(function, unknown)
    else:
        try:
            if function.takes_context:
                result = function.implementation(context, *prepared)
            else:
                result = function.implementation(*prepared)
        except TooLargeError as error:
            return Unknown(str(error))
        except RefusedByOlderVersions as newer:
            result = Unknown(f"Terraform 1.11 and newer versions differ: {newer}") if tries else newer.value
        except ArgumentError as error:
            raise EvaluationError(
                f'Invalid value for "{parameters[error.index].name}" parameter: {_sentence(error)}'
            ) from error
        except EvaluationError as error:
            raise EvaluationError(f'Call to function "{name}" failed: {_sentence(error)}') from error
    if (type(result) is str and len(result) > LARGEST_TEXT) or (
        type(result) in CONTAINERS and len(result) > LARGEST_COLLECTION
    ):
        result = Unknown(f"{name}() makes a value too large to evaluate")
    elif type(result) is Unknown:
        result = refine_result(name, prepared, result) or result
    if sensitive and unknown is None and type(result) is Unknown and first_unknown(tuple(prepared)) is None:
        result = Unknown(f"{name}() of a sensitive value cannot be evaluated", type=result.type)
    return mark_sensitive(result) if sensitive else result


def _sentence(error: EvaluationError) -> str:
    return str(error).rstrip(".") + "."


def _converted(argument: Value, parameter: Parameter) -> Value:
    try:
        return convert(argument, parameter.type)
    except EvaluationError as error:
        raise EvaluationError(f'Invalid value for "{parameter.name}" parameter: {error}.') from error


def _parameters(function: Function, count: int) -> tuple[Parameter, ...]:
    """Return one parameter for each of ``count`` arguments."""
    fixed = function.parameters
    if count < len(fixed):
        expected = f"at least {len(fixed)}" if function.variadic else str(len(fixed))
        raise EvaluationError(
            f'Function "{function.name}" expects {expected} argument(s). Missing value for "{fixed[count].name}".'
        )
    if function.variadic is None:
        raise EvaluationError(f'Function "{function.name}" expects only {len(fixed)} argument(s).')
    return fixed + (function.variadic,) * (count - len(fixed))


def _unknown_result(function: Function, unknown: Unknown) -> Unknown:
    return Unknown(
        unknown.reason,
        type=None if function.returns == "any" else function.returns,
        not_null=function.keeps_not_null and unknown.not_null,
    )
