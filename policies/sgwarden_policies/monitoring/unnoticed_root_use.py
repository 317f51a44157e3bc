"""Use of the root user does not reach anybody."""

from __future__ import annotations

from sgwarden_policies.control_policy import ControlPolicy, chain_example, control_ids

_PATTERN = (
    "{ ($.userIdentity.type = Root) && ($.userIdentity.invokedBy NOT EXISTS) && ($.eventType != AwsServiceEvent) }"
)


class UnnoticedRootUse(ControlPolicy):
    """Control 3 of the monitoring section."""

    number = 3
    id = "unnoticed-root-use"
    title = "Use of the root user does not reach anybody"
    why = (
        "The root user can do everything and is hardly ever needed. Each use outside of a planned task may be "
        "a takeover of the whole account."
    )
    fix = (
        "Mend the link that the finding names. `sgwarden generate monitoring --controls 4.3` writes what is missing, "
        "and with --for PATH only that."
    )
    controls = control_ids(3, "CloudWatch.1")
    bad = chain_example(_PATTERN, complete=False)
    good = chain_example(_PATTERN, complete=True)
