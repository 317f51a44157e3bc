"""Console sign-ins without MFA do not reach anybody."""

from __future__ import annotations

from sgwarden_policies.control_policy import ControlPolicy, chain_example, control_ids

_PATTERN = (
    "{ ($.eventName = ConsoleLogin) && "
    "($.additionalEventData.MFAUsed != Yes) && "
    "($.userIdentity.type = IAMUser) && "
    "($.responseElements.ConsoleLogin = Success) }"
)


class UnnoticedSignInWithoutMfa(ControlPolicy):
    """Control 2 of the monitoring section."""

    number = 2
    id = "unnoticed-sign-in-without-mfa"
    title = "Console sign-ins without MFA do not reach anybody"
    why = (
        "A password alone opened the console: either an account escaped the MFA rule, or somebody removed the "
        "second factor. Both need an answer the same day."
    )
    fix = (
        "Mend the link that the finding names. `sgwarden generate monitoring --controls 4.2` writes what is missing, "
        "and with --for PATH only that."
    )
    controls = control_ids(2, "CloudWatch.3")
    bad = chain_example(_PATTERN, complete=False)
    good = chain_example(_PATTERN, complete=True)
