"""Elastic detection rules: TOML files as in https://github.com/elastic/detection-rules."""

from __future__ import annotations

import tomllib

from sgwarden.patterns.conditions.atoms import Doubt
from sgwarden.patterns.conditions.formulas import conj
from sgwarden.patterns.coverage.matcher import Matcher, invalid_matcher
from sgwarden.patterns.coverage.views import View
from sgwarden.patterns.errors import EventPatternError
from sgwarden.patterns.kql.parse import parse_query


def elastic_rule(text: str) -> Matcher:
    """Return the matcher of an Elastic detection rule, written in TOML."""
    try:
        return parse_rule(text)
    except EventPatternError as error:
        return invalid_matcher("kql", text, View.ELASTIC, error)


def parse_rule(text: str) -> Matcher:
    """Return the matcher of a rule in TOML; its text is the query.

    Rules of type ``query`` alert on every document that matches. ``threshold`` and ``new_terms`` rules alert on some of
    those; that becomes a condition.

    Raises:
        EventPatternError: not TOML, no rule in it, or a query in another language than KQL.
    """
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise EventPatternError(f"not TOML: {error}") from error
    rule: object = document.get("rule", document)
    if not isinstance(rule, dict) or not isinstance(rule.get("query"), str):
        raise EventPatternError("the file holds no rule with a query")
    kind, language = rule.get("type", "query"), rule.get("language", "kuery")
    if language != "kuery":
        raise EventPatternError(f"the query is in {language}, and only KQL (kuery) can be evaluated", "rule.language")
    if kind not in ("query", "threshold", "new_terms"):
        raise EventPatternError(f"rules of type {kind} cannot be evaluated", "rule.type")
    formula = parse_query(rule["query"])
    warnings: tuple[str, ...] = ()
    if kind != "query":
        condition = "the rule's threshold is reached" if kind == "threshold" else "the rule sees the value first"
        formula = conj([formula, Doubt(condition)])
        warnings = (f"a rule of type {kind} does not alert on every event that its query matches",)
    return Matcher("kql", rule["query"].strip(), View.ELASTIC, formula, warnings, name=str(rule.get("name", "")))
