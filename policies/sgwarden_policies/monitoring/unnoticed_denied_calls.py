"""Denied API calls do not reach anybody."""

from __future__ import annotations

from sgwarden_policies.control_policy import ControlPolicy, chain_example, control_ids

_PATTERN = (
    "{ ($.errorCode = *UnauthorizedOperation) || (($.errorCode = AccessDenied*) && "
    "($.sourceIPAddress != delivery.logs.amazonaws.com) && "
    "($.eventName != HeadBucket)) }"
)


class UnnoticedDeniedCalls(ControlPolicy):
    """Control 1 of the monitoring section."""

    number = 1
    id = "unnoticed-denied-calls"
    title = "Denied API calls do not reach anybody"
    why = (
        "A burst of denied calls is often the first trace of a stolen key being tried out. Without an alarm "
        "it stays in the logs until somebody looks for it."
    )
    fix = (
        "Mend the link that the finding names. `sgwarden generate monitoring --controls 4.1` writes what is missing, "
        "and with --for PATH only that."
    )
    controls = control_ids(1, "CloudWatch.2")
    bad = chain_example(_PATTERN, complete=False)
    good = chain_example(_PATTERN, complete=True)
