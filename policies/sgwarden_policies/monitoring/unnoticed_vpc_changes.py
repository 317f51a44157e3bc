"""Changes of VPCs do not reach anybody."""

from __future__ import annotations

from sgwarden_policies.control_policy import ControlPolicy, chain_example, control_ids, events_pattern

_PATTERN = events_pattern(
    "CreateVpc",
    "DeleteVpc",
    "ModifyVpcAttribute",
    "AcceptVpcPeeringConnection",
    "CreateVpcPeeringConnection",
    "DeleteVpcPeeringConnection",
    "RejectVpcPeeringConnection",
    "AttachClassicLinkVpc",
    "DetachClassicLinkVpc",
    "DisableVpcClassicLink",
    "EnableVpcClassicLink",
)


class UnnoticedVpcChanges(ControlPolicy):
    """Control 14 of the monitoring section."""

    number = 14
    id = "unnoticed-vpc-changes"
    title = "Changes of VPCs do not reach anybody"
    why = "A new peering joins networks that were apart, and a new VPC brings a default group that lets everything out."
    fix = (
        "Mend the link that the finding names. `sgwarden generate monitoring --controls 4.14` writes what is missing, "
        "and with --for PATH only that."
    )
    controls = control_ids(14, "CloudWatch.14")
    bad = chain_example(_PATTERN, complete=False)
    good = chain_example(_PATTERN, complete=True)
