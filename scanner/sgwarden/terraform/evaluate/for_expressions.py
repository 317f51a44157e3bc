"""``for`` expressions.

Source: https://developer.hashicorp.com/terraform/language/expressions/for
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError, UndeclaredReference
from sgwarden.terraform.evaluate.compile import Closure, compile_expression, compiles, iterate
from sgwarden.terraform.evaluate.scope import Scope
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.types.convert import to_bool, to_string
from sgwarden.terraform.types.values import Value, as_sensitive


@compiles(ast.For)
def compile_for(node: ast.For) -> Closure:
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
        elif not sensitive:
            return run_items(source, scope)
        else:
            try:
                result = run_items(source, scope)
            except UndeclaredReference:
                raise
            except EvaluationError:
                raise EvaluationError(
                    "a 'for' expression failed: the message is not shown, as its collection is sensitive."
                ) from None
        return as_sensitive(result) if sensitive else result

    return run


def _keeps(condition: Value) -> bool | Unknown:
    """Return whether the ``if`` clause keeps an element."""
    if condition is None:
        raise EvaluationError("Condition is null: the value of the 'if' clause must not be null.")
    try:
        keeps: bool | Unknown = to_bool(condition)
    except EvaluationError as error:
        raise EvaluationError(f"Invalid 'for' condition: the 'if' clause value is invalid: {error}.") from error
    return keeps


def _object_key(key: Value) -> str | Unknown:
    if key is None:
        raise EvaluationError("Invalid object key: key expression in 'for' expression must not produce a null value.")
    try:
        text: str | Unknown = to_string(key)
    except EvaluationError as error:
        raise EvaluationError(f"Invalid object key: the key expression produced an invalid result: {error}.") from error
    return text


def _duplicate(key: str) -> EvaluationError:
    return EvaluationError(
        f"Duplicate object key: two different items produced the key \"{key}\" in this 'for' expression. If duplicates"
        " are expected, use the ellipsis (...) after the value expression to enable grouping by key."
    )


def _check_condition(condition: Closure, names: tuple[str, ...], scope: Scope) -> bool:
    """Evaluate the ``if`` clause with unknown names; return whether it is sensitive.

    Terraform does so before the first element, and refuses what is wrong whatever the element.
    """
    unknown = Unknown("the element of a 'for' expression")
    result = condition(scope.child(dict.fromkeys(names, unknown)))
    sensitive = type(result) is Sensitive
    _keeps(result.value if sensitive else result)
    return sensitive


def _for_items(node: ast.For) -> Callable[[Value, Scope], Value]:
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
                kept = condition(inner)
                keep = _keeps(kept.value if type(kept) is Sensitive else kept)
                if isinstance(keep, Unknown):
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
            key = _object_key(key)
            if isinstance(key, Unknown):
                return Unknown(key.reason)
            value = value_closure(inner)
            if node.group:
                result.setdefault(key, []).append(value)
            elif key in result:
                raise _duplicate(key)
            else:
                result[key] = value
        if node.group:
            result = {key: tuple(values) for key, values in result.items()}
        return as_sensitive(result) if sensitive else result

    run = to_object if key_closure is not None else to_tuple
    if condition is None:
        return run
    clause, names = condition, tuple(name for name in (key_name, value_name) if name)

    def checked(source: Value, scope: Scope) -> Value:
        sensitive = _check_condition(clause, names, scope)
        result = run(source, scope)
        return as_sensitive(result) if sensitive and source else result

    return checked


__all__ = ["compile_for", "iterate"]
