"""Evaluation of expressions: nodes are compiled once to closures over a scope.

Source: HCL native syntax specification,
https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md; where it is silent, the recorded
answers of ``terraform console`` under fixtures/truth decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from scanner.model import partial
from scanner.model.values import Sensitive, Unknown
from scanner.terraform import functions, nodes, operators
from scanner.terraform.conversions import to_bool, to_string
from scanner.terraform.errors import EvaluationError, UndeclaredReference
from scanner.terraform.null_types import null_type
from scanner.terraform.scope import Budget, LazyObject, Scope
from scanner.terraform.traversal import get_attr, index, mark, splat
from scanner.terraform.types import Type
from scanner.terraform.values import TfSet, Value

Closure = Callable[[Scope], Value]

MAX_STRING = 16 * 1024 * 1024
"""Characters a template may grow to; Terraform's own limit is the machine's memory."""

_ITEM = "*"
"""Local name of the current element of a splat; no identifier can be spelled so."""


def evaluate(expression: nodes.Expression, scope: Scope) -> Value:
    """The value of ``expression``; raises EvaluationError where Terraform would refuse it."""
    return compile_expression(expression)(scope)


_compiled: dict[int, tuple[nodes.Expression, Closure]] = {}


def compile_expression(node: nodes.Expression) -> Closure:
    """A closure that evaluates ``node``; compiled once for each node object."""
    known = _compiled.get(id(node))
    if known is not None:
        return known[1]
    closure = _COMPILERS[type(node)](node)
    # The node is kept beside its closure so that its id cannot be reused by another.
    _compiled[id(node)] = (node, closure)
    return closure


def _literal(node: nodes.Literal) -> Closure:
    value = node.value
    return lambda scope: value


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


def _variable(node: nodes.Variable) -> Closure:
    root = node.name

    def run(scope: Scope) -> Value:
        if root in scope.names:
            return scope.names[root]
        return scope.module.resolve(root, ())[0]

    return run


def _splat_item(node: nodes.SplatItem) -> Closure:
    return lambda scope: scope.names[_ITEM]


def _splat(node: nodes.Splat) -> Closure:
    source = compile_expression(node.source)
    each = compile_expression(node.each)

    def run(scope: Scope) -> Value:
        return splat(source(scope), lambda item: each(scope.child({_ITEM: item})))

    return run


def _unary(node: nodes.Unary) -> Closure:
    symbol, operand = node.operator, compile_expression(node.operand)
    return lambda scope: operators.unary(symbol, operand(scope))


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


def _conditional(node: nodes.Conditional) -> Closure:
    condition = compile_expression(node.condition)
    then, otherwise = compile_expression(node.then), compile_expression(node.otherwise)
    return lambda scope: operators.conditional(
        condition(scope),
        lambda: then(scope),
        lambda: otherwise(scope),
        lambda first: null_type(node.then if first else node.otherwise, scope),
    )


def _tuple(node: nodes.TupleCons) -> Closure:
    items = [compile_expression(item) for item in node.items]
    return lambda scope: tuple([item(scope) for item in items])


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


def iterate(collection: Value) -> Iterator[tuple[Value, Value]]:
    """Key and value of every element, in Terraform's order; raises EvaluationError for a non-collection."""
    if isinstance(collection, dict):
        return iter(sorted(collection.items()) if type(collection) is not LazyObject else _lazy_items(collection))
    if type(collection) is TfSet:
        return ((item, item) for item in collection)
    if isinstance(collection, tuple):
        return iter(enumerate(collection))
    raise EvaluationError("Iteration over non-iterable value.")


def _lazy_items(collection: LazyObject) -> Iterator[tuple[Value, Value]]:
    return iter(sorted(collection.items(), key=lambda item: item[0]))


def _for(node: nodes.For) -> Closure:
    collection = compile_expression(node.collection)
    run_items = _for_items(node)

    def run(scope: Scope) -> Value:
        source = collection(scope)
        sensitive = type(source) is Sensitive
        if sensitive:
            source = source.value
        if type(source) is Unknown:
            result: Value = Unknown(source.reason)
        elif source is None:
            raise EvaluationError(
                "Iteration over null value: a null value cannot be used as the collection in a 'for' expression."
            )
        else:
            result = run_items(source, scope)
        return mark(result) if sensitive else result

    return run


def _for_items(node: nodes.For) -> Callable[[Value, Scope], Value]:
    key_name, value_name = node.key_name, node.value_name
    condition = compile_expression(node.condition) if node.condition is not None else None
    key_closure = compile_expression(node.key) if node.key is not None else None
    value_closure = compile_expression(node.value)

    def inner_scopes(source: Value, scope: Scope) -> Iterator[Scope | Unknown]:
        budget = scope.module.budget
        for key, value in iterate(source):
            budget.spend()
            inner = scope.child({key_name: key, value_name: value} if key_name else {value_name: value})
            if condition is not None:
                keep = condition(inner)
                if type(keep) is Sensitive:
                    keep = keep.value
                if keep is None:
                    raise EvaluationError("Condition is null: the value of the 'if' clause must not be null.")
                keep = to_bool(keep)
                if type(keep) is Unknown:
                    yield keep
                    return
                if not keep:
                    continue
            yield inner

    def to_tuple(source: Value, scope: Scope) -> Value:
        result: list[Value] = []
        for inner in inner_scopes(source, scope):
            if isinstance(inner, Unknown):
                return Unknown(inner.reason)
            result.append(value_closure(inner))
        return tuple(result)

    def to_object(source: Value, scope: Scope) -> Value:
        assert key_closure is not None
        result: dict[str, Value] = {}
        sensitive = False
        for inner in inner_scopes(source, scope):
            if isinstance(inner, Unknown):
                return Unknown(inner.reason)
            key = key_closure(inner)
            if type(key) is Sensitive:
                sensitive, key = True, key.value
            if key is None:
                raise EvaluationError(
                    "Invalid object key: key expression in 'for' expression must not produce a null value."
                )
            key = to_string(key)
            if type(key) is Unknown:
                return Unknown(key.reason)
            value = value_closure(inner)
            if node.group:
                result.setdefault(key, []).append(value)
            elif key in result:
                raise EvaluationError(
                    f"Duplicate object key: two different items produced the key \"{key}\" in this 'for' expression."
                )
            else:
                result[key] = value
        if node.group:
            result = {key: tuple(values) for key, values in result.items()}
        return mark(result) if sensitive else result

    return to_object if key_closure is not None else to_tuple


def _call(node: nodes.Call) -> Closure:
    name = node.name.removeprefix("core::")
    arguments = [compile_expression(argument) for argument in node.arguments]
    if name in ("try", "can"):
        return _try(arguments) if name == "try" else _can(arguments)
    settled = _settled if name in ("jsonencode", "yamlencode", "templatefile", "templatestring") else _opened
    if not node.expand:
        return lambda scope: functions.call(
            name, [settled(argument(scope)) for argument in arguments], scope.module.functions
        )

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
        result = functions.call(name, [*values, *last], scope.module.functions)
        return mark(result) if sensitive else result

    return run


def _opened(value: Value) -> Value:
    """An object that is computed on demand as the plain object that functions know."""
    return dict(value.items()) if type(value) is LazyObject else value


def _settled(value: Value) -> Value:
    """``value`` without objects computed on demand, at any depth; one that only the provider knows is unknown."""
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
    """The first argument without an error.

    A value with any unknown part is wholly unknown: once known, it might turn out to be an error
    (terraform's ``tryfunc``). An unknown resource attribute still says which it stands for.
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
            unknown = first_unknown(value)
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
        unknown = first_unknown(value)
        return True if unknown is None else Unknown(unknown.reason, type="bool")

    return run


def first_unknown(value: Value) -> Unknown | None:
    """The first unknown part of ``value``, or None when it is wholly known."""
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return None
    if kind is Unknown:
        return value  # type: ignore[no-any-return]
    if kind is Sensitive:
        return first_unknown(value.value)
    if kind is LazyObject and value.open:
        return value.reference or Unknown("some attributes are known only after apply")
    if isinstance(value, (dict, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            unknown = first_unknown(item)
            if unknown is not None:
                return unknown
    return None


def _template(node: nodes.Template) -> Closure:
    if len(node.parts) == 1 and not isinstance(node.parts[0], (nodes.Literal, nodes.TemplateIf, nodes.TemplateFor)):
        return compile_expression(node.parts[0])
    parts = [compile_expression(part) for part in node.parts]

    def run(scope: Scope) -> Value:
        pieces: list[str | Unknown] = []
        unknown: Unknown | None = None
        sensitive = False
        for part in parts:
            value = part(scope)
            if type(value) is Sensitive:
                sensitive, value = True, value.value
            if type(value) is not str:
                if value is None:
                    raise EvaluationError("Invalid template interpolation value: the expression result is null.")
                value = to_string(value)
            if type(value) is Unknown:
                unknown = unknown or value
            pieces.append(value)
        if unknown is not None:
            not_null = unknown.not_null or any(type(piece) is str and piece for piece in pieces)
            result: Value = partial.text(pieces, unknown.reason, not_null=not_null)
        else:
            result = _bounded("".join(pieces))  # type: ignore[arg-type]
        return mark(result) if sensitive else result

    return run


def _bounded(text: str) -> str:
    if len(text) > MAX_STRING:
        raise EvaluationError(f"a string grows beyond {MAX_STRING} characters")
    return text


def _template_if(node: nodes.TemplateIf) -> Closure:
    condition = compile_expression(node.condition)
    then, otherwise = compile_expression(node.then), compile_expression(node.otherwise)
    return lambda scope: operators.conditional(condition(scope), lambda: then(scope), lambda: otherwise(scope))


def _template_for(node: nodes.TemplateFor) -> Closure:
    loop = _for(nodes.For(node.span, node.key_name, node.value_name, node.collection, None, node.body, None, False))

    def run(scope: Scope) -> Value:
        values = loop(scope)
        if type(values) is Sensitive:
            return mark(_join(values.value))
        return _join(values)

    return run


def _join(values: Value) -> Value:
    if type(values) is Unknown:
        return Unknown(values.reason, type="string")
    pieces = [to_string(value.value if type(value) is Sensitive else value) for value in values]
    for piece in pieces:
        if type(piece) is Unknown:
            return Unknown(piece.reason, type="string")
    text = _bounded("".join(pieces))
    return mark(text) if any(type(value) is Sensitive for value in values) else text


_COMPILERS: Mapping[type, Callable[[Any], Closure]] = {
    nodes.Literal: _literal,
    nodes.Template: _template,
    nodes.TemplateIf: _template_if,
    nodes.TemplateFor: _template_for,
    nodes.Variable: _variable,
    nodes.GetAttr: _traversal,
    nodes.Index: _traversal,
    nodes.SplatItem: _splat_item,
    nodes.Splat: _splat,
    nodes.Unary: _unary,
    nodes.Binary: _binary,
    nodes.Conditional: _conditional,
    nodes.Call: _call,
    nodes.TupleCons: _tuple,
    nodes.ObjectCons: _object,
    nodes.For: _for,
}


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


__all__ = ["Scope", "compile_expression", "evaluate", "evaluate_text", "first_unknown", "iterate"]
