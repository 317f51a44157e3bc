"""Changes of security groups do not reach anybody."""

from __future__ import annotations

from sgwarden.findings import Severity
from sgwarden_policies.control_policy import ControlPolicy, chain_example, control_ids, events_pattern

_PATTERN = events_pattern(
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
    "CreateSecurityGroup",
    "DeleteSecurityGroup",
)


class UnnoticedSecurityGroupChanges(ControlPolicy):
    """Control 10 of the monitoring section."""

    number = 10
    id = "unnoticed-security-group-changes"
    title = "Changes of security groups do not reach anybody"
    severity = Severity.MEDIUM
    why = (
        "A rule that opens a port to the internet takes effect at once, whoever made it and however. A chain "
        "of trail, log group, metric filter, alarm, topic and subscription tells within minutes; with one "
        "link broken it looks healthy in the console and never fires."
    )
    fix = (
        "Mend the link that the finding names. `sgwarden generate monitoring --controls 4.10` writes what is missing, "
        "and with --for PATH only that."
    )
    controls = (*control_ids(10, "CloudWatch.10"), "MITRE-ATTACK:T1686.001", "MITRE-ATTACK:T1562.007")
    bad = chain_example(_PATTERN, complete=False)
    good = chain_example(_PATTERN, complete=True)
