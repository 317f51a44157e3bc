"""Elastic detection rules: TOML files as in https://github.com/elastic/detection-rules."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from sgwarden.patterns.conditions.atoms import Doubt
from sgwarden.patterns.conditions.formulas import Formula, conj
from sgwarden.patterns.errors import EventPatternError
from sgwarden.patterns.kql.parse import parse_query


@dataclass(frozen=True, slots=True)
class ElasticRule:
    """One rule: its name, its query, and the query as a condition on documents."""

    name: str
    query: str
    formula: Formula
    warnings: tuple[str, ...]


def parse_rule(text: str) -> ElasticRule:
    """Return the rule of a TOML file.

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
    return ElasticRule(str(rule.get("name", "")), rule["query"].strip(), formula, warnings)
