"""dangling-group-reference: only where it is certain that nobody declares the group."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.findings import Finding
from sgwarden.model.infrastructure import Skipped
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown
from sgwarden.settings import Settings
from sgwarden.sources.hcl import Reader
from sgwarden_policies.security_groups.dangling_group_reference import DanglingGroupReference
from tests.policies.models import NO_VALUE, infrastructure, outcomes, rule

WEB = "aws_security_group.web"
GONE = "aws_security_group.gone"
RULE = "aws_security_group_rule.x"
PASS = ("pass", RULE)
UNDECLARED = Unknown(
    f'peer cannot be evaluated: Reference to undeclared resource: "{GONE}" has not been declared in this module.',
    undeclared=GONE,
)


def from_group(value: str | Unknown, **fields: object) -> Rule:
    """A rule whose peer is a group."""
    return rule(source=value, kind="security_group", address=RULE, **fields)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (from_group(WEB), [PASS, PASS]),
        (from_group("sg-0123"), [PASS]),
        (from_group(NO_VALUE), [PASS]),
        (from_group(Unknown("later", "data.aws_security_group.x", "id")), [PASS]),
        (from_group(Unknown("later", "aws_lb.x", "id")), [PASS]),
        (from_group(Unknown("later", GONE, "name")), [PASS]),
        (
            from_group(GONE),
            [PASS, ("fail", RULE, f"Ingress tcp 22 from {GONE} names {GONE} as its peer, which is not declared.")],
        ),
        (
            from_group(Unknown("later", f"module.a.{GONE}[0]", "id")),
            [
                PASS,
                (
                    "fail",
                    RULE,
                    "Ingress tcp 22 from a security group that is unknown names "
                    f"module.a.{GONE}[0] as its peer, which is not declared.",
                ),
            ],
        ),
        (
            from_group(UNDECLARED),
            [
                PASS,
                (
                    "fail",
                    RULE,
                    f"Ingress tcp 22 from a security group that is unknown names {GONE} as its peer, "
                    "which is not declared.",
                ),
            ],
        ),
        (
            rule(security_group=GONE, address=RULE),
            [("fail", RULE, f"Ingress tcp 22 from 0.0.0.0/0 names {GONE} as its group, which is not declared.")],
        ),
    ],
)
def test_verdicts(subject: Rule, expected: list[tuple[str, ...]]) -> None:
    assert outcomes(DanglingGroupReference(), infrastructure(subject)) == expected


def test_what_was_not_read_may_declare_it() -> None:
    facts = infrastructure(from_group(GONE), skipped=(Skipped("module.vpc", "not installed"),))
    assert outcomes(DanglingGroupReference(), facts)[1] == (
        "undecided",
        RULE,
        f"Ingress tcp 22 from {GONE} may name {GONE} as its peer, which is not declared; "
        "unknown: what module.vpc declares, which was not read.",
    )


@pytest.mark.parametrize(
    "skipped", [Skipped(f"{RULE}: peer", "Invalid index"), Skipped("data.x", "on purpose", complete=True)]
)
def test_what_declares_no_group_does_not_matter(skipped: Skipped) -> None:
    facts = infrastructure(from_group(GONE), skipped=(skipped,))
    assert [each[0] for each in outcomes(DanglingGroupReference(), facts)] == ["pass", "fail"]


UNDECLARED_CODE = """
locals { lost = lower(aws_security_group.lost.id) }

resource "aws_security_group" "web" {
  name = "web"
  dynamic "ingress" {
    for_each = [aws_security_group.gone.id]
    content {
      protocol        = "tcp"
      from_port       = 1
      to_port         = 1
      security_groups = [ingress.value]
    }
  }
}

resource "aws_vpc_security_group_ingress_rule" "a" {
  security_group_id            = aws_security_group.web.id
  ip_protocol                  = "tcp"
  from_port                    = 2
  to_port                      = 2
  referenced_security_group_id = local.lost
}

resource "aws_vpc_security_group_ingress_rule" "b" {
  security_group_id            = aws_security_group.web.id
  ip_protocol                  = "tcp"
  from_port                    = 3
  to_port                      = 3
  referenced_security_group_id = aws_vpc_security_group_ingress_rule.a.referenced_security_group_id
}
"""


def test_an_undeclared_group_is_followed_through_locals_iterators_and_other_resources(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(UNDECLARED_CODE)
    infrastructure = Reader(tmp_path, base=tmp_path).read(tmp_path).infrastructure
    findings = [
        each for each in DanglingGroupReference().check(infrastructure, Settings()) if isinstance(each, Finding)
    ]
    assert [(finding.address, finding.evidence["reference"]) for finding in findings] == [
        ("aws_security_group.web", "aws_security_group.gone"),
        ("aws_vpc_security_group_ingress_rule.a", "aws_security_group.lost"),
        ("aws_vpc_security_group_ingress_rule.b", "aws_security_group.lost"),
    ]
