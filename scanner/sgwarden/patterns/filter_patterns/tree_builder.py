"""Build the trees of `sgwarden.patterns.filter_patterns.ast` while the parser reads."""

from __future__ import annotations

import re

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
