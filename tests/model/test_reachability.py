"""Ways between resources through groups that trust one another, and through forwarding."""

from __future__ import annotations

from sgwarden.model.infrastructure import Attachment
from sgwarden.model.reachability import ReachabilityGraph, Step
from sgwarden.model.rules import rules_by_group
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown
from tests.policies.models import infrastructure, rule

WEB, DB = "aws_security_group.web", "aws_security_group.db"


def attachment(address: str, *groups: str, targets: tuple[str, ...] = ()) -> Attachment:
    return Attachment(address, "aws_instance", groups, public=None, targets=targets)


def beyond(*rules: Rule, start: str = "lb") -> list[Step]:
    uses = [attachment("lb", "sg-lb", targets=("web",)), attachment("web", WEB), attachment("db", DB)]
    facts = infrastructure(*rules, attachments=tuple(uses))
    first = next(use for use in uses if use.address == start)
    return ReachabilityGraph(facts, rules_by_group(facts)).beyond(first)


def test_forwarding_and_trust_lead_on_the_nearest_first() -> None:
    trusting = rule(ports=5432, source=WEB, security_group=DB)
    assert beyond(trusting) == [
        Step("web", ("internet", "lb", "forwards to", "web")),
        Step(
            "db",
            (
                "internet", "lb", "forwards to", "web",
                f"ingress tcp 5432 from {WEB} of {DB}", "db",
            ),
        ),
    ]  # fmt: skip


def test_what_is_not_certain_leads_nowhere() -> None:
    unsure = rule(source=WEB, security_group=DB, may_exist=Unknown("some"))
    egress = rule(source=WEB, security_group=DB, direction="egress")
    assert beyond(unsure, egress, start="web") == []
