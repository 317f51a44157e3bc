"""Parse filter patterns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

from sgwarden.patterns.errors import FilterPatternError, RefusedText
from sgwarden.patterns.filter_patterns.ast import (
    AllOf,
    AnyOf,
    Comparison,
    Ellipsis,
    Everything,
    Expression,
    Field,
    JsonPattern,
    Pattern,
    Quoted,
    Regex,
    RegexPattern,
    SpaceDelimitedPattern,
    Term,
    UnstructuredPattern,
)
from sgwarden.patterns.filter_patterns.diagnosis import explain

if TYPE_CHECKING:
    from sgwarden.patterns.lark_parser import LarkParser

_Tree = TypeVar("_Tree")

MAX_CHARACTERS = 1_024
"""Characters of a pattern, without the blanks around it.

``filterPattern`` of PutMetricFilter has a length of 0 to 1024; the Terraform provider trims it before the call.
"""
MAX_REGEXES = 2
MAX_WILDCARD_SELECTORS = 3
_LEXEMES = re.compile(r'"(?:[^"\\]|\\[\s\S])*"|%[^%]+%|\$\.(?:[\w.*-]|\[[^\]]*\])+')


def parse_filter_pattern(text: str) -> Pattern:
    """Return the pattern that ``text`` writes; its first character decides which kind it is.

    Limits are those of the documentation: 1,024 characters, two regular expressions, one wildcard in a selector and
    three selectors with wildcards.

    Raises:
        FilterPatternError: CloudWatch Logs would refuse the pattern; says where and why.
    """
    trimmed = text.strip()
    start = len(text) - len(text.lstrip())
    if len(trimmed) > MAX_CHARACTERS:
        reason = f"the pattern has {len(trimmed)} characters, and CloudWatch Logs takes {MAX_CHARACTERS:,}"
        raise FilterPatternError(reason, start + MAX_CHARACTERS, text)
    if not trimmed:
        return Everything()
    pattern = _parse_kind(trimmed, text, start)
    _check_limits(trimmed, text, start, pattern)
    return pattern


def _parse_kind(trimmed: str, text: str, start: int) -> Pattern:
    from sgwarden.patterns.filter_patterns import grammar  # imported late: lark is slow, and few runs read patterns

    if trimmed.startswith("{"):
        if not trimmed.endswith("}"):
            reason = "a pattern that starts with { must end with }"
            raise FilterPatternError(reason, start + len(trimmed), text)
        return JsonPattern(_located(grammar.expression_parser(), trimmed, text, start))
    if trimmed.startswith("["):
        fields = _located(grammar.fields_parser(), trimmed, text, start)
        _check_fields(fields, trimmed, text, start)
        return SpaceDelimitedPattern(fields)
    terms = _located(grammar.terms_parser(), trimmed, text, start)
    match terms:
        case (Term(Quoted(quoted), ""),) if not quoted.strip():
            return Everything(quoted)
        case (Term(Regex() as regex, ""),):
            return RegexPattern(regex)
        case _:
            return UnstructuredPattern(terms)


def _located(parser: LarkParser[_Tree], trimmed: str, text: str, start: int) -> _Tree:
    """Parse the trimmed text; errors point into the whole one."""
    try:
        return parser.parse(trimmed)
    except RefusedText as error:
        reason = error.reason or explain(trimmed, error.position)
        raise FilterPatternError(reason, start + error.position, text) from None


def _check_fields(fields: tuple[Field | Ellipsis, ...], trimmed: str, text: str, start: int) -> None:
    """Raise FilterPatternError if a condition is about another field than its own.

    The older documentation combines two fields (``status_code = 4* && bytes > 1000``); the service answered "Invalid
    filter pattern" (https://github.com/awsdocs/amazon-cloudwatch-logs-user-guide/issues/21).
    """
    for field in fields:
        if isinstance(field, Ellipsis) or field.condition is None:
            continue
        other = next((name for name in _names(field.condition) if name != field.name), None)
        if other is not None:
            place = re.search(rf"(?:&&|\|\|)\s*({re.escape(other)})(?![\w-])", trimmed)
            position = place.start(1) if place else 0
            reason = f"a condition of the field {field.name} cannot ask about {other}"
            raise FilterPatternError(reason, start + position, text)


def _names(condition: Expression) -> Iterator[str]:
    if isinstance(condition, (AllOf, AnyOf)):
        for operand in condition.operands:
            yield from _names(operand)
    elif isinstance(condition, Comparison) and isinstance(condition.selector, str):
        yield condition.selector


def _check_limits(trimmed: str, text: str, start: int, pattern: Pattern) -> None:
    if isinstance(pattern, (Everything, RegexPattern)):
        return
    regexes = wildcards = 0
    for match in _LEXEMES.finditer(trimmed):
        lexeme = match[0]
        if lexeme.startswith("%"):
            regexes += 1
            if regexes > MAX_REGEXES:
                reason = f"a pattern takes at most {MAX_REGEXES} regular expressions"
                raise FilterPatternError(reason, start + match.start(), text)
        elif lexeme.startswith("$") and isinstance(pattern, JsonPattern):
            found = _wildcards(lexeme)
            wildcards += bool(found)
            if found > 1:
                raise FilterPatternError("a selector takes at most one wildcard", start + match.start(), text)
            if wildcards > MAX_WILDCARD_SELECTORS:
                reason = f"a pattern takes at most {MAX_WILDCARD_SELECTORS} selectors with wildcards"
                raise FilterPatternError(reason, start + match.start(), text)


def _wildcards(selector: str) -> int:
    return re.sub(r"\['[^']*'\]", "", selector).count("*")
