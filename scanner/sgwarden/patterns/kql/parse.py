"""KQL, the Kibana query language, as formulas over documents of Elastic's AWS integration.

Sources: https://www.elastic.co/docs/explore-analyze/query-filter/languages/kql and the fields of
https://www.elastic.co/docs/reference/integrations/aws/cloudtrail. Decisions:

- The fields are keywords: a value is compared whole and with its case; quotes only keep blanks and special
  characters together, and take the meaning from ``*``.
- ``and`` binds closer than ``or``, ``not`` closest; all three in any case.
- ``field: *`` requires that the field exists; an object counts (the integration's flattened fields).
- A value without a field, a field name with ``*`` and a nested query (``field: { ... }``) cannot be decided from a
  catalogue; the first two become conditions, the third is refused.
"""

from __future__ import annotations

from sgwarden.patterns.conditions.formulas import Formula
from sgwarden.patterns.coverage.matcher import Matcher, invalid_matcher
from sgwarden.patterns.coverage.views import View
from sgwarden.patterns.errors import EventPatternError, RefusedText

MAX_CHARACTERS = 32_768
_MAX_DEPTH = 60


def kql_query(text: str) -> Matcher:
    """Return the matcher of a KQL query."""
    try:
        formula = parse_query(text)
    except EventPatternError as error:
        return invalid_matcher("kql", text, View.ELASTIC, error)
    return Matcher("kql", text, View.ELASTIC, formula)


def parse_query(text: str) -> Formula:
    """Return the condition of a query; paths begin at the document's root (``event.action`` ...).

    Raises:
        EventPatternError: not KQL, or a nested query.
    """
    from sgwarden.patterns.kql.grammar import query_parser  # imported late: lark is slow, and few runs read queries

    if len(text) > MAX_CHARACTERS:
        raise EventPatternError(f"the query has {len(text):,} characters, more than {MAX_CHARACTERS:,}")
    if not text.strip():
        return True
    if _depth(text) > _MAX_DEPTH:
        raise EventPatternError("nested too deeply")
    try:
        return query_parser().parse(text)
    except RefusedText as error:
        position = error.position
        raise EventPatternError(_reason(text, position), f"character {position + 1}", position) from None


def _depth(text: str) -> int:
    """Return how deep parentheses are nested; those within quotes count too."""
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
