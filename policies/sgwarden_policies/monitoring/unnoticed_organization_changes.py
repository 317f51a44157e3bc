"""Changes of AWS Organizations do not reach anybody."""

from __future__ import annotations

from sgwarden_policies.control_policy import ControlPolicy, chain_example, control_ids, events_pattern

_PATTERN = events_pattern(
    "AcceptHandshake",
    "AttachPolicy",
    "CreateAccount",
    "CreateOrganizationalUnit",
    "CreatePolicy",
    "DeclineHandshake",
    "DeleteOrganization",
    "DeleteOrganizationalUnit",
    "DeletePolicy",
    "DetachPolicy",
    "DisablePolicyType",
    "EnablePolicyType",
    "InviteAccountToOrganization",
    "LeaveOrganization",
    "MoveAccount",
    "RemoveAccountFromOrganization",
    "UpdatePolicy",
    "UpdateOrganizationalUnit",
    source="organizations.amazonaws.com",
)


class UnnoticedOrganizationChanges(ControlPolicy):
    """Control 15 of the monitoring section."""

    number = 15
    id = "unnoticed-organization-changes"
    title = "Changes of AWS Organizations do not reach anybody"
    why = (
        "Whoever detaches a policy of the organization, or moves an account out of its reach, takes away the "
        "limits of every account below."
    )
    fix = (
        "Mend the link that the finding names. `sgwarden generate monitoring --controls 4.15` writes what is missing, "
        "and with --for PATH only that."
    )
    controls = control_ids(15)
    bad = chain_example(_PATTERN, complete=False)
    good = chain_example(_PATTERN, complete=True)
