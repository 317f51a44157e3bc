"""Several root modules judged as one monitoring chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sgwarden.monitoring.merge_roots import together
from sgwarden.run.assess import assess_one
from sgwarden_policies.control_policy import Unnoticed

if TYPE_CHECKING:
    from sgwarden.findings import Part
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.settings import Settings
    from sgwarden_policies.policy import Policy


def is_monitoring(policy: Policy) -> bool:
    """Whether a policy judges the chain."""
    return isinstance(policy, Unnoticed)


def one_chain(
    infrastructures: Sequence[Infrastructure], policies: Sequence[Policy], chosen: Settings, *, changed_only: bool
) -> list[Part]:
    """What the policies conclude when all infrastructures share one chain."""
    others = [policy for policy in policies if not is_monitoring(policy)]
    parts = [assess_one(each, others, chosen, changed_only=changed_only) for each in infrastructures]
    monitoring = [policy for policy in policies if is_monitoring(policy)]
    if monitoring and infrastructures:
        whole = together(infrastructures) if len(infrastructures) > 1 else infrastructures[0]
        part = assess_one(whole, monitoring, chosen)
        parts.append(replace(part, skipped=(), resources=0, security_groups=0, rules=0))
    return parts
