"""Declarative policies: which rules break them, and what is wrong with a file, with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sgwarden.api import scan
from sgwarden.config.documentation import json_schema
from sgwarden.config.validate import problems
from sgwarden.custom_policies.declarative import PolicyFile, policies_of
from sgwarden.errors import UsageError
from sgwarden.findings import Severity, Verdict
from sgwarden.model.infrastructure import PrefixList
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown
from tests.policies.models import NO_VALUE, group, infrastructure, outcomes, rule

HEAD = '[[policy]]\nid = "ours"\ntitle = "T"\nseverity = "high"\nmessage = "M."\n'


def verdict(criteria: str, one: Rule, **facts: Any) -> str:
    """What the one policy with these criteria says of one rule: ``pass``, ``fail`` or ``undecided``; empty: nothing."""
    ((policy, _),) = policies_of((HEAD + criteria).encode(), "p.toml")
    return "".join(outcome[0] for outcome in outcomes(policy, infrastructure(one, **facts)))


@pytest.mark.parametrize(
    ("criteria", "one", "expected"),
    [
        ('direction = "ingress"', rule(), "fail"),
        ('direction = "egress"', rule(), ""),
        ('protocols = ["tcp"]', rule("udp"), "pass"),
        ('protocols = ["6"]', rule("tcp"), "fail"),
        ('protocols = ["icmp"]', rule("all"), "fail"),
        ('protocols = ["all"]', rule("tcp"), "pass"),
        ('protocols = ["tcp"]', rule(NO_VALUE), "undecided"),
        ("ports = [22]", rule(), "fail"),
        ("ports = [22]", rule(ports=(20, 30)), "fail"),
        ("ports = [23]", rule(), "pass"),
        ('ports = ["20-21", "23-30"]', rule(), "pass"),
        ('ports = ["20-22"]', rule(), "fail"),
        ("ports = [22]", rule("all"), "fail"),
        ("ports = [22]", rule("icmp", (-1, -1)), "pass"),
        ("ports = [22]", rule("tcp", (None, None)), "fail"),
        ("ports = [22]", rule(ports=(NO_VALUE, 30)), "undecided"),
        ("ports = [22]", rule(ports=(NO_VALUE, 22)), "fail"),
        ("ports = [22]", rule(ports=(23, NO_VALUE)), "pass"),
        ("ports = [22]", rule(NO_VALUE, 22), "undecided"),
        ("ports = [22]", rule(NO_VALUE, 23), "pass"),
        ("ports = [22]", rule(NO_VALUE, 23, style="vpc_rule"), "undecided"),
        ('peers = ["any"]', rule(source=None), "fail"),
        ('peers = ["internet"]', rule(source="8.8.8.8/32"), "fail"),
        ('peers = ["internet"]', rule(source="10.0.0.0/8"), "pass"),
        ('peers = ["internet"]', rule(source="sg-1"), "pass"),
        ('peers = ["internet"]', rule(source=NO_VALUE), "undecided"),
        ('peers = ["whole-internet"]', rule(source="8.8.8.8/32"), "pass"),
        ('peers = ["whole-internet"]', rule(source="::/0"), "fail"),
        ('peers = ["10.0.0.0/8"]', rule(source="10.1.0.0/16"), "fail"),
        ('peers = ["10.1.0.0/16"]', rule(source="10.0.0.0/8"), "fail"),
        ('peers = ["10.1.0.0/16"]', rule(source="10.2.0.0/16"), "pass"),
        ('peers = ["any"]\nexcept_peers = ["10.0.0.0/8"]', rule(source="10.2.0.0/16"), "pass"),
        ('peers = ["any"]\nexcept_peers = ["10.0.0.0/8"]', rule(source="10.0.0.0/7"), "fail"),
        ('peers = ["any"]\nexcept_peers = ["10.0.0.0/9", "10.128.0.0/9"]', rule(source="10.0.0.0/8"), "pass"),
        ('peers = ["10.0.0.0/8"]\nexcept_peers = ["10.0.0.0/9"]', rule(source="10.1.0.0/16"), "pass"),
        ('peers = ["any"]\nexcept_peers = ["10.0.0.0/8"]', rule(source=NO_VALUE), "undecided"),
        ('peers = ["any"]\nexcept_peers = ["self"]', rule(source=None), "pass"),
        ('peers = ["any"]\nexcept_peers = ["security_group"]', rule(source=None), "fail"),
        ('peers = ["security_group"]', rule(source="sg-1"), "fail"),
        ('peers = ["sg-1"]', rule(source="sg-1"), "fail"),
        ('peers = ["sg-2"]', rule(source="sg-1"), "pass"),
        ('peers = ["aws_security_group.lb*"]', rule(source="aws_security_group.lb_public"), "fail"),
        ('peers = ["sg-1"]', rule(source=NO_VALUE, kind="security_group"), "undecided"),
        ('peers = ["internet"]', rule(source="pl-1"), "undecided"),
        ('peers = ["any"]', rule(may_exist=NO_VALUE), "undecided"),
        ('groups = ["aws_security_group.w*"]', rule(), "fail"),
        ('groups = ["web"]', rule(), "fail"),
        ('groups = ["db"]', rule(), "pass"),
        ('groups = ["db"]', rule(security_group=NO_VALUE), "undecided"),
        ('groups = ["*"]\nexcept_groups = ["web"]', rule(), "pass"),
    ],
)  # fmt: skip
def test_which_rules_break_it(criteria: str, one: Rule, expected: str) -> None:
    assert verdict(criteria, one) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"env": "prod"}, "fail"),
        ({"env": "production"}, "fail"),
        ({"env": "test"}, "pass"),
        ({}, "pass"),
        ({"env": NO_VALUE}, "undecided"),
        ({"*": NO_VALUE}, "undecided"),  # how tags that are unknown as a whole are carried
        ({"*": NO_VALUE, "env": "test"}, "pass"),
    ],
)
def test_tags_of_the_group(tags: dict[str, str | Unknown], expected: str) -> None:
    assert verdict('tags = { env = ["prod*", "live"] }', rule(), groups=[group(tags=tags)]) == expected


def test_tags_of_a_group_that_is_elsewhere_are_not_known() -> None:
    assert verdict('tags = { env = "prod" }', rule(security_group="sg-1")) == "undecided"


@pytest.mark.parametrize(
    ("cidrs", "expected"),
    [(("10.0.0.0/8",), "pass"), (("10.0.0.0/8", "8.8.8.8/32"), "fail"), ((NO_VALUE,), "undecided"), (NO_VALUE, "undecided")],
)  # fmt: skip
def test_entries_of_a_prefix_list(cidrs: Any, expected: str) -> None:
    lists = (PrefixList("aws_ec2_managed_prefix_list.a", "pl-1", None, cidrs, None),)
    assert verdict('peers = ["internet"]', rule(source="pl-1"), prefix_lists=lists) == expected


def test_words_and_place() -> None:
    ((policy, line),) = policies_of(("# ours\n" + HEAD + "ports = [22]").encode(), "p.toml")
    assert (policy.id, policy.title, policy.severity, policy.why, line) == ("ours", "T", Severity.HIGH, "M.", 3)
    assert outcomes(policy, infrastructure(rule())) == [
        ("fail", "aws_security_group.web", "Ingress tcp 22 from 0.0.0.0/0 breaks the rule: M.")
    ]
    assert outcomes(policy, infrastructure(rule(source=NO_VALUE, may_exist=NO_VALUE))) == [
        (
            "undecided",
            "aws_security_group.web",
            "Ingress tcp 22 from an address that is unknown may break the rule: M; "
            'unknown: variable "admin_cidrs" has no value.',
        )
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (HEAD + "ports = [1]\nport = [22]", 'p.toml:7: unknown key "port" in policy[0]; did you mean "ports"?'),
        (HEAD, "p.toml:1: policy[0] names nothing; give at least one of direction, protocols, ports, peers, groups, tags"),
        (HEAD + "ports = [70000]", 'p.toml:6: policy[0].ports[0] must be a port from 0 to 65535 or a range such as "8000-8080"'),
        (HEAD + 'ports = ["9-3"]', 'p.toml:6: policy[0].ports[0] must be a port from 0 to 65535 or a range such as "8000-8080"'),
        (HEAD + "ports = [true]", 'p.toml:6: policy[0].ports[0] must be a port from 0 to 65535 or a range such as "8000-8080"'),
        (HEAD + 'peers = ["10.0.0.1/8"]', 'p.toml:6: policy[0].peers[0] must be a network such as "198.51.100.0/24", not "10.0.0.1/8"; did you mean "10.0.0.0/8"?'),
        (HEAD + 'peers = ["0.0.0.0/0"]', 'p.toml:6: policy[0].peers[0] is "0.0.0.0/0", which holds every address; "whole-internet" is a rule for 0.0.0.0/0 or ::/0, "internet" any public address, "any" everything'),
        (HEAD + 'peers = ["internt"]', 'p.toml:6: policy[0].peers[0] is "internt"; one of any, internet, whole-internet, self, security_group, prefix_list, a network, an id or an address'),
        (HEAD.replace("high", "awful") + "ports = [1]", 'p.toml:4: policy[0].severity must be one of low, medium, high, critical, not "awful"'),
        ("x = 1", 'p.toml:1: unknown key "x"; known are policy'),
        ("", 'p.toml:1: lacks the key "policy"'),
        ("policy = []", "p.toml:1: policy is empty; leave it out"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file(text: str, complaint: str) -> None:
    with pytest.raises(UsageError) as caught:
        list(policies_of(text.encode(), "p.toml"))
    assert str(caught.value) == complaint


def test_what_is_no_toml_is_told_with_its_line() -> None:
    with pytest.raises(UsageError, match=r"^p\.toml:2: this is no TOML: "):
        list(policies_of(b"\n[[policy]\n", "p.toml"))


@pytest.mark.parametrize(
    ("entry", "valid"),
    [({"ports": [22, "80-90"]}, True), ({"ports": ["x"]}, False), ({"peers": ["internet"]}, True), ({}, False)],
)  # fmt: skip
def test_the_schema_says_the_same(entry: dict[str, Any], valid: bool) -> None:
    document = {"policy": [{"id": "a", "title": "t", "severity": "low", "message": "m", **entry}]}
    assert jsonschema.Draft202012Validator(json_schema(PolicyFile, "policies", "")).is_valid(document) is valid
    assert (not list(problems(document, PolicyFile))) is valid


def test_tags_of_code_that_are_unknown_as_a_whole_are_undecided(tmp_path: Path) -> None:
    code = """variable "tags" {}
resource "aws_security_group" "a" {
  description = "A"
  tags        = merge(var.tags, { team = "a" })
  ingress {
    description = "SSH"
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["10.0.0.0/8"]
  }
}
"""
    (tmp_path / "main.tf").write_text(code)
    ((policy, _),) = policies_of((HEAD + 'ports = [22]\ntags = { env = "prod" }\n').encode(), "rules.toml")
    (finding,) = scan(tmp_path, policies=[policy], config=False, use_cache=False).findings
    assert (finding.verdict, finding.unknowns) == (Verdict.UNDECIDED, ('variable "tags" has no value',))
