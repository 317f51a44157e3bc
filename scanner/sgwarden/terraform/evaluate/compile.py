"""Expression nodes as closures over a scope: each node object is compiled once.

The modules that know a kind of node register how it is compiled (``compiles``); ``expressions``
imports them all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sgwarden.terraform.evaluate.scope import Scope
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.types.values import Value

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


__all__ = ["Closure", "compile_expression", "compiles", "evaluate"]
