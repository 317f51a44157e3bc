"""The same root gives the same model from the state after apply and from what AWS then answers.

With ``test_law.py``, which compares plan and state, this holds for plans and code too. What may differ is named:
addresses, ids and locations, what no call tells, and what the double of AWS (moto) forgets.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sgwarden.aws.answers import Documents
from sgwarden.model.infrastructure import Infrastructure, Source
from sgwarden.model.security_groups import Rule
from sgwarden.sources.live.region import infrastructure
from sgwarden.sources.resources import build
from sgwarden.sources.state import read_state

pytestmark = pytest.mark.truth

CASES = Path(__file__).parents[2] / "fixtures" / "sources"
NAMES = sorted(path.parent.name for path in CASES.glob("*/live.json"))
ACCOUNT, REGION = "123456789012", "eu-west-1"

Plain = tuple[Any, ...]


def live(name: str) -> Infrastructure:
    documents = Documents(ACCOUNT, REGION, json.loads((CASES / name / "live.json").read_bytes()))
    return infrastructure(documents, Source("live", f"{ACCOUNT}/{REGION}"))


def state(name: str) -> Infrastructure:
    reading = read_state((CASES / name / "live.tfstate").read_bytes(), "live.tfstate")
    return build(reading.instances, Source("state", "live.tfstate"), reading.skipped, reading.resources_seen)


def ids(model: Infrastructure) -> dict[str, str]:
    """Ids by address, of what rules refer to."""
    return {item.address: item.id for item in (*model.security_groups, *model.prefix_lists) if item.id is not None}


def of_rule(rule: Rule, names: dict[str, str]) -> Plain:
    """What a rule says, things named by their id."""
    value = names.get(str(rule.peer.value), rule.peer.value)
    # moto keeps no descriptions of rules for prefix lists.
    description = None if rule.peer.kind == "prefix_list" else rule.description
    group = names.get(str(rule.security_group), rule.security_group)
    return (
        group, rule.direction, rule.protocol, rule.from_port, rule.to_port, rule.peer.kind, value, description,
        tuple(sorted(rule.tags.items())),
    )  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_rules_agree(name: str) -> None:
    declared, seen = state(name), live(name)
    names = ids(declared)
    ours = {of_rule(rule, names) for rule in declared.rules}
    theirs = {of_rule(rule, {}) for rule in seen.rules}
    assert ours - theirs == set()
    managed = set(names.values())
    assert {rule for rule in theirs - ours if rule[0] in managed} == set()
    assert ours or name in ("attachments", "network_acls")


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_has_its_id(name: str) -> None:
    seen = live(name)
    assert [rule for rule in seen.rules if rule.id is None] == []
    assert len({rule.id for rule in seen.rules}) == len(seen.rules)
    declared = state(name)
    names = ids(declared)
    by_id = {rule.id: of_rule(rule, {}) for rule in seen.rules}
    known = [rule for rule in declared.rules if rule.id is not None]
    assert [by_id[rule.id] for rule in known] == [of_rule(rule, names) for rule in known]


@pytest.mark.parametrize("name", NAMES)
def test_groups_agree(name: str) -> None:
    fields = ("id", "name", "description", "vpc_id", "account", "region", "default", "tags")

    def plain(model: Infrastructure) -> dict[str, Plain]:
        return {str(each.id): tuple(getattr(each, field) for field in fields) for each in model.security_groups}

    ours, theirs = plain(state(name)), plain(live(name))
    assert {key: theirs[key] for key in ours} == ours
    # What Terraform does not know are the default groups of the VPCs.
    assert {theirs[key][6] for key in theirs.keys() - ours.keys()} <= {True}


@pytest.mark.parametrize("name", NAMES)
def test_prefix_lists_agree(name: str) -> None:
    declared = state(name)
    ours = {each.id: each.cidrs for each in declared.prefix_lists}
    theirs = {each.id: each.cidrs for each in live(name).prefix_lists}
    assert {key: theirs[key] for key in ours} == ours


def test_network_acls_agree() -> None:
    """Ports of ICMP entries are left aside: moto forgets their types."""
    reading = read_state((CASES / "network_acls" / "live.tfstate").read_bytes(), "live.tfstate")
    acl_ids = {each.address: each.attributes["id"] for each in reading.instances if "network_acl" in each.type}

    def plain(rule: Any) -> Plain:
        ports = None if str(rule.protocol).startswith("icmp") else (rule.from_port, rule.to_port)
        acl = acl_ids.get(rule.network_acl, rule.network_acl)
        return acl, rule.direction, rule.rule_number, rule.action, rule.protocol, ports, rule.cidr

    ours = {plain(rule) for rule in state("network_acls").network_acl_rules}
    theirs = {plain(rule) for rule in live("network_acls").network_acl_rules}
    managed = {rule[0] for rule in ours}
    assert {rule for rule in theirs if rule[0] in managed} == ours


def test_interfaces_tell_what_groups_protect() -> None:
    declared, seen = state("attachments"), live("attachments")
    names = ids(declared)
    reading = read_state((CASES / "attachments" / "live.tfstate").read_bytes(), "live.tfstate")
    instances = {each.address: each.attributes["id"] for each in reading.instances if each.type == "aws_instance"}
    ours = {
        instances[each.address]: (sorted(names[str(group)] for group in each.groups), each.public)  # type: ignore[union-attr]
        for each in declared.attachments
        if each.resource_type == "aws_instance"
    }
    theirs = {
        each.address: (sorted(map(str, each.groups)), each.public)  # type: ignore[arg-type]
        for each in seen.attachments
        if each.resource_type == "aws_instance"
    }
    assert theirs.keys() == ours.keys()
    assert theirs == ours
