"""Evaluation of expressions.

Source: HCL native syntax specification,
https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md; where it is silent, the recorded
answers of ``terraform console`` under fixtures/truth decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from scanner.model.values import Sensitive, Unknown
from scanner.terraform import functions, nodes, operators
from scanner.terraform import template_evaluation as _templates  # noqa: F401 - compiles templates
from scanner.terraform.call_evaluation import first_unknown
from scanner.terraform.compiling import Closure, compile_expression, compiles, evaluate
from scanner.terraform.conversions import to_string
from scanner.terraform.errors import EvaluationError, UndeclaredReference
from scanner.terraform.for_expressions import iterate
from scanner.terraform.null_types import null_type
from scanner.terraform.scope import Budget, Scope
from scanner.terraform.traversal import get_attr, index, mark, splat
from scanner.terraform.types import Type
from scanner.terraform.values import Value

_ITEM = "*"
"""Local name of the current element of a splat; no identifier can be spelled so."""


@compiles(nodes.Literal)
def _literal(node: nodes.Literal) -> Closure:
    value = node.value
    return lambda scope: value


@compiles(nodes.GetAttr, nodes.Index)
def _traversal(node: nodes.Expression) -> Closure:
    """A chain of attributes and indexes over a root name is looked up as one reference."""
    chain: list[nodes.GetAttr | nodes.Index] = []
    target = node
    while isinstance(target, (nodes.GetAttr, nodes.Index)):
        chain.append(target)
        target = target.target
    chain.reverse()
    if not isinstance(target, nodes.Variable):
        return _steps(compile_expression(target), chain)
    root = target.name
    names: list[str | None] = []
    for step in chain:
        name = step.name if isinstance(step, nodes.GetAttr) else None
        if isinstance(step, nodes.Index) and isinstance(step.key, nodes.Literal) and isinstance(step.key.value, str):
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


def _applier(step: nodes.GetAttr | nodes.Index) -> Callable[[Value, Scope], Value]:
    if isinstance(step, nodes.GetAttr):
        name = step.name
        return lambda value, scope: get_attr(value, name)
    if isinstance(step.key, nodes.Literal):
        constant = step.key.value
        return lambda value, scope: index(value, constant)
    key = compile_expression(step.key)
    return lambda value, scope: index(value, key(scope))


def _steps(source: Closure, chain: list[nodes.GetAttr | nodes.Index]) -> Closure:
    appliers = [_applier(step) for step in chain]

    def run(scope: Scope) -> Value:
        value = source(scope)
        for applier in appliers:
            value = applier(value, scope)
        return value

    return run


@compiles(nodes.Variable)
def _variable(node: nodes.Variable) -> Closure:
    root = node.name

    def run(scope: Scope) -> Value:
        if root in scope.names:
            return scope.names[root]
        return scope.module.resolve(root, ())[0]

    return run


@compiles(nodes.SplatItem)
def _splat_item(node: nodes.SplatItem) -> Closure:
    return lambda scope: scope.names[_ITEM]


@compiles(nodes.Splat)
def _splat(node: nodes.Splat) -> Closure:
    source = compile_expression(node.source)
    each = compile_expression(node.each)

    def run(scope: Scope) -> Value:
        return splat(source(scope), lambda item: each(scope.child({_ITEM: item})))

    return run


@compiles(nodes.Unary)
def _unary(node: nodes.Unary) -> Closure:
    symbol, operand = node.operator, compile_expression(node.operand)
    return lambda scope: operators.unary(symbol, operand(scope))


@compiles(nodes.Binary)
def _binary(node: nodes.Binary) -> Closure:
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
            b = right(scope)
        except UndeclaredReference:
            raise
        except EvaluationError:
            # Terraform 1.11 skips errors of the right side when the left side decides.
            if a is decides:
                return a
            raise
        return operators.logical(symbol, a, b)

    return run


@compiles(nodes.Conditional)
def _conditional(node: nodes.Conditional) -> Closure:
    condition = compile_expression(node.condition)
    then, otherwise = compile_expression(node.then), compile_expression(node.otherwise)
    return lambda scope: operators.conditional(
        condition(scope),
        lambda: then(scope),
        lambda: otherwise(scope),
        lambda first: null_type(node.then if first else node.otherwise, scope),
    )


@compiles(nodes.TupleCons)
def _tuple(node: nodes.TupleCons) -> Closure:
    items = [compile_expression(item) for item in node.items]
    return lambda scope: tuple([item(scope) for item in items])


@compiles(nodes.ObjectCons)
def _object(node: nodes.ObjectCons) -> Closure:
    if all(isinstance(key, nodes.Literal) and isinstance(key.value, str) for key, _ in node.items):
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
        return mark(result) if sensitive else result

    return run


class _NoModule:
    """A module with nothing in it, for expressions that stand alone."""

    def __init__(self, base_dir: Path) -> None:
        self.budget = Budget()
        self.functions = function_context(base_dir, base_dir)

    def resolve(self, root: str, steps: tuple[str | None, ...]) -> tuple[Value, int]:
        raise UndeclaredReference(f'Reference to undeclared name "{root}".')

    def declared(self, root: str, name: str) -> Type | nodes.Expression | None:
        return None


def function_context(
    base_dir: Path, allowed_root: Path, on_read: Callable[[Path], None] | None = None
) -> functions.FunctionContext:
    """What built-in functions need: where they read files, and how templates in files are evaluated."""
    context: functions.FunctionContext

    def render(text: str, variables: Mapping[str, Value], name: str) -> Value:
        from scanner.terraform.syntax import free_variables, parse_template

        template = parse_template(text)
        for variable in free_variables(template):
            if variable.name not in variables:
                line, column, _, end = variable.span
                raise functions.ArgumentError(
                    1,
                    f'vars map does not contain key "{variable.name}", referenced at {name}:{line},{column}-{end}',
                )
        holder = _NoModule(base_dir)
        holder.functions = context
        return evaluate(template, Scope(holder, dict(variables)))

    context = functions.FunctionContext(
        base_dir=base_dir, allowed_root=allowed_root, on_read=on_read or (lambda path: None), render_template=render
    )
    return context


def evaluate_text(text: str, variables: Mapping[str, Value] | None = None, base_dir: Path | None = None) -> Value:
    """The value of an expression given as text, with ``variables`` as its local names.

    Raises EvaluationError, also for text that is no expression.
    """
    from scanner.terraform.syntax import parse_expression

    return evaluate(parse_expression(text), Scope(_NoModule(base_dir or Path.cwd()), dict(variables or {})))


__all__ = ["Scope", "compile_expression", "evaluate", "evaluate_text", "first_unknown", "function_context", "iterate"]
