"""Changes of CloudTrail do not reach anybody."""

from __future__ import annotations

from sgwarden_policies.control_policy import ControlPolicy, chain_example, control_ids, events_pattern

_PATTERN = events_pattern(
    "CreateTrail",
    "UpdateTrail",
    "DeleteTrail",
    "StartLogging",
    "StopLogging",
)


class UnnoticedCloudtrailChanges(ControlPolicy):
    """Control 5 of the monitoring section."""

    number = 5
    id = "unnoticed-cloudtrail-changes"
    title = "Changes of CloudTrail do not reach anybody"
    why = "Stopping or narrowing the trail is how traces are hidden, and everything that follows is no longer recorded."
    fix = (
        "Mend the link that the finding names. `sgwarden generate monitoring --controls 4.5` writes what is missing, "
        "and with --for PATH only that."
    )
    controls = control_ids(5, "CloudWatch.5")
    bad = chain_example(_PATTERN, complete=False)
    good = chain_example(_PATTERN, complete=True)
