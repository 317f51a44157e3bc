"""Changes of IAM policies do not reach anybody."""

from __future__ import annotations

from sgwarden_policies.control_policy import ControlPolicy, chain_example, control_ids, events_pattern

_PATTERN = events_pattern(
    "DeleteGroupPolicy",
    "DeleteRolePolicy",
    "DeleteUserPolicy",
    "PutGroupPolicy",
    "PutRolePolicy",
    "PutUserPolicy",
    "CreatePolicy",
    "DeletePolicy",
    "CreatePolicyVersion",
    "DeletePolicyVersion",
    "AttachRolePolicy",
    "DetachRolePolicy",
    "AttachUserPolicy",
    "DetachUserPolicy",
    "AttachGroupPolicy",
    "DetachGroupPolicy",
)


class UnnoticedIamPolicyChanges(ControlPolicy):
    """Control 4 of the monitoring section."""

    number = 4
    id = "unnoticed-iam-policy-changes"
    title = "Changes of IAM policies do not reach anybody"
    why = (
        "Whoever widens a policy gives rights that nobody reviewed. An alarm makes the change known while it "
        "can still be undone."
    )
    fix = (
        "Mend the link that the finding names. `sgwarden generate monitoring --controls 4.4` writes what is missing, "
        "and with --for PATH only that."
    )
    controls = control_ids(4, "CloudWatch.4")
    bad = chain_example(_PATTERN, complete=False)
    good = chain_example(_PATTERN, complete=True)
