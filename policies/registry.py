"""The one list of policies, in the order in which they are shown."""

from __future__ import annotations

from policies.policy import Policy
from policies.security_groups.everything_open import EverythingOpen
from policies.security_groups.open_admin_port import OpenAdminPort
from policies.security_groups.open_high_risk_port import OpenHighRiskPort

POLICIES: tuple[Policy, ...] = (
    EverythingOpen(),
    OpenAdminPort(),
    OpenHighRiskPort(),
)
