"""Syntax trees without spans, built and parsed for tests."""

from __future__ import annotations

from fractions import Fraction

from sgwarden.terraform.syntax.ast import (
    Binary,
    Expression,
    GetAttr,
    Index,
    Literal,
    ObjectCons,
    SplatItem,
    Template,
    TupleCons,
    Variable,
)
from sgwarden.terraform.syntax.parse import (
    parse_expression,
)
from sgwarden.terraform.syntax.relocate import with_span

S = (0, 0, 0, 0)


ITEM = SplatItem(S)


def lit(value: bool | int | Fraction | str | None) -> Literal:
    return Literal(S, value)


def var(name: str) -> Variable:
    return Variable(S, name)


def attr(target: Expression, *names: str) -> Expression:
    for name in names:
        target = GetAttr(S, target, name)
    return target


def at(target: Expression, key: Expression | int) -> Index:
    return Index(S, target, lit(key) if isinstance(key, int) else key)


def op(left: Expression, operator: str, right: Expression) -> Binary:
    return Binary(S, operator, left, right)


def text(*parts: Expression | str) -> Template:
    return Template(S, tuple(lit(part) if isinstance(part, str) else part for part in parts))


def items(*values: Expression) -> TupleCons:
    return TupleCons(S, values)


def obj(*pairs: tuple[Expression | str, Expression]) -> ObjectCons:
    return ObjectCons(S, tuple((lit(key) if isinstance(key, str) else key, value) for key, value in pairs))


def bare(source: str) -> Expression:
    """The nodes of an expression without their spans."""
    return with_span(parse_expression(source), S)


A, B, C = var("a"), var("b"), var("c")
