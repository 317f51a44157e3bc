"""Nodes are compiled once each."""

from __future__ import annotations

from sgwarden.terraform.evaluate.compile import compile_expression, evaluate
from sgwarden.terraform.evaluate.expressions import evaluate_text
from sgwarden.terraform.evaluate.scope import Scope
from sgwarden.terraform.syntax import ast

S = (1, 1, 1, 2)


def test_a_node_is_compiled_once_and_an_equal_one_again() -> None:
    node, equal = ast.Literal(S, 1), ast.Literal(S, 1)
    assert compile_expression(node) is compile_expression(node)
    assert compile_expression(node) is not compile_expression(equal)


def test_a_compiled_node_takes_its_names_from_each_scope() -> None:
    node = ast.Binary(S, "+", ast.Variable(S, "a"), ast.Literal(S, 1))
    scopes = [Scope(None, {"a": value}) for value in (1, 2)]  # type: ignore[arg-type]
    assert [evaluate(node, scope) for scope in scopes] == [2, 3]
    assert evaluate_text("a + 1", {"a": 3}) == 4
