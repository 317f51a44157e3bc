"""Filter patterns from text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

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
from sgwarden.patterns.filter_patterns.errors import PatternError
from sgwarden.patterns.filter_patterns.grammar import json_parser, space_delimited_parser, unstructured_parser

if TYPE_CHECKING:
    from lark import Lark

LONGEST = 1_024
"""Characters of a pattern, blanks around it not counted.

``filterPattern`` of PutMetricFilter has a length of 0 to 1024; the Terraform provider trims it before the call.
"""
MOST_REGEXES = 2
MOST_WILDCARD_SELECTORS = 3
_LEXEMES = re.compile(r'"(?:[^"\\]|\\[\s\S])*"|%[^%]+%|\$\.(?:[\w.*-]|\[[^\]]*\])+')


def parse(text: str) -> Pattern:
    """The pattern that ``text`` writes; its first character tells which kind it is.

    Limits are those of the documentation: 1,024 characters, two regular expressions, one wildcard in a selector and
    three selectors with wildcards.

    Raises:
        PatternError: CloudWatch Logs would refuse the pattern; says where and why.
    """
    trimmed = text.strip()
    start = len(text) - len(text.lstrip())
    if len(trimmed) > LONGEST:
        reason = f"the pattern has {len(trimmed)} characters, and CloudWatch Logs takes {LONGEST:,}"
        raise PatternError(reason, start + LONGEST, text)
    if not trimmed:
        return Everything()
    pattern = _parse_kind(trimmed, text, start)
    _check_limits(trimmed, text, start, pattern)
    return pattern


def _parse_kind(trimmed: str, text: str, start: int) -> Pattern:
    if trimmed.startswith("{"):
        if not trimmed.endswith("}"):
            reason = "a pattern that starts with { must end with }"
            raise PatternError(reason, start + len(trimmed), text)
        return JsonPattern(_run(json_parser, trimmed, text, start))
    if trimmed.startswith("["):
        fields: tuple[Field | Ellipsis, ...] = _run(space_delimited_parser, trimmed, text, start)
        _check_fields(fields, trimmed, text, start)
        return SpaceDelimitedPattern(fields)
    terms: tuple[Term, ...] = _run(unstructured_parser, trimmed, text, start)
    match terms:
        case (Term(Quoted(quoted), ""),) if not quoted.strip():
            return Everything(quoted)
        case (Term(Regex() as regex, ""),):
            return RegexPattern(regex)
        case _:
            return UnstructuredPattern(terms)


def _run(parser: Callable[[], Lark], trimmed: str, text: str, start: int) -> Any:
    from lark.exceptions import UnexpectedInput, UnexpectedToken

    from sgwarden.patterns.filter_patterns.diagnosis import explain
    from sgwarden.patterns.filter_patterns.tree_builder import Flaw

    try:
        return parser().parse(trimmed)
    except Flaw as flaw:
        raise PatternError(flaw.reason, start + flaw.position, text) from None
    except UnexpectedInput as error:
        at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        position = len(trimmed) if at_end or error.pos_in_stream is None else error.pos_in_stream
        raise PatternError(explain(trimmed, position), start + position, text) from None


def _check_fields(fields: tuple[Field | Ellipsis, ...], trimmed: str, text: str, start: int) -> None:
    """A condition is about its own field alone.

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
            raise PatternError(reason, start + position, text)


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
            if regexes > MOST_REGEXES:
                reason = f"a pattern takes at most {MOST_REGEXES} regular expressions"
                raise PatternError(reason, start + match.start(), text)
        elif lexeme.startswith("$") and isinstance(pattern, JsonPattern):
            found = _wildcards(lexeme)
            wildcards += bool(found)
            if found > 1:
                raise PatternError("a selector takes at most one wildcard", start + match.start(), text)
            if wildcards > MOST_WILDCARD_SELECTORS:
                reason = f"a pattern takes at most {MOST_WILDCARD_SELECTORS} selectors with wildcards"
                raise PatternError(reason, start + match.start(), text)


def _wildcards(selector: str) -> int:
    plain = re.sub(r"\['[^']*'\]", "", selector)
    return plain.count("*")
