"""Changes of route tables do not reach anybody."""

from __future__ import annotations

from sgwarden_policies.control_policy import ControlPolicy, chain_example, control_ids, events_pattern

_PATTERN = events_pattern(
    "CreateRoute",
    "CreateRouteTable",
    "ReplaceRoute",
    "ReplaceRouteTableAssociation",
    "DeleteRouteTable",
    "DeleteRoute",
    "DisassociateRouteTable",
)


class UnnoticedRouteTableChanges(ControlPolicy):
    """Control 13 of the monitoring section."""

    number = 13
    id = "unnoticed-route-table-changes"
    title = "Changes of route tables do not reach anybody"
    why = "A changed route sends traffic past firewalls or to somebody else, with nothing else changed."
    fix = (
        "Mend the link that the finding names. `sgwarden generate monitoring --controls 4.13` writes what is missing, "
        "and with --for PATH only that."
    )
    controls = control_ids(13, "CloudWatch.13")
    bad = chain_example(_PATTERN, complete=False)
    good = chain_example(_PATTERN, complete=True)
