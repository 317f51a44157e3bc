"""Expression nodes as closures over a scope: each node object is compiled once.

The modules that know a kind of node register how it is compiled (``compiles``); ``expressions``
imports them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.scope import LazyObject, Scope
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.types.types import friendly_name, type_of
from sgwarden.terraform.types.values import TfSet, Value

Closure = Callable[[Scope], Value]
Compiler = TypeVar("Compiler", bound=Callable[[Any], Closure])

_COMPILERS: dict[type, Callable[[Any], Closure]] = {}
_compiled: dict[int, tuple[ast.Expression, Closure]] = {}


def compiles(*kinds: type) -> Callable[[Compiler], Compiler]:
    """Register the decorated function as the one that compiles nodes of ``kinds``."""

    def register(compiler: Compiler) -> Compiler:
        for kind in kinds:
            _COMPILERS[kind] = compiler
        return compiler

    return register


def evaluate(expression: ast.Expression, scope: Scope) -> Value:
    """Return the value of ``expression``; raises EvaluationError where Terraform would refuse it."""
    return compile_expression(expression)(scope)


def compile_expression(node: ast.Expression) -> Closure:
    """Return a closure that evaluates ``node``; compiled once for each node object."""
    known = _compiled.get(id(node))
    if known is not None:
        return known[1]
    closure = _COMPILERS[type(node)](node)
    # The node is kept beside its closure so that its id cannot be reused by another.
    _compiled[id(node)] = (node, closure)
    return closure


def iterate(collection: Value) -> Iterator[tuple[Value, Value]]:
    """Yield key and value of every element in Terraform's order; raises EvaluationError for no collection."""
    if isinstance(collection, dict):
        return iter(sorted(collection.items()) if type(collection) is not LazyObject else _lazy_items(collection))
    if type(collection) is TfSet:
        return ((item, item) for item in collection)
    if isinstance(collection, tuple):
        return iter(enumerate(collection))
    name = friendly_name(type_of(collection), constraint=False)
    raise EvaluationError(
        f"Iteration over non-iterable value: a value of type {name} cannot be used as the collection in a 'for'"
        " expression."
    )


def _lazy_items(collection: LazyObject) -> Iterator[tuple[Value, Value]]:
    return iter(sorted(collection.items(), key=lambda item: item[0]))


__all__ = ["Closure", "compile_expression", "compiles", "evaluate", "iterate"]
