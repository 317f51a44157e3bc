"""Syntax nodes of the Terraform language: expressions, attributes, blocks, each with its span.

A span is ``(line, column, end_line, end_column)``, 1-based, ``end_column`` one past the last
character. Nodes are immutable and know nothing of files, so equal texts can share them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Union

from msgspec import Struct, field

Span = tuple[int, int, int, int]


class Literal(Struct, frozen=True):
    """null, bool, number or a string without interpolation (escapes resolved)."""

    span: Span
    value: bool | int | Fraction | str | None


class Template(Struct, frozen=True):
    """A quoted or heredoc template with at least one interpolation or directive.

    Text parts are Literal strings (escapes, strip markers and heredoc indentation resolved).
    A template of exactly one part that is not a Literal, TemplateIf or TemplateFor yields that
    part's value unchanged (``"${var.x}"``).
    """

    span: Span
    parts: tuple[Expression, ...]


class TemplateIf(Struct, frozen=True):
    """``%{ if condition }...%{ else }...%{ endif }``; a part of a Template. Branches are Templates or Literals."""

    span: Span
    condition: Expression
    then: Expression
    otherwise: Expression


class TemplateFor(Struct, frozen=True):
    """``%{ for key, value in collection }body%{ endfor }``; a part of a Template."""

    span: Span
    key_name: str | None
    value_name: str
    collection: Expression
    body: Expression


class Variable(Struct, frozen=True):
    """The root of a reference: ``var``, ``local``, ``aws_instance``, ``each``, a for variable ..."""

    span: Span
    name: str


class GetAttr(Struct, frozen=True):
    """``target.name``"""

    span: Span
    target: Expression
    name: str


class Index(Struct, frozen=True):
    """``target[key]``; ``target.0`` gives a Literal key."""

    span: Span
    target: Expression
    key: Expression


class SplatItem(Struct, frozen=True):
    """Stands for the current element inside ``Splat.each``."""

    span: Span


class Splat(Struct, frozen=True):
    """``source[*].a[0]`` (full) or ``source.*.a``.

    ``each`` is the traversal applied to every element, over a SplatItem. With the full form all
    following attributes and indexes belong to ``each``; with the attribute form only attributes
    do, and a following ``[...]`` is an Index around the Splat, as HCL defines it.
    """

    span: Span
    source: Expression
    each: Expression
    full: bool


class Unary(Struct, frozen=True):
    """``-operand`` or ``!operand``"""

    span: Span
    operator: str
    operand: Expression


class Binary(Struct, frozen=True):
    """``left operator right``; operators as written: ``+ - * / % == != < > <= >= && ||``."""

    span: Span
    operator: str
    left: Expression
    right: Expression


class Conditional(Struct, frozen=True):
    """``condition ? then : otherwise``"""

    span: Span
    condition: Expression
    then: Expression
    otherwise: Expression


class Call(Struct, frozen=True):
    """``name(arguments)``; provider functions keep their full name ``provider::aws::arn_parse``."""

    span: Span
    name: str
    arguments: tuple[Expression, ...]
    expand: bool
    """Whether the last argument is expanded with ``...``."""


class TupleCons(Struct, frozen=True):
    """``[a, b]``"""

    span: Span
    items: tuple[Expression, ...]


class ObjectCons(Struct, frozen=True):
    """``{key = value}``; a bare name key is a Literal string, ``(expression)`` and templates are expressions."""

    span: Span
    items: tuple[tuple[Expression, Expression], ...]


class For(Struct, frozen=True):
    """``[for k, v in collection : value if condition]``, or ``{... : key => value... if condition}`` when ``key`` is set."""

    span: Span
    key_name: str | None
    value_name: str
    collection: Expression
    key: Expression | None
    value: Expression
    condition: Expression | None
    group: bool


Expression = Union[
    Literal, Template, TemplateIf, TemplateFor, Variable, GetAttr, Index, SplatItem, Splat,
    Unary, Binary, Conditional, Call, TupleCons, ObjectCons, For,
]  # fmt: skip


class Attribute(Struct, frozen=True):
    """``name = expression``; the span covers the whole attribute."""

    span: Span
    name: str
    expression: Expression


class Body(Struct, frozen=True):
    """The inside of a block: attributes by name and nested blocks in order."""

    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()


class Block(Struct, frozen=True):
    """``type "label" { body }``; the span covers all of it, ``header_end`` the line of its ``{``."""

    span: Span
    type: str
    labels: tuple[str, ...]
    body: Body


class Problem(Struct, frozen=True):
    """A part of a file that could not be read."""

    line: int
    column: int
    message: str
