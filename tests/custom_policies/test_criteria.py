"""Which rules meet the criteria of a policy, in three values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sgwarden.api import scan
from sgwarden.custom_policies.declarative import policies_of
from sgwarden.findings import Verdict
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
