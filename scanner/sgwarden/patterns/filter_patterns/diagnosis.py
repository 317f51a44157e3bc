"""Explain why a text is no filter pattern."""

from __future__ import annotations

import re


def explain(pattern: str, position: int) -> str:
    """Return the reason why the grammar refused a pattern at ``position``."""
    if pattern.startswith("{"):
        return _in_json(pattern, position)
    if pattern.startswith("["):
        return _in_space_delimited(pattern, position)
    return _in_terms(pattern, position)


_JSON_HINTS: tuple[tuple[str, str], ...] = (
    (r"=~|~", "there is no operator ~; a regular expression is compared with = and written between % signs"),
    (r"'", "values take double quotes, not single ones"),
    (r"!(?!=)", "there is no ! before an expression; write the opposite comparison, or NOT EXISTS"),
    (r"//|#|/\*", "a pattern holds no comments"),
    (r"(?i:and)\b", "conditions are joined with &&"),
    (r"(?i:or)\b", "conditions are joined with ||"),
    (r"&(?!&)", "conditions are joined with &&"),
    (r"\|(?!\|)", "conditions are joined with ||"),
    (r"(?i:not\s+exists)\b", "NOT EXISTS stands after a selector"),
    (r"(?i:not)\b", "IS NOT is not supported; write NOT EXISTS, IS TRUE, IS FALSE or IS NULL"),
    (r"(?i:exists)\b", "EXISTS alone is not supported; = * asks that the field has a value"),
    (
        r"(?i:in|like|contains|matches)\b",
        "there is no such operator; the operators are = != < > <= >= IS and NOT EXISTS",
    ),
    (r"\$\.?\[", "a selector begins with $. and a key in brackets takes single quotes: $.['key']"),
    (r'\["', "a key in brackets takes single quotes: ['key']"),
    (r"\$", "a selector is $. and keys joined with dots, as in $.userIdentity.type"),
    (r"\)", "this parenthesis closes none that is open"),
    (r'"', "the double quote that opens here is never closed"),
    (r"%", "the % that opens a regular expression here is never closed, or nothing stands between the two"),
)


def _in_json(pattern: str, position: int) -> str:
    rest = pattern[position:]
    before = pattern[1:position].rstrip()
    if not pattern[1:-1].strip():
        return "there is no condition between { and }"
    if rest == "}" or position >= len(pattern):
        return _at_the_end(before)
    if rest.startswith("=") and before.endswith("="):
        return "equality is written with one ="
    if re.search(r"(?:=|<|>)$", before) and not rest.startswith(("=", "'", '"', "%")):
        return f"a value with {rest[0]!r} must be in double quotes" if rest[0] != ")" else "a value is missing"
    if re.search(r"(?:=|<|>)\s*[\w.*+-]+$", before) and rest[0] in ":/@,;#\\{[(" and pattern[position - 1] != " ":
        return f"a value with {rest[0]!r} must be in double quotes"
    if rest.startswith("$.") and re.search(r"[\w.*+\-\"%)]$", before):
        return "&& or || is missing between two conditions"
    for expression, hint in _JSON_HINTS:
        if re.match(expression, rest):
            return hint
    if re.search(r"\$[\w.*'\[\]-]+$", before):
        return "after a selector comes = != < > <= >= IS or NOT EXISTS"
    if re.search(r"(?:&&|\|\||\(|^)$", before):
        return "a condition begins with a selector, as in $.eventName"
    return "&& or || is missing between two conditions"


def _at_the_end(before: str) -> str:
    unquoted = re.sub(r'"(?:[^"\\]|\\[\s\S])*"|%[^%]*%', "", before)
    if re.search(r"(?:&&|\|\|)$", before):
        return "a condition is missing after the last operator"
    if re.search(r"[=<>]$", before):
        return "a value is missing"
    if unquoted.count("(") > unquoted.count(")"):
        return "a parenthesis is never closed"
    return "the last condition is not complete: a selector, an operator and a value"


def _in_space_delimited(pattern: str, position: int) -> str:
    rest = pattern[position:]
    if position >= len(pattern) or not pattern.endswith("]"):
        return "a pattern that starts with [ must end with ]"
    if rest.startswith("=="):
        return "equality is written with one ="
    if rest.startswith("'"):
        return "values take double quotes, not single ones"
    if pattern[:position].rstrip().endswith("]"):
        return "nothing may follow the closing ]"
    if rest.startswith("("):
        return "conditions of a field take no parentheses"
    if rest.startswith("$"):
        return "fields have plain names; selectors with $. belong into { }"
    return "fields are names, names with conditions (bytes > 1000), or ..., separated by commas"


def _in_terms(pattern: str, position: int) -> str:
    rest = pattern[position:]
    if not rest:
        return "a term is missing"
    if rest.startswith('"'):
        return "the double quote that opens here is never closed"
    if rest.startswith("%"):
        return "the % that opens a regular expression here is never closed, or nothing stands between the two"
    if rest.startswith("$.") or " = " in pattern or "$." in pattern:
        return "a pattern with selectors must be in braces: { $.eventName = ... }"
    return f"a term with {rest[0]!r} must be in double quotes"
