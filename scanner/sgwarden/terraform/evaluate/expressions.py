"""Evaluation of expressions.

Source: HCL native syntax specification,
https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md; where it is silent, the recorded
answers of ``terraform console`` under fixtures/truth decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError, UndeclaredReference
from sgwarden.terraform.evaluate import (  # noqa: F401 - some only register what they compile
    for_expressions,
    function_calls,
    operators,
    templates,
)
from sgwarden.terraform.evaluate.compile import Closure, compile_expression, compiles, evaluate
from sgwarden.terraform.evaluate.null_types import null_type
from sgwarden.terraform.evaluate.scope import Budget, Scope
from sgwarden.terraform.evaluate.traversal import get_attr, index, splat
from sgwarden.terraform.functions.spec import ArgumentError, FunctionContext
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.syntax.parse import free_variables, parse_expression, parse_template, read_attributes
from sgwarden.terraform.syntax.relocate import children
from sgwarden.terraform.types.convert import to_string
from sgwarden.terraform.types.types import ListType, SetType, TupleType, Type
from sgwarden.terraform.types.values import Value, as_sensitive

_ITEM = "*"
"""Local name of the current element of a splat; no identifier can be spelled so."""


@compiles(ast.Literal)
def _literal(node: ast.Literal) -> Closure:
    value = node.value
    return lambda scope: value


@compiles(ast.GetAttr, ast.Index)
def _traversal(node: ast.Expression) -> Closure:
    """Return a chain of attributes and indexes over a root name is looked up as one reference."""
    chain: list[ast.GetAttr | ast.Index] = []
    target = node
    while isinstance(target, (ast.GetAttr, ast.Index)):
        chain.append(target)
        target = target.target
    chain.reverse()
    if not isinstance(target, ast.Variable):
        return _steps(compile_expression(target), chain)
    root = target.name
    names: list[str | None] = []
    for step in chain:
        name = step.name if isinstance(step, ast.GetAttr) else None
        if isinstance(step, ast.Index) and isinstance(step.key, ast.Literal) and isinstance(step.key.value, str):
            name = step.key.value
        names.append(name)
    steps = tuple(names)
    appliers = [_applier(step) for step in chain]

    def run(scope: Scope) -> Value:
        if root in scope.names:
            value, taken = scope.names[root], 0
        else:
            value, taken = scope.module.resolve(root, steps)
        for applier in appliers[taken:]:
            value = applier(value, scope)
        return value

    return run


def _applier(step: ast.GetAttr | ast.Index) -> Callable[[Value, Scope], Value]:
    if isinstance(step, ast.GetAttr):
        name = step.name
        return lambda value, scope: get_attr(value, name)
    if isinstance(step.key, ast.Literal):
        constant = step.key.value
        return lambda value, scope: index(value, constant)
    key = compile_expression(step.key)
    return lambda value, scope: index(value, key(scope))


def _steps(source: Closure, chain: list[ast.GetAttr | ast.Index]) -> Closure:
    appliers = [_applier(step) for step in chain]

    def run(scope: Scope) -> Value:
        value = source(scope)
        for applier in appliers:
            value = applier(value, scope)
        return value

    return run


@compiles(ast.Variable)
def _variable(node: ast.Variable) -> Closure:
    root = node.name

    def run(scope: Scope) -> Value:
        if root in scope.names:
            return scope.names[root]
        return scope.module.resolve(root, ())[0]

    return run


@compiles(ast.SplatItem)
def _splat_item(node: ast.SplatItem) -> Closure:
    return lambda scope: scope.names[_ITEM]


@compiles(ast.Splat)
def _splat(node: ast.Splat) -> Closure:
    source = compile_expression(node.source)
    each = compile_expression(node.each)

    def run(scope: Scope) -> Value:
        value = source(scope)
        if value is None and isinstance(null_type(node.source, scope), ListType | SetType | TupleType):
            raise EvaluationError(
                "Splat of null value: splat expressions (with the * symbol) cannot be applied to null sequences."
            )
        return splat(value, lambda item: each(scope.child({_ITEM: item})))

    return run


@compiles(ast.Unary)
def _unary(node: ast.Unary) -> Closure:
    symbol, operand = node.operator, compile_expression(node.operand)
    return lambda scope: operators.unary(symbol, operand(scope))


@compiles(ast.Binary)
def _binary(node: ast.Binary) -> Closure:
    symbol = node.operator
    left, right = compile_expression(node.left), compile_expression(node.right)
    if symbol in ("&&", "||"):
        return _logical(symbol, left, right)
    if symbol in ("==", "!="):
        return lambda scope: operators.comparison(symbol, left(scope), right(scope))
    return lambda scope: operators.arithmetic(symbol, left(scope), right(scope))


def _logical(symbol: str, left: Closure, right: Closure) -> Closure:
    decides = symbol == "||"

    def run(scope: Scope) -> Value:
        a = left(scope)
        try:
            return operators.logical(symbol, a, right(scope))
        except UndeclaredReference:
            raise
        except EvaluationError as error:
            if a is not decides:
                raise
            # Terraform up to 1.11 ends here; from 1.12 the right side is not looked at. What the plan survives is the
            # latter, unless something catches the error.
            if scope.tries:
                return Unknown(f"Terraform up to 1.11 looks behind {symbol} and fails: {error}", type="bool")
            return a

    return run


@compiles(ast.Conditional)
def _conditional(node: ast.Conditional) -> Closure:
    condition = compile_expression(node.condition)
    then, otherwise = compile_expression(node.then), compile_expression(node.otherwise)
    return lambda scope: operators.conditional(
        condition(scope),
        lambda: then(scope),
        lambda: otherwise(scope),
        lambda first: null_type(node.then if first else node.otherwise, scope),
    )


@compiles(ast.TupleCons)
def _tuple(node: ast.TupleCons) -> Closure:
    items = [compile_expression(item) for item in node.items]
    return lambda scope: tuple([item(scope) for item in items])


@compiles(ast.ObjectCons)
def _object(node: ast.ObjectCons) -> Closure:
    if all(isinstance(key, ast.Literal) and isinstance(key.value, str) for key, _ in node.items):
        constant = [(key.value, compile_expression(value)) for key, value in node.items]  # type: ignore[union-attr]
        return lambda scope: {key: value(scope) for key, value in constant}
    items = [(compile_expression(key), compile_expression(value)) for key, value in node.items]

    def run(scope: Scope) -> Value:
        result: dict[str, Value] = {}
        sensitive = False
        for key_closure, value_closure in items:
            key = key_closure(scope)
            if type(key) is Sensitive:
                sensitive, key = True, key.value
            if key is None:
                raise EvaluationError("Null value as key: can't use a null value as a key.")
            key = to_string(key)
            if type(key) is Unknown:
                return Unknown(key.reason)
            result[key] = value_closure(scope)
        return as_sensitive(result) if sensitive else result

    return run


class _NoModule:
    """A module with nothing in it, for expressions that stand alone."""

    def __init__(self, functions: FunctionContext) -> None:
        self.budget = Budget()
        self.functions = functions

    def resolve(self, root: str, steps: tuple[str | None, ...]) -> tuple[Value, int]:
        raise UndeclaredReference(f'Reference to undeclared name "{root}".')

    def declared(self, root: str, name: str) -> Type | ast.Expression | None:
        return None


def _calls_a_function(expression: ast.Expression) -> bool:
    return isinstance(expression, ast.Call) or any(map(_calls_a_function, children(expression)))


def function_context(
    base_dir: Path, allowed_root: Path, on_read: Callable[[Path], None] = lambda path: None
) -> FunctionContext:
    """Return what built-in functions need: where they read files, and how templates in files are evaluated."""

    def render(text: str, variables: Mapping[str, Value], name: str) -> Value:
        template = parse_template(text)
        for variable in free_variables(template):
            if variable.name not in variables:
                line, column, _, end = variable.span
                raise ArgumentError(
                    1,
                    f'vars map does not contain key "{variable.name}", referenced at {name}:{line},{column}-{end}',
                )
        return evaluate(template, Scope(_NoModule(context), dict(variables)))

    def decode(text: str) -> Value:
        attributes, problems = read_attributes(Path("text.tfvars"), text)
        if problems:
            raise EvaluationError(f"failed to parse tfvars source: {problems[0].message}")
        scope = Scope(_NoModule(context), {})
        found = {name: attribute.expression for name, attribute in sorted(attributes.items())}
        if any(next(free_variables(expression), None) for expression in found.values()):
            raise EvaluationError("variables not allowed: variables may not be used here")
        if any(map(_calls_a_function, found.values())):
            raise EvaluationError("function calls not allowed: functions may not be called here")
        return {name: evaluate(expression, scope) for name, expression in found.items()}

    context = FunctionContext(base_dir, allowed_root, on_read, render, decode)
    return context


def evaluate_text(
    text: str, variables: Mapping[str, Value] | None = None, base_dir: Path | None = None, *, tries: bool = False
) -> Value:
    """Return the value of an expression given as text, with ``variables`` as its local names.

    ``tries`` evaluates it as an argument of ``try``. Raises EvaluationError, also for text that is no expression.
    """
    directory = base_dir or Path.cwd()
    module = _NoModule(function_context(directory, directory))
    return evaluate(parse_expression(text), Scope(module, dict(variables or {}), tries))


__all__ = ["evaluate", "evaluate_text", "function_context"]
