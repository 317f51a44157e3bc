"""Changes of exposure beyond the benchmark do not reach anybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sgwarden_policies.control_policy import Unnoticed, chain_example, events_pattern, speaks

if TYPE_CHECKING:
    from sgwarden.cloudtrail.catalogue import EventType
    from sgwarden.findings import Outcome
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.settings import Settings

_REQUIRED = events_pattern(
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
    "CreateSecurityGroup",
    "DeleteSecurityGroup",
)
_ALL = (
    "{ ($.eventName = *SecurityGroup*) || "
    "(($.eventName = ModifyInstanceAttribute || $.eventName = ModifyNetworkInterfaceAttribute) && "
    "($.requestParameters.groupSet.items[0].groupId = *)) }"
)


class UnnoticedExposureChanges(Unnoticed):
    """The recommended events of control 10, asked for once the required ones are noticed."""

    number = 10
    id = "unnoticed-exposure-changes"
    title = "Changes of exposure that the benchmark does not list do not reach anybody"
    why = (
        "The six calls that the benchmark lists are not all that changes what the internet reaches. "
        "ModifySecurityGroupRules turns 10.0.0.0/8 into 0.0.0.0/0 in place, an interface or instance can be given "
        "other groups, a group another VPC, and a prefix list other entries, all without any of the six."
    )
    fix = (
        "Add the events to the pattern or, to keep the pattern as the benchmark words it, to a second metric "
        "filter. `sgwarden generate monitoring --controls recommended` writes one."
    )
    controls = ("MITRE-ATTACK:T1562.007",)
    bad = chain_example(_REQUIRED, complete=True)
    good = chain_example(_ALL, complete=True)

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        """One outcome for a source whose chain for the required events is not broken."""
        if not (settings.monitoring_asked or speaks(infrastructure)):
            return
        from sgwarden.cloudtrail.catalogue import control
        from sgwarden.monitoring.chain import evaluate_chain

        wanted = control(self.number)
        identity = wanted.id_under(settings.benchmark)
        if identity is None or evaluate_chain(wanted, infrastructure.monitoring, settings.benchmark).answer is False:
            return
        events = recommended_events(infrastructure, settings.benchmark)
        found = evaluate_chain(wanted, infrastructure.monitoring, settings.benchmark, events)
        title = "Changes of exposure beyond the required ones"
        yield self.outcome(found, wanted, title, f"beyond {identity}", infrastructure, settings)


def recommended_events(infrastructure: Infrastructure, benchmark: str) -> tuple[EventType, ...]:
    """The recommended events that matter to the source: those on prefix lists only when rules use any."""
    from sgwarden.cloudtrail.catalogue import EventClass, security_group_events

    lists = infrastructure.prefix_lists or any(rule.peer.kind == "prefix_list" for rule in infrastructure.rules)
    return tuple(
        event
        for event in security_group_events()
        if event.class_under(benchmark) is EventClass.RECOMMENDED and (lists or "PrefixList" not in (event.name or ""))
    )
