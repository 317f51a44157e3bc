"""Small constructors of model facts for the tests of policies, reports and commands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from sgwarden.findings import Finding, Passed
from sgwarden.model.infrastructure import Infrastructure, Source
from sgwarden.model.locations import Location
from sgwarden.model.security_groups import Peer, PeerKind, Rule, SecurityGroup
from sgwarden.model.values import Unknown
from sgwarden.settings import Settings
from sgwarden_policies.policy import Policy

NO_VALUE = Unknown('variable "admin_cidrs" has no value')
HERE = Location("main.tf", 7, 7, 3, 30)


def peer(value: str | Unknown | None, kind: PeerKind | None = None) -> Peer:
    """A peer whose kind follows from its value where it can."""
    if kind is None:
        if value is None:
            kind = "self"
        elif isinstance(value, Unknown):
            kind = "cidr_ipv4"
        elif value.startswith("pl-"):
            kind = "prefix_list"
        elif "security_group" in value or value.startswith("sg-"):
            kind = "security_group"
        else:
            kind = "cidr_ipv6" if ":" in value else "cidr_ipv4"
    return Peer(kind, value)


def rule(
    protocol: str | Unknown = "tcp",
    ports: int | Unknown | tuple[int | Unknown | None, int | Unknown | None] | None = 22,
    source: str | Unknown | None = "0.0.0.0/0",
    **fields: Any,
) -> Rule:
    """One ingress rule of ``aws_security_group.web``; ``fields`` override the rest."""
    low, high = ports if isinstance(ports, tuple) else (ports, ports)
    if protocol == "all":
        low = high = None
    kind = fields.pop("kind", None)
    base = Rule(
        security_group="aws_security_group.web",
        address="aws_security_group.web",
        direction="ingress",
        protocol=protocol,
        from_port=low,
        to_port=high,
        peer=peer(source, kind),
        description="why",
        location=HERE,
    )
    return replace(base, **fields)


def group(address: str = "aws_security_group.web", **fields: Any) -> SecurityGroup:
    """One security group with inline rules."""
    base = SecurityGroup(
        address=address, id=None, name="web", name_prefix=None, description="Web servers", vpc_id="vpc-1",
        account=None, region=None, default=False, tags={}, rules_managed="all", location=Location("main.tf", 1, 20),
        ingress_inline=True,
    )  # fmt: skip
    return replace(base, **fields)


def infrastructure(*rules: Rule, groups: Iterable[SecurityGroup] | None = None, **fields: Any) -> Infrastructure:
    """An infrastructure of these rules, by default with the one group they belong to."""
    return Infrastructure(
        source=fields.pop("source", Source("hcl", ".")),
        security_groups=tuple((group(),) if groups is None else groups),
        rules=rules,
        resources_seen=fields.pop("resources_seen", 1 + len(rules)),
        **fields,
    )


def outcomes(policy: Policy, facts: Infrastructure, settings: Settings | None = None) -> list[tuple[str, ...]]:
    """Every outcome in brief: ``("pass", address)`` or ``(verdict, address, message)``."""
    brief: list[tuple[str, ...]] = []
    for outcome in policy.check(facts, settings or Settings()):
        if isinstance(outcome, Passed):
            brief.append(("pass", outcome.address))
        else:
            brief.append((str(outcome.verdict), outcome.address, outcome.message))
    return brief


def only(policy: Policy, facts: Infrastructure, settings: Settings | None = None) -> Finding:
    """The one finding that the policy makes of these facts."""
    findings = [outcome for outcome in policy.check(facts, settings or Settings()) if isinstance(outcome, Finding)]
    assert len(findings) == 1, findings
    return findings[0]
