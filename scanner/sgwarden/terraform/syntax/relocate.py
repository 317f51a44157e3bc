"""Walks over nodes: their children, and copies that stand elsewhere in a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar, cast, get_args

from msgspec import Struct

from sgwarden.terraform.syntax.ast import Attribute, Block, Body, Expression, Span

_Node = TypeVar("_Node")
_EXPRESSIONS: tuple[type[Struct], ...] = get_args(Expression)
_NODES: tuple[type[Struct], ...] = (*_EXPRESSIONS, Attribute, Block)
_FIELDS: dict[type, tuple[str, ...]] = {kind: kind.__struct_fields__[1:] for kind in _NODES}


def children(expression: Expression) -> Iterator[Expression]:
    """Yield the expressions directly inside an expression, in the order of its fields."""
    for name in _FIELDS[type(expression)]:
        yield from _expressions(getattr(expression, name))


def _expressions(value: Any) -> Iterator[Expression]:
    if isinstance(value, tuple):
        for item in value:
            yield from _expressions(item)
    elif isinstance(value, _EXPRESSIONS):
        yield cast(Expression, value)


def relocate(node: _Node, lines: int, columns: int, first_line: int = 1) -> _Node:
    """Return the node ``lines`` further down, what is on ``first_line`` also ``columns`` to the right."""
    if not lines and not columns:
        return node

    def span(old: Span) -> Span:
        line, column, end_line, end_column = old
        if columns:
            column += columns if line == first_line else 0
            end_column += columns if end_line == first_line else 0
        return (line + lines, column, end_line + lines, end_column)

    def move(value: Any) -> Any:
        names = _FIELDS.get(type(value))
        if names is not None:
            return type(value)(span(value.span), *[move(getattr(value, name)) for name in names])
        if type(value) is tuple:
            return tuple([move(item) for item in value])
        if type(value) is Body:
            return Body({name: move(item) for name, item in value.attributes.items()}, move(value.blocks))
        return value

    result: _Node = move(node)
    return result


def with_span(node: Expression, span: Span) -> Expression:
    """Return the same expression with one span for all of it, for what stands inside a JSON string."""

    def place(value: Any) -> Any:
        names = _FIELDS.get(type(value))
        if names is not None:
            return type(value)(span, *[place(getattr(value, name)) for name in names])
        if type(value) is tuple:
            return tuple([place(item) for item in value])
        return value

    result: Expression = place(node)
    return result
