"""The published schema accepts what the loader accepts, and nothing else; the documentation holds the table of keys."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date, datetime
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sgwarden.config.configuration import CRITERIA, Configuration
from sgwarden.config.documentation import json_schema, markdown, schema
from sgwarden.config.effective import check_policies, effective
from sgwarden.config.field_types import Network
from sgwarden.config.files import read
from sgwarden.config.validate import Table, field_kinds, one_kind, problems, unwrap
from sgwarden.custom_policies.declarative import PolicyEntry, PolicyFile, PortRange
from sgwarden.suppressions import other_tools
from sgwarden_policies.registry import POLICIES
from tests.paths import ROOT, SCHEMAS

DOCS = ROOT / "docs"

TEXTS = (
    "", " ", "*", "x", "a\nb", "é", "/etc", "../x", "**/x", "drift", "open-admin-port", "Open", "-x", "origin/main",
    "123456789012", "eu-west-1", "us-gov-west-1", "name=value", "2027-01-31", "2027-02-30", "tcp", "-1", "8000-8080",
    "https://example.org/x", "internet", "any", "self", "sg-1", "pl-*", "aws_security_group.a",
)  # fmt: skip
NETWORKS = ("10.0.0.0/8", "198.51.100.0/24", "2001:db8::/32", "10.0.0.0", "x/8", "")
"""But for host bits and numbers that are too large, which a schema does not tell."""
JUNK = st.sampled_from([None, True, 3, 3.5, -1, "x", "", [], {}, [1], {"a": 1}])
"""Without bare dates, which are texts to a schema."""


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Values that are right, nearly right or plainly wrong."""
    meant = _meant(kind)
    return st.one_of(meant, meant, meant, meant, JUNK)


def _meant(kind: Any) -> st.SearchStrategy[Any]:
    base, meta = unwrap(kind)
    origin = get_origin(base)
    if base is bool:
        return st.booleans()
    if base is int:
        return st.integers(meta["ge"] - 1, meta["le"] + 1)
    if base is date:
        return st.one_of(st.dates(), st.sampled_from(["2027-01-31", "2027-02-30", "soon", datetime(2027, 1, 31)]))
    if base is Network:
        return st.sampled_from(NETWORKS)
    if base is PortRange:
        return st.one_of(st.integers(-1, 65536), st.sampled_from(["80-90", "80", "a-b"]))
    if origin is Literal:
        return st.sampled_from([*get_args(base), "other"])
    if origin is tuple:
        return st.lists(values(get_args(base)[0]), max_size=3)
    if origin in (Union, UnionType):
        members = [one_kind(base, several=several) for several in (False, True)]
        return st.one_of(*(values(member) for member in members))
    if origin is dict:
        return st.dictionaries(st.sampled_from(TEXTS), values(get_args(base)[1]), max_size=2)
    if issubclass(base, Table):
        fields = {name: values(each) for name, each in field_kinds(base).items()}
        known = st.fixed_dictionaries({}, optional=fields)
        return st.tuples(known, st.dictionaries(st.just("other"), JUNK, max_size=1), st.integers(0, 4)).map(
            lambda found: found[0] if found[2] else {**found[0], **found[1]}
        )
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


CONFIGURATION, POLICY_FILE = validator(schema()), validator(json_schema(PolicyFile, "policies", ""))
POLICY = {"id": "a", "title": "T", "severity": "low", "message": "M", "ports": [22]}


def agrees(kind: type[Table], published: Any, document: Any) -> None:
    wrong = next(problems(document, kind), None)
    found = next(published.iter_errors(as_json(document)), None)
    assert (wrong is None) == (found is None), f"loader: {wrong and wrong.what}; schema: {found and found.message}"


@given(values(Configuration))
@settings(max_examples=150, deadline=None)
def test_the_schema_and_the_loader_agree(document: Any) -> None:
    agrees(Configuration, CONFIGURATION, document)


@pytest.mark.parametrize("name", Configuration.__struct_fields__)
def test_they_agree_on_every_key(name: str) -> None:
    @given(values(field_kinds(Configuration)[name]))
    @settings(max_examples=60, deadline=None, database=None)
    def holds(value: Any) -> None:
        agrees(Configuration, CONFIGURATION, {name: value})

    holds()


@pytest.mark.parametrize("name", PolicyEntry.__struct_fields__)
def test_they_agree_on_every_key_of_a_policy(name: str) -> None:
    @given(values(field_kinds(PolicyEntry)[name]))
    @settings(max_examples=60, deadline=None, database=None)
    def holds(value: Any) -> None:
        agrees(PolicyFile, POLICY_FILE, {"policy": [{**POLICY, name: value}]})

    holds()


def test_what_a_policy_must_have() -> None:
    for name in POLICY:
        incomplete = {key: value for key, value in POLICY.items() if key != name}
        agrees(PolicyFile, POLICY_FILE, {"policy": [incomplete]})
    for document in ({}, {"policy": []}, {"policy": [POLICY], "other": 1}, {"policy": [POLICY]}):
        agrees(PolicyFile, POLICY_FILE, document)


def test_the_schemas_are_some() -> None:
    for each in (CONFIGURATION, POLICY_FILE):
        jsonschema.Draft202012Validator.check_schema(each.schema)


def test_the_shipped_schemas_are_those_of_the_structs() -> None:
    for name, each in (("config", CONFIGURATION.schema), ("policies", POLICY_FILE.schema)):
        shipped = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
        made = json.loads(json.dumps(each))
        assert [shipped[key] for key in ("properties", "$defs")] == [made[key] for key in ("properties", "$defs")]


def test_every_key_and_criterion_is_documented() -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    assert markdown() in text
    assert {name for name in Configuration.__struct_fields__ if f"| `{name}` |" not in text} == set()
    page = (DOCS / "suppressions.md").read_text(encoding="utf-8")
    assert other_tools.markdown() in page
    assert {name for name in CRITERIA if f"`{name}`" not in page} == set()


def test_the_examples_are_right(tmp_path: Path) -> None:
    found = [
        example
        for name in ("configuration.md", "suppressions.md")
        for example in re.findall(r"```toml\n(.*?)```", (DOCS / name).read_text(encoding="utf-8"), re.DOTALL)
    ]
    assert len(found) == 2
    for example in found:
        (tmp_path / "sgwarden.toml").write_text(example, encoding="utf-8")
        document = read(tmp_path / "sgwarden.toml")
        assert document.values == tomllib.loads(example)
        check_policies(effective(document, {}, {}), [policy.id for policy in POLICIES])
