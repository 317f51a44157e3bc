"""Calls of functions; ``try`` and ``can`` take their arguments unevaluated.

Source: https://developer.hashicorp.com/terraform/language/expressions/function-calls
"""

from __future__ import annotations

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError, UndeclaredReference
from sgwarden.terraform.evaluate.compile import Closure, compile_expression, compiles
from sgwarden.terraform.evaluate.scope import LazyObject, Scope
from sgwarden.terraform.functions.dispatch import call
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.types.values import Value, as_sensitive


@compiles(ast.Call)
def _call(node: ast.Call) -> Closure:
    name = node.name.removeprefix("core::")
    arguments = [compile_expression(argument) for argument in node.arguments]
    if name in ("try", "can"):
        return _try(arguments) if name == "try" else _can(arguments)
    settled = _settled if name in ("jsonencode", "yamlencode", "templatefile", "templatestring") else _opened
    if not node.expand:
        return lambda scope: call(name, [settled(argument(scope)) for argument in arguments], scope.module.functions)

    def run(scope: Scope) -> Value:
        values = [settled(argument(scope)) for argument in arguments]
        last = values.pop()
        sensitive = type(last) is Sensitive
        if sensitive:
            last = last.value
        if type(last) is Unknown:
            return Unknown(last.reason)
        if last is None:
            raise EvaluationError("Invalid expanding argument value: the expanding argument must not be null.")
        if not isinstance(last, tuple):
            raise EvaluationError("Invalid expanding argument value: it must be of a tuple, list or set type.")
        result = call(name, [*values, *last], scope.module.functions)
        return as_sensitive(result) if sensitive else result

    return run


def _opened(value: Value) -> Value:
    """Return an object that is computed on demand as the plain object that functions know."""
    return dict(value.items()) if type(value) is LazyObject else value


def _settled(value: Value) -> Value:
    """Return ``value`` without objects computed on demand; one that only the provider knows is unknown."""
    kind = type(value)
    if kind is LazyObject:
        if value.open:
            return value.reference or Unknown("some attributes are known only after apply")
        return {name: _settled(item) for name, item in value.items()}
    if isinstance(value, tuple) and any(isinstance(item, (dict, tuple)) for item in value):
        return kind(_settled(item) for item in value)
    if kind is dict and any(isinstance(item, (dict, tuple)) for item in value.values()):
        return {name: _settled(item) for name, item in value.items()}
    return value


def _try(arguments: list[Closure]) -> Closure:
    """Return the first argument without an error.

    A value with any unknown part is wholly unknown: once known, it might turn out to be an error
    (terraform's ``tryfunc``). An unknown resource attribute keeps its address.
    """

    def run(scope: Scope) -> Value:
        if not arguments:
            raise EvaluationError("at least one argument is required")
        errors: list[str] = []
        for argument in arguments:
            try:
                value = argument(scope)
            except UndeclaredReference:
                raise
            except EvaluationError as error:
                errors.append(str(error))
                continue
            unknown = _first_unknown(value)
            if unknown is None or unknown is value or (type(value) is Sensitive and unknown is value.value):
                return value
            if type(value) is LazyObject and value.reference is not None:
                return value
            return Unknown(unknown.reason)
        raise EvaluationError("no expression succeeded: " + "; ".join(errors))

    return run


def _can(arguments: list[Closure]) -> Closure:
    def run(scope: Scope) -> Value:
        if len(arguments) != 1:
            raise EvaluationError("can takes exactly one argument")
        try:
            value = arguments[0](scope)
        except UndeclaredReference:
            raise
        except EvaluationError:
            return False
        unknown = _first_unknown(value)
        return True if unknown is None else Unknown(unknown.reason, type="bool")

    return run


def _first_unknown(value: Value) -> Unknown | None:
    """Return the first unknown part of ``value``, or None when it is wholly known."""
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return None
    if kind is Unknown:
        return value  # type: ignore[no-any-return]
    if kind is Sensitive:
        return _first_unknown(value.value)
    if kind is LazyObject and value.open:
        return value.reference or Unknown("some attributes are known only after apply")
    if isinstance(value, (dict, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            unknown = _first_unknown(item)
            if unknown is not None:
                return unknown
    return None
