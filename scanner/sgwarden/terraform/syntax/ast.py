"""Syntax nodes of the Terraform language: expressions, attributes, blocks, each with its span.

A span is ``(line, column, end_line, end_column)``, 1-based, ``end_column`` one past the last
character. Nodes are immutable and know nothing of files, so equal texts can share them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Union

from msgspec import Struct, field

Span = tuple[int, int, int, int]


if TYPE_CHECKING:
    Constant = bool | int | Fraction | str | None
else:
    Constant = object  # msgspec puts no Fraction in a union: as an object, a decoder calls its hook for every constant


class Node(Struct, frozen=True, array_like=True, tag=True, tag_field="node"):
    """A part of a syntax tree; stored as the name of its class, its span and its fields."""

    span: Span


class Literal(Node, frozen=True):
    """null, bool, number or a string without interpolation (escapes resolved)."""

    value: Constant


class Template(Node, frozen=True):
    """A quoted or heredoc template with at least one interpolation or directive.

    Text parts are Literal strings (escapes, strip markers and heredoc indentation resolved).
    A template of exactly one part that is not a Literal, TemplateIf or TemplateFor yields that
    part's value unchanged (``"${var.x}"``).
    """

    parts: tuple[Expression, ...]


class TemplateIf(Node, frozen=True):
    """``%{ if condition }...%{ else }...%{ endif }``; a part of a Template. Branches are Templates or Literals."""

    condition: Expression
    then: Expression
    otherwise: Expression


class TemplateFor(Node, frozen=True):
    """``%{ for key, value in collection }body%{ endfor }``; a part of a Template."""

    key_name: str | None
    value_name: str
    collection: Expression
    body: Expression


class Variable(Node, frozen=True):
    """The root of a reference: ``var``, ``local``, ``aws_instance``, ``each``, a for variable ..."""

    name: str


class GetAttr(Node, frozen=True):
    """``target.name``"""

    target: Expression
    name: str


class Index(Node, frozen=True):
    """``target[key]``; ``target.0`` gives a Literal key."""

    target: Expression
    key: Expression


class SplatItem(Node, frozen=True):
    """Stands for the current element inside ``Splat.each``."""


class Splat(Node, frozen=True):
    """``source[*].a[0]`` (full) or ``source.*.a``.

    ``each`` is the traversal applied to every element, over a SplatItem. With the full form all
    following attributes and indexes belong to ``each``; with the attribute form only attributes
    do, and a following ``[...]`` is an Index around the Splat, as HCL defines it.
    """

    source: Expression
    each: Expression
    full: bool


class Unary(Node, frozen=True):
    """``-operand`` or ``!operand``"""

    operator: str
    operand: Expression


class Binary(Node, frozen=True):
    """``left operator right``; operators as written: ``+ - * / % == != < > <= >= && ||``."""

    operator: str
    left: Expression
    right: Expression


class Conditional(Node, frozen=True):
    """``condition ? then : otherwise``"""

    condition: Expression
    then: Expression
    otherwise: Expression


class Call(Node, frozen=True):
    """``name(arguments)``; provider functions keep their full name ``provider::aws::arn_parse``."""

    name: str
    arguments: tuple[Expression, ...]
    expand: bool
    """Whether the last argument is expanded with ``...``."""


class TupleCons(Node, frozen=True):
    """``[a, b]``"""

    items: tuple[Expression, ...]


class ObjectCons(Node, frozen=True):
    """``{key = value}``; a bare name key is a Literal string, ``(expression)`` and templates are expressions."""

    items: tuple[tuple[Expression, Expression], ...]


class For(Node, frozen=True):
    """``[for k, v in collection : value if condition]``, or ``{... : key => value... if condition}`` when ``key`` is set."""

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


class Attribute(Node, frozen=True):
    """``name = expression``; the span covers the whole attribute."""

    name: str
    expression: Expression


class Body(Struct, frozen=True, array_like=True):
    """The inside of a block: attributes by name and nested blocks in order."""

    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()


class Block(Node, frozen=True):
    """``type "label" { body }``; the span covers all of it."""

    type: str
    labels: tuple[str, ...]
    body: Body


class Problem(Struct, frozen=True):
    """A part of a file that could not be read."""

    line: int
    column: int
    message: str
