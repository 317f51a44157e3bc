"""open-admin-port: known-bad fails, known-good passes, the rest is undecided and says why."""

from __future__ import annotations

import pytest

from sgwarden.findings import Finding, Severity, Verdict
from sgwarden.model.instances import Origin, Step
from sgwarden.model.locations import Location
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown
from sgwarden.settings import Settings
from sgwarden_policies.security_groups.open_admin_port import OpenAdminPort
from tests.policies.models import HERE, NO_VALUE, infrastructure, only, outcomes, rule

WEB = "aws_security_group.web"
VPC = Unknown("known after apply", address="module.vpc.aws_vpc.this[0]", attribute="cidr_block")
PORT = Unknown('variable "port" has no value')


def test_whole_finding() -> None:
    origin = Origin(
        Location("main.tf", 7, 7),
        "var.admin_cidrs",
        (Step("var.admin_cidrs", "set", Location("terraform.tfvars", 3, 3)),),
    )
    assert only(OpenAdminPort(), infrastructure(rule(origins={"peer": origin}))) == Finding(
        policy="open-admin-port",
        verdict=Verdict.FAIL,
        severity=Severity.HIGH,
        address=WEB,
        fault="opens port 22 (SSH) to the internet",
        location=HERE,
        subject="Ingress tcp 22 from 0.0.0.0/0",
        cause="`var.admin_cidrs`, set at terraform.tfvars:3",
        security_group=WEB,
        evidence={
            "direction": "ingress",
            "protocol": "tcp",
            "from_port": 22,
            "to_port": 22,
            "peer": {"kind": "cidr_ipv4", "value": "0.0.0.0/0"},
            "ports": [22],
        },
        fix="Allow port 22 (SSH) only from the networks that administrators work from.",
        identity=("ingress", "tcp", "22", "22", "cidr_ipv4", "0.0.0.0/0"),
        controls=(
            "CIS-AWS-1.4.0:5.2", "CIS-AWS-1.5.0:5.2", "CIS-AWS-2.0.0:5.2", "CIS-AWS-3.0.0:5.2", "CIS-AWS-4.0.1:5.3",
            "CIS-AWS-5.0.0:5.3", "CIS-AWS-6.0.0:6.3", "CIS-AWS-7.0.0:6.3", "SecurityHub:EC2.53", "SecurityHub:EC2.13", "MITRE-ATTACK:T1133",
            "MITRE-ATTACK:T1110", "MITRE-ATTACK:T1021",
        ),
        related=(Location("terraform.tfvars", 3, 3),),
    )  # fmt: skip


def test_ipv6_breaks_the_controls_of_ipv6() -> None:
    controls = only(OpenAdminPort(), infrastructure(rule(ports=3389, source="::/0"))).controls
    assert "CIS-AWS-3.0.0:5.3" in controls
    assert "SecurityHub:EC2.14" in controls
    assert "CIS-AWS-3.0.0:5.2" not in controls
    assert "SecurityHub:EC2.13" not in controls


@pytest.mark.parametrize(
    ("subject", "message"),
    [
        (rule(ports=(0, 1024)), "Ingress tcp 0-1024 from 0.0.0.0/0 opens port 22 (SSH) to the internet."),
        (rule("all"), "Ingress all protocols from 0.0.0.0/0 opens ports 22 (SSH) and 3389 (RDP) to the internet."),
        (rule("udp", 3389, "::/0"), "Ingress udp 3389 from ::/0 opens port 3389 (RDP) to the internet."),
        (rule(ports=None), "Ingress tcp from 0.0.0.0/0 opens ports 22 (SSH) and 3389 (RDP) to the internet."),
    ],
)
def test_known_bad_fails(subject: Rule, message: str) -> None:
    assert outcomes(OpenAdminPort(), infrastructure(subject)) == [("fail", WEB, message)]


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(rule(ports=443), id="another port"),
        pytest.param(rule(source="10.0.0.0/8"), id="a private network"),
        pytest.param(rule(source="0.0.0.0/1"), id="half the internet is the matter of internet-by-sum"),
        pytest.param(rule("icmp", 22), id="ICMP has types, not ports"),
        pytest.param(rule("47", None), id="GRE has no ports"),
        pytest.param(rule(source="sg-1"), id="a security group"),
        pytest.param(rule(source=None), id="the group itself"),
        pytest.param(rule(source=VPC), id="a VPC's network is never the internet"),
        pytest.param(rule(ports=443, source=NO_VALUE), id="an unknown peer on a harmless port"),
        pytest.param(rule(ports=(4000, PORT)), id="ports above the last administration port"),
        pytest.param(rule(ports=(PORT, 21)), id="ports below the first administration port"),
        pytest.param(rule(PORT, 443, style="rule"), id="with port 443 the provider refuses protocol -1"),
        pytest.param(rule(source="10.0.0.0/8", may_exist=NO_VALUE), id="harmless even if it exists"),
    ],
)
def test_known_good_passes(subject: Rule) -> None:
    assert outcomes(OpenAdminPort(), infrastructure(subject)) == [("pass", subject.address)]


@pytest.mark.parametrize(
    ("subject", "message"),
    [
        (
            rule(source=NO_VALUE),
            "Ingress tcp 22 from an address that is unknown may open port 22 (SSH) to the internet; "
            'unknown: variable "admin_cidrs" has no value.',
        ),
        (
            rule(may_exist=Unknown("count is unknown")),
            "Ingress tcp 22 from 0.0.0.0/0 may open port 22 (SSH) to the internet; unknown: count is unknown.",
        ),
        (
            rule(ports=PORT),
            "Ingress tcp unknown ports from 0.0.0.0/0 may open ports 22 (SSH) and 3389 (RDP) to the internet; "
            'unknown: variable "port" has no value.',
        ),
        (
            rule(PORT, 443, style="vpc_rule"),
            "Ingress an unknown protocol 443 from 0.0.0.0/0 may open ports 22 (SSH) and 3389 (RDP) to the internet; "
            'unknown: variable "port" has no value.',
        ),
        (
            rule(ports=(22, PORT), source=NO_VALUE),
            "Ingress tcp 22-? from an address that is unknown may open port 22 (SSH) to the internet; "
            'unknown: variable "admin_cidrs" has no value.',
        ),
    ],
)
def test_the_rest_is_undecided(subject: Rule, message: str) -> None:
    assert outcomes(OpenAdminPort(), infrastructure(subject)) == [("undecided", WEB, message)]


def test_egress_is_not_looked_at() -> None:
    assert outcomes(OpenAdminPort(), infrastructure(rule(direction="egress"))) == []


def test_a_rule_of_an_unknown_group_is_judged_all_the_same() -> None:
    finding = only(OpenAdminPort(), infrastructure(rule(security_group=Unknown("known after apply"))))
    assert (finding.verdict, finding.security_group) == (Verdict.FAIL, None)


def test_the_ports_can_be_set() -> None:
    settings = Settings(admin_ports=(5985,))
    facts = infrastructure(rule(), rule(ports=5985))
    assert outcomes(OpenAdminPort(), facts, settings) == [
        ("pass", WEB),
        ("fail", WEB, "Ingress tcp 5985 from 0.0.0.0/0 opens port 5985 (WinRM) to the internet."),
    ]


def test_a_sensitive_address_is_judged_but_not_shown() -> None:
    origin = Origin(HERE, 'sensitive("0.0.0.0/0")', (Step("var.secret", "set", "TF_VAR_secret"),))
    finding = only(OpenAdminPort(), infrastructure(rule(sensitive=frozenset({"peer"}), origins={"peer": origin})))
    assert (
        finding.message
        == "Ingress tcp 22 from a sensitive address (`var.secret`, set at TF_VAR_secret) opens port 22 (SSH) to the internet."
    )
    assert finding.evidence["peer"] == {"kind": "cidr_ipv4", "value": {"sensitive": True}}
    assert "0.0.0.0" not in repr(finding)
