"""Changes of exposure beyond the benchmark do not reach anybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sgwarden_policies.control_policy import ControlPolicy, chain_example, events_pattern, has_cloudtrail_chain

if TYPE_CHECKING:
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


class UnnoticedExposureChanges(ControlPolicy):
    """The recommended events of control 10; judged once the chain for the required ones is not broken."""

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
    controls = (
        "MITRE-ATTACK:T1686.001",
        "MITRE-ATTACK:T1562.007",
    )
    bad = chain_example(_REQUIRED, complete=True)
    good = chain_example(_ALL, complete=True)

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        """Yield one outcome for a source whose chain for the required events is not broken."""
        if settings.monitoring_asked or has_cloudtrail_chain(infrastructure):
            from sgwarden_policies.control_outcome import judge_recommended  # imported late: see ControlPolicy.check

            outcome = judge_recommended(self, self.number, infrastructure, settings)
            if outcome is not None:
                yield outcome
