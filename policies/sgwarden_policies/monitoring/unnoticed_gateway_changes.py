"""Changes of network gateways do not reach anybody."""

from __future__ import annotations

from sgwarden_policies.control_policy import ControlPolicy, chain_example, control_ids, events_pattern

_PATTERN = events_pattern(
    "CreateCustomerGateway",
    "DeleteCustomerGateway",
    "AttachInternetGateway",
    "CreateInternetGateway",
    "DeleteInternetGateway",
    "DetachInternetGateway",
)


class UnnoticedGatewayChanges(ControlPolicy):
    """Control 12 of the monitoring section."""

    number = 12
    id = "unnoticed-gateway-changes"
    title = "Changes of network gateways do not reach anybody"
    why = "An internet gateway that is attached gives a closed network a way out, and a way in."
    fix = (
        "Mend the link that the finding names. `sgwarden generate monitoring --controls 4.12` writes what is missing, "
        "and with --for PATH only that."
    )
    controls = control_ids(12, "CloudWatch.12")
    bad = chain_example(_PATTERN, complete=False)
    good = chain_example(_PATTERN, complete=True)
