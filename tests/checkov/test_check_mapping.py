"""Why a check of Checkov and a policy of ours may disagree about one resource."""

from __future__ import annotations

import pytest

from sgwarden.checkov.check_mapping import BY_CHECK, causes, failing, may_be_none
from sgwarden.findings import Finding, Severity, Verdict

EVERYTHING = """resource "aws_security_group" "web" {
  ingress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""


def finding(address: str, **evidence: object) -> Finding:
    return Finding(
        policy="open-admin-port", verdict=Verdict.FAIL, severity=Severity.HIGH, address=address, fault="", location=None,
        evidence=evidence,
    )  # fmt: skip


def test_what_the_facts_tell_comes_before_what_may_be() -> None:
    separate = finding("aws_vpc_security_group_ingress_rule.all", protocol="all", peer={"value": "10.0.0.0/8"})
    (cause,) = causes(BY_CHECK["CKV_AWS_24"], separate, "")
    assert cause.startswith("it reads protocol where aws_vpc_security_group_*_rule has ip_protocol")
    inline = finding("module.a.aws_security_group.web", protocol="all")
    (cause,) = causes(BY_CHECK["CKV_AWS_24"], inline, "")
    assert cause.startswith('it knows all protocols only as the text "-1"')


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", ["it ends at the first block with self = true", "it does not resolve every expression"]),
        (EVERYTHING, ["of something that its result does not tell"]),
        (EVERYTHING.replace('["0.0.0.0/0"]', "var.admins"), ["it does not resolve every expression"]),
        (EVERYTHING.replace("}\n}", "  self = true\n}\n}"), ["it ends at the first block with self = true"]),
    ],
    ids=["unknown code", "literals", "a reference", "self"],
)
def test_what_may_be_follows_from_the_code(code: str, expected: list[str]) -> None:
    assert list(causes(BY_CHECK["CKV_AWS_24"], finding("aws_security_group.web", protocol="tcp"), code)) == expected


def test_a_rule_of_its_own_has_no_block_before_it() -> None:
    found = causes(BY_CHECK["CKV_AWS_25"], finding("aws_security_group_rule.rdp", protocol="tcp"), "")
    assert found == ("it does not resolve every expression",)


@pytest.mark.parametrize(
    ("address", "code", "expected"),
    [
        ("aws_security_group.web", EVERYTHING, False),
        ("aws_security_group.web", "count = var.number", True),
        ("aws_security_group.web", "for_each = {}", True),
        ("module.a.aws_security_group.web", EVERYTHING, True),
    ],
)
def test_what_may_have_no_instance(address: str, code: str, expected: bool) -> None:
    assert may_be_none(address, code) is expected


def test_why_it_fails_what_passes() -> None:
    reason = "it takes a rule without any peer, and ports 0 to 0 of any protocol, for open"
    assert failing(BY_CHECK["CKV_AWS_24"], EVERYTHING) == reason
    assert failing(BY_CHECK["CKV_AWS_24"], "each.key") == f"{reason}, or it does not resolve every expression"
    assert failing(BY_CHECK["CKV_AWS_23"], "each.key") == "it does not resolve every expression"
