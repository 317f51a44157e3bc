"""Changes of network ACLs do not reach anybody."""

from __future__ import annotations

from sgwarden_policies.control_policy import ControlPolicy, chain_example, control_ids, events_pattern

_PATTERN = events_pattern(
    "CreateNetworkAcl",
    "CreateNetworkAclEntry",
    "DeleteNetworkAcl",
    "DeleteNetworkAclEntry",
    "ReplaceNetworkAclEntry",
    "ReplaceNetworkAclAssociation",
)


class UnnoticedNetworkAclChanges(ControlPolicy):
    """Control 11 of the monitoring section."""

    number = 11
    id = "unnoticed-network-acl-changes"
    title = "Changes of network ACLs do not reach anybody"
    why = "Network ACLs are the second wall behind security groups, and a changed entry opens or closes whole subnets."
    fix = (
        "Mend the link that the finding names. `sgwarden generate monitoring --controls 4.11` writes what is missing, "
        "and with --for PATH only that."
    )
    controls = control_ids(11, "CloudWatch.11")
    bad = chain_example(_PATTERN, complete=False)
    good = chain_example(_PATTERN, complete=True)
