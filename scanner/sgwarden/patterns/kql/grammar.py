"""The grammar of KQL, and the formulas built while a query is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Union

from lark import Token, Transformer, v_args

from sgwarden.patterns.conditions.atoms import Atom, Doubt, Predicate
from sgwarden.patterns.conditions.formulas import Formula, conj, disj, negate
from sgwarden.patterns.conditions.paths import Path
from sgwarden.patterns.conditions.texts import split_at_stars
from sgwarden.patterns.kql.predicates import FieldInRange, FieldIs, Literal
from sgwarden.patterns.lark_parser import LarkParser

_GRAMMAR = r"""
    start: _either
    _either: _all | either
    either: _all (OR _all)+
    _all: _one | all_of
    all_of: _one (AND _one)+
    _one: negation | _primary
    negation: NOT _one
    _primary: "(" _either ")" | field_is | field_range | anywhere

    field_is: _name ":" _values
    field_range: _name RANGE _literal
    anywhere: _literal
    _name: WORD | QUOTED
    _values: _literal | "(" _value_either ")"
    _value_either: _value_all | value_either
    value_either: _value_all (OR _value_all)+
    _value_all: _value_one | value_all
    value_all: _value_one (AND _value_one)+
    _value_one: _literal | value_negation | "(" _value_either ")"
    value_negation: NOT _value_one
    _literal: literal
    literal: QUOTED | WORD+

    AND.2: /and(?![^\s()":])/i
    OR.2: /or(?![^\s()":])/i
    NOT.2: /not(?![^\s()":])/i
    RANGE: "<=" | ">=" | "<" | ">"
    QUOTED: /"(?:[^"\\]|\\[\s\S])*"/
    WORD: /(?:[^\s\\():<>"{}]|\\[\s\S])+/
    %ignore /[ \t\r\n]+/
"""


@dataclass(frozen=True, slots=True)
class _Operation:
    """Values of one field joined by ``and`` or ``or``, or one value after ``not``."""

    operator: str
    operands: tuple[_Values, ...]


_Values = Union[Literal, _Operation]


class _Builder(Transformer[Token, object]):
    """Builds the formula as each rule of the grammar is completed."""

    def start(self, children: list[Formula]) -> Formula:
        return children[0]

    def either(self, children: list[Formula]) -> Formula:
        return disj(children[::2])

    def all_of(self, children: list[Formula]) -> Formula:
        return conj(children[::2])

    def negation(self, children: list[Formula]) -> Formula:
        return negate(children[1])

    @v_args(inline=True)
    def field_is(self, field: Token, values: _Values) -> Formula:
        return _on_field(_unquoted(field), values)

    @v_args(inline=True)
    def field_range(self, field: Token, operator: Token, literal: Literal) -> Formula:
        return _atom(_unquoted(field), FieldInRange(str(operator), literal))

    def anywhere(self, children: list[Literal]) -> Formula:
        return Doubt(f'any field of the document holds "{children[0].text}"')

    def value_either(self, children: list[_Values]) -> _Values:
        return _Operation("or", tuple(children[::2]))

    def value_all(self, children: list[_Values]) -> _Values:
        return _Operation("and", tuple(children[::2]))

    def value_negation(self, children: list[_Values]) -> _Values:
        return _Operation("not", (children[1],))

    @v_args(inline=True)
    def literal(self, *tokens: Token) -> Literal:
        if tokens[0].type == "QUOTED":
            text = re.sub(r"\\([\s\S])", r"\1", tokens[0][1:-1])
            return Literal(text, (text,))
        text = " ".join(tokens)
        return Literal(text, tuple(split_at_stars(text)))


@cache
def query_parser() -> LarkParser[Formula]:
    """Return the parser of queries."""
    return LarkParser(_GRAMMAR, _Builder())


def _on_field(field: str, values: _Values) -> Formula:
    if isinstance(values, Literal):
        return _atom(field, FieldIs(values))
    formulas = [_on_field(field, operand) for operand in values.operands]
    match values.operator:
        case "or":
            return disj(formulas)
        case "and":
            return conj(formulas)
        case _:
            return negate(formulas[0])


def _atom(field: str, predicate: Predicate) -> Formula:
    if "*" in field:
        return Doubt(predicate.describe(f"a field like {field}"))
    return Atom(Path.of(*field.split("."), through_arrays=True), predicate)


def _unquoted(field: Token) -> str:
    return field[1:-1] if field.startswith('"') else re.sub(r"\\([\s\S])", r"\1", field)
