"""The grammars of filter patterns, and their parsers.

Sources: AWS, "Filter pattern syntax for metric filters, subscription filters, filter log events, and Live Tail"
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html), called "the documentation"
in this package, and its edition of 2019 (repository awsdocs/amazon-cloudwatch-logs-user-guide), called "the older
documentation", which states rules that the current one leaves out and none contradicts. Decisions where both are
silent or unclear:

- Words without quotes may contain ``.``, ``*``, ``+`` and ``-`` beside letters, digits and ``_``. The text requires
  quotes around everything else than letters, digits and ``_``, but its own examples compare with ``123.123.*``, and
  the CIS benchmark's with ``kms.amazonaws.com`` and ``*UnauthorizedOperation``.
- Keywords are in capitals in every example. Other spellings are parsed, and coverage through them is conditional.
- A key in brackets takes single quotes (``$.['cluster.name']``), as in the documentation's one example; it may follow
  a ``.`` or a key.
- ``- term`` with a blank excludes the term, as in the older documentation's example 3.
"""

from __future__ import annotations

import re
from functools import cache

from lark import Token, Transformer

from sgwarden.patterns.conditions.paths import EveryElement, EveryMember, Index, Key, Path, Step
from sgwarden.patterns.errors import RefusedText
from sgwarden.patterns.filter_patterns.ast import (
    AllOf,
    AnyOf,
    Comparison,
    Ellipsis,
    Expression,
    Field,
    IsTest,
    NotExists,
    Quoted,
    Regex,
    Term,
    Value,
    Word,
    number_of,
)
from sgwarden.patterns.filter_patterns.regexes import flaw_in
from sgwarden.patterns.lark_parser import LarkParser

_STEP = re.compile(r"\.?\['([^']+)'\]|\[(\d+)\]|(\[\*\])|\.(\*)|\.([A-Za-z0-9_-]+)")
_ESCAPE = re.compile(r'\\(["\\])')
_TRUTHS: dict[str, bool | None] = {"NULL": None, "TRUE": True, "FALSE": False}


class TreeBuilder(Transformer[Token, object]):
    """One method a rule of the grammar, called when the rule is completed."""

    def start(self, children: list[object]) -> object:
        if len(children) == 1 and not isinstance(children[0], (Term, Field, Ellipsis)):
            return children[0]
        return tuple(children)

    def disjunction(self, children: list[Expression]) -> Expression:
        return AnyOf(_merged(children, AnyOf))

    def conjunction(self, children: list[Expression]) -> Expression:
        return AllOf(_merged(children, AllOf))

    def comparison(self, children: list[Token]) -> Comparison:
        subject, operator, value = children
        selector = selector_path(subject) if subject.type == "SELECTOR" else str(subject)
        if operator.type == "ORDER" and (value.type != "WORD" or number_of(value) is None):
            raise RefusedText(value.start_pos or 0, f"{operator} compares with a number, and {value} is none")
        return Comparison(selector, str(operator), value_of(value))

    def null_test(self, children: list[Token]) -> IsTest:
        selector, keyword, value = children
        return IsTest(selector_path(selector), _TRUTHS[value.upper()], keyword.isupper() and value.isupper())

    def existence(self, children: list[Token]) -> NotExists:
        selector, first, second = children
        return NotExists(selector_path(selector), first.isupper() and second.isupper())

    def ellipsis(self, children: list[Token]) -> Ellipsis:
        return Ellipsis()

    def named(self, children: list[Token]) -> Field:
        return Field(str(children[0]))

    def unnamed(self, children: list[Token]) -> Field:
        return Field("")

    def conditional(self, children: list[Comparison | AllOf | AnyOf]) -> Field:
        first: Expression = children[0]
        while isinstance(first, (AllOf, AnyOf)):
            first = first.operands[0]
        return Field(str(first.selector), children[0])

    def term(self, children: list[Token]) -> Term:
        return Term(value_of(children[-1]), str(children[0]) if len(children) == 2 else "")


def selector_path(text: str) -> Path:
    """Return the path that a selector (``$.a.b[0].['c.d']``) writes."""
    steps: list[Step] = []
    for match in _STEP.finditer(text, 1):
        quoted, position, every_element, every_member, name = match.groups()
        if quoted is not None:
            steps.append(Key(quoted))
        elif position is not None:
            steps.append(Index(int(position)))
        elif every_element:
            steps.append(EveryElement())
        elif every_member:
            steps.append(EveryMember())
        else:
            steps.append(Key(name))
    return Path(tuple(steps))


def value_of(token: Token) -> Value:
    """Return the value that a token writes.

    Raises:
        RefusedText: a regular expression is not of the dialect.
    """
    if token.type == "QUOTED":
        return Quoted(_ESCAPE.sub(r"\1", token[1:-1]))
    if token.type == "REGEX":
        flaw = flaw_in(token[1:-1])
        if flaw is not None:
            raise RefusedText((token.start_pos or 0) + 1 + flaw.position, flaw.reason)
        return Regex(str(token[1:-1]))
    return Word(str(token))


def _merged(children: list[Expression], kind: type[AllOf] | type[AnyOf]) -> tuple[Expression, ...]:
    operands: list[Expression] = []
    for child in children:
        operands.extend(child.operands if isinstance(child, kind) else [child])
    return tuple(operands)


_VALUES = r"""
    QUOTED: /"(?:[^"\\]|\\[\s\S])*"/
    REGEX: /%[^%]+%/
    WORD: /[A-Za-z0-9_.*+-]+/
    EQUALITY: "=" | "!="
    ORDER: "<=" | ">=" | "<" | ">"
    %ignore /[ \t\r\n]+/
"""

_JSON = (
    r"""
    start: "{" _expression "}"

    _expression: conjunction_ | disjunction
    disjunction: conjunction_ ("||" conjunction_)+
    ?conjunction_: atom_ | conjunction
    conjunction: atom_ ("&&" atom_)+
    ?atom_: comparison | null_test | existence | "(" _expression ")"

    comparison: SELECTOR (EQUALITY | ORDER) (QUOTED | REGEX | WORD)
    null_test: SELECTOR IS (NULL | TRUE | FALSE)
    existence: SELECTOR NOT EXISTS

    SELECTOR: /\$\.(?:[A-Za-z0-9_-]+|\*|\['[^'\]]+'\])(?:\.(?:[A-Za-z0-9_-]+|\*|\['[^'\]]+'\])|\[(?:\d+|\*|'[^'\]]+')\])*/
    IS: /IS\b/i
    NOT: /NOT\b/i
    EXISTS: /EXISTS\b/i
    NULL: /NULL\b/i
    TRUE: /TRUE\b/i
    FALSE: /FALSE\b/i
"""
    + _VALUES
)

_SPACE_DELIMITED = (
    r"""
    start: "[" field ("," field)* "]"

    ?field: ELLIPSIS -> ellipsis
          | NAME -> named
          | _condition -> conditional
          | -> unnamed
    _condition: conjunction_ | disjunction
    disjunction: conjunction_ ("||" conjunction_)+
    ?conjunction_: comparison | conjunction
    conjunction: comparison ("&&" comparison)+
    comparison: NAME (EQUALITY | ORDER) (QUOTED | REGEX | WORD)

    ELLIPSIS: "..."
    NAME: /[A-Za-z0-9_-]+/
"""
    + _VALUES
)

_UNSTRUCTURED = r"""
    start: term+
    term: SIGN? (QUOTED | REGEX | TERM)

    SIGN: "-" | "?"
    TERM: /[A-Za-z0-9_]+/
    QUOTED: /"(?:[^"\\]|\\[\s\S])*"/
    REGEX: /%[^%]+%/
    %ignore /[ \t\r\n]+/
"""


@cache
def expression_parser() -> LarkParser[Expression]:
    """Return the parser of patterns in braces."""
    return LarkParser(_JSON, TreeBuilder())


@cache
def fields_parser() -> LarkParser[tuple[Field | Ellipsis, ...]]:
    """Return the parser of patterns in brackets."""
    return LarkParser(_SPACE_DELIMITED, TreeBuilder())


@cache
def terms_parser() -> LarkParser[tuple[Term, ...]]:
    """Return the parser of terms."""
    return LarkParser(_UNSTRUCTURED, TreeBuilder())
