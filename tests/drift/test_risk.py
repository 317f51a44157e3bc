"""Risk and severity: what the live side now fails, of the very rule that makes it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from sgwarden.drift.compare import compare
from sgwarden.drift.declared import DeclaredSource
from sgwarden.drift.differences import Comparison
from sgwarden.drift.resolve_declared.resolve import resolve
from sgwarden.drift.risk import with_risk
from sgwarden.findings import Finding
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.run.assess import assess_one
from sgwarden.settings import Settings
from sgwarden_policies.registry import POLICIES
from tests.drift.models import DB, WEB, allow, block, group, live, live_group, state, vpc_rule

GROUP_POLICIES = [policy for policy in POLICIES if policy.__module__.startswith("sgwarden_policies.security_groups.")]


def judge(side: Infrastructure) -> tuple[Sequence[Finding], Sequence[str]]:
    part = assess_one(side, GROUP_POLICIES, Settings())
    return part.findings, part.failures


def risks(declared: DeclaredSource, actual: tuple[Infrastructure, ...]) -> list[tuple[str, tuple[str, ...], str]]:
    """Kind, risk and severity of every difference."""
    return [(each.kind, each.risk, str(each.severity)) for each in result(declared, actual).differences]


def result(declared: DeclaredSource, actual: tuple[Infrastructure, ...]) -> Comparison:
    joined = resolve([declared])
    return with_risk(compare(joined, actual), joined, actual, judge)


def described(protocol: str, port: int, cidr: str, text: str | None = "why") -> dict[str, object]:
    name, item = ("Ipv6Ranges", "CidrIpv6") if ":" in cidr else ("IpRanges", "CidrIp")
    return allow(protocol, (port, port), **{name: [{item: cidr, **({"Description": text} if text else {})}]})


OWN = block(["10.0.0.0/8"], 443, description="why")
HTTPS = described("tcp", 443, "10.0.0.0/8")


@pytest.mark.parametrize(
    ("extra", "risk", "severity"),
    [
        (described("tcp", 22, "0.0.0.0/0"), ("open-admin-port", "open-high-risk-port", "open-unlisted-port"), "high"),
        (described("tcp", 443, "0.0.0.0/0"), (), "high"),
        (described("tcp", 8443, "10.0.0.0/8"), (), "medium"),
        (described("tcp", 443, "10.0.0.7/32"), ("redundant-rule",), "low"),
        (described("tcp", 8443, "10.0.0.0/8", None), ("missing-description",), "medium"),
    ],
)
def test_an_extra_rule(extra: dict[str, object], risk: tuple[str, ...], severity: str) -> None:
    (found,) = risks(state(group(ingress=[OWN])), live(live_group(ingress=[HTTPS, extra])))
    assert found == ("rule_added", risk, severity)


def test_what_was_risky_before_is_not_the_drifts_doing() -> None:
    ssh = block(["0.0.0.0/0"], 22, description="why")
    declared = state(group(ingress=[OWN, ssh]))
    actual = live(live_group(ingress=[HTTPS, described("tcp", 22, "0.0.0.0/0"), described("udp", 9999, "10.0.0.0/8")]))
    assert risks(declared, actual) == [("rule_added", (), "medium")]


def test_each_rule_answers_for_itself() -> None:
    extra = [described("tcp", 22, "0.0.0.0/0"), described("tcp", 8443, "10.0.0.0/8")]
    found = {str(each.rule_live.from_port): each.risk for each in
                 result(state(group(ingress=[OWN])), live(live_group(ingress=[HTTPS, *extra]))).differences if each.rule_live}  # fmt: skip
    assert found == {"22": ("open-admin-port", "open-high-risk-port", "open-unlisted-port"), "8443": ()}


def test_halves_of_the_internet_are_the_internet() -> None:
    declared = state(group(ingress=[OWN, block(["0.0.0.0/1"], 3389, description="why")]))
    actual = live(
        live_group(ingress=[HTTPS, described("tcp", 3389, "0.0.0.0/1"), described("tcp", 3389, "128.0.0.0/1")])
    )
    (found,) = result(declared, actual).differences
    assert found.kind == "rule_added"
    assert str(found.severity) in ("high", "critical")


def test_a_blanked_description_is_low_and_names_its_policy() -> None:
    (found,) = risks(state(group(ingress=[OWN])), live(live_group(ingress=[described("tcp", 443, "10.0.0.0/8", None)])))
    assert found == ("rule_changed", ("missing-description",), "low")


def test_a_rule_made_again_is_low_whatever_it_admits() -> None:
    declared = state(group(), vpc_rule("a", cidr_ipv4="0.0.0.0/0", from_port=22, to_port=22))
    rules = [{"SecurityGroupRuleId": "sgr-z", "GroupId": WEB, "GroupOwnerId": "111122223333", "IsEgress": False,
              "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv4": "0.0.0.0/0"}]  # fmt: skip
    assert risks(declared, live(live_group(ingress=[described("tcp", 22, "0.0.0.0/0", None)]), rules=rules)) == [
        ("rule_recreated", (), "low")
    ]


def test_an_unmanaged_group_is_as_bad_as_what_it_admits() -> None:
    def severity(*ingress: dict[str, object]) -> str:
        return risks(state(group()), live(live_group(), live_group("x", DB, list(ingress), Description="d")))[0][2]

    assert [severity(), severity(described("tcp", 8443, "10.0.0.0/8")), severity(described("tcp", 22, "::/0"))] == [
        "low", "medium", "high",
    ]  # fmt: skip


def test_a_policy_that_breaks_turns_the_run_red() -> None:
    joined = resolve([state(group(ingress=[OWN]))])
    actual = live(live_group())
    found = with_risk(compare(joined, actual), joined, actual, lambda _: ((), ("x: broke",)))
    assert found.failures == ("x: broke",)
    assert not found.complete


def test_a_reference_to_a_managed_group_does_not_dangle() -> None:
    pairs = allow("tcp", (443, 443), UserIdGroupPairs=[{"GroupId": DB, "UserId": "111122223333", "Description": "why"}])
    declared = state(group(ingress=[OWN]), group("db", DB))
    assert risks(declared, live(live_group(ingress=[HTTPS, pairs]), live_group("db", DB))) == [
        ("rule_added", (), "medium")
    ]
