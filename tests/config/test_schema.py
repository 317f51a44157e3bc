"""The published schema accepts what the loader accepts, and nothing else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sgwarden.config.kinds import (
    Boolean,
    Choice,
    Date,
    Integer,
    Kind,
    ListOf,
    MapOf,
    Network,
    OneOrMore,
    Table,
    Text,
)
from sgwarden.config.table import WHOLE, schema
from sgwarden.custom_policies import declarative
from sgwarden.custom_policies.declarative import PeerName, Ports

TEXTS = (
    "", " ", "*", "x", "a\nb", "é", "/etc", "../x", "**/x", "drift", "open-admin-port", "Open", "-x", "origin/main",
    "123456789012", "eu-west-1", "us-gov-west-1", "name=value", "2027-01-31", "2027-02-30", "tcp", "-1", "8000-8080",
    "https://example.org/x", "internet", "any", "self", "sg-1", "pl-*", "aws_security_group.a",
)  # fmt: skip
NETWORKS = ("10.0.0.0/8", "198.51.100.0/24", "2001:db8::/32", "10.0.0.0", "x/8", "")
"""But for host bits and numbers that are too large, which a schema does not tell."""
JUNK = st.sampled_from([None, True, 3, 3.5, -1, "x", "", [], {}, [1], {"a": 1}])
"""Without bare dates, which are texts to a schema."""


def values(kind: Kind) -> st.SearchStrategy[Any]:
    """Values that are right, nearly right or plainly wrong."""
    return st.one_of(_meant(kind), _meant(kind), _meant(kind), _meant(kind), JUNK)


def _meant(kind: Kind) -> st.SearchStrategy[Any]:
    if isinstance(kind, Boolean):
        return st.booleans()
    if isinstance(kind, Choice):
        return st.sampled_from([*kind.values, "other"])
    if isinstance(kind, Integer):
        return st.integers(kind.low - 1, kind.high + 1)
    if isinstance(kind, Date):
        return st.one_of(st.dates(), st.sampled_from(["2027-01-31", "2027-02-30", "soon", datetime(2027, 1, 31)]))
    if isinstance(kind, Network):
        return st.sampled_from(NETWORKS)
    if isinstance(kind, ListOf):
        return st.lists(values(kind.item), max_size=3)
    if isinstance(kind, OneOrMore):
        return st.one_of(values(kind.item), st.lists(values(kind.item), max_size=2))
    if isinstance(kind, MapOf):
        return st.dictionaries(st.sampled_from(TEXTS), values(kind.item), max_size=2)
    if isinstance(kind, Table):
        known = st.fixed_dictionaries({}, optional={name: values(key.kind) for name, key in kind.keys.items()})
        return st.tuples(known, st.dictionaries(st.just("other"), JUNK, max_size=1), st.integers(0, 4)).map(
            lambda found: found[0] if found[2] else {**found[0], **found[1]}
        )
    if isinstance(kind, Ports):
        return st.one_of(st.integers(-1, 65536), st.sampled_from(["80-90", "80", "a-b"]))
    assert isinstance(kind, Text | PeerName), kind
    return st.sampled_from([*TEXTS, *NETWORKS, "0.0.0.0/0", "whole-internet", "prefix_list"])


def as_json(value: Any) -> Any:
    """What an editor hands to the schema: dates as texts."""
    if isinstance(value, dict):
        return {name: as_json(element) for name, element in value.items()}
    if isinstance(value, list):
        return [as_json(element) for element in value]
    return value.isoformat() if isinstance(value, date) else value


def validator(document: dict[str, Any]) -> Any:
    return jsonschema.Draft202012Validator(document, format_checker=jsonschema.FormatChecker())


CONFIGURATION, POLICIES = validator(schema()), validator(declarative.schema())


def agrees(whole: Table, published: Any, document: Any) -> None:
    wrong = next(iter(whole.problems(document, ())), None)
    found = next(published.iter_errors(as_json(document)), None)
    assert (wrong is None) == (found is None), f"loader: {wrong and wrong.what}; schema: {found and found.message}"


@given(values(WHOLE))
@settings(max_examples=150, deadline=None)
def test_the_schema_and_the_loader_agree(document: Any) -> None:
    agrees(WHOLE, CONFIGURATION, document)


@pytest.mark.parametrize("name", sorted(WHOLE.keys))
def test_they_agree_on_every_key(name: str) -> None:
    @given(values(WHOLE.keys[name].kind))
    @settings(max_examples=60, deadline=None, database=None)
    def holds(value: Any) -> None:
        agrees(WHOLE, CONFIGURATION, {name: value})

    holds()


@pytest.mark.parametrize("name", sorted(declarative.POLICY.keys))
def test_they_agree_on_every_key_of_a_policy(name: str) -> None:
    whole = {"id": "a", "title": "T", "severity": "low", "message": "M", "ports": [22]}

    @given(values(declarative.POLICY.keys[name].kind))
    @settings(max_examples=60, deadline=None, database=None)
    def holds(value: Any) -> None:
        agrees(declarative.WHOLE, POLICIES, {"policy": [{**whole, name: value}]})

    holds()


def test_what_a_policy_must_have() -> None:
    whole = {"id": "a", "title": "T", "severity": "low", "message": "M", "ports": [22]}
    for name in whole:
        agrees(declarative.WHOLE, POLICIES, {"policy": [{key: value for key, value in whole.items() if key != name}]})
    for document in ({}, {"policy": []}, {"policy": [whole], "other": 1}, {"policy": [whole]}):
        agrees(declarative.WHOLE, POLICIES, document)


def test_the_schemas_are_some() -> None:
    for document in (schema(), declarative.schema()):
        jsonschema.Draft202012Validator.check_schema(document)
