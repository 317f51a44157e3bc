"""Changes of AWS Config do not reach anybody."""

from __future__ import annotations

from sgwarden_policies.control_policy import ControlPolicy, chain_example, control_ids, events_pattern

_PATTERN = events_pattern(
    "StopConfigurationRecorder",
    "DeleteDeliveryChannel",
    "PutDeliveryChannel",
    "PutConfigurationRecorder",
    source="config.amazonaws.com",
)


class UnnoticedConfigChanges(ControlPolicy):
    """Control 9 of the monitoring section."""

    number = 9
    id = "unnoticed-config-changes"
    title = "Changes of AWS Config do not reach anybody"
    why = "Without its recorder AWS Config no longer sees what changes, and rules built on it stay silent."
    fix = (
        "Mend the link that the finding names. `sgwarden generate monitoring --controls 4.9` writes what is missing, "
        "and with --for PATH only that."
    )
    controls = control_ids(9, "CloudWatch.9")
    bad = chain_example(_PATTERN, complete=False)
    good = chain_example(_PATTERN, complete=True)
