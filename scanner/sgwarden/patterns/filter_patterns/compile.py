"""Compile filter patterns to formulas over CloudTrail records or over the text of log events."""

from __future__ import annotations

from sgwarden.patterns.conditions.atoms import Atom, Doubt
from sgwarden.patterns.conditions.formulas import Formula, conj, disj, negate
from sgwarden.patterns.conditions.paths import Path
from sgwarden.patterns.filter_patterns.ast import (
    AllOf,
    AnyOf,
    Comparison,
    Everything,
    Expression,
    IsTest,
    JsonPattern,
    NotExists,
    Pattern,
    Quoted,
    Regex,
    RegexPattern,
    Term,
    UnstructuredPattern,
    Word,
    number_of,
)
from sgwarden.patterns.filter_patterns.predicates import IsAbsent, IsExactly, Matches, MatchesRegex, OccursIn, Ordered

WHOLE_TEXT = Path(())
_LOWER_CASE = "CloudWatch Logs takes keywords that are not in capitals (undocumented)"


def compile_pattern(pattern: Pattern) -> Formula:
    """Return the formula over a record's members (JSON patterns), or over the text of a log event.

    A space-delimited pattern is taken as never matching: the values of a JSON line, which no catalogue knows, decide
    how it is split into fields.
    """
    match pattern:
        case Everything():
            return True
        case JsonPattern(expression):
            return _expression(expression)
        case RegexPattern(regex):
            return Atom(WHOLE_TEXT, OccursIn(regex.text, regex=True))
        case UnstructuredPattern(terms):
            return _terms(terms)
        case _:
            return False


def _expression(expression: Expression) -> Formula:
    match expression:
        case AllOf(operands):
            return conj(_expression(operand) for operand in operands)
        case AnyOf(operands):
            return disj(_with_merged_equalities(operands))
        case Comparison():
            return _comparison(expression)
        case IsTest(selector, value, upper_case):
            return _in_doubt(Atom(selector, IsExactly(value)), upper_case)
        case NotExists(selector, upper_case):
            return _in_doubt(Atom(selector, IsAbsent()), upper_case)


def _with_merged_equalities(operands: tuple[Expression, ...]) -> list[Formula]:
    """Return the alternatives, the equalities of one field merged: faster, and shorter in words."""
    equalities: dict[Path, list[Word | Quoted]] = {}
    others: list[Formula] = []
    for operand in operands:
        match operand:
            case Comparison(Path() as selector, "=", (Word() | Quoted()) as value):
                equalities.setdefault(selector, []).append(value)
            case _:
                others.append(_expression(operand))
    merged = [Atom(selector, Matches(tuple(values))) for selector, values in equalities.items()]
    return [*merged, *others]


def _comparison(comparison: Comparison) -> Formula:
    selector, operator, value = comparison.selector, comparison.operator, comparison.value
    assert isinstance(selector, Path)
    if operator in ("=", "!="):
        negated = operator == "!="
        if isinstance(value, Regex):
            return Atom(selector, MatchesRegex(value.text, negated))
        return Atom(selector, Matches((value,), negated))
    number = number_of(value.text)
    assert number is not None
    return Atom(selector, Ordered(operator, number))


def _in_doubt(atom: Atom, upper_case: bool) -> Formula:
    return atom if upper_case else conj([atom, Doubt(_LOWER_CASE)])


def _terms(terms: tuple[Term, ...]) -> Formula:
    """Require all plain terms and none with ``-``; ``?`` terms count only without any other.

    "If you combine ? with other filter patterns, all question mark terms will be ignored" (the documentation).
    """
    optional = [term for term in terms if term.sign == "?"]
    if len(optional) == len(terms):
        return disj(_occurs(term) for term in terms)
    return conj(negate(_occurs(term)) if term.sign == "-" else _occurs(term) for term in terms if term.sign != "?")


def _occurs(term: Term) -> Formula:
    return Atom(WHOLE_TEXT, OccursIn(term.value.text, isinstance(term.value, Regex)))
