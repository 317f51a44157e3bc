"""Calls of functions; ``try`` and ``can`` take their arguments unevaluated.

Source: https://developer.hashicorp.com/terraform/language/expressions/function-calls
"""

from __future__ import annotations

from collections.abc import Callable

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError, UndeclaredReference
from sgwarden.terraform.evaluate.compile import Closure, compile_expression, compiles
from sgwarden.terraform.evaluate.null_types import null_type
from sgwarden.terraform.evaluate.scope import LazyObject, Scope
from sgwarden.terraform.functions.dispatch import call
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.types.convert import convert
from sgwarden.terraform.types.type_constraints import parse_type
from sgwarden.terraform.types.values import Value, as_sensitive


@compiles(ast.Call)
def _call(node: ast.Call) -> Closure:
    name = node.name.removeprefix("core::")
    arguments = [compile_expression(argument) for argument in node.arguments]
    if name in ("try", "can"):
        return _try(arguments) if name == "try" else _can(arguments)
    if name == "convert" and len(arguments) == 2 and not node.expand:
        return _convert(arguments[0], node.arguments[1])
    if name in _OF_FILES and arguments and not node.expand:
        arguments[0] = compile_expression(_relative(node.arguments[0]))
    settled = _settled if name in ("jsonencode", "yamlencode", "templatefile", "templatestring") else _opened
    if name == "templatestring" and node.arguments and not node.expand:
        return _templatestring(node, [*map(_with(settled), arguments)])
    if not node.expand:

        def run_call(scope: Scope) -> Value:
            values = [settled(argument(scope)) for argument in arguments]
            null_types = None
            if None in values:
                null_types = [
                    null_type(n, scope) if v is None else None for n, v in zip(node.arguments, values, strict=True)
                ]
            return call(name, values, scope.module.functions, null_types, scope.tries)

        return run_call

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
        result = call(name, [*values, *last], scope.module.functions, tries=scope.tries)
        return as_sensitive(result) if sensitive else result

    return run


_OF_FILES = frozenset(
    [
        "file",
        "filebase64",
        "filebase64sha256",
        "filebase64sha512",
        "fileexists",
        "filemd5",
        "fileset",
        "filesha1",
        "filesha256",
        "filesha512",
        "templatefile",
    ]
)
"""Functions whose first argument is a path, a relative one taken from the root module as by ``abspath``."""


def _relative(path: ast.Expression) -> ast.Expression:
    """Return a path without ``abspath``, which for the functions of files says nothing."""
    while isinstance(path, ast.Call) and path.name == "abspath" and len(path.arguments) == 1 and not path.expand:
        path = path.arguments[0]
    return path


def _with(settled: Callable[[Value], Value]) -> Callable[[Closure], Closure]:
    return lambda argument: lambda scope: settled(argument(scope))


def _templatestring(node: ast.Call, arguments: list[Closure]) -> Closure:
    """Return a call of ``templatestring``, whose first argument Terraform wants to be a reference to a template."""
    template = node.arguments[0]
    while isinstance(template, ast.GetAttr | ast.Index):
        template = template.target
    is_reference = isinstance(template, ast.Variable) and template is not node.arguments[0]

    def run(scope: Scope) -> Value:
        result = call(
            "templatestring", [argument(scope) for argument in arguments], scope.module.functions, tries=scope.tries
        )
        if scope.tries and not is_reference:
            return Unknown("templatestring() of what is no reference is refused by Terraform, not by OpenTofu")
        return result

    return run


def _convert(argument: Closure, type_: ast.Expression) -> Closure:
    """Return a call of ``convert``: https://developer.hashicorp.com/terraform/language/functions/convert"""

    def run(scope: Scope) -> Value:
        wanted = parse_type(type_, lambda expression: compile_expression(expression)(scope))
        result = convert(argument(scope), wanted)
        return Unknown("convert() is not known to Terraform before 1.15") if scope.tries else result

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
                value = argument(scope.trying())
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
            value = arguments[0](scope.trying())
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
