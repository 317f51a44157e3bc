"""The inventory, as document and as text."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

import sgwarden
from sgwarden.model.infrastructure import Infrastructure, Skipped, Source
from sgwarden.model.locations import Location
from sgwarden.model.values import Unknown
from sgwarden.reports import inventory
from sgwarden.reports.parts.style import Style
from tests.policies.models import NO_VALUE, group, infrastructure, rule

SCHEMA = json.loads((Path(sgwarden.__file__).parent / "schemas" / "inventory.schema.json").read_text(encoding="utf-8"))
LATER = Unknown("known after apply")


def facts() -> Infrastructure:
    """A group with a plain, an unknown and a sensitive rule, and a rule of another group."""
    return infrastructure(
        rule("icmp", (8, -1), "10.0.0.0/8", tags={"b": "2", "a": LATER}),
        rule("all", source=NO_VALUE, may_exist=NO_VALUE, description=None),
        rule(sensitive=frozenset({"peer", "description"})),
        rule(security_group=LATER, address="aws_security_group_rule.x", source=None),
        groups=[group(vpc_id=LATER, id="sg-1", sensitive=frozenset({"name"}))],
        skipped=(Skipped("module.vpc", "not installed", Location("main.tf", 3, 3)),),
        resources_seen=9,
    )


def test_whole_document() -> None:
    document = json.loads(inventory.render_json([facts()], ["."]))
    jsonschema.validate(document, SCHEMA, jsonschema.Draft202012Validator)
    here = {"file": "main.tf", "line": 7, "end_line": 7}
    common = {
        "security_group": "aws_security_group.web", "address": "aws_security_group.web", "id": None,
        "direction": "ingress", "protocol": "tcp", "from_port": 22, "to_port": 22,
        "peer": {"kind": "cidr_ipv4", "value": "0.0.0.0/0"}, "description": "why", "tags": {}, "location": here,
        "may_exist": None,
    }  # fmt: skip
    no_value = {"unknown": 'variable "admin_cidrs" has no value'}
    assert document == {
        "schema_version": "1",
        "source": {"kind": "hcl", "path": "."},
        "sources": [{"kind": "hcl", "path": "."}],
        "security_groups": [
            {
                "address": "aws_security_group.web", "id": "sg-1", "name": {"sensitive": True}, "name_prefix": None,
                "description": "Web servers", "vpc_id": {"unknown": "known after apply"}, "account": None,
                "region": None, "default": False, "tags": {}, "rules_managed": "all",
                "location": {"file": "main.tf", "line": 1, "end_line": 20}, "may_exist": None,
            }
        ],
        "rules": [
            common | {
                "protocol": "icmp", "from_port": 8, "to_port": -1,
                "peer": {"kind": "cidr_ipv4", "value": "10.0.0.0/8"},
                "tags": {"a": {"unknown": "known after apply"}, "b": "2"},
            },
            common | {
                "protocol": "all", "from_port": None, "to_port": None, "description": None,
                "peer": {"kind": "cidr_ipv4", "value": no_value}, "may_exist": no_value,
            },
            common | {"peer": {"kind": "cidr_ipv4", "value": {"sensitive": True}}, "description": {"sensitive": True}},
            common | {
                "security_group": {"unknown": "known after apply"}, "address": "aws_security_group_rule.x",
                "peer": {"kind": "self", "value": None},
            },
        ],
        "monitoring": {
            name: []
            for name in ("trails", "log_groups", "metric_filters", "alarms", "topics", "subscriptions", "event_rules")
        },
        "resources_seen": 9,
        "skipped": [
            {
                "what": "module.vpc", "reason": "not installed", "complete": False,
                "location": {"file": "main.tf", "line": 3, "end_line": 3},
            }
        ],
    }  # fmt: skip


def test_several_roots_name_themselves() -> None:
    roots = [infrastructure(rule(), source=Source(kind, path)) for kind, path in (("hcl", "a"), ("state", "b"))]
    document = json.loads(inventory.render_json(roots, ["a", "b"]))
    jsonschema.validate(document, SCHEMA, jsonschema.Draft202012Validator)
    assert document["source"] == {"kind": "mixed", "path": "a, b"}
    assert [each["root"] for each in document["rules"]] == ["a", "b"]


def test_whole_text() -> None:
    assert (
        inventory.render_text([facts()], Style(False))
        == """\
aws_security_group.web  (sg-1)
  ingress icmp type 8 from 10.0.0.0/8
  ingress all protocols from an address that is unknown; unknown: variable "admin_cidrs" has no value  if it exists: variable "admin_cidrs" has no value
  ingress tcp 22 from a sensitive address

rules of groups that are unknown
  ingress tcp 22 from the group itself

not read: module.vpc: not installed
1 security group, 4 rules, 9 resources seen; 1 not read
"""
    )
