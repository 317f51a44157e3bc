"""Nodes as JSON values and back.

A node is a list: the number of its kind, its span, its fields. A tuple is ``[-1, ...]``, a fraction
``[-2, numerator, denominator]`` and a large integer ``[-4, integer]`` in hexadecimal text, a body
``[-3, attributes, blocks]``.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sgwarden.terraform.syntax import ast
from sgwarden.terraform.syntax.ast import Body

SCHEMA = 1
"""To be raised with every change of the nodes, of their meaning or of this encoding."""

_KINDS: tuple[type[Any], ...] = (
    ast.Literal,
    ast.Template,
    ast.TemplateIf,
    ast.TemplateFor,
    ast.Variable,
    ast.GetAttr,
    ast.Index,
    ast.SplatItem,
    ast.Splat,
    ast.Unary,
    ast.Binary,
    ast.Conditional,
    ast.Call,
    ast.TupleCons,
    ast.ObjectCons,
    ast.For,
    ast.Attribute,
    ast.Block,
)
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}
_FIELDS = tuple(kind.__struct_fields__[1:] for kind in _KINDS)


def encode(value: Any) -> Any:
    """A node, or the value of a field, as JSON."""
    kind = type(value)
    number = _NUMBERS.get(kind)
    if number is not None:
        return [number, *value.span, *[encode(getattr(value, name)) for name in _FIELDS[number]]]
    if kind is tuple:
        return [-1, *[encode(item) for item in value]]
    if kind is Fraction:
        return [-2, hex(value.numerator), hex(value.denominator)]
    if kind is int and value.bit_length() > 64:
        return [-4, hex(value)]  # Python refuses to read thousands of decimal digits.
    if kind is Body:
        return [-3, [encode(item) for item in value.attributes.values()], [encode(item) for item in value.blocks]]
    return value


def decode(encoded: Any, lines: int = 0, columns: int = 0, first_line: int = 1) -> Any:
    """What was encoded, ``lines`` further down, what stands on ``first_line`` ``columns`` to the right.

    Raises TypeError, ValueError, KeyError, IndexError or AttributeError for what ``encode`` never made.
    """

    def read(data: Any) -> Any:
        if type(data) is not list:
            return data
        number = data[0]
        if number >= 0:
            _, line, column, end_line, end_column, *rest = data
            if columns:
                column += columns if line == first_line else 0
                end_column += columns if end_line == first_line else 0
            span = (line + lines, column, end_line + lines, end_column)
            return _KINDS[number](span, *[read(item) for item in rest])
        if number == -1:
            return tuple([read(item) for item in data[1:]])
        if number == -2:
            return Fraction(int(data[1], 16), int(data[2], 16))
        if number == -4:
            return int(data[1], 16)
        attributes = [read(item) for item in data[1]]
        return Body({item.name: item for item in attributes}, tuple([read(item) for item in data[2]]))

    return read(encoded)
