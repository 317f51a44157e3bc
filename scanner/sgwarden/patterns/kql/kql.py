"""KQL, the Kibana query language, as formulas over documents of Elastic's AWS integration.

Sources: https://www.elastic.co/docs/explore-analyze/query-filter/languages/kql and the fields of
https://www.elastic.co/docs/reference/integrations/aws/cloudtrail. Decisions:

- The fields are keywords: a value is compared whole and with its case; quotes only keep blanks and special
  characters together, and take the meaning from ``*``.
- ``and`` binds closer than ``or``, ``not`` closest; all three in any case.
- ``field: *`` asks that the field exists; an object counts (the integration's flattened fields).
- A value without a field, a field name with ``*`` and a nested query (``field: { ... }``) are beyond what can be decided
  from a catalogue; the first two become conditions, the third is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING, Any

from sgwarden.patterns.conditions.atoms import Atom, Doubt, Predicate
from sgwarden.patterns.conditions.formulas import Formula, conj, disj, negate
from sgwarden.patterns.conditions.numbers import Below, EqualTo, OpaqueNumber
from sgwarden.patterns.conditions.paths import Path
from sgwarden.patterns.conditions.texts import AnyText, Equals, OpaqueText, TextTest
from sgwarden.patterns.errors import EventPatternError
from sgwarden.patterns.globs import glob_test, split_at_stars

if TYPE_CHECKING:
    from lark import Lark, Token

MOST_CHARACTERS = 32_768
_DEEPEST = 60

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
class Literal:
    """A value of a query: one text, or pieces with ``*`` between them."""

    text: str
    pieces: tuple[str, ...]

    def test(self) -> TextTest:
        return glob_test(self.pieces, self.text)


@dataclass(frozen=True, slots=True)
class FieldIs(Predicate):
    """A keyword, number or boolean that is written as the literal says."""

    literal: Literal

    def matches(self, value: Any) -> bool:
        test = self.literal.test()
        if isinstance(test, AnyText):
            return value is not None
        if isinstance(value, bool):
            return test.holds(str(value).lower())
        if isinstance(value, (int, float)):
            return _same_number(self.literal.text, Decimal(repr(value)))
        return isinstance(value, str) and test.holds(value)

    def on_text(self) -> Formula:
        return self.literal.test()

    def on_number(self) -> Formula:
        if isinstance(self.literal.test(), AnyText):
            return True
        return OpaqueNumber(self.literal.text, lambda number: _same_number(self.literal.text, number))

    def words(self, subject: str) -> str:
        test = self.literal.test()
        if isinstance(test, AnyText):
            return f"{subject} is present"
        return f'{subject} {"is" if isinstance(test, Equals) else "matches"} "{self.literal.text}"'


@dataclass(frozen=True, slots=True)
class FieldInRange(Predicate):
    """A number in an order to the literal; other values are compared by Elasticsearch in ways not modelled here."""

    operator: str
    literal: Literal

    def matches(self, value: Any) -> bool:
        number = _number(self.literal.text)
        if number is None or isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        actual = Decimal(repr(value))
        below, equal = actual < number, actual == number
        return {"<": below, "<=": below or equal, ">": not (below or equal), ">=": not below}[self.operator]

    def on_text(self) -> Formula:
        return OpaqueText(f"{self.operator} {self.literal.text}", lambda text: False)

    def on_number(self) -> Formula:
        number = _number(self.literal.text)
        if number is None:
            return False
        below, equal = Below(number), EqualTo(number)
        forms: dict[str, Formula] = {"<": below, "<=": disj([below, equal])}
        forms |= {">": negate(disj([below, equal])), ">=": negate(below)}
        return forms[self.operator]

    def words(self, subject: str) -> str:
        return f"{subject} {self.operator} {self.literal.text}"


def parse(text: str) -> Formula:
    """What a query asks of a document; paths begin at the document's root (``event.action`` ...).

    Raises:
        EventPatternError: not KQL, or a nested query.
    """
    from lark.exceptions import UnexpectedInput, UnexpectedToken

    if len(text) > MOST_CHARACTERS:
        raise EventPatternError(f"the query has {len(text):,} characters, more than {MOST_CHARACTERS:,}")
    if not text.strip():
        return True
    if _depth(text) > _DEEPEST:
        raise EventPatternError("nested too deeply")
    try:
        parsed: Any = _parser().parse(text)
    except UnexpectedInput as error:
        at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        position = len(text) if at_end or error.pos_in_stream is None else error.pos_in_stream
        raise EventPatternError(_reason(text, position), f"character {position + 1}", position) from None
    formula: Formula = parsed
    return formula


def _depth(text: str) -> int:
    """How deep parentheses are nested, those within quotes counted too."""
    deepest = depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    return deepest


def _reason(text: str, position: int) -> str:
    rest = text[position:]
    if not rest.strip():
        return "the query ends too early"
    if rest.startswith("{"):
        return "nested queries ({ }) are not supported"
    if rest.startswith('"'):
        return "the double quote that opens here is never closed"
    if rest.startswith(")"):
        return "this parenthesis closes none that is open"
    return "KQL expects field: value here, joined with and, or, not"


@cache
def _parser() -> Lark:
    from lark import Lark, Transformer, v_args

    class Builder(Transformer[Any, Any]):
        """Values become functions of the field's name, all else formulas."""

        def start(self, children: list[Any]) -> Formula:
            formula: Formula = children[0]
            return formula

        def either(self, children: list[Any]) -> Formula:
            return disj(children[::2])

        def all_of(self, children: list[Any]) -> Formula:
            return conj(children[::2])

        def negation(self, children: list[Any]) -> Formula:
            return negate(children[1])

        def field_is(self, children: list[Any]) -> Formula:
            field, values = children
            return _on_field(_unquoted(field), values)

        def field_range(self, children: list[Any]) -> Formula:
            field, operator, literal = children
            return _atom(_unquoted(field), FieldInRange(str(operator), literal))

        def anywhere(self, children: list[Any]) -> Formula:
            return Doubt(f'any field of the document holds "{children[0].text}"')

        def value_either(self, children: list[Any]) -> Any:
            return ("or", children[::2])

        def value_all(self, children: list[Any]) -> Any:
            return ("and", children[::2])

        def value_negation(self, children: list[Any]) -> Any:
            return ("not", [children[1]])

        @v_args(inline=True)
        def literal(self, *tokens: Token) -> Literal:
            if tokens[0].type == "QUOTED":
                text = re.sub(r"\\([\s\S])", r"\1", tokens[0][1:-1])
                return Literal(text, (text,))
            text = " ".join(tokens)
            return Literal(text, tuple(split_at_stars(text)))

    return Lark(_GRAMMAR, parser="lalr", transformer=Builder(), maybe_placeholders=False)


def _on_field(field: str, values: Any) -> Formula:
    if isinstance(values, Literal):
        return _atom(field, FieldIs(values))
    operator, operands = values
    formulas = [_on_field(field, operand) for operand in operands]
    match operator:
        case "or":
            return disj(formulas)
        case "and":
            return conj(formulas)
        case _:
            return negate(formulas[0])


def _atom(field: str, predicate: Predicate) -> Formula:
    if "*" in field:
        return Doubt(predicate.words(f"a field like {field}"))
    return Atom(Path.of(*field.split("."), through_arrays=True), predicate)


def _unquoted(field: Token) -> str:
    return field[1:-1] if field.startswith('"') else re.sub(r"\\([\s\S])", r"\1", field)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _same_number(text: str, number: Decimal) -> bool:
    return _number(text) == number
