"""internet-by-sum: what no rule opens alone."""

from __future__ import annotations

import pytest

from sgwarden.findings import Finding, Severity, Verdict
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown
from sgwarden.settings import Settings
from sgwarden_policies.security_groups.internet_by_sum import InternetBySum
from tests.policies.models import HERE, NO_VALUE, infrastructure, only, outcomes, rule

WEB = "aws_security_group.web"
HALVES = [rule(ports=8443, source="0.0.0.0/1"), rule(ports=8443, source="128.0.0.0/1")]


def test_whole_finding() -> None:
    assert only(InternetBySum(), infrastructure(*HALVES)) == Finding(
        policy="internet-by-sum",
        verdict=Verdict.FAIL,
        severity=Severity.HIGH,
        address=WEB,
        fault="admits 3,702,258,432 public IPv4 addresses to tcp 8443 by 0.0.0.0/1 and 128.0.0.0/1",
        location=HERE,
        subject="Security group aws_security_group.web",
        security_group=WEB,
        evidence={
            "public_addresses": 3702258432,
            "limit": 2**24,
            "cidrs": ["0.0.0.0/1", "128.0.0.0/1"],
            "where": "tcp 8443",
        },
        fix=InternetBySum.fix,
        identity=("cidr_ipv4",),
        controls=InternetBySum.controls,
    )


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([rule(ports=8443)], id="a single rule for the internet is told by other policies"),
        pytest.param([rule(ports=8443), *HALVES], id="also when others add to it"),
        pytest.param([rule(ports=443, source="0.0.0.0/1"), rule(ports=443, source="128.0.0.0/1")], id="public ports"),
        pytest.param([rule(ports=8443, source=f"10.{n}.0.0/16") for n in range(200)], id="private networks"),
        pytest.param([rule(ports=8443, source=f"8.{n}.0.0/23") for n in range(256)], id="many small networks"),
        pytest.param([rule("icmp", -1, "0.0.0.0/1"), rule("47", None, "128.0.0.0/1")], id="no ports"),
        pytest.param([rule(ports=8443, source="2600::/20")], id="one provider's IPv6 networks"),
        pytest.param([rule(ports=8443, source=Unknown("later", "aws_vpc.a", "cidr_block"))], id="a VPC's network"),
        pytest.param([rule(ports=8443, source=Unknown("x", parts=(NO_VALUE, "/32")))], id="one unknown address"),
        pytest.param([rule(ports=443, source=NO_VALUE)], id="an unknown network on a public port"),
    ],
)
def test_passes(rules: list[Rule]) -> None:
    assert {each[0] for each in outcomes(InternetBySum(), infrastructure(*rules))} == {"pass"}


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ([rule(ports=8443, source="8.0.0.0/8")], "16,777,216 public IPv4 addresses to tcp 8443 by 8.0.0.0/8"),
        (
            [rule(ports=8443, source=f"8.{n}.0.0/16") for n in range(256)],
            "to tcp 8443 by 8.0.0.0/16, 8.1.0.0/16, 8.2.0.0/16, 8.3.0.0/16 and 252 more",
        ),
        (
            [rule("tcp", (1, 100), "0.0.0.0/1"), rule("tcp", (90, 200), "128.0.0.0/1")],
            "3,702,258,432 public IPv4 addresses to tcp 90-100 by 0.0.0.0/1 and 128.0.0.0/1",
        ),
        ([rule("all", None, "::/1"), rule("udp", 53, "8000::/1")], "public IPv6 addresses to"),
        ([rule("udp", 53, "0.0.0.0/1"), rule("all", None, "128.0.0.0/1")], "to udp 53 by 0.0.0.0/1 and 128.0.0.0/1"),
    ],
)
def test_fails(rules: list[Rule], words: str) -> None:
    finding = only(InternetBySum(), infrastructure(*rules))
    assert finding.verdict is Verdict.FAIL
    assert words in finding.message


@pytest.mark.parametrize(
    "rules",
    [
        [rule(ports=8443, source="8.8.8.0/24"), rule(ports=8443, source=NO_VALUE)],
        [rule(ports=8443, source="0.0.0.0/1", may_exist=NO_VALUE)],
        [rule(ports=NO_VALUE, source="0.0.0.0/1")],
        [rule(ports=8443, source=Unknown(NO_VALUE.reason, parts=(NO_VALUE, "/9"))) for _ in range(2)],
    ],
)
def test_undecided(rules: list[Rule]) -> None:
    assert outcomes(InternetBySum(), infrastructure(*rules)) == [
        (
            "undecided",
            WEB,
            "Security group aws_security_group.web may admit a large part of the IPv4 internet by the sum of its rules; "
            'unknown: variable "admin_cidrs" has no value.',
        )
    ]


def test_small_networks_that_may_exist_cannot_make_a_sum() -> None:
    facts = infrastructure(rule(ports=8443, source="8.8.8.0/24", may_exist=NO_VALUE))
    assert outcomes(InternetBySum(), facts) == [("pass", WEB)]


def test_limits_and_trusted_networks_can_be_set() -> None:
    facts = infrastructure(rule(ports=8443, source="8.8.0.0/16"))
    assert outcomes(InternetBySum(), facts) == [("pass", WEB)]
    assert only(InternetBySum(), facts, Settings(internet_ipv4_prefix=16)).evidence["public_addresses"] == 2**16
    trusted = Settings(internet_ipv4_prefix=16, trusted_cidrs=("8.8.8.0/24",))
    assert outcomes(InternetBySum(), facts, trusted) == [("pass", WEB)]


def test_groups_do_not_add_up_with_one_another() -> None:
    other = rule(ports=8443, source="8.128.0.0/9", security_group="sg-2")
    facts = infrastructure(rule(ports=8443, source="8.0.0.0/9"), other)
    assert outcomes(InternetBySum(), facts) == [("pass", WEB), ("pass", "sg-2")]


def test_rules_of_an_unknown_group_are_judged_by_their_resource() -> None:
    facts = infrastructure(rule(source="0.0.0.0/1", security_group=NO_VALUE, address="aws_security_group_rule.a"))
    finding = only(InternetBySum(), facts)
    assert (finding.address, finding.security_group) == ("aws_security_group_rule.a", None)
