"""Patterns as text, for the test that what is parsed and what is written agree."""

from __future__ import annotations

from sgwarden.patterns.conditions.paths import Path
from sgwarden.patterns.coverage.advice import format_selector
from sgwarden.patterns.filter_patterns.ast import (
    AllOf,
    AnyOf,
    Comparison,
    Ellipsis,
    Everything,
    Expression,
    Field,
    IsTest,
    JsonPattern,
    NotExists,
    Pattern,
    Quoted,
    Regex,
    RegexPattern,
    SpaceDelimitedPattern,
    UnstructuredPattern,
    Value,
)


def format_pattern(pattern: Pattern) -> str:
    """Return the pattern as CloudWatch Logs reads it."""
    match pattern:
        case Everything(quoted):
            return "" if quoted is None else f'"{quoted}"'
        case JsonPattern(expression):
            return f"{{ {_expression(expression)} }}"
        case UnstructuredPattern(terms):
            return " ".join(term.sign + _value(term.value) for term in terms)
        case RegexPattern(regex):
            return _value(regex)
        case SpaceDelimitedPattern(fields):
            return f"[{', '.join(_field(field) for field in fields)}]"


def _expression(expression: Expression) -> str:
    match expression:
        case AnyOf(operands):
            return " || ".join(_operand(operand) for operand in operands)
        case AllOf(operands):
            return " && ".join(_operand(operand) for operand in operands)
        case Comparison(selector, operator, value):
            subject = format_selector(selector) if isinstance(selector, Path) else selector
            return f"{subject} {operator} {_value(value)}"
        case IsTest(selector, value, upper_case):
            test = f"IS {'NULL' if value is None else str(value).upper()}"
            return f"{format_selector(selector)} {test if upper_case else test.lower()}"
        case NotExists(selector, upper_case):
            return f"{format_selector(selector)} {'NOT EXISTS' if upper_case else 'not exists'}"


def _operand(expression: Expression) -> str:
    """Return an operand in parentheses, even where precedence needs none: AWS and CIS write them so."""
    return f"({_expression(expression)})"


def _field(field: Field | Ellipsis) -> str:
    if isinstance(field, Ellipsis):
        return "..."
    match field.condition:
        case None:
            return field.name
        case AnyOf(operands):
            return " || ".join(_bare(operand) for operand in operands)
        case condition:
            return _bare(condition)


def _bare(expression: Expression) -> str:
    if isinstance(expression, AllOf):
        return " && ".join(_expression(operand) for operand in expression.operands)
    return _expression(expression)


def _value(value: Value) -> str:
    match value:
        case Quoted(text):
            escaped = text.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case Regex(text):
            return f"%{text}%"
        case _:
            return value.text
