"""Disabling or deleting of customer managed keys does not reach anybody."""

from __future__ import annotations

from sgwarden_policies.control_policy import ControlPolicy, chain_example, control_ids, events_pattern

_PATTERN = events_pattern(
    "DisableKey",
    "ScheduleKeyDeletion",
    source="kms.amazonaws.com",
)


class UnnoticedKeyDeletion(ControlPolicy):
    """Control 7 of the monitoring section."""

    number = 7
    id = "unnoticed-key-deletion"
    title = "Disabling or deleting of customer managed keys does not reach anybody"
    why = (
        "Data under a key that is disabled cannot be read, and after its deletion never again. The waiting "
        "time helps only those who know of it."
    )
    fix = (
        "Mend the link that the finding names. `sgwarden generate monitoring --controls 4.7` writes what is missing, "
        "and with --for PATH only that."
    )
    controls = control_ids(7, "CloudWatch.7")
    bad = chain_example(_PATTERN, complete=False)
    good = chain_example(_PATTERN, complete=True)
