"""Failed console sign-ins do not reach anybody."""

from __future__ import annotations

from sgwarden_policies.control_policy import ControlPolicy, chain_example, control_ids

_PATTERN = '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }'


class UnnoticedSignInFailures(ControlPolicy):
    """Control 6 of the monitoring section."""

    number = 6
    id = "unnoticed-sign-in-failures"
    title = "Failed console sign-ins do not reach anybody"
    why = (
        "Repeated failures are how guessing of passwords shows. The alarm gives the address that tries before "
        "it succeeds."
    )
    fix = (
        "Mend the link that the finding names. `sgwarden generate monitoring --controls 4.6` writes what is missing, "
        "and with --for PATH only that."
    )
    controls = control_ids(6, "CloudWatch.6")
    bad = chain_example(_PATTERN, complete=False)
    good = chain_example(_PATTERN, complete=True)
